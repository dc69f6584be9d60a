"""Crops of words and short lines, as a segmenter would cut them: the recogniser's rendered training data.

One call draws the glyphs once as a mask, bends and projects the mask, and paints it over a ground. Everything
random comes from the generator that is passed in, so the same seed gives the same picture.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from ocrapp.training.corpus import Corpus
from ocrapp.training.fonts import FontFace, FontLibrary

Pixels = npt.NDArray[Any]  # uint8 H x W x 3; OpenCV and arithmetic widen what numpy's types promise
Mask = npt.NDArray[Any]  # float H x W in [0, 1]


@dataclass(frozen=True, slots=True)
class WordImage:
    """A rendered crop.

    Attributes:
        pixels: uint8 H x W x 3, RGB.
        text: What it says, spaces included.
        centres: Horizontal centre of each character as a fraction of the width; NaN where it stands outside.
    """

    pixels: Pixels
    text: str
    centres: npt.NDArray[np.float32]


class WordRenderer:
    """Draws crops from a corpus with fonts over grounds.

    Args:
        corpus: What to write.
        fonts: What to write with.
        photos: Photos without text, used as grounds and fills; may be empty.
        line_share: Share of crops with several words.
    """

    def __init__(
        self, corpus: Corpus, fonts: FontLibrary, photos: list[Pixels], line_share: float = 0.25
    ) -> None:
        self.corpus = corpus
        self.fonts = fonts
        self.photos = photos
        self.line_share = line_share

    def draw(self, rng: np.random.Generator, ease: float = 0.0) -> WordImage:
        """One crop; text that no font covers is drawn anew.

        Args:
            rng: Source of everything random.
            ease: Share of plain crops, straight and sharp in high contrast, with which a network starts.
        """
        plain = rng.random() < ease
        while True:
            lines = rng.random() < self.line_share
            text = self.corpus.line(rng, int(rng.integers(8, 34))) if lines else self.corpus.word(rng)
            face = self.fonts.sample(rng, text)
            if face.caps_only:
                text = text.upper()
            if face.covers(text):
                if plain:
                    drawn = _plain(rng, text, face)
                else:
                    drawn = self._draw(rng, text, face, print_like=lines and rng.random() < 0.6)
                if drawn is not None:
                    return drawn

    def _draw(
        self, rng: np.random.Generator, text: str, face: FontFace, print_like: bool
    ) -> WordImage | None:
        print_like = print_like or rng.random() < 0.2
        mask, centres, middle = _glyphs(rng, text, face)
        if mask is None:
            return None
        if not print_like and rng.random() < 0.12:
            mask, middle = _bent(rng, mask, centres, middle)
        mask, xs = _projected(rng, mask, centres, middle, strong=not print_like)
        if min(mask.shape) < 4 or mask.max() < 0.5:
            return None
        mask, offset = _cropped(rng, mask, tight=print_like)
        width = mask.shape[1]
        centres = np.asarray((xs - offset) / width, np.float32)
        centres[(centres < 0) | (centres >= 1)] = np.nan
        image = _printed(rng, mask) if print_like else self._painted(rng, mask)
        return WordImage(_degraded(rng, image, print_like), text, centres)

    def _painted(self, rng: np.random.Generator, mask: Mask) -> Pixels:
        height, width = mask.shape
        ground = self._ground(rng, height, width)
        ink = _contrasting(rng, ground.mean((0, 1)))
        draw = rng.random()
        image = ground
        if draw < 0.12:  # drop shadow or emboss
            shift = max(1, int(height * rng.uniform(0.02, 0.08)))
            shadow = np.roll(mask, (shift, shift if rng.random() < 0.7 else -shift), (0, 1))
            if rng.random() < 0.6:
                shadow = cv2.GaussianBlur(shadow, (0, 0), max(0.6, shift * 0.7))
            image = _blend(image, shadow * rng.uniform(0.4, 1.0), _contrasting(rng, ink))
        elif draw < 0.24:  # outline or neon glow
            size = max(1, int(height * rng.uniform(0.02, 0.09)))
            thick = cv2.dilate(mask, np.ones((2 * size + 1, 2 * size + 1), np.uint8))
            if rng.random() < 0.3:
                thick = cv2.GaussianBlur(thick, (0, 0), size * 1.2)
            image = _blend(image, thick, _contrasting(rng, ink))
        elif draw < 0.28:  # outline only
            size = max(1, int(height * 0.03))
            mask = np.clip(cv2.dilate(mask, np.ones((2 * size + 1,) * 2, np.uint8)) - mask, 0, 1)
        if rng.random() < 0.15:  # gradient or photo as fill
            fill = self._ground(rng, height, width).astype(np.float32) * 0.3 + ink * 0.7
            return _blend(image, mask, fill)
        return _blend(image, mask * rng.uniform(0.75, 1.0), ink)

    def _ground(self, rng: np.random.Generator, height: int, width: int) -> Pixels:
        draw = rng.random()
        if draw < 0.35 and self.photos:
            photo = self.photos[int(rng.integers(len(self.photos)))]
            h = int(min(photo.shape[0], max(8, height * rng.uniform(0.4, 2.5))))
            w = int(min(photo.shape[1], max(8, width * rng.uniform(0.4, 2.5))))
            y, x = int(rng.integers(photo.shape[0] - h + 1)), int(rng.integers(photo.shape[1] - w + 1))
            patch = np.asarray(cv2.resize(photo[y : y + h, x : x + w], (width, height)), np.float32)
            calm = rng.uniform(0.2, 1.0)
            return np.clip(patch * calm + patch.mean((0, 1)) * (1 - calm), 0, 255).astype(np.uint8)
        base = _colour(rng)
        if draw < 0.6:
            return np.broadcast_to(base.astype(np.uint8), (height, width, 3)).copy()
        other = np.clip(base + rng.normal(0, 45, 3), 0, 255)
        ramp = np.linspace(0, 1, width if rng.random() < 0.5 else height, dtype=np.float32)
        field = np.broadcast_to(ramp[None, :] if len(ramp) == width else ramp[:, None], (height, width))
        return (base + (other - base) * field[..., None]).astype(np.uint8)


def _plain(rng: np.random.Generator, text: str, face: FontFace) -> WordImage | None:
    mask, centres, _ = _glyphs(rng, text, face)
    if mask is None or mask.max() < 0.5:
        return None
    mask, offset = _cropped(rng, mask, tight=True)
    ink, paper = rng.uniform(0, 70, 3), rng.uniform(190, 255, 3)
    if rng.random() < 0.3:
        ink, paper = paper, ink
    image = _blend(np.broadcast_to(paper.astype(np.uint8), (*mask.shape, 3)), mask, ink)
    return WordImage(image, text, np.asarray((centres - offset) / mask.shape[1], np.float32))


def _glyphs(
    rng: np.random.Generator, text: str, face: FontFace
) -> tuple[Mask | None, npt.NDArray[np.float32], float]:
    """Mask with a margin of half the size, centres of the characters in x, and the y of the text's middle."""
    size = int(rng.choice((24, 32, 32, 40, 48)))
    font = face.at(size)
    tracking = size * rng.choice((0.0, 0.0, 0.0, 1.0)) * rng.uniform(-0.06, 0.3)
    margin = size // 2
    advance = [font.getlength(c) + tracking for c in text] if tracking else None
    if advance is None:
        edges = np.array([font.getlength(text[: i + 1]) for i in range(len(text))], np.float32)
    else:
        edges = np.cumsum(advance, dtype=np.float32)
    total = int(edges[-1]) + 2 * margin
    if total > 1600:
        return None, edges, 0.0
    ascent, descent = font.getmetrics()
    height = ascent + descent + 2 * margin
    picture = Image.new("L", (total, height))
    draw = ImageDraw.Draw(picture)
    starts = np.concatenate(([0.0], edges[:-1])) + margin
    if advance is None:
        draw.text((margin, margin), text, 255, font)
    else:
        for c, x in zip(text, starts, strict=True):
            draw.text((x, margin), c, 255, font)
    centres = (starts + edges + margin - tracking) / 2
    if rng.random() < 0.05:
        draw.line((0, margin + ascent + 2, total, margin + ascent + 2), 255, max(1, size // 16))
    return np.asarray(picture, np.float32) / 255, centres.astype(np.float32), margin + ascent * 0.62


def _bent(
    rng: np.random.Generator, mask: Mask, centres: npt.NDArray[np.float32], middle: float
) -> tuple[Mask, float]:
    """Curves the baseline to an arc or wave."""
    height, width = mask.shape
    amplitude = height * rng.uniform(-0.5, 0.5) * min(1.0, width / height / 3)
    phase, turns = rng.uniform(0, np.pi), rng.choice((0.5, 0.5, 1.0)) * np.pi
    x = np.arange(width, dtype=np.float32)
    shift = (amplitude * np.sin(x / width * turns + (phase if turns > 2 else 0))).astype(np.float32)
    pad = int(abs(amplitude)) + 1
    ys = np.arange(height + 2 * pad, dtype=np.float32)[:, None] - pad - shift[None, :]
    bent = cv2.remap(mask, np.broadcast_to(x, ys.shape).copy(), ys, cv2.INTER_LINEAR)
    return np.asarray(bent, np.float32), middle + pad


def _projected(
    rng: np.random.Generator, mask: Mask, centres: npt.NDArray[np.float32], middle: float, strong: bool
) -> tuple[Mask, npt.NDArray[np.float32]]:
    """Slant, rotation, stretch and perspective in one warp; returns the centres' new x."""
    height, width = mask.shape
    angle = np.deg2rad(rng.normal(0, 5.0 if strong else 0.8))
    if strong and rng.random() < 0.06:
        angle = np.deg2rad(rng.uniform(-35, 35))
    stretch = np.exp(rng.normal(0, 0.16))
    shear = rng.normal(0, 0.15 if strong else 0.03)
    linear = np.array(
        [[np.cos(angle) * stretch, -np.sin(angle) + shear], [np.sin(angle) * stretch, np.cos(angle)]],
        np.float64,
    )
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    moved = corners @ linear.T
    if strong and rng.random() < 0.5:
        moved += rng.uniform(-0.12, 0.12, (4, 2)) * height * np.array([min(2.0, width / height), 1.0])
    moved -= moved.min(0)
    out = np.ceil(moved.max(0)).astype(int) + 1
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), moved.astype(np.float32))
    warped = cv2.warpPerspective(mask, matrix, (int(out[0]), int(out[1])), flags=cv2.INTER_LINEAR)
    points = np.stack((centres, np.full_like(centres, middle)), -1)[None].astype(np.float32)
    return np.asarray(warped, np.float32), cv2.perspectiveTransform(points, matrix)[0, :, 0]


