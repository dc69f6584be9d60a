import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ocrapp.geometry import (
    Box,
    area,
    bounds,
    clip,
    direction,
    enclosing_quad,
    intersection_area,
    iou,
    min_area_quad,
    order_quad,
    to_array,
    to_polygon,
)

SQUARE = Box(0, 0, 10, 10).polygon
coordinates = st.floats(-50, 50, allow_nan=False)
outlines = st.lists(st.tuples(coordinates, coordinates), min_size=3, max_size=9).map(tuple)


def turned_box(width, height, angle, centre=(200.0, 100.0)):
    """A box around a centre whose upper left corner is first before it is turned clockwise by degrees."""
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    corners = to_array(Box(-width / 2, -height / 2, width / 2, height / 2).polygon)
    return to_polygon(corners @ np.array([[cos, sin], [-sin, cos]]) + centre)


def test_box_of_an_outline():
    box = bounds(((3, 4), (9, 1), (5, 8)))
    assert box == Box(3, 1, 9, 8)
    assert (box.width, box.height) == (6, 7)


def test_area_counts_both_lobes_of_a_folded_outline():
    bow_tie = ((0, 0), (10, 10), (10, 0), (0, 10))
    assert area(SQUARE) == pytest.approx(100)
    assert area(bow_tie) == pytest.approx(50)
    assert area(((0, 0), (5, 5))) == 0


def test_overlap_of_shifted_squares():
    half = Box(5, 0, 15, 10).polygon
    assert intersection_area(SQUARE, half) == pytest.approx(50)
    assert iou(SQUARE, half) == pytest.approx(50 / 150)
    assert iou(SQUARE, Box(20, 20, 30, 30).polygon) == 0
    assert iou(((1, 1), (1, 1), (1, 1)), ((1, 1), (1, 1), (1, 1))) == 0


@given(outlines, outlines)
@example(((0, 0), (33, 0), (0.5, -28)), ((-5, 4), (16, -19.5), (33, 0), (0.5, -28)))
def test_iou_is_a_symmetric_share_for_any_outline(first, second):
    value = iou(first, second)
    assert 0 <= value <= 1 + 1e-9
    assert value == pytest.approx(iou(second, first), abs=1e-9)
    if area(first) > 1e-3:
        assert iou(first, first) == pytest.approx(1)


@given(outlines)
def test_clip_keeps_points_inside_and_their_number(outline):
    clipped = clip(outline, 20, 10)
    assert len(clipped) == len(outline)
    box = bounds(clipped)
    assert box.left >= 0 and box.top >= 0 and box.right <= 20 and box.bottom <= 10
    assert clip(clipped, 20, 10) == clipped


@given(
    width=st.floats(60, 300),
    height=st.floats(10, 40),
    angle=st.floats(-58, 58),
    corners=st.permutations(range(4)),
)
def test_long_boxes_read_along_their_long_side(width, height, angle, corners):
    quad = turned_box(width, height, angle)
    ordered = order_quad([quad[corner] for corner in corners])
    assert to_array(ordered) == pytest.approx(to_array(quad), abs=1e-6)
    assert direction(ordered) == pytest.approx(angle, abs=1e-6)


@pytest.mark.parametrize("angle", [-25, -10, 0, 10, 25])
@pytest.mark.parametrize("size", [(20, 90), (30, 31), (36, 30)], ids=["tall", "square", "stout"])
def test_tall_and_square_boxes_stay_upright(size, angle):
    quad = turned_box(*size, angle)
    assert to_array(order_quad(quad[::-1])) == pytest.approx(to_array(quad), abs=1e-6)


def test_min_area_quad_of_a_leaning_box():
    quad = turned_box(120, 30, -20)
    middles = [tuple((a + b) / 2 for a, b in zip(*pair, strict=True)) for pair in pairwise(quad)]
    assert to_array(min_area_quad([*quad, *middles])) == pytest.approx(to_array(quad), abs=0.01)


def test_enclosing_quad_follows_the_common_direction():
    words = [
        turned_box(40, 20, 15, (100 + 60 * k * math.cos(0.2618), 50 + 60 * k * math.sin(0.2618)))
        for k in range(3)
    ]
    line = enclosing_quad(words)
    assert direction(line) == pytest.approx(15, abs=0.1)
    assert line[0] == pytest.approx(words[0][0], abs=0.1)
    assert line[2] == pytest.approx(words[2][2], abs=0.1)


def test_enclosing_quad_of_upside_down_words_starts_at_their_reading_start():
    word = turned_box(80, 20, 180)
    assert to_array(enclosing_quad([word])) == pytest.approx(to_array(word), abs=1e-6)
    assert abs(direction(word)) == pytest.approx(180)
