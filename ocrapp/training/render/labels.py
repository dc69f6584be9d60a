"""What a rendered or real image is labelled with: text lines as ribbons between two polylines."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float32]
"""(n, 2) points x, y in pixels, origin at the top left corner of the image."""
Pixels = npt.NDArray[np.uint8]
"""RGB image, uint8, shape (H, W, 3)."""


@dataclass(frozen=True, slots=True)
class Ribbon:
    """Outline of a text line or word: two polylines of equal length, in reading direction.

    Attributes:
        top: (n, 2) upper edge, n >= 2.
        bottom: (n, 2) lower edge; ``bottom[i]`` lies below ``top[i]`` as the reader sees it.
    """

    top: Points
    bottom: Points

    @classmethod
    def of_box(cls, left: float, top: float, right: float, bottom: float, points: int = 2) -> "Ribbon":
        """An upright box; more than two points let it follow a bend later."""
        if points == 2:  # most boxes: two small arrays cost a fifth of what the general way does
            upper: Points = np.array([[left, top], [right, top]], np.float32)
            lower: Points = np.array([[left, bottom], [right, bottom]], np.float32)
            return cls(upper, lower)
        x = np.linspace(left, right, points, dtype=np.float32)
        return cls(
            np.stack([x, np.full_like(x, top)], axis=1), np.stack([x, np.full_like(x, bottom)], axis=1)
        )

    @property
    def polygon(self) -> Points:
        """(2n, 2) closed outline, clockwise, from the corner where reading starts."""
        return np.concatenate([self.top, self.bottom[::-1]])

    @property
    def height(self) -> float:
        """Mean distance of the two edges, in pixels."""
        return float(np.linalg.norm(self.bottom - self.top, axis=1).mean())

    @property
    def length(self) -> float:
        """Length of the centre line, in pixels."""
        centre = (self.top + self.bottom) / 2
        return float(np.linalg.norm(np.diff(centre, axis=0), axis=1).sum())

    def mapped(self, transform: Callable[[Points], Points]) -> "Ribbon":
        """The ribbon with both edges sent through ``transform`` ((n, 2) -> (n, 2))."""
        return Ribbon(transform(self.top), transform(self.bottom))

    def shifted(self, dx: float, dy: float) -> "Ribbon":
        """The ribbon moved by (dx, dy) pixels."""
        offset = np.array([dx, dy], np.float32)
        return Ribbon(self.top + offset, self.bottom + offset)

    def band(self, share: float, pull: float) -> Points:
        """The core band: ``share`` of the height, centred, both ends pulled in by ``pull`` heights.

        Short ribbons keep at least 40 % of their length.

        Returns:
            (2m, 2) closed outline.
        """
        centre = (self.top + self.bottom) / 2
        steps = np.linalg.norm(np.diff(centre, axis=0), axis=1)
        along = np.concatenate([[0.0], np.cumsum(steps)])
        inset = min(pull * self.height, 0.3 * float(along[-1]))
        first, last = inset, float(along[-1]) - inset
        inner = along[(along > first) & (along < last)]
        stops = np.concatenate([[first], inner, [last]])

        def at(line: Points) -> Points:
            columns = [np.interp(stops, along, line[:, axis]) for axis in (0, 1)]
            return np.stack(columns, axis=1).astype(np.float32)

        top, bottom = at(self.top), at(self.bottom)
        low, high = (1 - share) / 2, (1 + share) / 2
        upper, lower = top + low * (bottom - top), top + high * (bottom - top)
        return np.concatenate([upper, lower[::-1]])


@dataclass(frozen=True, slots=True)
class WordLabel:
    """One word of a line: its text and its ribbon."""

    text: str
    ribbon: Ribbon


@dataclass(frozen=True, slots=True)
class LineLabel:
    """One text line.

    Attributes:
        ribbon: Outline of the whole line (tight around the ink, a few per cent of margin).
        text: What it says; None where nobody knows.
        words: Its words in reading order; empty where only the line is labelled.
        ignore: True for a don't-care.
        centres: (n, 2) middle of each character of ``text``, spaces included; None where nobody knows.
    """

    ribbon: Ribbon
    text: str | None
    words: tuple[WordLabel, ...] = ()
    ignore: bool = False
    centres: Points | None = None

    def mapped(self, transform: Callable[[Points], Points]) -> "LineLabel":
        """The same line after a geometric change of the image."""
        words = tuple(WordLabel(word.text, word.ribbon.mapped(transform)) for word in self.words)
        centres = None if self.centres is None else transform(self.centres)
        return LineLabel(self.ribbon.mapped(transform), self.text, words, self.ignore, centres)


@dataclass(frozen=True, slots=True)
class Rendered:
    """An image with all its text lines.

    Attributes:
        image: RGB uint8 (H, W, 3).
        lines: Every line that is visible in it.
        complete: False where some text may lack a label (loosely labelled real photos).
        decoys: Places without text that were taken for lines before; crops look there instead of at lines.
    """

    image: Pixels
    lines: tuple[LineLabel, ...]
    complete: bool = True
    decoys: tuple[LineLabel, ...] = ()