def _cropped(rng: np.random.Generator, mask: Mask, tight: bool) -> tuple[Mask, float]:
    """Cuts around the ink as labellers and segmenters do: near, sometimes loose, seldom into it."""
    columns, rows = np.flatnonzero(mask.max(0) > 0.3), np.flatnonzero(mask.max(1) > 0.3)
    x0, x1, y0, y1 = columns[0], columns[-1] + 1, rows[0], rows[-1] + 1
    tall = y1 - y0
    loose = 0.08 if tight else (0.06 if rng.random() < 0.7 else 0.22)
    left, right, top, bottom = np.abs(rng.normal(0, loose, 4)) * tall
    if rng.random() < 0.1:
        top, bottom = -rng.uniform(0, 0.05) * tall, -rng.uniform(0, 0.05) * tall
    y0, y1, x0, x1 = int(y0 - top), int(y1 + bottom + 0.5), int(x0 - left), int(x1 + right + 0.5)
    height, width = mask.shape
    pad = ((max(0, -y0), max(0, y1 - height)), (max(0, -x0), max(0, x1 - width)))
    if any(map(any, pad)):
        mask = np.pad(mask, pad)
    cut = mask[y0 + pad[0][0] : y1 + pad[0][0], x0 + pad[1][0] : x1 + pad[1][0]]
    return cut, float(x0)


