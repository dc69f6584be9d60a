"""A page that text is set on: shared by documents and screens."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ocrapp.training.fonts import FontFace, FontLibrary
from ocrapp.training.render.ink import Ink, TextSource, clip_text, draw_ink, paint
from ocrapp.training.render.labels import LineLabel, Pixels


@dataclass(slots=True)
class Sheet:
    """An image under construction with the lines already set on it.

    Attributes:
        image: RGB uint8 (H, W, 3), changed in place.
        rng: Source of randomness.
        fonts: Where fonts come from.
        texts: Where words come from.
        lines: Labels of what was set.
        stretch: Height of letters that are set from now on, 1 as their font has it.
    """

    image: Pixels
    rng: np.random.Generator
    fonts: FontLibrary
    texts: TextSource
    lines: list[LineLabel] = field(default_factory=list)
    stretch: float = 1.0

    @property
    def width(self) -> int:
        """Columns."""
        return int(self.image.shape[1])

    @property
    def height(self) -> int:
        """Rows."""
        return int(self.image.shape[0])

    def face(self, *, plain: bool = False) -> FontFace:
        """A font; with ``plain`` one that has lower-case letters, digits and common signs."""
        sample = "Hamburgefonstiv 0123456789 .,:;-()%/" if plain else "Aa0"
        return self.fonts.sample(self.rng, sample)

    def ink(self, face: FontFace, size: int, text: str, max_width: float | None = None) -> Ink | None:
        """Draw a line in ``face`` at ``size`` pixels an em, cut to ``max_width`` pixels."""
        text = text.upper() if face.caps_only else text
        text = "".join(c for c in text if c == " " or c in face.glyphs)
        font = face.at(max(5, size))
        if max_width is not None:
            text = clip_text(font, text, max_width)
        ink = draw_ink(font, text) if text.strip() else None
        return ink.stretched(self.stretch) if ink is not None and self.stretch != 1.0 else ink

    def put(
        self, ink: Ink | None, x: float, baseline: float, colour: npt.ArrayLike, weight: float = 1.0
    ) -> float:
        """Paint a line with its left end at ``x`` on ``baseline``; returns its right end in pixels.

        Lines that would leave the sheet are not drawn.
        """
        if ink is None:
            return x
        left, top = int(x), int(baseline - ink.rise)
        inside = left >= 0 and top >= 0 and left + ink.width <= self.width and top + ink.height <= self.height
        if not inside:
            return x
        paint(self.image, ink.mask, left, top, colour, weight)
        self.lines.append(ink.label(left, top))
        return float(left + ink.width)

    def fill(self, x0: float, y0: float, x1: float, y1: float, colour: npt.ArrayLike) -> None:
        """Fill an upright box."""
        box = [max(0, int(v)) for v in (y0, y1, x0, x1)]
        self.image[box[0] : box[1], box[2] : box[3]] = np.asarray(colour, np.float32).astype(np.uint8)
