"""Tables without rules: rows of words that keep free strips between them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ocrapp.geometry.cells import Cell, Spot, Table, word_lines

_CELL_GAP = (0.6, 1.0)
"""Words of one line that are further from each other, in heights, stand in different cells: bounds of it."""
_WORD_GAPS = 2.5
"""Within the bounds it is so many times the usual gap between words."""
_STRIP = 0.6
"""Narrowest strip between columns, in heights."""
_CROSSING = 0.15
"""Share of rows that may cross a strip: headings over several columns, or a long entry."""
_STEP = 3.0
"""Rows that are further from each other, from middle to middle in heights, are not one table."""
_RUNNING_TEXT = 10.0
"""Heights from which entries are lines of text; two columns of such are no table."""
_FILLED = 0.6
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
    rows = _rows(_pieces(spots))
    tables, end = [], 0
    for run in _runs(rows):
        strips = _strips(rows[slice(*run)])
        first, last = _extended(rows, run, end, strips)
        table = _table(rows[first:last], strips)
        if table is not None:
            tables.append(table)
            end = last
    return tables


def _pieces(spots: Sequence[Spot]) -> list[_Piece]:
    lines: dict[int, list[Spot]] = {}
    for spot in spots:
        lines.setdefault(spot.line, []).append(spot)
    ordered = [sorted(line, key=lambda spot: spot.left) for line in lines.values()]
    gaps = [_gap(*pair) for line in ordered for pair in pairwise(line)]
    low, high = _CELL_GAP
    limit = min(max(low, _WORD_GAPS * median(gaps)), high) if gaps else high
    pieces = []
    for line in ordered:
        parts = [line[:1]]
        for before, spot in pairwise(line):
            if _gap(before, spot) > limit:
                parts.append([spot])
            else:
                parts[-1].append(spot)
        pieces += [_Piece(tuple(part)) for part in parts]
    return pieces


def _gap(left: Spot, right: Spot) -> float:
    """Free space between neighbours, in heights."""
    return (right.left - left.right) / max(left.height, right.height)


def _rows(pieces: Sequence[_Piece]) -> list[_Row]:
    rows: list[_Row] = []
    for piece in sorted(pieces, key=lambda piece: piece.middle):
        last = rows[-1] if rows else []
        if last and piece.middle - last[-1].middle < 0.5 * min(piece.height, last[-1].height):
            last.append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda piece: piece.left) for row in rows]


def _runs(rows: Sequence[_Row]) -> list[tuple[int, int]]:
    """Rows with several pieces that follow each other closely, as index of the first and behind the last."""
    runs: list[tuple[int, int]] = []
    for index, row in enumerate(rows):
        if len(row) < 2:
            continue
        if runs and runs[-1][1] == index and _follows(rows[index - 1], row):
            runs[-1] = runs[-1][0], index + 1
        else:
            runs.append((index, index + 1))
    return [(first, last) for first, last in runs if last - first > 1]


def _follows(above: _Row, below: _Row) -> bool:
    return below[0].middle - above[0].middle <= _STEP * max(above[0].height, below[0].height)


def _extended(rows: list[_Row], run: tuple[int, int], start: int, strips: Sequence[float]) -> tuple[int, int]:
    """Take in rows above and below that are narrow between columns, but do not reach over the strips.

    Rows before ``start`` belong to another table.
    """
    first, last = max(start, run[0]), run[1]
    while first > start and _follows(rows[first - 1], rows[first]) and _cut(rows[first - 1], strips):
        first -= 1
        rows[first] = _cut(rows[first], strips)
    while last < len(rows) and _follows(rows[last - 1], rows[last]) and _cut(rows[last], strips):
        rows[last] = _cut(rows[last], strips)
        last += 1
    return first, last


def _cut(row: _Row, strips: Sequence[float]) -> _Row:
    """The words of a row by columns; nothing if they stand in one column, or one reaches over a strip."""
    spots = [spot for piece in row for spot in piece.spots]
    if any(spot.left < strip < spot.right for spot in spots for strip in strips):
        return []
    columns: dict[int, list[Spot]] = {}
    for spot in spots:
        columns.setdefault(sum(strip <= spot.left for strip in strips), []).append(spot)
    return [_Piece(tuple(column)) for _, column in sorted(columns.items())] if len(columns) > 1 else []


def _table(rows: Sequence[_Row], strips: Sequence[float]) -> Table | None:
    rows, strips = _without_neighbours(rows, strips)
    columns = len(strips) + 1
    if columns < 2 or len(rows) < (3 if columns == 2 else 2):
        return None
    placed = [_place(row, strips) for row in rows]
    entries = Counter(first for row in placed for first, _, _ in row)
    if sum(entries.values()) < _FILLED * columns * len(rows) or _is_running_text(placed, columns):
        return None
    if len(rows) > 2 and any(entries[column] < 2 for column in range(columns)):
        return None
    cells = [
        Cell(number, first, 1, last - first + 1, word_lines(spots))
        for number, row in enumerate(placed)
        for first, last, spots in row
    ]
    return Table(len(rows), columns, tuple(cells), ruled=False)


def _without_neighbours(rows: Sequence[_Row], strips: Sequence[float]) -> tuple[list[_Row], list[float]]:
    """Without outer columns of one entry: something that happens to stand beside the table."""
    kept, left = list(rows), list(strips)
    while left and len(rows) > 2:
        outside = [
            [piece for row in kept for piece in row if piece.left > left[-1]],
            [piece for row in kept for piece in row if piece.right < left[0]],
        ]
        alone = next((side for side, pieces in enumerate(outside) if len(pieces) < 2), None)
        if alone is None:
            break
        kept = [[piece for piece in row if piece not in outside[alone]] for row in kept]
        left = left[1:] if alone else left[:-1]
    return kept, left


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
