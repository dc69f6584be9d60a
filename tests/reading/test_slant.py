import cv2
import numpy as np
import pytest

from ocrapp.reading.maps import TextLine
from ocrapp.reading.slant import evidence, level, slant


def rows(pitch=24, size=(480, 640)):
    """A page of rows of dark blots, as long as words."""
    page = np.full((*size, 3), 250, np.uint8)
    rng = np.random.default_rng(3)
    for y in range(20, size[0] - 20, pitch):
        x = 20
        while x < size[1] - 60:
            width = int(rng.integers(14, 70))
            cv2.rectangle(page, (x, y), (x + width - 9, y + pitch // 2), (20, 20, 20), -1)
            x += width
    return page


def turned(page, degrees):
    height, width = page.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
    return cv2.warpAffine(page, matrix, (width, height), borderValue=(250, 250, 250))


@pytest.mark.parametrize("degrees", [-45, -30, 20, 38])
def test_the_slant_of_a_page_is_found(degrees):
    assert slant(turned(rows(), degrees)) == pytest.approx(degrees, abs=1)


def test_a_level_page_and_one_without_rows_have_none():
    assert slant(rows()) == 0
    assert slant(np.full((100, 200, 3), 90, np.uint8)) == 0
    assert slant(np.random.default_rng(0).integers(0, 255, (300, 300, 3), np.uint8)) == 0
    assert slant(np.zeros((1, 1, 3), np.uint8)) == 0


def test_levelling_keeps_the_places():
    page = turned(rows(), 30)
    turn = level(page, 30)
    assert turn.pixels.shape[0] > page.shape[0]
    centre = turn.pixels.shape[1] / 2, turn.pixels.shape[0] / 2
    quad = tuple((centre[0] + x, centre[1] + y) for x, y in ((-50, -10), (50, -10), (50, 10), (-50, 10)))
    back = np.array(turn.to_original(TextLine(quad, quad, 0.5)).quad)
    assert back.mean(axis=0) == pytest.approx((320, 240), abs=1)
    run = back[1] - back[0]
    assert np.rad2deg(np.arctan2(run[1], run[0])) == pytest.approx(30, abs=0.1)


def test_whole_lines_are_more_evidence_than_their_pieces():
    def line(left, right):
        quad = ((left, 0), (right, 0), (right, 20), (left, 20))
        return TextLine(quad, quad, 0.9)

    assert evidence([line(0, 300)]) > 2 * evidence([line(at, at + 90) for at in (0, 100, 200)])
