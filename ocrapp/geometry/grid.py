"""Tables whose cells are drawn."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

from ocrapp.geometry.cells import Cell, Spot, Table, letter_height, word_lines
from ocrapp.page import Rule

_TOUCH = 0.7
"""Rules meet if they come so near to each other, in heights of letters."""
_LEAN = 0.1
"""Slope up to which a rule is level or upright."""
_COVERED = 0.6
"""Share of a cell's side that has to be drawn to part it from its neighbour."""
_FILLED = 0.25
"""Share of cells with words that a table has at least."""


@dataclass(frozen=True, slots=True)
class _Bar:
    """A rule along one axis: where it stands on the other axis, and from where to where it runs."""

    at: float
    start: float
    end: float


def ruled_tables(spots: Sequence[Spot], rules: Sequence[Rule]) -> list[Table]:
    """Tables in grids of rules, with two rows and two columns at least.

    Args:
        spots: The words, on the levelled page.
        rules: Likewise.
    """
    near = _TOUCH * letter_height(spots)
    level, upright = _bars(rules)
    tables = []
    for bars_level, bars_upright in _groups(level, upright, near):
        ys = _edges(bars_level, bars_upright, near)
        xs = _edges(bars_upright, bars_level, near)
        if len(ys) > 2 and len(xs) > 2:
            cells = _Grid(xs, ys, bars_level, bars_upright, near).cells(spots)
            filled = [cell for cell in cells if cell.lines]
            if len({cell.column for cell in filled}) > 1 and len(filled) >= max(3, _FILLED * len(cells)):
                tables.append(Table(len(ys) - 1, len(xs) - 1, tuple(cells), ruled=True))
    return tables


def _bars(rules: Sequence[Rule]) -> tuple[list[_Bar], list[_Bar]]:
    level, upright = [], []
    for (x0, y0), (x1, y1) in rules:
        if abs(y1 - y0) <= _LEAN * abs(x1 - x0):
            level.append(_Bar((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
        elif abs(x1 - x0) <= _LEAN * abs(y1 - y0):
            upright.append(_Bar((x0 + x1) / 2, min(y0, y1), max(y0, y1)))
    return level, upright


def _groups(
    level: Sequence[_Bar], upright: Sequence[_Bar], near: float
) -> Iterable[tuple[list[_Bar], list[_Bar]]]:
    """Rules that hang together."""
    left_level, left_upright = list(level), list(upright)
    while left_level:
        mine_level, mine_upright = [left_level.pop()], list[_Bar]()
        grown = True
        while grown:
            more_upright = [bar for bar in left_upright if any(_meet(bar, own, near) for own in mine_level)]
            left_upright = [bar for bar in left_upright if bar not in more_upright]
            mine_upright += more_upright
            more_level = [bar for bar in left_level if any(_meet(bar, own, near) for own in mine_upright)]
            left_level = [bar for bar in left_level if bar not in more_level]
            mine_level += more_level
            grown = bool(more_level or more_upright)
        yield mine_level, mine_upright


def _meet(one: _Bar, other: _Bar, near: float) -> bool:
    """Whether a level and an upright rule touch."""
    return one.start - near <= other.at <= one.end + near and other.start - near <= one.at <= other.end + near


def _edges(bars: Sequence[_Bar], across: Sequence[_Bar], near: float) -> list[float]:
    """Where rows or columns begin and end: at rules, and where those of the other direction end."""
    places = [bar.at for bar in bars]
    if across:
        places += [min(bar.start for bar in across), max(bar.end for bar in across)]
    edges: list[list[float]] = []
    for place in sorted(places):
        if edges and place - edges[-1][-1] <= near:
            edges[-1].append(place)
        else:
            edges.append([place])
    return [sum(edge) / len(edge) for edge in edges]


class _Grid:
    """Places between edges, and what is drawn between them."""

    def __init__(
        self,
        xs: Sequence[float],
        ys: Sequence[float],
        level: Sequence[_Bar],
        upright: Sequence[_Bar],
        near: float,
    ) -> None:
        self._xs, self._ys = xs, ys
        self._level, self._upright = level, upright
        self._near = near

    def cells(self, spots: Sequence[Spot]) -> list[Cell]:
        """Places that nothing parts are one cell, if together they are a rectangle."""
        rows, columns = len(self._ys) - 1, len(self._xs) - 1
        owner = {place: place for place in product(range(rows), range(columns))}
        for row, column in product(range(rows), range(columns)):
            if column + 1 < columns and not self._parted_across(row, column):
                _join(owner, (row, column), (row, column + 1))
            if row + 1 < rows and not self._parted_down(row, column):
                _join(owner, (row, column), (row + 1, column))
        groups: dict[tuple[int, int], list[tuple[int, int]]] = {}
        for place, first in owner.items():
            groups.setdefault(first, []).append(place)
        words = self._words(spots)
        parts: list[list[tuple[int, int]]] = []
        for places in groups.values():
            parts += [places] if _is_rectangle(places) else [[place] for place in places]
        cells = [self._cell(part, words) for part in parts]
        return sorted(cells, key=lambda cell: (cell.row, cell.column))

    def _cell(self, places: Sequence[tuple[int, int]], words: dict[tuple[int, int], list[Spot]]) -> Cell:
        (top, left), (bottom, right) = min(places), max(places)
        inside = [spot for place in places for spot in words.get(place, ())]
        return Cell(top, left, bottom - top + 1, right - left + 1, word_lines(inside))

    def _words(self, spots: Sequence[Spot]) -> dict[tuple[int, int], list[Spot]]:
        words: dict[tuple[int, int], list[Spot]] = {}
        for spot in spots:
            x, y = spot.middle
            if self._xs[0] < x < self._xs[-1] and self._ys[0] < y < self._ys[-1]:
                place = sum(y >= edge for edge in self._ys) - 1, sum(x >= edge for edge in self._xs) - 1
                words.setdefault(place, []).append(spot)
        return words

    def _parted_across(self, row: int, column: int) -> bool:
        return self._drawn(self._upright, self._xs[column + 1], self._ys[row], self._ys[row + 1])

    def _parted_down(self, row: int, column: int) -> bool:
        return self._drawn(self._level, self._ys[row + 1], self._xs[column], self._xs[column + 1])

    def _drawn(self, bars: Sequence[_Bar], at: float, start: float, end: float) -> bool:
        covered = sum(
            max(0.0, min(bar.end, end) - max(bar.start, start))
            for bar in bars
            if abs(bar.at - at) <= self._near
        )
        return covered >= _COVERED * (end - start)


def _join(
    owner: dict[tuple[int, int], tuple[int, int]], one: tuple[int, int], other: tuple[int, int]
) -> None:
    mine, theirs = owner[one], owner[other]
    if mine != theirs:
        for place, first in owner.items():
            if first == theirs:
                owner[place] = mine


def _is_rectangle(places: Sequence[tuple[int, int]]) -> bool:
    rows, columns = ({place[axis] for place in places} for axis in (0, 1))
    return len(places) == (max(rows) - min(rows) + 1) * (max(columns) - min(columns) + 1)
