"""Tables without rules: rows of words that keep free strips between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ocrapp.geometry.cells import Cell, Spot, Table, word_lines

_CELL_GAP = 1.0
"""Words of one line that are further from each other, in heights, stand in different cells."""
_STRIP = 0.6
"""Narrowest strip between columns, in heights."""
_CROSSING = 0.15
"""Share of rows that may cross a strip: headings over several columns, or a long entry."""
_STEP = 3.0
"""Rows that are further from each other, from middle to middle in heights, are not one table."""
_RUNNING_TEXT = 10.0
"""Heights from which entries are lines of text; two columns of such are no table."""
_FILLED = 0.5
"""Share of places with words that a table has at least."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """Words of one line that stand together."""

    spots: tuple[Spot, ...]

    @property
    def left(self) -> float:
        return min(spot.left for spot in self.spots)

    @property
    def right(self) -> float:
        return max(spot.right for spot in self.spots)

    @property
    def middle(self) -> float:
        return median(spot.middle[1] for spot in self.spots)

    @property
    def height(self) -> float:
        return median(spot.height for spot in self.spots)


_Row = list[_Piece]


def borderless_tables(spots: Sequence[Spot]) -> list[Table]:
    """Tables among words, on the levelled page: two columns of three rows, or more columns of two, at least."""
    tables = []
    for run in _runs(_rows(_pieces(spots))):
        table = _table(run)
        if table is not None:
            tables.append(table)
    return tables


def _pieces(spots: Sequence[Spot]) -> list[_Piece]:
    lines: dict[int, list[Spot]] = {}
    for spot in spots:
        lines.setdefault(spot.line, []).append(spot)
    pieces = []
    for line in lines.values():
        ordered = sorted(line, key=lambda spot: spot.left)
        parts = [ordered[:1]]
        for before, spot in pairwise(ordered):
            if spot.left - before.right > _CELL_GAP * max(before.height, spot.height):
                parts.append([spot])
            else:
                parts[-1].append(spot)
        pieces += [_Piece(tuple(part)) for part in parts]
    return pieces


def _rows(pieces: Sequence[_Piece]) -> list[_Row]:
    rows: list[_Row] = []
    for piece in sorted(pieces, key=lambda piece: piece.middle):
        last = rows[-1] if rows else []
        if last and piece.middle - last[-1].middle < 0.5 * min(piece.height, last[-1].height):
            last.append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda piece: piece.left) for row in rows]


def _runs(rows: Sequence[_Row]) -> list[list[_Row]]:
    """Rows with several pieces that follow each other closely."""
    runs: list[list[_Row]] = [[]]
    for row in rows:
        if len(row) < 2:
            runs.append([])
            continue
        last = runs[-1][-1] if runs[-1] else None
        if last is not None and row[0].middle - last[0].middle > _STEP * max(row[0].height, last[0].height):
            runs.append([])
        runs[-1].append(row)
    return [run for run in runs if len(run) > 1]


def _table(rows: list[_Row]) -> Table | None:
    strips = _strips(rows)
    columns = len(strips) + 1
    if columns < 2 or len(rows) < (3 if columns == 2 else 2):
        return None
    placed = [_place(row, strips) for row in rows]
    if sum(len(row) for row in placed) < _FILLED * columns * len(rows) or _is_running_text(placed, columns):
        return None
    cells = [
        Cell(number, first, 1, last - first + 1, word_lines(spots))
        for number, row in enumerate(placed)
        for first, last, spots in row
    ]
    return Table(len(rows), columns, tuple(cells), ruled=False)


def _strips(rows: Sequence[_Row]) -> list[float]:
    """Middles of the free strips between columns."""
    pieces = [piece for row in rows for piece in row]
    height = median(piece.height for piece in pieces)
    allowed = int(_CROSSING * len(rows))
    # How many rows have words at x changes where a piece begins or ends.
    steps = sorted([(piece.left, 1) for piece in pieces] + [(piece.right, -1) for piece in pieces])
    strips: list[float] = []
    covered, since, inside = 0, 0.0, False
    for x, change in steps:
        before, covered = covered, covered + change
        if covered <= allowed < before:
            since = x
        elif before <= allowed < covered:
            if inside and x - since >= _STRIP * height:
                strips.append((since + x) / 2)
            inside = True
    return strips


def _place(row: _Row, strips: Sequence[float]) -> list[tuple[int, int, list[Spot]]]:
    """First and last column of each entry of a row, and its words."""
    entries: list[tuple[int, int, list[Spot]]] = []
    for piece in row:
        first = sum(strip <= piece.left for strip in strips)
        last = max(first, sum(strip < piece.right for strip in strips))
        if entries and entries[-1][1] >= first:
            before = entries.pop()
            entries.append((before[0], max(before[1], last), [*before[2], *piece.spots]))
        else:
            entries.append((first, last, list(piece.spots)))
    return entries


def _is_running_text(rows: Sequence[Sequence[tuple[int, int, list[Spot]]]], columns: int) -> bool:
    """Whether two columns hold lines of text."""
    lengths: list[list[float]] = [[] for _ in range(columns)]
    for row in rows:
        for first, last, spots in row:
            if first == last:
                width = max(spot.right for spot in spots) - min(spot.left for spot in spots)
                lengths[first].append(width / median(spot.height for spot in spots))
    return sum(bool(column) and median(column) > _RUNNING_TEXT for column in lengths) > 1
