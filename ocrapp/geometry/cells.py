"""What tables are made of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from ocrapp.page import Word


@dataclass(frozen=True, slots=True)
class Spot:
    """A word on the levelled page, in pixels there.

    Attributes:
        word: Which one.
        line: Number of its line in reading order.
        left: Edge of its box, as are ``right``, ``top`` and ``bottom``.
        height: Of the letters: less than the box has where a word leans.
    """

    word: Word
    line: int
    left: float
    right: float
    top: float
    bottom: float
    height: float

    @property
    def middle(self) -> tuple[float, float]:
        """The centre of its box."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; rows and columns count from 0.

    Attributes:
        row: Of its upper left corner.
        column: Of its upper left corner.
        rows: How many it covers.
        columns: How many it covers.
        lines: Its words.
    """

    row: int
    column: int
    rows: int
    columns: int
    lines: tuple[tuple[Word, ...], ...]

    @property
    def text(self) -> str:
        """Its lines, one a row."""
        return "\n".join(" ".join(word.text for word in line) for line in self.lines)


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes:
        rows: How many there are.
        columns: How many there are.
        cells: From left to right and from top to bottom; none overlap, and places may be empty.
        ruled: Whether rules say where the cells are.
    """

    rows: int
    columns: int
    cells: tuple[Cell, ...]
    ruled: bool

    @property
    def words(self) -> Iterator[Word]:
        """All words in it."""
        return (word for cell in self.cells for line in cell.lines for word in line)

    def texts(self) -> list[list[str]]:
        """Rows of texts; a cell that covers several places stands in the first one."""
        texts = [[""] * self.columns for _ in range(self.rows)]
        for cell in self.cells:
            texts[cell.row][cell.column] = cell.text
        return texts


def word_lines(spots: Sequence[Spot]) -> tuple[tuple[Word, ...], ...]:
    """Words of a cell as lines from the top down, each from left to right."""
    lines: list[list[Spot]] = []
    for spot in sorted(spots, key=lambda spot: (spot.middle[1], spot.left)):
        if lines and spot.middle[1] - lines[-1][0].middle[1] < 0.5 * spot.height:
            lines[-1].append(spot)
        else:
            lines.append([spot])
    return tuple(tuple(spot.word for spot in sorted(line, key=lambda spot: spot.left)) for line in lines)


def letter_height(spots: Sequence[Spot]) -> float:
    """Median height in pixels."""
    return median(spot.height for spot in spots)
