import time

import cv2
import numpy as np
import pytest

from ocrapp.errors import CancelledError
from ocrapp.geometry import area, direction, iou
from ocrapp.reading.maps import MapParams, TextLine, lines_from_maps
from ocrapp.reading.segmenter import Segmenter, SegmenterParams, merge_levels
from ocrapp.runtime import Cancel


def rectangle(x, y, width, height, degrees=0.0):
    return cv2.boxPoints(((x, y), (width, height), degrees)).astype(np.float64)


def draw(shape, outlines, cell=2.0):
    """Region or kernel maps of outlines given in pixels."""
    plane = np.zeros(shape, np.uint8)
    for outline in outlines:
        cells = np.asarray(outline) / cell - 0.5
        cv2.fillPoly(plane, [np.round(cells * 16).astype(np.int32)], 255, shift=4)
    return plane


def band(width, height, share=0.45, pull=0.25):
    return width - 2 * pull * height, share * height


class DrawnNetwork:
    """Stands in for a trained network: white pixels are text, pure red ones are kernels as well."""

    def __init__(self):
        self.sizes = []

    def run(self, feeds, cancel=None):
        (cancel or Cancel()).check()
        image = feeds["image"]
        self.sizes.append(image.shape[2:])
        assert image.dtype == np.float32
        assert all(side % 32 == 0 for side in self.sizes[-1])
        small = cv2.resize(image[0].transpose(1, 2, 0), None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        region, kernel = small[..., 0] > 0.75, (small[..., 0] > 0.75) & (small[..., 1] < 0.25)
        return [np.where(np.stack([region, kernel]), 8.0, -8.0).astype(np.float32)[None]]


def drawn_image(height, width, lines):
    image = np.zeros((height, width, 3), np.uint8)
    for x, y, w, h in lines:
        image[y : y + h, x : x + w] = 255
        ends, top = round(0.25 * h), round(0.275 * h)
        image[y + top : y + h - top, x + ends : x + w - ends] = (255, 0, 0)
    return image


@pytest.mark.parametrize("degrees", [0, 12, -33, 80])
def test_a_straight_band_becomes_its_quad(degrees):
    outline = rectangle(300, 200, 180, 30, degrees)
    kernel = rectangle(300, 200, *band(180, 30), degrees)
    lines = lines_from_maps(draw((200, 300), [outline]), draw((200, 300), [kernel]), (2.0, 2.0))
    assert len(lines) == 1
    assert iou(lines[0].polygon, outline) > 0.9
    assert len(lines[0].polygon) == 4
    assert lines[0].score > 0.9


def test_lines_that_touch_stay_apart():
    outlines = [rectangle(200, 100 + 24 * i, 260, 24) for i in range(4)]
    kernels = [rectangle(200, 100 + 24 * i, *band(260, 24)) for i in range(4)]
    lines = lines_from_maps(draw((160, 200), outlines), draw((160, 200), kernels), (2.0, 2.0))
    assert len(lines) == 4
    for outline in outlines:
        assert max(iou(line.polygon, outline) for line in lines) > 0.8


def test_a_bent_line_keeps_its_bend():
    angles = np.linspace(-0.9, 0.9, 40)

    def arc(radius):
        return np.stack([300 + radius * np.sin(angles), 420 - radius * np.cos(angles)], axis=1)

    outline = np.concatenate([arc(316), arc(284)[::-1]])
    inner = slice(2, -2)
    kernel = np.concatenate([arc(307)[inner], arc(293)[inner][::-1]])
    lines = lines_from_maps(draw((240, 300), [outline]), draw((240, 300), [kernel]), (2.0, 2.0))
    assert len(lines) == 1
    assert len(lines[0].polygon) > 4
    assert iou(lines[0].polygon, outline) > 0.75
    assert abs(direction(lines[0].polygon)) < 10


def test_weak_and_tiny_regions_are_dropped():
    outline, kernel = rectangle(100, 50, 90, 20), rectangle(100, 50, *band(90, 20))
    weak = (draw((60, 100), [outline]) * 0.55).astype(np.uint8)
    assert lines_from_maps(weak, draw((60, 100), [kernel]), (2.0, 2.0), MapParams(min_score=0.6)) == []
    speck = rectangle(40, 40, 5, 3)
    assert lines_from_maps(draw((60, 100), [speck]), draw((60, 100), [speck]), (2.0, 2.0)) == []
    assert lines_from_maps(np.zeros((8, 8), np.uint8), np.zeros((8, 8), np.uint8), (2.0, 2.0)) == []


def test_dense_page_is_converted_quickly():
    places = [(150 + 310 * column, 20 + 15 * row) for column in range(4) for row in range(60)]
    region = draw((480, 640), [rectangle(x, y, 260, 12) for x, y in places])
    kernel = draw((480, 640), [rectangle(x, y, *band(260, 12)) for x, y in places])
    lines_from_maps(region, kernel, (2.0, 2.0))
    started = time.process_time()
    lines = lines_from_maps(region, kernel, (2.0, 2.0))
    assert len(lines) == 240
    assert time.process_time() - started < 0.5


def test_odd_sizes_are_padded_and_clipped():
    network = DrawnNetwork()
    lines = Segmenter(network).segment(drawn_image(101, 333, [(200, 40, 133, 30)]))
    assert len(lines) == 1
    assert max(x for x, _ in lines[0].polygon) <= 333
    assert iou(lines[0].polygon, ((200, 40), (333, 40), (333, 70), (200, 70))) > 0.8


def test_large_images_are_tiled_without_cutting_lines():
    network = DrawnNetwork()
    placed = [(100, 80 + 190 * i, 1900, 24) for i in range(8)]
    lines = Segmenter(network, SegmenterParams(tile=512, margin=64, whole=400_000)).segment(
        drawn_image(1600, 2100, placed)
    )
    assert max(h * w for h, w in network.sizes) <= 512 * 512
    assert len(lines) == len(placed)
    for x, y, w, h in placed:
        assert (
            max(iou(line.polygon, ((x, y), (x + w, y), (x + w, y + h), (x, y + h))) for line in lines) > 0.9
        )


def test_huge_images_are_scaled_to_the_budget():
    network = DrawnNetwork()
    levels = Segmenter(network, {"max_pixels": 250_000, "other": 1}).maps(drawn_image(1000, 1500, []))
    assert levels[0].region.size * 4 <= 260_000
    assert levels[0].cell[0] == pytest.approx(2 * (1_500_000 / 250_000) ** 0.5, rel=0.01)


def test_levels_reach_half_the_height():
    assert len(Segmenter(DrawnNetwork()).maps(drawn_image(960, 1280, []))) == 2
    assert len(Segmenter(DrawnNetwork()).maps(drawn_image(96, 400, []))) == 1


def box(x, y, width, height, score=0.9):
    quad = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
    return TextLine(quad, quad, score)


def test_merging_keeps_the_finer_line_of_ordinary_size():
    fine, coarse = box(10, 10, 300, 40), box(8, 8, 306, 46)
    assert merge_levels([fine], [coarse], 110) == [fine]


def test_merging_replaces_fragments_of_large_letters():
    fragments = [box(20, 20, 60, 300, 0.7), box(150, 40, 70, 30, 0.7)]
    coarse, far = box(10, 10, 800, 320), box(10, 500, 200, 30)
    assert merge_levels([*fragments, far], [coarse], 110) == [far, coarse]


def test_merging_keeps_a_stack_of_small_lines():
    stack = [box(10, 10 + 50 * i, 400, 45) for i in range(5)]
    assert merge_levels(stack, [box(10, 10, 400, 250)], 110) == stack
    assert area(stack[0].polygon) == pytest.approx(400 * 45)


def test_cancel_stops_it():
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(CancelledError):
        Segmenter(DrawnNetwork()).segment(drawn_image(64, 64, []), cancel)
