import numpy as np
import pytest

from ocrapp.geometry import iou
from ocrapp.reading.joins import join_pieces
from ocrapp.reading.maps import TextLine


def piece(left, top, right, bottom, score=0.9, degrees=0.0):
    corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)], float)
    turn = np.deg2rad(degrees)
    corners = corners @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    quad = tuple((float(x), float(y)) for x, y in corners)
    return TextLine(quad, quad, score)


def test_a_wide_space_between_rows_of_prose_is_closed():
    rows = [piece(0, 30 * i, 500, 30 * i + 20) for i in (0, 2)]
    pieces = [piece(0, 30, 240, 50, 0.9), piece(256, 31, 500, 51, 0.7)]
    joined = join_pieces([*rows, *pieces], 1.0)
    assert len(joined) == 3
    whole = max(joined, key=lambda line: iou(line.polygon, piece(0, 30, 500, 51).polygon))
    assert iou(whole.polygon, piece(0, 30, 500, 51).polygon) > 0.98
    assert whole.score == pytest.approx(0.8, abs=0.01)


def test_columns_stay_apart():
    cells = [piece(x, 30 * i, x + w, 30 * i + 20) for i in range(4) for x, w in ((0, 240 - 9 * i), (256, 90))]
    assert len(join_pieces(cells, 1.0)) == 8


def test_a_narrow_gap_is_closed_even_in_columns():
    cells = [piece(x, 30 * i, x + w, 30 * i + 20) for i in range(4) for x, w in ((0, 250), (254, 90))]
    assert len(join_pieces(cells, 1.0)) == 4


@pytest.mark.parametrize(
    "second",
    [
        piece(106, 12, 200, 32),  # on another baseline
        piece(140, 0, 200, 20),  # too far
        piece(104, -20, 300, 60),  # of another size
        piece(0, 22, 100, 42),  # below
    ],
)
def test_what_is_not_on_the_line_is_not_joined(second):
    assert len(join_pieces([piece(0, 0, 100, 20), second], 1.0)) == 2


@pytest.mark.parametrize("degrees", [-40, 12, 75])
def test_slanted_pieces_are_joined_along_their_direction(degrees):
    pieces = [piece(at, 100, at + 90, 120, degrees=degrees) for at in (0, 96, 192)]
    (joined,) = join_pieces(pieces, 1.0)
    assert iou(joined.polygon, piece(0, 100, 282, 120, degrees=degrees).polygon) > 0.95


def test_nothing_is_joined_on_request_and_bent_lines_stay():
    pieces = [piece(0, 0, 100, 20), piece(104, 0, 200, 20)]
    assert join_pieces(pieces, 0) == pieces
    bent = TextLine(((0, 0), (50, 5), (100, 0), (100, 20), (50, 25), (0, 20)), pieces[0].quad, 0.9)
    assert join_pieces([bent, pieces[1]], 1.0) == [bent, pieces[1]]
