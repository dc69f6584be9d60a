"""Tables of a page, found from the places of words and rules alone.

Where rules form a grid, it says what the cells are (`grid`). Elsewhere a table is a run of rows whose words
keep free vertical strips between them (`columns`).
"""

import math

import numpy as np

from ocrapp.geometry.cells import Spot, Table
from ocrapp.geometry.columns import borderless_tables
from ocrapp.geometry.grid import ruled_tables
from ocrapp.geometry.order import dominant_angle
from ocrapp.geometry.polygons import Points, extent, to_array, to_polygon
from ocrapp.page import Page, Polygon


def find_tables(page: Page) -> tuple[Table, ...]:
    """The tables of a page, from the top down.

    Words without a place belong to none.
    """
    spots, turn = level_words(page)
    if not spots:
        return ()
    rules = [(start, end) for start, end in (to_polygon(to_array(rule) @ turn) for rule in page.rules)]
    found = ruled_tables(spots, rules)
    taken = {id(word) for table in found for word in table.words}
    found += borderless_tables([spot for spot in spots if id(spot.word) not in taken])
    top = {id(spot.word): spot.top for spot in spots}
    return tuple(sorted(found, key=lambda table: min(top[id(word)] for word in table.words)))


def level_words(page: Page) -> tuple[list[Spot], Points]:
    """The words of a page that is turned until its text runs to the right, and the turn (2, 2)."""
    outlines = [line.polygon for line in page.lines if len(line.polygon) >= 3]
    angle = math.radians(dominant_angle(outlines)) if outlines else 0.0
    cos, sin = math.cos(angle), math.sin(angle)
    turn = np.array([[cos, -sin], [sin, cos]])
    spots = []
    for number, line in enumerate(page.lines):
        for word in line.words:
            if len(word.polygon) >= 3:
                (left, top), (right, bottom) = _bounds(word.polygon, turn)
                height = min(bottom - top, extent(word.polygon)[1])
                spots.append(Spot(word, number, left, right, top, bottom, max(height, 1.0)))
    return spots, turn


def _bounds(polygon: Polygon, turn: Points) -> tuple[tuple[float, float], tuple[float, float]]:
    points = to_array(polygon) @ turn
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    return (float(left), float(top)), (float(right), float(bottom))
