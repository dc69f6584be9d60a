import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocrapp.geometry import Box, reading_order, to_array, to_polygon


def line(left, top, width, height=20):
    return Box(left, top, left + width, top + height).polygon


def column(left, top, widths, pitch=30, height=20):
    return [line(left, top + pitch * row, width, height) for row, width in enumerate(widths)]


def turn(outlines, angle):
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return [
        to_polygon(to_array(outline) @ np.array([[cos, sin], [-sin, cos]]) + 1000) for outline in outlines
    ]


def flat(order):
    return [index for block in order for row in block for index in row]


def blocks(order):
    return [[index for row in block for index in row] for block in order]


PARAGRAPH = (400, 390, 400, 395, 230)


def test_nothing_to_order():
    assert reading_order([]) == ()
    assert reading_order([line(5, 5, 50)]) == (((0,),),)


def test_single_column_of_two_paragraphs():
    lines = column(50, 50, PARAGRAPH) + column(50, 240, PARAGRAPH)
    assert blocks(reading_order(lines)) == [list(range(5)), list(range(5, 10))]


def test_two_columns_under_a_title():
    lines = [line(150, 10, 600, 40), *column(50, 100, PARAGRAPH * 2), *column(480, 100, PARAGRAPH * 2)]
    order = reading_order(lines)
    assert blocks(order) == [[0], list(range(1, 11)), list(range(11, 21))]
    assert all(len(row) == 1 for block in order for row in block)


def test_columns_whose_lines_are_not_on_one_level():
    lines = [*column(50, 100, PARAGRAPH * 2), *column(480, 113, PARAGRAPH * 2, pitch=33)]
    assert blocks(reading_order(lines)) == [list(range(10)), list(range(10, 20))]


def test_heading_that_parts_two_pairs_of_columns():
    upper = [*column(50, 100, PARAGRAPH), *column(480, 100, PARAGRAPH)]
    lower = [*column(50, 400, PARAGRAPH), *column(480, 400, PARAGRAPH)]
    lines = [*upper, line(100, 320, 700, 30), *lower]
    assert flat(reading_order(lines)) == list(range(21))


def test_three_columns():
    lines = [each for left in (0, 300, 600) for each in column(left, 0, (270, 260, 270, 200))]
    assert blocks(reading_order(lines)) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]


def test_left_column_that_is_longer_is_finished_first():
    left = [*column(50, 100, PARAGRAPH), *column(50, 290, PARAGRAPH)]
    lines = [*left, *column(480, 100, PARAGRAPH)]
    assert flat(reading_order(lines)) == list(range(15))


def test_sidebar_comes_after_the_text():
    text = column(50, 50, (500,) * 12)
    sidebar = column(600, 90, (90, 80, 85, 60), pitch=24, height=14)
    assert flat(reading_order([*text, *sidebar])) == list(range(16))


def test_receipt_is_read_row_by_row():
    names = column(20, 100, (150, 90, 200, 120))
    prices = [line(420 - width, 100 + 30 * row, width) for row, width in enumerate((50, 60, 50, 50))]
    header = [line(120, 10, 200, 30), line(60, 60, 350)]
    total = [line(20, 240, 80, 24), line(340, 241, 80, 24)]
    order = reading_order([*header, *names, *prices, *total])
    rows = [row for block in order for row in block]
    assert rows == [(0,), (1,), (2, 6), (3, 7), (4, 8), (5, 9), (10, 11)]


def test_table_with_four_columns_is_read_row_by_row():
    cells = [line(30 + 150 * x, 50 + 32 * y, 60 + 7 * ((3 * x + y) % 5)) for y in range(5) for x in range(4)]
    order = reading_order(cells)
    assert [row for block in order for row in block] == [tuple(range(4 * y, 4 * y + 4)) for y in range(5)]


