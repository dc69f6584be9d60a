"""A flat block of text - a sign, a label, a poster's words - and its way onto a surface."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocrapp.training.fonts import FontFace, FontLibrary
from ocrapp.training.render.colours import Colour, contrasting, random_colour, smooth_field
from ocrapp.training.render.ink import Ink, Mask, TextSource, fit_ink, outlined, paint, sample_face
from ocrapp.training.render.labels import LineLabel, Pixels, Points


@dataclass(frozen=True, slots=True)
class Block:
    """Text on its own small picture.

    Attributes:
        picture: RGB uint8 (h, w, 3), what is painted.
        alpha: Where it is painted, uint8 (h, w).
        lines: Labels in pixels of the picture.
    """

    picture: Pixels
    alpha: Mask
    lines: tuple[LineLabel, ...]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.picture.shape[1], self.picture.shape[0]


@dataclass(frozen=True, slots=True)
class BlockStyle:
    """How a block is set.

    Attributes:
        height: Height of a capital in the block's main size, pixels.
        lines: Number of lines.
        max_width: Widest line in pixels.
        bend_points: Points along each edge of an outline; more than 2 where the block will be bent.
    """

    height: float
    lines: int
    max_width: float
    bend_points: int = 2


def set_lines(
    rng: np.random.Generator, fonts: FontLibrary, texts: TextSource, style: BlockStyle
) -> list[Ink]:
    """Draw the texts of a block; sizes and fonts vary a little, as on signs."""
    face: FontFace | None = None
    inks: list[Ink] = []
    mixed = rng.random() < 0.3
    tracking = style.height * rng.uniform(-0.03, 0.35) if rng.random() < 0.2 else 0.0
    upper = rng.random() < 0.35
    for _ in range(style.lines):
        text = texts.word(rng) if rng.random() < 0.35 else texts.line(rng, int(rng.integers(4, 36)))
        text = text.upper() if upper else text
        if face is None or mixed or not face.covers(text):
            face = sample_face(fonts, rng, text)
        if face is None:
            continue
        height = style.height * (rng.uniform(0.5, 1.6) if mixed else 1.0)
        ink = fit_ink(face, text, height, tracking, style.max_width)
        if ink is not None and ink.width <= 2 * style.max_width and ink.height <= 4 * style.height:
            inks.append(ink)
    return inks


def make_block(
    rng: np.random.Generator,
    fonts: FontLibrary,
    texts: TextSource,
    style: BlockStyle,
    ground: npt.ArrayLike | Pixels,
    on_panel: Pixels | None = None,
) -> Block | None:
    """Set a block.

    Args:
        rng: Source of randomness.
        fonts: Where fonts come from.
        texts: Where words come from.
        style: Size and number of lines.
        ground: Mean colour (3,) of what lies below, for an ink that can be seen.
        on_panel: A picture larger than the block that is painted as its ground; None for bare letters.

    Returns:
        The block, None where no line could be drawn.
    """
    inks = set_lines(rng, fonts, texts, style)
    if not inks:
        return None
    gap = style.height * (rng.uniform(0.02, 0.2) if rng.random() < 0.3 else rng.uniform(0.15, 1.0))
    pad = int(style.height * rng.uniform(0.25, 1.2)) + 4
    width = max(ink.width for ink in inks) + 2 * pad
    height = int(sum(ink.height for ink in inks) + gap * (len(inks) - 1)) + 2 * pad
    if on_panel is not None:
        picture = cv2.resize(on_panel, (width, height), interpolation=cv2.INTER_LINEAR)
        alpha = _panel_alpha(rng, picture)
        ground = picture.reshape(-1, 3).mean(axis=0)
    else:
        picture = np.zeros((height, width, 3), np.uint8)
        alpha = np.zeros((height, width), np.uint8)
    colour = contrasting(rng, ground)
    align = int(rng.integers(3))
    lines, y = [], float(pad)
    for ink in inks:
        slack = width - 2 * pad - ink.width
        x = pad + int(slack * (0.0, 0.5, 1.0)[align])
        if on_panel is not None and rng.random() < 0.2:
            colour = contrasting(rng, ground)
        _paint_ink(rng, picture, alpha, ink, x, int(y), colour, ground, style.height)
        lines.append(ink.label(x, int(y), style.bend_points))
        y += ink.height + gap
    return Block(picture, alpha, tuple(lines))


def _panel_alpha(rng: np.random.Generator, picture: Pixels) -> Mask:
    height, width = picture.shape[:2]
    if rng.random() < 0.5:
        inset, thick = int(rng.integers(1, 5)), int(rng.integers(1, 5))
        cv2.rectangle(
            picture,
            (inset, inset),
            (width - 1 - inset, height - 1 - inset),
            random_colour(rng).tolist(),
            thick,
        )
    opacity = 255 if rng.random() < 0.8 else int(rng.integers(90, 255))
    return np.full((height, width), opacity, np.uint8)


def _paint_ink(
    rng: np.random.Generator,
    picture: Pixels,
    alpha: Mask,
    ink: Ink,
    x: int,
    y: int,
    colour: Colour,
    ground: npt.ArrayLike,
    size: float,
) -> None:
    """Letters with, at times, a shadow, an outline, a gradient or nothing but an outline."""
    base = np.asarray(ground, np.float32)
    mask = ink.mask
    kind = rng.random()
    edge = max(1, round(size * rng.uniform(0.03, 0.1)))
    if kind < 0.12:
        offset = edge + 1
        shade = cv2.GaussianBlur(outlined(mask, 3), (0, 0), max(0.5, size * 0.04))
        _stamp(picture, alpha, shade, x - 3 + offset, y - 3 + offset, base * 0.35)
    elif kind < 0.24:
        _stamp(picture, alpha, outlined(mask, edge), x - edge, y - edge, contrasting(rng, colour, 0.0))
    if 0.24 <= kind < 0.28 and size > 24:
        hollow = outlined(mask, edge)
        inner = cv2.copyMakeBorder(mask, edge, edge, edge, edge, cv2.BORDER_CONSTANT, value=0)
        _stamp(picture, alpha, cv2.subtract(hollow, inner), x - edge, y - edge, colour)
        return
    if 0.28 <= kind < 0.4:
        other = np.clip(colour + rng.normal(0, 40, 3), 0, 255)
        weight = smooth_field(rng, *mask.shape, 2)[..., None]
        _stamp(picture, alpha, mask, x, y, colour * weight + other * (1 - weight))
        return
    _stamp(picture, alpha, mask, x, y, colour)


def _stamp(picture: Pixels, alpha: Mask, mask: Mask, x: int, y: int, colour: npt.ArrayLike) -> None:
    """Paint into the picture and make it opaque there."""
    height, width = alpha.shape
    left, top, right, bottom = (
        max(x, 0),
        max(y, 0),
        min(x + mask.shape[1], width),
        min(y + mask.shape[0], height),
    )
    if left >= right or top >= bottom:
        return
    part = mask[top - y : bottom - y, left - x : right - x]
    under = alpha[top:bottom, left:right]
    # Where nothing was opaque before, the colour is set outright, else thin edges would turn black.
    bare = (under == 0) & (part > 0)
    paints = np.asarray(colour, np.float32)
    if paints.ndim == 3:
        paints = paints[top - y : bottom - y, left - x : right - x]
    picture[top:bottom, left:right][bare] = (paints[bare] if paints.ndim == 3 else paints).astype(np.uint8)
    paint(
        picture,
        np.where(bare, 0, mask[top - y : bottom - y, left - x : right - x]).astype(np.uint8),
        left,
        top,
        paints,
    )
    alpha[top:bottom, left:right] = np.maximum(under, part)


def bent(rng: np.random.Generator, block: Block, strength: float) -> Block:
    """Bend a block along a circle; its outlines need several points (``BlockStyle.bend_points``).

    Args:
        rng: Source of randomness (up or down).
        block: What to bend.
        strength: Opening angle of the arc in radians, 0.2 to 1.5.
    """
    width, height = block.size
    radius = width / strength
    up = rng.random() < 0.6
    sign = 1.0 if up else -1.0
    half = strength / 2
    sag = radius * (1 - np.cos(half))
    out_width = int(2 * (radius + height) * np.sin(half)) + 4
    out_height = int(height + sag + height * (1 - np.cos(half))) + 4
    centre = np.array([out_width / 2, out_height / 2 + sign * (radius - sag / 2)], np.float32)
    y, x = np.mgrid[0:out_height, 0:out_width].astype(np.float32)
    dx, dy = x - centre[0], (centre[1] - y) * sign
    distance, angle = np.hypot(dx, dy), np.arctan2(dx, dy)
    map_x = width / 2 + angle * radius
    map_y = height / 2 + sign * (radius - distance)
    picture = cv2.remap(block.picture, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    alpha = cv2.remap(block.alpha, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)

    def onto_arc(points: Points) -> Points:
        turn = (points[:, 0] - width / 2) / radius
        reach = radius - sign * (points[:, 1] - height / 2)
        return np.stack(
            [centre[0] + reach * np.sin(turn), centre[1] - sign * reach * np.cos(turn)], axis=1
        ).astype(np.float32)

    return Block(
        np.asarray(picture, np.uint8),
        np.asarray(alpha, np.uint8),
        tuple(line.mapped(onto_arc) for line in block.lines),
    )


def place(image: Pixels, block: Block, corners: Points, opacity: float = 1.0) -> tuple[LineLabel, ...]:
    """Paint a block into ``image`` so that its picture fills the quad ``corners``; returns the moved labels."""
    width, height = block.size
    low = np.floor(corners.min(axis=0)).astype(int) - 1
    high = np.ceil(corners.max(axis=0)).astype(int) + 2
    # The block is warped into its own window only, cut where the image ends.
    low = np.maximum(low, 0)
    high = np.minimum(high, [image.shape[1], image.shape[0]])
    if (high <= low).any():
        return ()
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(source, (corners - low).astype(np.float32))
    size = (int(high[0] - low[0]), int(high[1] - low[1]))
    shrinks = np.linalg.norm(corners[1] - corners[0]) < 0.7 * width
    flags = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    picture = cv2.warpPerspective(block.picture, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    alpha = cv2.warpPerspective(block.alpha, matrix, size, flags=flags)
    paint(image, np.asarray(alpha, np.uint8), int(low[0]), int(low[1]), picture, opacity)

    def moved(points: Points) -> Points:
        mapped = cv2.perspectiveTransform(points[None].astype(np.float64), matrix.astype(np.float64))[0]
        return (mapped + low).astype(np.float32)

    return tuple(line.mapped(moved) for line in block.lines)