def _printed(rng: np.random.Generator, mask: Mask) -> Pixels:
    """Dark on light paper, or a screen; sometimes inverse."""
    paper = np.clip(rng.uniform(200, 255) + rng.normal(0, 5, 3), 0, 255)
    ink = np.clip(rng.uniform(0, 90) + rng.normal(0, 12, 3), 0, 255)
    if rng.random() < 0.15:
        paper, ink = ink, paper
    kind = rng.random()
    if kind < 0.2:  # thermal print and worn type: the ink fades in specks and bands
        speck = np.asarray(
            cv2.resize(
                rng.random((max(2, mask.shape[0] // 3), max(2, mask.shape[1] // 3))).astype(np.float32),
                mask.shape[::-1],
            )
        )
        mask = mask * np.clip(speck * rng.uniform(1.2, 2.2), rng.uniform(0.2, 0.7), 1)
    elif kind < 0.35:  # bitonal scan
        mask = (
            cv2.GaussianBlur(mask, (0, 0), 0.7) + rng.normal(0, 0.08, mask.shape) > rng.uniform(0.3, 0.65)
        ).astype(np.float32)
    elif kind < 0.42:  # dot matrix
        cell = max(2, mask.shape[0] // 14)
        yy, xx = np.mgrid[: mask.shape[0], : mask.shape[1]]
        dots = (((yy % cell) - cell / 2) ** 2 + ((xx % cell) - cell / 2) ** 2) < (cell * 0.55) ** 2
        mask = mask * dots
    return _blend(np.broadcast_to(paper.astype(np.uint8), (*mask.shape, 3)), mask, ink)


def _degraded(rng: np.random.Generator, image: Pixels, print_like: bool) -> Pixels:
    """Low resolution, blur, noise, light, JPEG: in the order in which a camera does it."""
    height = image.shape[0]
    target = float(np.exp(rng.uniform(np.log(12 if not print_like else 14), np.log(56))))
    if target < height:
        scale = target / height
        size = (max(4, round(image.shape[1] * scale)), max(4, round(height * scale)))
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    draw = rng.random()
    if draw < 0.25:
        image = np.asarray(
            cv2.GaussianBlur(image, (0, 0), rng.uniform(0.4, 0.045 * image.shape[0] + 0.5)), np.uint8
        )
    elif draw < 0.35:
        length = int(rng.integers(2, max(3, image.shape[0] // 6) + 1))
        kernel = (
            np.eye(length, dtype=np.float32) if rng.random() < 0.3 else np.zeros((length, length), np.float32)
        )
        if not kernel.any():
            kernel[length // 2] = 1.0
        image = np.asarray(cv2.filter2D(image, -1, kernel / kernel.sum()), np.uint8)
    if rng.random() < 0.5:
        noise = rng.normal(0, rng.uniform(1, 14), image.shape[:2] if rng.random() < 0.6 else image.shape)
        image = np.clip(image + (noise[..., None] if noise.ndim == 2 else noise), 0, 255).astype(np.uint8)
    if rng.random() < 0.35:
        gain, lift = rng.uniform(0.4, 1.1), rng.uniform(-10, 60)
        image = np.clip(image * gain + lift, 0, 255).astype(np.uint8)
    if rng.random() < 0.45:
        data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(18, 85))])[1]
        image = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
    if rng.random() < 0.12:
        image = np.repeat(image.mean(-1, keepdims=True), 3, -1).astype(np.uint8)
    return image


def _colour(rng: np.random.Generator) -> npt.NDArray[np.float64]:
    grey = rng.uniform(10, 245)
    return np.clip(grey + rng.normal(0, 55 if rng.random() < 0.6 else 6, 3), 0, 255)


def _contrasting(rng: np.random.Generator, ground: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """A colour whose lightness differs from the ground, mostly a lot, sometimes barely."""
    least = 30 if rng.random() < 0.1 else 70
    for _ in range(20):
        colour = _colour(rng)
        if abs(colour.mean() - ground.mean()) > least:
            return colour
    return np.full(3, 250.0 if ground.mean() < 128 else 5.0)


def _blend(image: Pixels, mask: Mask, colour: npt.NDArray[np.floating]) -> Pixels:
    alpha = mask[..., None]
    mixed: Pixels = (image * (1 - alpha) + colour.astype(np.float32) * alpha).astype(np.uint8)
    return mixed
