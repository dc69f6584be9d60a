"""One line of text as a coverage mask, with its exact outline and its words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from ocrapp.training.fonts import FontFace, FontLibrary, advances
from ocrapp.training.render.labels import LineLabel, Pixels, Ribbon, WordLabel

Mask = npt.NDArray[np.uint8]
"""Coverage 0..255, shape (H, W)."""

MARGIN = 0.04
"""Air between ink and outline, in heights of the ink: what people leave when they draw boxes."""


class TextSource(Protocol):
    """Where the words to render come from."""

    def word(self, rng: np.random.Generator) -> str:
        """One word."""
        ...

    def line(self, rng: np.random.Generator, max_chars: int) -> str:
        """A run of words of at most ``max_chars`` characters."""
        ...

    def entry(self, rng: np.random.Generator) -> str:
        """A line as on receipts and forms: a name, a name with a value, a greeting, an address."""
        ...


@dataclass(frozen=True, slots=True)
class Ink:
    """A rendered line.

    Attributes:
        mask: Coverage, cropped to the ink.
        text: What it says.
        spans: ``(word, left, right)`` in mask pixels.
        rise: Rows from the mask's top to the baseline.
        centres: (n,) middle of each character of ``text``, spaces included, in mask pixels.
    """

    mask: Mask
    text: str
    spans: tuple[tuple[str, float, float], ...]
    rise: int
    centres: npt.NDArray[np.float32]

    @property
    def width(self) -> int:
        """Columns of the mask."""
        return int(self.mask.shape[1])

    @property
    def height(self) -> int:
        """Rows of the mask."""
        return int(self.mask.shape[0])

    def stretched(self, factor: float) -> "Ink":
        """The same line, ``factor`` times as high."""
        size = (self.width, max(2, round(self.height * factor)))
        mask = cv2.resize(self.mask, size, interpolation=cv2.INTER_LINEAR)
        return Ink(np.asarray(mask, np.uint8), self.text, self.spans, round(self.rise * factor), self.centres)

    def label(self, x: float, y: float, points: int = 2) -> LineLabel:
        """The line's label when the mask's top left corner lies at (x, y)."""
        air = MARGIN * self.height + 0.5
        top, bottom = y - air, y + self.height + air
        words = tuple(
            WordLabel(word, Ribbon.of_box(x + left - air, top, x + right + air, bottom, points))
            for word, left, right in self.spans
        )
        ribbon = Ribbon.of_box(x - air, top, x + self.width + air, bottom, points)
        middle = np.full_like(self.centres, y + self.height / 2)
        centres = np.stack([self.centres + x, middle], axis=1)
        return LineLabel(ribbon, self.text, words, centres=centres)


def draw_ink(font: ImageFont.FreeTypeFont, text: str, tracking: float = 0.0) -> Ink | None:
    """Render one line.

    Args:
        font: The font at its size.
        text: One line, no line break.
        tracking: Extra space between characters in pixels, may be negative.

    Returns:
        The ink, None where nothing would be visible.
    """
    text = text.strip()
    if not text:
        return None
    widths = advances(font, text)
    spread = abs(tracking) >= 0.5
    steps = widths + tracking if spread else widths
    ends = np.cumsum(steps)
    pad = 4 + int(font.size) // 2
    ascent, descent = font.getmetrics()
    canvas = Image.new("L", (int(ends[-1]) + 2 * pad, ascent + descent + 2 * pad))
    pen = ImageDraw.Draw(canvas)
    if spread:
        for character, x in zip(text, ends - steps, strict=True):
            pen.text((pad + float(x), pad + ascent), character, fill=255, font=font, anchor="ls")
    else:
        pen.text((pad, pad + ascent), text, fill=255, font=font, anchor="ls")
    bounds = canvas.getbbox()
    if bounds is None or bounds[3] - bounds[1] < 2 or bounds[2] - bounds[0] < 1:
        return None
    mask = np.asarray(canvas.crop(bounds))
    starts = ends - steps + (pad - bounds[0])
    spans = _word_spans(text, starts, starts + widths, mask.shape[1])
    return Ink(mask, text, spans, pad + ascent - bounds[1], starts + widths / 2)


def _word_spans(
    text: str, starts: npt.NDArray[np.float32], ends: npt.NDArray[np.float32], width: int
) -> tuple[tuple[str, float, float], ...]:
    """Words with the pen's positions at their ends, within the mask."""
    words = text.split(" ")
    if len(words) == 1:
        return ((text, 0.0, float(width)),)
    spans, first = [], 0
    for word in words:
        last = first + len(word) - 1
        if word:
            spans.append((word, max(float(starts[first]), 0.0), min(float(ends[last]), float(width))))
        first = last + 2
    return tuple(spans)


