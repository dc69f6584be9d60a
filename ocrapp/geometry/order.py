"""Reading order: lines to rows, rows to blocks, columns after each other.

A page is levelled first. Then it is cut recursively into what is read one after the other: bands of lines
that share a free vertical strip stay together, and the strip parts them into columns, unless what stands left
and right of it are the cells of rows (a receipt, a table), which are read across. A title over two columns
has no strip in common with them and so goes first. Everything is deterministic. Outlines are enough; what the
lines say, if it is known, tells short lists side by side from tables.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import numpy as np

from ocrapp.geometry.polygons import direction, extent, to_array
from ocrapp.page import Polygon

Rows = list[list["_Item"]]

_CORE = 0.3
"""Share of its height above and below the middle that a line needs for itself: outlines may overlap."""
_STRIP = 0.5
"""Narrowest free strip between columns, in median line heights."""
_SAME_ROW = 0.4
"""Largest step between the middles of neighbours in a row, in heights of the lower one."""
_SAME_SIZE = 2.6
"""Largest ratio of heights in a row: an outline may be loose, and a sum larger than its label."""
_WORD_GAP = 4.0
"""Up to this gap, in heights, neighbours on one level are one line of text without further evidence."""
_CELL_GAP = 30.0
"""Up to this gap they are cells of a row, where so many rows have a gap at this place."""
_ROWS_OF_CELLS = 3
_CELL_ASPECT = 8.0
"""A column whose lines are typically shorter than this many heights holds cells and not running text."""
_LIST_ASPECT = 4.0
"""The same for two columns that look like two halves of a list: both flush left and of similar width."""
_FLUSH = 0.6
"""Largest typical distance, in heights, of the beginnings of lines that are set flush left."""
_MARKED = re.compile(r"\s*([•‣◦·*–—-]\s*[^\s\d]|\(?\w{1,2}[.)]\s)")
"""What a line of a list begins with: a bullet, a number or a letter."""


@dataclass(frozen=True, slots=True)
class _Item:
    """A line on the levelled page: its extent in x, the middle of its height, its height."""

    index: int
    left: float
    right: float
    middle: float
    height: float
    text: str = ""


def reading_order(
    outlines: Sequence[Polygon], texts: Sequence[str] | None = None
) -> tuple[tuple[tuple[int, ...], ...], ...]:
    """Order lines as a person reads them.

    Args:
        outlines: Lines in page pixels, each with its points in reading order.
        texts: What the lines say, if that is known.

    Returns:
        Blocks (paragraph, column, sign) of rows of indices into ``outlines``. A row has more than one index
        where several pieces stand on one baseline: a name and its price, or a line that was found in parts.
    """
    rows = _split_wide(_arrange(_level(outlines, texts or [""] * len(outlines))))
    return tuple(tuple(tuple(item.index for item in row) for row in block) for block in _blocks(rows))


def _level(outlines: Sequence[Polygon], texts: Sequence[str]) -> list[_Item]:
    """Turn the page so that most of the text runs to the right."""
    angle = dominant_angle(outlines)
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    items = []
    for index, (outline, text) in enumerate(zip(outlines, texts, strict=True)):
        points = to_array(outline) @ np.array([[cos, -sin], [sin, cos]])
        (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
        height = float(bottom - top)
        if abs((direction(outline) - angle + 180) % 360 - 180) < 20:
            # The bounds of a long line that still leans a little would reach into its neighbours.
            height = min(height, extent(outline)[1])
        middle = float(top + bottom) / 2
        items.append(_Item(index, float(left), float(right), middle, max(height, 1e-3), text))
    return items


def dominant_angle(outlines: Sequence[Polygon]) -> float:
    """Median direction in degrees, long lines counting more; 0 where there is no common one."""
    angles, weights = [], []
    for outline in outlines:
        length, height = extent(outline)
        if length > 2 * height:
            angles.append(direction(outline))
            weights.append(length)
    if not angles:
        return 0.0
    turns, share = np.radians(angles), np.array(weights) / sum(weights)
    mean = complex(share @ np.exp(1j * turns))
    if abs(mean) < 0.7:
        return 0.0
    off = np.angle(np.exp(1j * turns) / mean)
    ranked = np.argsort(off, kind="stable")
    middle = ranked[np.searchsorted(np.cumsum(share[ranked]), 0.5).clip(0, len(ranked) - 1)]
    return angles[int(middle)]


def _arrange(items: list[_Item]) -> Rows:
    """Rows of a part of the page in reading order."""
    if len(items) < 2:
        return [items] if items else []
    groups = _groups(_bands(items))
    if len(groups) > 1:
        return [row for group in groups for row in _arrange(group)]
    columns = _columns(items, _gutters(items))
    if len(columns) > 1:
        return [row for column in columns for row in _arrange(column)]
    return _rows(items)


def _bands(items: list[_Item]) -> Rows:
    """Cut at all heights where no line is in the way; from top to bottom."""
    bands: Rows = []
    end = -math.inf
    for item in sorted(items, key=lambda item: (item.middle - _CORE * item.height, item.left, item.index)):
        if item.middle - _CORE * item.height >= end:
            bands.append([])
        bands[-1].append(item)
        end = max(end, item.middle + _CORE * item.height)
    return bands


def _groups(bands: Rows) -> Rows:
    """Join bands that follow each other as long as they have a gutter in common."""
    groups: Rows = []
    for band in bands:
        if groups and _gutters(groups[-1] + band):
            groups[-1].extend(band)
        else:
            groups.append(list(band))
    return groups


def _gutters(items: list[_Item]) -> list[float]:
    """Middles of the vertical strips that are free all the way and have lines side by side at them."""
    narrowest = _STRIP * median(item.height for item in items)
    ordered = sorted(items, key=lambda item: item.left)
    gutters = []
    end = ordered[0].right
    for count, item in enumerate(ordered):
        if item.left - end >= narrowest and _stand_side_by_side(ordered[:count], ordered[count:]):
            gutters.append((item.left + end) / 2)
        end = max(end, item.right)
    return gutters


def _stand_side_by_side(left: list[_Item], right: list[_Item]) -> bool:
    return any(abs(a.middle - b.middle) < (a.height + b.height) / 2 for a in left for b in right)


def _columns(items: list[_Item], gutters: list[float]) -> Rows:
    """Part items at gutters, but leave those neighbours together whose lines are cells of the same rows."""
    edges = [-math.inf, *gutters, math.inf]
    strips = [[item for item in items if low < item.left <= high] for low, high in pairwise(edges)]
    columns = [strips[0]]
    for before, strip in pairwise(strips):
        if _are_cells(before, strip, are_all=len(strips) == 2):
            columns[-1] = columns[-1] + strip
        else:
            columns.append(strip)
    return columns


def _are_cells(left: list[_Item], right: list[_Item], are_all: bool) -> bool:
    """Whether two columns, maybe the only ones, are read across: on the same baselines, in short pieces."""
    fewer, more = sorted((left, right), key=len)
    aligned = sum(any(_on_one_level(item, other) for other in more) for item in fewer)
    if aligned < 0.6 * len(fewer):
        return False
    if len(fewer) == 1:
        return True
    if all(_most(_MARKED.match(item.text) for item in column) for column in (left, right)):
        return False
    if _most(_is_figure(item.text) for item in right) or _most(
        item.text.rstrip()[-1:] == ":" for item in left
    ):
        return True
    aspects = [median((item.right - item.left) / item.height for item in column) for column in (left, right)]
    halves = are_all and max(aspects) < 2 * min(aspects) and _is_flush(left) and _is_flush(right)
    return min(aspects) < (_LIST_ASPECT if halves else _CELL_ASPECT)


def _most(answers: Iterable[object]) -> bool:
    return median(bool(answer) for answer in answers) > 0.5


def _is_figure(text: str) -> bool:
    """Whether a text is a price, a date or another number."""
    return sum(map(str.isdigit, text)) >= 0.4 * max(1, len("".join(text.split())))


def _is_flush(column: list[_Item]) -> bool:
    edge = median(item.left for item in column)
    return median(abs(item.left - edge) / item.height for item in column) < _FLUSH


def _on_one_level(first: _Item, second: _Item) -> bool:
    low, high = sorted((first.height, second.height))
    return abs(first.middle - second.middle) < _SAME_ROW * low and high < _SAME_SIZE * low


def _rows(items: list[_Item]) -> Rows:
    """Collect what stands on one baseline; each item is compared with its nearest neighbour in the row."""
    rows: Rows = []
    for item in sorted(items, key=lambda item: (item.middle, item.left, item.index)):
        for row in reversed(rows):
            nearest = min(row, key=lambda other: max(item.left - other.right, other.left - item.right))
            gap = max(item.left - nearest.right, nearest.left - item.right)
            if _on_one_level(item, nearest) and gap > -0.5 * item.height:
                row.append(item)
                break
        else:
            rows.append([item])
    return [sorted(row, key=lambda item: (item.left, item.index)) for row in rows]


def _split_wide(rows: Rows) -> Rows:
    """Part neighbours in a row that are too far from each other to be one line, unless they are cells."""
    gaps = [[(before.right, item.left) for before, item in pairwise(row)] for row in rows]
    split: Rows = []
    for row in rows:
        split.append(row[:1])
        for before, item in pairwise(row):
            gap = _gap(before, item)
            if gap > _CELL_GAP or (gap > _WORD_GAP and not _are_cells_of_rows(before, item, gaps)):
                split.append([item])
            else:
                split[-1].append(item)
    return split


def _are_cells_of_rows(left: _Item, right: _Item, gaps: list[list[tuple[float, float]]]) -> bool:
    """Whether enough rows have a gap where these two have theirs."""
    narrowest = _STRIP * max(left.height, right.height)
    rows = sum(
        any(min(end, right.left) - max(start, left.right) > narrowest for start, end in row) for row in gaps
    )
    return rows >= _ROWS_OF_CELLS


def _gap(left: _Item, right: _Item) -> float:
    return (right.left - left.right) / max(left.height, right.height)


def _blocks(rows: Rows) -> list[Rows]:
    """Join rows that follow each other closely, below one another and in similar type."""
    spans = [_span(row) for row in rows]
    steps = [_step(*pair) for pair in pairwise(spans)]
    near = [step for step in steps if step is not None and step < 2]
    # Text that is set with wide line spacing throughout is still one paragraph.
    limit = max(0.9, 1.35 * median(near)) if near else 0.9
    blocks = [rows[:1]] if rows else []
    for row, step in zip(rows[1:], steps, strict=True):
        if step is not None and step < limit:
            blocks[-1].append(row)
        else:
            blocks.append([row])
    return blocks


def _span(row: list[_Item]) -> _Item:
    """A row as one item."""
    left, right = min(item.left for item in row), max(item.right for item in row)
    middle, height = (median(getattr(item, name) for item in row) for name in ("middle", "height"))
    return _Item(row[0].index, left, right, middle, height)


def _step(above: _Item, below: _Item) -> float | None:
    """Free space between two rows in heights, or None if they cannot be one paragraph."""
    low, high = sorted((above.height, below.height))
    apart = above.right < below.left or below.right < above.left
    if apart or high > 1.6 * low or below.middle - above.middle < 0.5 * low:
        return None
    return (below.middle - above.middle - (above.height + below.height) / 2) / ((low + high) / 2)
