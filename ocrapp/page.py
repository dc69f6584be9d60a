"""The result that everything in ocrapp speaks: ``Page > Block > Line > Word``.

All coordinates are pixels of the upright page image, origin at its top left corner, x to the right,
y downwards. All objects are frozen: a correction makes a new one (``dataclasses.replace``).
"""

from collections.abc import Iterator
from dataclasses import dataclass

Point = tuple[float, float]
"""One point, ``(x, y)`` in pixels."""

Polygon = tuple[Point, ...]
"""A closed outline, clockwise on screen, first point not repeated.

The outline of a word or line starts at the corner where reading starts, so that a polygon of four points
is a *quad*: reading start top, reading end top, reading end bottom, reading start bottom.
"""


Rule = tuple[Point, Point]
"""A straight line that is drawn on the page, from end to end: of a table, under a heading, between columns."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word as read.

    Attributes:
        text: The reading, without white space.
        polygon: Outline in page pixels.
        confidence: Probability-like score in [0, 1] that comes from the reader.
        reader: Id of the model that said so, for example ``svtrv2-nano/ctc``.
    """

    text: str
    polygon: Polygon
    confidence: float
    reader: str


@dataclass(frozen=True, slots=True)
class Line:
    """Words on one baseline in reading order; ``polygon`` is the line as the segmenter found it."""

    words: tuple[Word, ...]
    polygon: Polygon
    confidence: float

    @property
    def text(self) -> str:
        """The words joined by single spaces."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that are read one after the other: a paragraph, a column, a sign."""

    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        """The lines, one a row."""
        return "\n".join(line.text for line in self.lines)


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that was read on one page.

    Attributes:
        source: The path that was opened, as the person gave it.
        number: Page number within the source, starting at 1.
        width: Width of the upright page image in pixels.
        height: Height of the upright page image in pixels.
        blocks: In reading order.
        provider: ONNX Runtime provider that really ran, for example ``CPUExecutionProvider``.
        models: Ids of the models that took part.
        seconds: Wall time from decoded pixels to this result.
        rules: Drawn lines, which tell tables; in any order.
    """

    source: str
    number: int
    width: int
    height: int
    blocks: tuple[Block, ...]
    provider: str
    models: tuple[str, ...]
    seconds: float
    rules: tuple[Rule, ...] = ()

    @property
    def lines(self) -> Iterator[Line]:
        """All lines in reading order."""
        return (line for block in self.blocks for line in block.lines)

    @property
    def words(self) -> Iterator[Word]:
        """All words in reading order."""
        return (word for line in self.lines for word in line.words)

    @property
    def text(self) -> str:
        """The whole page in reading order: one row a line, an empty row between blocks."""
        return "\n\n".join(block.text for block in self.blocks)
