import numpy as np
import pytest

from ocrapp.geometry import Box, bounds, extent
from ocrapp.reading.maps import TextLine
from ocrapp.reading.orientation import find_view
from tests.reading.fakes import BarReader, bar, middle

TEXTS = {60: "the first line of all", 90: "another one", 120: "O", 150: "short words here"}
HEIGHT, WIDTH = 300, 400


class LevelFinder:
    """Finds the bars of a page, or, where these stand on end, squares along them: letters."""

    def __init__(self):
        self.shapes = []

    def segment(self, pixels):
        self.shapes.append(pixels.shape)
        lines = []
        for name in np.unique(pixels[..., 0])[1:]:
            rows, columns = np.nonzero(pixels[..., 0] == name)
            left, top, right, bottom = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
            side = right - left
            boxes = (
                [(top, bottom)] if side > bottom - top else [(y, y + side) for y in range(top, bottom, side)]
            )
            lines += [box_line(left, above, right, below) for above, below in boxes]
        return lines


def box_line(left, top, right, bottom):
    outline = tuple(
        (float(x), float(y)) for x, y in ((left, top), (right, top), (right, bottom), (left, bottom))
    )
    return TextLine(outline, outline, 0.9)


def page(turns=0):
    """Three bars that start on the left, turned clockwise by quarters."""
    pixels = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    for name, top, right in ((60, 40, 340), (90, 80, 240), (150, 120, 280)):
        bar(pixels, (40, top, right, top + 20), name)
    return np.ascontiguousarray(np.rot90(pixels, -turns))


@pytest.mark.parametrize(
    ("turns", "sideways", "head_down", "segmented"),
    [(0, False, False, 1), (1, True, True, 2), (2, False, True, 1), (3, True, False, 2)],
)
def test_every_orientation_is_found_with_no_more_work_than_needed(turns, sideways, head_down, segmented):
    finder, reader = LevelFinder(), BarReader(TEXTS)
    view = find_view(page(turns), finder.segment, reader.read)
    assert (view.sideways, view.head_down) == (sideways, head_down)
    assert len(finder.shapes) == segmented
    assert sorted(reading.text for _, reading in view.known.values()) == sorted(
        TEXTS[name] for name in (60, 90, 150)
    )


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_outlines_come_back_to_the_original_page(turns):
    original = page(turns)
    view = find_view(original, LevelFinder().segment, BarReader(TEXTS).read)
    height, width = original.shape[:2]
    for index, (crop, reading) in view.known.items():
        outline = view.to_page(view.lines[index].polygon)
        assert extent(outline) == extent(view.lines[index].polygon)
        x, y = middle(outline).astype(int)
        assert TEXTS[int(original[y, x, 0])] == reading.text
        assert set(view.to_page(crop.outline())) == set(outline)
    beyond = ((-9, -9), (9999, -9), (9999, 9999), (-9, 9999))
    assert bounds(view.to_page(beyond)) == Box(0, 0, width, height)


def test_only_the_longest_lines_are_read():
    pixels = np.zeros((600, WIDTH, 3), np.uint8)
    for row in range(12):
        bar(pixels, (20, 10 + 40 * row, 100 + 20 * row, 30 + 40 * row), 60 + row)
    reader = BarReader({60 + row: "text of a line" for row in range(12)})
    view = find_view(pixels, LevelFinder().segment, reader.read)
    assert reader.batches == [6]
    assert min(view.lines[index].polygon[1][0] for index in view.known) == 220


def test_a_page_that_reads_poorly_every_way_stays_on_its_feet():
    reader = BarReader({60: "illegible words", 90: "some more"}, poor=0.45)
    pixels = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    pixels[40:60, 40:340, 0], pixels[80:100, 40:340, 0] = 60, 90
    view = find_view(pixels, LevelFinder().segment, reader.read)
    assert (view.sideways, view.head_down) == (False, False)


def test_a_lone_sign_that_reads_well_on_end_does_not_turn_the_page():
    """An "O" says nothing about directions."""
    pixels = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    bar(pixels, (100, 40, 120, 64), 120, "bottom")
    view = find_view(pixels, LevelFinder().segment, BarReader(TEXTS).read)
    assert (view.sideways, view.head_down) == (False, False)


def test_an_empty_page_has_an_empty_view():
    view = find_view(np.zeros((60, 80, 3), np.uint8), LevelFinder().segment, BarReader(TEXTS).read)
    assert (view.lines, view.sideways, view.head_down) == ((), False, False)