def side_by_side(left, right, pitch=30, gutter=60):
    """Outlines and texts of two columns on the same baselines; a character is half as wide as high."""
    width = 10 * max(map(len, left))
    outlines = [
        line(at, 100 + pitch * row, 10 * len(text))
        for at, column in ((50, left), (50 + width + gutter, right))
        for row, text in enumerate(column)
    ]
    return outlines, [*left, *right]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (("Bread and butter", "Milk and honey"), ("Rain and wind", "Sun and moon")),
        (("Bread and butter", "Milk and honey", "Salt, pepper"), ("Rain and wind", "Sun, moon", "Snow")),
        (("• Bread", "• Milk", "• Salt"), ("• Rain", "• Snow", "• Wind")),
        (("1. tea", "2. milk"), ("3. 4 eggs", "4. salt")),
    ],
)
def test_short_lists_side_by_side_are_read_one_after_the_other(left, right):
    outlines, texts = side_by_side(left, right)
    assert flat(reading_order(outlines, texts)) == list(range(len(texts)))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (
            ("Sourdough bread", "Butter 250 g", "6 free-range eggs"),
            ("EUR 107.80", "EUR 102.95", "EUR 103.48"),
        ),
        (
            ("Invoice number:", "Date of issue:", "Sold by:"),
            ("ABC Trading Ltd", "the 5th of May", "Anna Miller"),
        ),
        (("bread", "milk", "salt"), ("pane", "latte", "sale")),
        (("Our bread", "Wholemeal loaf", "Roll"), ("7.80", "5.20", "0.95")),
        (("- 12.50", "- 3.75", "- 1.20"), ("- 12.50", "- 3.75", "- 0.20")),
    ],
)
def test_short_tables_are_read_row_by_row(left, right):
    outlines, texts = side_by_side(left, right)
    rows = [row for block in reading_order(outlines, texts) for row in block]
    assert rows == [(row, len(left) + row) for row in range(len(left))]


def test_two_rows_are_read_across_but_far_pieces_stay_lines_of_their_own():
    outlines, texts = side_by_side(("Our bread", "Wholemeal loaf"), ("7.80", "5.20"))
    assert flat(reading_order(outlines, texts)) == [0, 2, 1, 3]


def test_three_columns_of_phrases_are_a_table():
    cells = [line(30 + 220 * x, 50 + 32 * y, 130 + 7 * ((3 * x + y) % 5)) for y in range(3) for x in range(3)]
    rows = [row for block in reading_order(cells) for row in block]
    assert rows == [tuple(range(3 * y, 3 * y + 3)) for y in range(3)]


def test_pieces_of_one_line_join():
    lines = [line(50, 50, 400), line(50, 80, 180), line(245, 81, 205), line(50, 110, 400)]
    assert reading_order(lines) == (((0,), (1, 2), (3,)),)


def test_far_neighbours_on_one_level_are_two_lines():
    signs = [line(50, 100, 120, 40), line(600, 102, 130, 40)]
    assert reading_order(signs) == (((0,),), ((1,),))


def test_scattered_words_are_read_from_the_top():
    words = [line(500, 20, 90, 30), line(40, 200, 120, 40), line(300, 420, 80, 25), line(30, 600, 60, 20)]
    assert flat(reading_order(words)) == [0, 1, 2, 3]


def test_small_type_below_large_type_is_another_block():
    lines = [line(50, 20, 300, 60), line(50, 90, 200, 20), line(50, 114, 220, 20)]
    assert blocks(reading_order(lines)) == [[0], [1, 2]]


def test_wide_spacing_throughout_is_one_paragraph():
    assert blocks(reading_order(column(50, 50, (400,) * 6, pitch=48))) == [list(range(6))]


@pytest.mark.parametrize("angle", [-30, -4, 7, 90, 180])
def test_turned_pages_keep_their_order(angle):
    title_and_columns = [line(150, 10, 600, 40), *column(50, 100, PARAGRAPH), *column(480, 100, PARAGRAPH)]
    assert flat(reading_order(turn(title_and_columns, angle))) == list(range(11))


def test_one_turned_line_does_not_turn_the_page():
    lines = [*column(100, 50, (500,) * 6), ((60, 220), (60, 50), (80, 50), (80, 220))]
    assert [index for index in flat(reading_order(lines)) if index < 6] == list(range(6))


@given(
    st.lists(st.tuples(*[st.integers(0, 500)] * 2, st.integers(1, 300), st.integers(1, 60)), max_size=25),
    st.randoms(),
)
def test_every_line_appears_once_whatever_the_layout(boxes, random):
    lines = [line(*box) for box in dict.fromkeys(boxes)]
    order = flat(reading_order(lines))
    assert sorted(order) == list(range(len(lines)))
    shuffled = random.sample(range(len(lines)), len(lines))
    again = flat(reading_order([lines[index] for index in shuffled]))
    assert len(again) == len(order)
