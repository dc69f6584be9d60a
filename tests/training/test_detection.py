"""Matching of regions on squares whose overlaps are known."""

import pytest

from ocrapp.page import Polygon
from ocrapp.training.data.real import Region
from ocrapp.training.detection import Found, RegionCounts, SceneScores, match, score_scene


def box(x: float, y: float, width: float, height: float) -> Polygon:
    return ((x, y), (x + width, y), (x + width, y + height), (x, y + height))


def test_one_to_one_and_the_best_overlap_wins() -> None:
    labels = [box(0, 0, 10, 10)]
    found = [box(0, 0, 10, 8), box(0, 0, 10, 9)]
    assert match(labels, found) == [(0, 1)]
    assert match(labels, [box(0, 0, 10, 5)]) == [(0, 0)]  # IoU exactly 0.5
    assert match(labels, [box(0, 0, 10, 4.9)]) == []
    assert match(labels, [box(10, 10, 5, 5)]) == []


def test_dont_care_regions_neither_help_nor_hurt() -> None:
    labels = [Region(box(0, 0, 10, 10), "EXIT", False), Region(box(50, 0, 100, 50), None, True)]
    found = [Found(box(0, 0, 10, 10), "exit"), Found(box(60, 5, 10, 10), "x"), Found(box(60, 20, 9, 9), "y")]
    scores = score_scene(labels, found)
    assert scores.detection == RegionCounts(1, 1, 1)
    assert scores.end_to_end == RegionCounts(1, 1, 1)
    stray = score_scene(labels, [*found, Found(box(200, 200, 5, 5), "z")])
    assert stray.detection == RegionCounts(1, 2, 1)


def test_end_to_end_asks_for_the_text() -> None:
    labels = [
        Region(box(0, 0, 10, 10), "EXIT", False),
        Region(box(20, 0, 10, 10), None, False),  # text unknown: has to be found, need not be read
        Region(box(40, 0, 10, 10), "&", False),  # nothing to compare by letters and digits
    ]
    found = [Found(region.polygon, "exlt") for region in labels]
    scores = score_scene(labels, found)
    assert scores.detection == RegionCounts(3, 3, 3)
    assert scores.end_to_end == RegionCounts(1, 1, 0)
    assert score_scene(labels, found, same=lambda a, b: True).end_to_end == RegionCounts(1, 1, 1)


def test_ratios_come_from_sums() -> None:
    total = RegionCounts(2, 1, 1) + RegionCounts(2, 4, 1)
    assert (total.recall, total.precision) == (0.5, 0.4)
    assert total.hmean == pytest.approx(2 * 0.5 * 0.4 / 0.9)
    assert RegionCounts().hmean == RegionCounts().precision == RegionCounts().recall == 0.0
    assert SceneScores() + SceneScores(total) == SceneScores(total)


def test_crossed_corners_do_not_break_the_match() -> None:
    bow_tie = ((0.0, 0.0), (10.0, 10.0), (10.0, 0.0), (0.0, 10.0))
    assert match([bow_tie], [box(0, 0, 10, 10)]) == [(0, 0)]
