import numpy as np
import pytest

from ocrapp.geometry import rectify
from ocrapp.reading.turning import mean_confidence, read_tall_and_wide, turn_if_upside_down
from tests.reading.fakes import BarReader, bar, say

TEXTS = {60: "sixty", 90: "ninety"}


def drawn(width, height, start, name=60):
    page = np.zeros((200, 200, 3), np.uint8)
    return rectify(page, bar(page, (10, 10, 10 + width, 10 + height), name, start))


@pytest.mark.parametrize(("start", "turns"), [("bottom", 1), ("top", 3)])
def test_tall_crops_are_read_the_way_that_makes_sense(start, turns):
    ((crop, reading),) = read_tall_and_wide([drawn(20, 150, start)], BarReader(TEXTS).read)
    assert reading.text == "sixty"
    assert crop.turns == turns and crop.width > crop.height


def test_tall_crops_stay_when_no_way_is_surer():
    ((crop, _),) = read_tall_and_wide([drawn(20, 150, "left")], lambda crops: [say("x", 0.9) for _ in crops])
    assert crop.turns == 0


def test_wide_crops_are_read_once():
    reader = BarReader(TEXTS)
    assert [reading.text for _, reading in read_tall_and_wide([drawn(150, 20, "left")], reader.read)] == [
        "sixty"
    ]
    assert reader.batches == [1]


def test_page_upside_down_is_turned():
    crops = [drawn(150, 20, "right"), drawn(100, 20, "right", 90)]
    reader = BarReader(TEXTS)
    turned = turn_if_upside_down(read_tall_and_wide(crops, reader.read), reader.read)
    assert [(crop.turns, reading.text) for crop, reading in turned] == [(2, "sixty"), (2, "ninety")]


def test_good_page_is_not_read_twice():
    reader = BarReader(TEXTS)
    lines = read_tall_and_wide(
        [drawn(150, 20, "left"), drawn(160, 20, "left"), drawn(99, 20, "left"), drawn(40, 20, "right")],
        reader.read,
    )
    assert turn_if_upside_down(lines, reader.read) == lines
    assert reader.batches == [4]


def test_poor_page_that_is_no_better_upside_down_stays_after_a_sample():
    asked = []

    def mumble(crops):
        asked.append(len(crops))
        return [say("mumble", 0.3) for _ in crops]

    lines = [(drawn(150, 20, "left"), say("murmur", 0.4))] * 30
    assert turn_if_upside_down(lines, mumble) == lines
    assert asked == [12]


def test_mean_confidence_counts_characters():
    assert mean_confidence([say("abc", 0.9), say("d", 0.5), say("", 0)]) == pytest.approx(0.8)
    assert mean_confidence([]) == 0
