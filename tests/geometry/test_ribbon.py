import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocrapp.geometry import bounds, direction, iou, outline_from_contour, ribbon, to_array, to_polygon
from tests.geometry.test_polygons import turned_box


def arc(radius=300.0, height=50.0, start=200.0, end=340.0, points=15):
    """Outline of a band along the upper part of a circle, from the left to the right (angles in degrees)."""
    at = np.radians(np.linspace(start, end, points))
    ray = np.stack([np.cos(at), np.sin(at)], axis=1)
    outer, inner = ((radius + off) * ray + 400 for off in (height / 2, -height / 2))
    return to_polygon(np.concatenate([outer, inner[::-1]]))


def contour(*outlines):
    mask = np.zeros((800, 800), np.uint8)
    for outline in outlines:
        cv2.fillPoly(mask, [np.rint(to_array(outline) - 0.5).astype(np.int32)], 1)
    return cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0][0] + 0.5


@settings(max_examples=40)
@given(
    radius=st.floats(150, 350),
    height=st.floats(15, 60),
    middle=st.floats(250, 290),
    sweep=st.floats(30, 90),
    points=st.integers(7, 20),
)
def test_ribbon_follows_an_arc(radius, height, middle, sweep, points):
    outline = arc(radius, height, middle - sweep, middle + sweep, points=points)
    upper, lower = ribbon(outline)
    assert len(upper) == len(lower)
    inside = slice(1, -1)
    # The outline is a polygon: its sides cut through the circle by the sagitta of a step.
    slack = 0.07 * height + 1.2 * radius * (1 - np.cos(np.radians(sweep) / (points - 1)))
    assert np.hypot(*(upper[inside] - 400).T) == pytest.approx(radius + height / 2, abs=slack)
    assert np.hypot(*(lower[inside] - 400).T) == pytest.approx(radius - height / 2, abs=slack)
    assert upper[0] == pytest.approx(outline[0], abs=0.1 * height + slack)
    assert upper[-1] == pytest.approx(outline[points - 1], abs=0.1 * height + slack)


def test_ribbon_starts_where_the_outline_starts():
    outline = arc()
    other_end = outline[15:] + outline[:15]
    assert np.allclose(ribbon(other_end)[0][0], ribbon(outline)[1][-1], atol=1)
    assert ribbon(outline)[0][0] == pytest.approx(outline[0], abs=5)


def test_contour_of_a_curved_band_becomes_a_paired_outline():
    for shift in (0, 100, 700):
        outline = outline_from_contour(np.roll(contour(arc(points=60)), shift, axis=0))
        assert len(outline) > 4 and len(outline) % 2 == 0
        assert iou(outline, arc(points=60)) > 0.94
        assert outline[0] == pytest.approx(arc()[0], abs=8)
        assert abs(direction(outline)) < 3


def test_contour_of_a_smile_reads_from_left_to_right():
    at = arc(start=340, end=200, points=60)
    smile = to_polygon(to_array(at) * (1, -1) + (0, 800))
    outline = outline_from_contour(contour(smile))
    assert outline[0][0] < 200 and abs(direction(outline)) < 3
    box = bounds(outline)
    assert outline[0][1] < (box.top + box.bottom) / 2


@pytest.mark.parametrize("angle", [-40, -5, 0, 30])
def test_contour_of_a_straight_band_becomes_a_quad(angle):
    quad = turned_box(300, 40, angle, (400, 400))
    outline = outline_from_contour(contour(quad))
    assert len(outline) == 4
    assert iou(outline, quad) > 0.93
    assert direction(outline) == pytest.approx(angle, abs=1)


def test_contour_of_a_tapering_band_keeps_its_perspective():
    quad = ((100, 300), (700, 380), (700, 420), (100, 420))
    outline = outline_from_contour(contour(quad))
    assert len(outline) == 4
    assert iou(outline, quad) > 0.9
    heights = outline[3][1] - outline[0][1], outline[2][1] - outline[1][1]
    assert heights[0] > 2 * heights[1]


def test_contour_of_a_tall_band_stays_upright():
    outline = outline_from_contour(contour(turned_box(30, 300, 5, (400, 400))))
    assert len(outline) == 4
    assert abs(direction(outline)) < 10


@pytest.mark.parametrize("points", [[(5, 5)], [(5, 5), (9, 5)], [(5, 5), (9, 5), (7, 5)]])
def test_contour_without_area_gives_a_quad(points):
    assert len(outline_from_contour(np.array(points))) == 4
