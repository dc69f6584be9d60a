"""Letters of a word or short line as a mask, with its neighbours, before anything bends or paints them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from ocrapp.training.fonts import FontFace, advances
from ocrapp.training.render.images import Mask
from ocrapp.training.render.labels import Points

_SIZES = (24, 32, 40, 48)
_WIDEST = 1600
_ALONG = np.linspace(0, 1, 9, dtype=np.float32)
"""Where along the ink its outline has points."""


@dataclass(frozen=True, slots=True)
class Lettering:
    """How letters are set.

    Attributes:
        size: Pixels an em.
        tracking: Extra space between characters, ems.
        smaller: Size of all letters after a word's first as a share of ``size`` (small capitals), 1 for none.
        bounce: Spread of each letter's height above the baseline and of its size, ems.
        stacked: Whether characters stand one under the other.
        underline: Whether a line runs below.
        neighbours: Which words stand near: left, right, above, below.
    """

    size: int = 32
    tracking: float = 0.0
    smaller: float = 1.0
    bounce: float = 0.0
    stacked: bool = False
    underline: bool = False
    neighbours: tuple[bool, bool, bool, bool] = (False, False, False, False)

    @classmethod
    def sample(cls, rng: np.random.Generator, calm: bool) -> "Lettering":
        """Mostly plain; with ``calm`` as documents have it."""
        size = int(_SIZES[int(rng.integers(len(_SIZES)))])
        near = rng.random(4) < (0.06, 0.06, 0.1, 0.1)
        neighbours = (bool(near[0]), bool(near[1]), bool(near[2]), bool(near[3]))
        if calm:
            return cls(size, underline=bool(rng.random() < 0.06), neighbours=neighbours)
        draw = rng.random()
        tracking = smaller = bounce = 0.0
        if draw < 0.14:
            tracking = float(rng.uniform(0.03, 0.3))
        elif draw < 0.17:
            tracking = float(rng.uniform(0.3, 0.9))
        elif draw < 0.22:
            tracking = float(rng.uniform(-0.1, -0.02))
        elif draw < 0.27:
            smaller, tracking = float(rng.uniform(0.68, 0.86)), float(rng.uniform(0, 0.1))
        elif draw < 0.30:
            bounce, tracking = float(rng.uniform(0.02, 0.14)), float(rng.uniform(-0.04, 0.06))
        return cls(size, tracking, smaller or 1.0, bounce, False, bool(rng.random() < 0.04), neighbours)


@dataclass(frozen=True, slots=True)
class Letters:
    """A word on a mask of its own.

    Attributes:
        mask: uint8 (H, W), coverage.
        centres: (n, 2) middle of each character.
        box: (m, 2) points on the upper, then as many on the lower side of the ink, from left to right.
    """

    mask: Mask
    centres: Points
    box: Points


def set_letters(
    rng: np.random.Generator, text: str, face: FontFace, style: Lettering, others: tuple[str, ...] = ()
) -> Letters | None:
    """Draw ``text``, and parts of ``others`` around it.

    Args:
        rng: Source of randomness.
        text: What is written.
        face: With what.
        style: How.
        others: Words for the neighbours of ``style``, one for each.

    Returns:
        The letters; None where they would be too wide or nothing can be seen.
    """
    font = face.at(style.size)
    pieces, middles, width = _layout(rng, text, face, style, font)
    ascent, descent = font.getmetrics()
    step = ascent + descent
    margin = style.size // 2
    if width + 2 * margin > _WIDEST or width < 1:
        return None
    baseline = margin + ascent
    height = baseline + descent + margin
    if style.stacked:
        height += int(pieces[-1][2])
    picture = Image.new("L", (int(width) + 2 * margin, height))
    pen = ImageDraw.Draw(picture)
    for piece, x, y, its_font in pieces:
        pen.text((margin + x, baseline + y), piece, 255, its_font, anchor="ls")
    bounds = picture.getbbox()
    if bounds is None or bounds[3] - bounds[1] < 3:
        return None
    left, top, right, bottom = bounds
    if style.underline:
        y = baseline + max(2, style.size // 12)
        pen.line((left, y, right, y), 255, max(1, style.size // 16))
    _neighbours(rng, pen, font, style, others, (left, right, baseline, int(step * rng.uniform(0.8, 1.15))))
    box = np.empty((2 * len(_ALONG), 2), np.float32)
    box[:, 0] = left + (right - left) * np.concatenate((_ALONG, _ALONG))
    box[: len(_ALONG), 1], box[len(_ALONG) :, 1] = top, bottom
    middles += (margin, baseline - 0.36 * style.size)
    return Letters(np.asarray(picture), middles, box)


_Piece = tuple[str, float, float, ImageFont.FreeTypeFont]


def _layout(
    rng: np.random.Generator, text: str, face: FontFace, style: Lettering, font: ImageFont.FreeTypeFont
) -> tuple[list[_Piece], Points, float]:
    """Pieces to draw with their pen positions, the middles of all characters, and the width."""
    whole = style.tracking == 0 and style.smaller == 1 and style.bounce == 0
    widths = advances(font, text, kerned=whole)
    if style.stacked:
        pitch = style.size * (0.95 + max(style.tracking, -0.1))
        widest = float(widths.max())
        pieces = [
            (c, (widest - w) / 2, i * pitch, font) for i, (c, w) in enumerate(zip(text, widths, strict=True))
        ]
        return pieces, np.full((len(text), 2), np.nan, np.float32), widest
    fonts = [font] * len(text)
    if style.smaller < 1 or style.bounce:
        fonts = [face.at(max(6, round(style.size * share))) for share in _shares(rng, text, style)]
        widths = np.array([w * f.size / style.size for w, f in zip(widths, fonts, strict=True)], np.float32)
    steps = widths + style.tracking * style.size
    starts = np.cumsum(steps) - steps
    middles = np.zeros((len(text), 2), np.float32)
    middles[:, 0] = starts + widths / 2
    width = float(starts[-1] + widths[-1])
    if whole:
        return [(text, 0.0, 0.0, font)], middles, width
    drop = rng.normal(0, style.bounce * style.size, len(text)) if style.bounce else np.zeros(len(text))
    pieces = [
        (c, float(x), float(y), f) for c, x, y, f in zip(text, starts, drop, fonts, strict=True) if c != " "
    ]
    return pieces, middles, width


def _shares(rng: np.random.Generator, text: str, style: Lettering) -> npt.NDArray[np.float64]:
    """Size of each letter."""
    if style.bounce:
        return np.clip(1 + rng.normal(0, 1.2 * style.bounce, len(text)), 0.6, 1.5)
    first = [i == 0 or text[i - 1] == " " for i in range(len(text))]
    return np.where(first, 1.0, style.smaller)


def _neighbours(
    rng: np.random.Generator,
    pen: ImageDraw.ImageDraw,
    font: ImageFont.FreeTypeFont,
    style: Lettering,
    others: tuple[str, ...],
    place: tuple[int, int, int, int],
) -> None:
    """Words left, right, above and below; what leaves the mask is cut, as a crop cuts it."""
    left, right, baseline, step = place
    space = style.size * rng.uniform(0.15, 0.45)
    spots = ((left - space, baseline, "rs"), (right + space, baseline, "ls"))
    x = left + rng.uniform(-0.5, 0.5) * style.size
    spots += ((x, baseline - step, "ls"), (x, baseline + step, "ls"))
    for wanted, other, (at, line, anchor) in zip(style.neighbours, others, spots, strict=False):
        if wanted and other:
            pen.text((at, line), other, 255, font, anchor=anchor)