def widened(ink: Ink, gaps: Sequence[int]) -> Ink:
    """The line with wider spaces, as typewriters and justified columns have them.

    Args:
        ink: A line of upright type.
        gaps: Columns to add at each space, one number fewer than there are words.
    """
    if len(gaps) != ink.text.count(" "):  # two spaces in a row: nobody knows which of them to widen
        return ink
    pieces, spans, start, shift = [], [ink.spans[0]], 0, 0
    for gap, before, after in zip(gaps, ink.spans, ink.spans[1:], strict=False):
        middle = int((before[2] + after[1]) / 2)
        pieces += [ink.mask[:, start:middle], np.zeros((ink.height, gap), np.uint8)]
        start, shift = middle, shift + gap
        spans.append((after[0], after[1] + shift, after[2] + shift))
    pieces.append(ink.mask[:, start:])
    is_space = np.array([character == " " for character in ink.text])
    added = np.concatenate([[0], gaps])
    centres = ink.centres + np.cumsum(added)[np.cumsum(is_space)] - is_space * added[np.cumsum(is_space)] / 2
    mask = np.concatenate(pieces, axis=1)
    return Ink(mask, ink.text, tuple(spans), ink.rise, centres.astype(np.float32))


def fit_ink(
    face: FontFace, text: str, height: float, tracking: float = 0.0, max_width: float | None = None
) -> Ink | None:
    """Render a line so that a capital is about ``height`` pixels high; cut words to fit ``max_width``."""
    if face.caps_only:
        text = text.upper()
    font = face.at(max(6, round(height * 1.4)))
    if max_width is not None:
        text = clip_text(font, text, max_width, tracking)
    return draw_ink(font, text, tracking)


def clip_text(font: ImageFont.FreeTypeFont, text: str, max_width: float, tracking: float = 0.0) -> str:
    """Drop words from the end until the line fits; a single word that is too long is cut."""
    text = " ".join(text.split())
    ends = np.cumsum(advances(font, text, kerned=False) + tracking)
    fit = int(np.searchsorted(ends, max_width))
    if fit >= len(text) or text[fit] == " ":
        return text[:fit]
    return text[: text.rfind(" ", 0, fit)] if " " in text[:fit] else text[: max(1, fit)]


def sample_face(fonts: FontLibrary, rng: np.random.Generator, text: str) -> FontFace | None:
    """A font that has every character of ``text``; None after too many misses."""
    face = fonts.sample(rng, text)
    return face if face.covers(text.upper() if face.caps_only else text) else None


def paint(image: Pixels, mask: Mask, x: int, y: int, colour: npt.ArrayLike, opacity: float = 1.0) -> None:
    """Blend a colour (3,) or a picture (h, w, 3) through a mask into ``image``, in place, clipped."""
    height, width = image.shape[:2]
    left, top = max(x, 0), max(y, 0)
    right, bottom = min(x + mask.shape[1], width), min(y + mask.shape[0], height)
    if left >= right or top >= bottom:
        return
    part = mask[top - y : bottom - y, left - x : right - x]
    weight = part.astype(np.float32)[..., None] * (opacity / 255.0)
    roi = image[top:bottom, left:right]
    paint_with = np.asarray(colour, np.float32)
    if paint_with.ndim == 3:
        paint_with = paint_with[top - y : bottom - y, left - x : right - x]
    blended = roi + (paint_with - roi) * weight
    image[top:bottom, left:right] = np.clip(blended + 0.5, 0, 255).astype(np.uint8)


def outlined(mask: Mask, pixels: int) -> Mask:
    """The mask grown by ``pixels`` on every side; the array grows with it."""
    grown = cv2.copyMakeBorder(mask, pixels, pixels, pixels, pixels, cv2.BORDER_CONSTANT, value=0)
    element = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * pixels + 1, 2 * pixels + 1))
    return np.asarray(cv2.dilate(grown, element), np.uint8)
