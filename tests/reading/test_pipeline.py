import math

import numpy as np
import pytest

from ocrapp import Reader
from ocrapp.errors import CancelledError, UsageError
from ocrapp.geometry import Box, bounds, direction, iou, to_array, to_polygon
from ocrapp.reading.stages import Stage
from ocrapp.runtime import Cancel
from ocrapp.sources import PageImage
from tests.reading.fakes import BarFinder, BarReader, bar, finds, page_image, reads

TEXTS = {60: "one two", 90: "three", 120: "4.50", 150: "Name"}


def blank(width=400, height=300):
    return np.zeros((height, width, 3), np.uint8)


def test_page_carries_lines_words_and_where_they_come_from():
    page = blank()
    outlines = bar(page, (20, 30, 220, 50), 60), bar(page, (20, 60, 160, 80), 90)
    result = Reader(segmenter=finds(*reversed(outlines)), recognizer=reads(TEXTS)).read(page_image(page, 7))
    assert (result.source, result.number, result.width, result.height) == ("drawn.png", 7, 400, 300)
    assert result.provider == "CPUExecutionProvider"
    assert result.models == ("finder", "encoder", "reader/ctc")
    assert result.seconds > 0
    assert result.text == "one two\nthree"
    assert len(result.blocks) == 1
    assert [word.reader for word in result.words] == ["reader/ctc"] * 3
    first = next(iter(result.lines))
    assert iou(first.polygon, outlines[0]) > 0.99
    assert [bounds(word.polygon).left for word in first.words] == pytest.approx([20, 20 + 200 * 4 / 7])


def test_two_providers_are_both_reported():
    page = blank()
    recognizer = reads(TEXTS)
    mixed = type(recognizer)(
        recognizer.worker, recognizer.models, ("CUDAExecutionProvider", "CPUExecutionProvider")
    )
    result = Reader(segmenter=finds(bar(page, (20, 30, 220, 50), 60)), recognizer=mixed).read(
        page_image(page)
    )
    assert result.provider == "CPUExecutionProvider+CUDAExecutionProvider"


def test_cells_of_a_row_become_one_line():
    page = blank()
    names = [bar(page, (20, 30 + 30 * row, 120, 50 + 30 * row), 150) for row in range(4)]
    prices = [bar(page, (320, 31 + 30 * row, 380, 51 + 30 * row), 120) for row in range(4)]
    result = Reader(segmenter=finds(*prices, *names), recognizer=reads(TEXTS)).read(page_image(page))
    assert result.text == "\n".join(["Name 4.50"] * 4)
    line = next(iter(result.lines))
    assert bounds(line.polygon) == Box(20, 30, 380, 51)
    assert line.confidence == pytest.approx(0.95)


def test_noise_and_empty_readings_are_left_out():
    page = blank()
    outlines = [
        bar(page, (20, 30, 220, 50), 60),
        bar(page, (20, 100, 160, 120), 90, "right"),
        bar(page, (20, 200, 160, 220), 30),
    ]
    reader = Reader(segmenter=finds(*outlines), recognizer=reads({**TEXTS, 30: ""}, minimum=0.97))
    assert reader.read(page_image(page)).blocks == ()
    reader = Reader(segmenter=finds(*outlines), recognizer=reads({**TEXTS, 30: ""}, minimum=0.4))
    assert reader.read(page_image(page)).text == "one two\n\nthree"


@pytest.mark.parametrize(
    ("confidence", "score", "is_kept"),
    [(0.2, 0.95, False), (0.35, 0.85, False), (0.35, 0.95, True), (0.6, 0.85, True), (0.6, 0.95, True)],
)
def test_what_reads_badly_is_noise_where_the_segmenter_was_not_sure_either(confidence, score, is_kept):
    page = blank()
    outlines = bar(page, (20, 30, 220, 50), 60), bar(page, (20, 100, 220, 120), 90, "bottom")
    segmenter = Stage(BarFinder(*outlines, scores=(0.95, score)), ("finder",), ("CPU",), sure_score=0.9)
    recognizer = Stage(
        BarReader(TEXTS, poor=confidence),
        ("reader",),
        ("CPU",),
        min_confidence=0.25,
        doubtful_confidence=0.4,
    )
    result = Reader(segmenter=segmenter, recognizer=recognizer).read(page_image(page))
    assert result.text.split("\n")[0] == "one two"
    assert ("?" in result.text) == is_kept


def test_page_without_lines_has_no_blocks():
    result = Reader(segmenter=finds(), recognizer=reads(TEXTS)).read(page_image(blank()))
    assert result.blocks == () and result.text == ""


