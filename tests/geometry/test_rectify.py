import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocrapp.geometry import MAX_HEIGHT, Box, iou, rectify, to_array
from tests.geometry.test_polygons import outlines, turned_box
from tests.geometry.test_ribbon import arc

shares = st.floats(0.1, 0.9)
shifts = st.floats(-8, 8)


def page_with_dot(at, height=700, width=800, spread=3.0):
    left, top = (int(value) - 15 for value in at)
    y, x = np.mgrid[top : top + 30, left : left + 30] + 0.5
    dot = 255 * np.exp(-((x - at[0]) ** 2 + (y - at[1]) ** 2) / (2 * spread**2))
    page = np.zeros((height, width, 3), np.uint8)
    page[top : top + 30, left : left + 30] = np.rint(dot)[..., None]
    return page


def dot_in(pixels):
    weight = pixels[..., 0].astype(float)
    y, x = np.mgrid[: weight.shape[0], : weight.shape[1]] + 0.5
    return np.array([[(weight * x).sum(), (weight * y).sum()]]) / weight.sum()


def assert_dot_comes_back(outline, share, turns):
    blank = np.zeros((700, 800, 3), np.uint8)
    crop = rectify(blank, outline)
    at = crop.to_page(np.array([[share[0] * crop.width, share[1] * crop.height]]))[0]
    seen = rectify(page_with_dot(at), outline).turned(turns)
    assert np.hypot(*(seen.to_page(dot_in(seen.pixels))[0] - at)) < 1


@settings(max_examples=30)
@given(
    size=st.tuples(st.floats(80, 500), st.floats(40, 120)),
    angle=st.floats(-180, 180),
    corners=st.lists(shifts, min_size=8, max_size=8),
    at=st.tuples(shares, st.floats(0.35, 0.65)),
    turns=st.integers(0, 3),
)
def test_a_dot_in_a_quad_maps_back_to_its_place(size, angle, corners, at, turns):
    quad = to_array(turned_box(*size, angle, (400, 350))) + np.reshape(corners, (4, 2))
    assert_dot_comes_back(quad, at, turns)


@settings(max_examples=20)
@given(
    radius=st.floats(150, 280),
    height=st.floats(40, 80),
    sweep=st.floats(30, 80),
    at=st.tuples(shares, st.floats(0.35, 0.65)),
    turns=st.sampled_from([0, 2]),
)
def test_a_dot_in_a_curved_line_maps_back_to_its_place(radius, height, sweep, at, turns):
    assert_dot_comes_back(arc(radius, height, 270 - sweep, 270 + sweep), at, turns)


def test_quad_becomes_a_crop_of_the_same_resolution():
    page = np.zeros((300, 600, 3), np.uint8)
    page[100:140, 50:350] = (200, 100, 50)
    crop = rectify(page, Box(50, 100, 350, 140).polygon)
    assert crop.pixels.shape == (40, 300, 3)
    assert (crop.pixels == (200, 100, 50)).all()


def test_crop_of_the_whole_page_is_the_page():
    page = np.random.default_rng(1).integers(0, 256, (40, 90, 3), dtype=np.uint8)
    assert (rectify(page, Box(0, 0, 90, 40).polygon).pixels == page).all()


def test_large_lines_are_averaged_down():
    page = np.zeros((1000, 4000, 3), np.uint8)
    page[::2, ::2] = page[1::2, 1::2] = 255
    crop = rectify(page, turned_box(3000, 640, 3, (2000, 500)))
    assert (crop.height, crop.width) == (MAX_HEIGHT, 300)
    assert crop.pixels.std() < 12
    assert crop.pixels.mean() == pytest.approx(127, abs=2)


def test_curved_line_becomes_straight():
    y, x = np.mgrid[:700, :800] + 0.5
    ring = np.abs(np.hypot(x - 400, y - 400) - 300) < 2
    page = np.repeat((255 * ring).astype(np.uint8)[..., None], 3, axis=2)
    crop = rectify(page, arc(300, 50, 200, 340, points=40))
    rows = (crop.pixels[..., 0].astype(float) * np.arange(crop.height)[:, None]).sum(0) / crop.pixels[
        ..., 0
    ].sum(0)
    middle = rows[10:-10]
    assert middle.max() - middle.min() < 2.5
    assert crop.width == pytest.approx(np.radians(140) * 300, rel=0.02)


def test_outline_of_a_part_is_the_part():
    crop = rectify(np.zeros((300, 600, 3), np.uint8), Box(100, 100, 500, 140).polygon)
    assert to_array(crop.outline()) == pytest.approx(to_array(Box(100, 100, 500, 140).polygon))
    part = crop.outline(0.25, 0.5, top=0.5)
    assert to_array(part) == pytest.approx(to_array(Box(200, 120, 300, 140).polygon))


def test_outline_of_a_curved_part_follows_the_curve():
    crop = rectify(np.zeros((700, 800, 3), np.uint8), arc(points=40))
    assert iou(crop.outline(), arc(points=40)) > 0.96
    third = crop.outline(1 / 3, 2 / 3)
    assert len(third) > 4
    assert iou(third, arc(start=200 + 140 / 3, end=340 - 140 / 3, points=40)) > 0.94


@given(turns=st.integers(0, 3))
def test_outline_of_a_turned_crop_starts_at_its_own_corner(turns):
    quad = Box(100, 100, 500, 140).polygon
    crop = rectify(np.zeros((300, 600, 3), np.uint8), quad).turned(turns)
    start = (4 - turns) % 4
    assert to_array(crop.outline()) == pytest.approx(to_array(quad[start:] + quad[:start]))


def test_turning_a_crop_four_times_changes_nothing():
    page = np.random.default_rng(1).integers(0, 256, (40, 90, 3), dtype=np.uint8)
    crop = rectify(page, Box(0, 0, 90, 40).polygon)
    assert (crop.turned(1).pixels == np.rot90(page, -1)).all()
    around = crop.turned(1).turned(3)
    assert around.turns == 0 and (around.pixels == page).all()


def test_a_given_quad_keeps_its_reading_direction():
    page = np.zeros((100, 100, 3), np.uint8)
    page[60:, 40:60] = 255
    upwards = ((40, 90), (40, 10), (60, 10), (60, 90))
    crop = rectify(page, upwards)
    assert crop.pixels.shape == (20, 80, 3)
    assert crop.pixels[:, :25].min() == 255 and crop.pixels[:, 35:].max() == 0


@given(outlines)
def test_any_outline_gives_a_crop(outline):
    crop = rectify(np.zeros((30, 40, 3), np.uint8), outline)
    assert crop.height >= 1 and crop.width >= 1
    assert np.isfinite(to_array(crop.outline())).all()


@pytest.mark.parametrize("shape", [(1, 1), (1, 20000), (20000, 1), (2, 40000)])
def test_extreme_pages(shape):
    page = np.full((*shape, 3), 7, np.uint8)
    crop = rectify(page, Box(0, 0, shape[1], shape[0]).polygon)
    assert (crop.pixels == 7).all()


def test_outline_beyond_the_page_repeats_the_border():
    page = np.full((50, 50, 3), 90, np.uint8)
    assert (rectify(page, Box(-20, 10, 80, 40).polygon).pixels == 90).all()
    assert (rectify(page, Box(200, 200, 260, 220).polygon).pixels == 90).all()