def test_turned_line_gets_outlines_in_its_reading_direction():
    page = blank()
    outline = bar(page, (50, 40, 70, 280), 60, "bottom")
    result = Reader(segmenter=finds(outline), recognizer=reads(TEXTS)).read(page_image(page))
    (line,) = result.lines
    assert line.text == "one two"
    assert direction(line.polygon) == pytest.approx(-90)
    one, two = (bounds(word.polygon) for word in line.words)
    assert one.bottom == pytest.approx(280) and two.top == pytest.approx(40) and one.top > two.bottom


def test_words_of_a_leaning_line_lean_with_it():
    angle = math.radians(20)
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    outline = to_polygon(to_array(Box(0, 0, 240, 20).polygon) @ turn + (80, 40))
    page = np.full((300, 400, 3), (60, 0, 0), np.uint8)
    page[:, :100] = (60, 255, 0)
    (line,) = Reader(segmenter=finds(outline), recognizer=reads(TEXTS)).read(page_image(page)).lines
    assert [direction(word.polygon) for word in line.words] == pytest.approx([20, 20], abs=0.1)
    assert iou(line.words[0].polygon, outline) == pytest.approx(3 / 7, abs=0.02)


def test_page_upside_down_is_read_from_its_own_top():
    page = blank()
    outlines = bar(page, (180, 60, 380, 80), 60, "right"), bar(page, (180, 30, 380, 50), 90, "right")
    result = Reader(segmenter=finds(*outlines), recognizer=reads(TEXTS)).read(page_image(page))
    assert result.text == "one two\nthree"


def test_layout_line_and_word_leave_the_segmenter_alone():
    page = blank(200, 20)
    bar(page, (0, 0, 200, 20), 60)
    segmenter = finds()
    reader = Reader(segmenter=segmenter, recognizer=reads(TEXTS))
    line, word = (reader.read(page_image(page), layout) for layout in ("line", "word"))
    assert [each.text for each in line.words] == ["one", "two"]
    assert [each.text for each in word.words] == ["onetwo"]
    assert bounds(next(iter(word.words)).polygon) == Box(0, 0, 200, 20)
    assert line.models == ("encoder", "reader/ctc")
    assert segmenter.worker.shapes == []


@pytest.mark.parametrize("shape", [(1, 1), (1, 20000), (20000, 1), (3, 3)])
@pytest.mark.parametrize("layout", ["auto", "line", "word"])
def test_pages_too_small_to_read_are_empty(shape, layout):
    pixels = np.full((*shape, 3), 60, np.uint8)
    whole = Box(0, 0, shape[1], shape[0]).polygon
    recognizer = reads(TEXTS)
    result = Reader(segmenter=finds(whole), recognizer=recognizer).read(page_image(pixels), layout)
    assert result.blocks == ()
    assert recognizer.worker.batches == []


def test_progress_counts_what_is_read():
    page = blank(400, 3000)
    outlines = [bar(page, (20, 30 + 40 * row, 120 + row, 50 + 40 * row), 90) for row in range(70)]
    reports = []
    Reader(segmenter=finds(*outlines), recognizer=reads(TEXTS)).read(
        page_image(page), progress=lambda *report: reports.append(report)
    )
    assert reports == [
        (0, 1, "finding text"),
        (1, 1, "finding text"),
        (6, 70, "reading"),  # the longest lines told which way up the page is
        (38, 70, "reading"),
        (70, 70, "reading"),
    ]


@pytest.mark.parametrize("after", [0, 1, 3])
def test_cancel_stops_at_the_next_step(after):
    page = blank(400, 3000)
    outlines = [bar(page, (20, 30 + 40 * row, 120, 50 + 40 * row), 90) for row in range(70)]
    cancel = Cancel()
    reports = []

    def listen(*report):
        reports.append(report)
        if len(reports) > after:
            cancel.cancel()

    with pytest.raises(CancelledError):
        Reader(segmenter=finds(*outlines), recognizer=reads(TEXTS)).read(
            page_image(page), "auto", cancel, listen
        )
    assert len(reports) <= after + 2


def test_modes_that_are_not_there_yet_fall_back():
    assert Reader(mode="balanced").mode == "fast"
    with pytest.raises(UsageError, match="mode 'best'"):
        Reader(mode="best")


def test_unknown_layout_is_refused():
    with pytest.raises(UsageError, match="layout 'table'"):
        Reader(segmenter=finds(), recognizer=reads({})).read(page_image(blank()), "table")


def test_fakes_follow_the_protocols():
    pixels = blank()
    assert BarFinder().segment(pixels, cancel=None) == []
    assert BarReader(TEXTS).read([], cancel=None) == []
    assert isinstance(page_image(pixels), PageImage)
