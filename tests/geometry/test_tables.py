"""Tables of pages that are known exactly, ruled and not, level and skewed."""

import math
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw

from ocrapp.geometry import find_rules, find_tables
from ocrapp.page import Block, Line
from tests.export.pages import line, page

ROWS = [
    ["Artikel", "Menge", "Preis"],
    ["Sauerteigbrot", "2", "7.80"],
    ["Butter 250 g", "1", "2.95"],
    ["Eier", "12", "4.20"],
]
LEFTS, PITCH, TOP = (100, 500, 700, 900), 60, 200


def row_line(texts, lefts, y, height=30):
    """Cells of a row as one line, as the reader joins them."""
    cells = [line(text, left + 10, y, height) for text, left in zip(texts, lefts, strict=False) if text]
    words = tuple(word for cell in cells for word in cell.words)
    return Line(words, (cells[0].polygon[0], *cells[-1].polygon[1:3], cells[0].polygon[3]), 0.9)


def rows_page(rows=ROWS, lefts=LEFTS, **more):
    lines = [row_line(row, lefts, TOP + 15 + PITCH * number) for number, row in enumerate(rows)]
    return page(lines, width=1240, height=900, **more)


def grid():
    ys = [TOP + PITCH * number for number in range(len(ROWS) + 1)]
    return [((100, y), (900, y)) for y in ys] + [((x, ys[0]), (x, ys[-1])) for x in LEFTS]


def turned(page_, degrees):
    """The page with everything on it turned about its corner."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))

    def turn(points):
        return tuple((x * cos - y * sin + 300, x * sin + y * cos + 300) for x, y in points)

    blocks = tuple(
        Block(
            tuple(
                replace(
                    line_,
                    polygon=turn(line_.polygon),
                    words=tuple(replace(word, polygon=turn(word.polygon)) for word in line_.words),
                )
                for line_ in block.lines
            )
        )
        for block in page_.blocks
    )
    return replace(page_, blocks=blocks, rules=tuple(map(turn, page_.rules)))


@pytest.mark.parametrize("degrees", [0, 2, -3, 90, 180])
@pytest.mark.parametrize("rules", [(), tuple(grid())], ids=["borderless", "ruled"])
def test_rows_and_columns(rules, degrees):
    (table,) = find_tables(turned(rows_page(rules=rules), degrees))
    assert table.texts() == ROWS
    assert table.ruled == bool(rules)
    assert (table.rows, table.columns) == (4, 3)


def test_empty_places_stay_empty():
    rows = [["Name", "Ort", "Jahr"], ["Anna", "", "1999"], ["", "Graz", "2004"], ["Ines", "Linz", ""]]
    for rules in [(), tuple(grid())]:
        (table,) = find_tables(rows_page(rows, rules=rules))
        assert table.texts() == rows


def test_a_heading_over_columns_of_a_grid_is_one_cell():
    rules = grid()
    rules.remove(((500, TOP), (500, TOP + 4 * PITCH)))
    rules.append(((500, TOP + PITCH), (500, TOP + 4 * PITCH)))
    (table,) = find_tables(rows_page([["Alle Artikel im Laden", "", "Preis"], *ROWS[1:]], rules=tuple(rules)))
    first = table.cells[0]
    assert (first.row, first.column, first.rows, first.columns) == (0, 0, 1, 2)
    assert first.text == "Alle Artikel im Laden"
    assert table.texts()[1] == ROWS[1]


def test_a_cell_with_two_lines():
    rules = tuple(
        [((100, y), (900, y)) for y in (200, 320, 440)] + [((x, 200), (x, 440)) for x in (100, 500, 900)]
    )
    lines = [
        row_line(["eine Zeile", "zwei"], (100, 500), 215),
        line("noch eine", 110, 265),
        row_line(["drei", "vier"], (100, 500), 335),
    ]
    (table,) = find_tables(page(lines, rules=rules))
    assert table.texts() == [["eine Zeile\nnoch eine", "zwei"], ["drei", "vier"]]


def test_a_grid_without_its_outer_rules():
    rules = [((100, TOP + PITCH * row), (900, TOP + PITCH * row)) for row in range(1, 4)]
    rules += [((x, TOP), (x, TOP + 4 * PITCH)) for x in (500, 700)]
    (table,) = find_tables(rows_page(rules=tuple(rules)))
    assert table.texts() == ROWS


def test_a_row_whose_entry_almost_reaches_the_next_column():
    long = Line((*line("Heiße Schokolade", 110, 455).words, *line("3.40", 425, 455).words), (), 0.9)
    rows = [row_line(row[::2], (100, 415), TOP + 15 + PITCH * number) for number, row in enumerate(ROWS)]
    (table,) = find_tables(page([*rows, replace(long, polygon=rows[0].polygon)]))
    assert table.texts()[-1] == ["Heiße Schokolade", "3.40"]
    assert table.texts()[:-1] == [row[::2] for row in ROWS]


def test_two_tables_and_text_between():
    lines = [
        [row_line(row, LEFTS, 100 + 60 * number) for number, row in enumerate(ROWS)],
        [line("Zwischen den Tabellen steht ein Satz, der kein Teil von ihnen ist.", 100, 500)],
        [row_line(row[:2], (100, 600), 700 + 60 * number) for number, row in enumerate(ROWS)],
    ]
    first, second = find_tables(page(*lines))
    assert first.texts() == ROWS
    assert second.texts() == [row[:2] for row in ROWS]


def test_cells_in_blocks_of_their_own():
    """Columns that the reader took for columns of text are one table all the same."""
    columns = [
        [line(row[index], LEFTS[index], 100 + 50 * number) for number, row in enumerate(ROWS)]
        for index in range(3)
    ]
    (table,) = find_tables(page(*columns))
    assert table.texts() == ROWS


@pytest.mark.parametrize(
    "lines",
    [
        [line("Ein Absatz, der einfach über", 100, 100), line("mehrere Zeilen läuft und", 100, 140)],
        [
            row_line(
                ["links ein langer Satz im Fließtext", "rechts noch ein langer Satz dazu"],
                (50, 750),
                100 + 40 * n,
            )
            for n in range(8)
        ],
        [row_line(["Datum", "heute"], (100, 600), 100)],
        [
            row_line([f"w{n}"] + ["weit"] * 2, (100, 250 + 90 * n, 600 + 70 * n), 100 + 40 * n)
            for n in range(2)
        ],
        [],
    ],
    ids=["paragraph", "two columns of text", "one row", "two loose rows", "nothing"],
)
def test_no_table(lines):
    found = find_tables(page(lines) if lines else page())
    assert all(table.rows > 1 for table in found)
    assert len(found) == (1 if lines and lines[0].text.startswith("w0") else 0)


def test_a_box_around_text_is_no_table():
    rules = tuple([((50, y), (900, y)) for y in (80, 300)] + [((x, 80), (x, 300)) for x in (50, 900)])
    lines = [line("Ein Absatz in einem Rahmen,", 100, 100), line("der keine Spalten hat", 100, 140)]
    assert find_tables(page(lines, rules=rules)) == ()


# Rules in images


def drawing(colour=(0, 0, 0), paper=(255, 255, 255), thick=2, degrees=0.0, scale=1):
    image = Image.new("RGB", (1240 * scale, 900 * scale), paper)
    draw = ImageDraw.Draw(image)
    for start, end in grid():
        ends = [tuple(scale * value for value in point) for point in (start, end)]
        draw.line(ends, fill=colour, width=thick * scale)
    for number in range(12):  # text, which is no rule
        draw.text(
            (100 * scale, (500 + 30 * number) * scale),
            "Lorem ipsum dolor — EFHTIL_ ===",
            colour,
            font_size=26 * scale,
        )
    return np.asarray(image.rotate(-degrees, resample=Image.Resampling.BICUBIC, fillcolor=paper))


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"thick": 1},
        {"thick": 6},
        {"colour": (190, 190, 190), "thick": 1},
        {"colour": (230, 230, 230), "paper": (30, 30, 40)},
        {"degrees": 1.0},
        {"degrees": -1.5},
        {"scale": 3},
    ],
    ids=str,
)
def test_a_drawn_grid_is_found_and_letters_are_not(more):
    rules = find_rules(drawing(**more))
    scale, degrees = more.get("scale", 1), more.get("degrees", 0.0)
    assert len(rules) == len(grid())
    lengths = sorted(math.dist(*rule) / scale for rule in rules)
    assert lengths == pytest.approx(sorted(math.dist(*rule) for rule in grid()), abs=12)
    if not degrees:
        found = np.array(rules).reshape(-1, 4) / scale
        for rule in grid():
            assert np.abs(found - np.ravel(rule)).max(axis=1).min() <= 6


def test_a_photo_sized_image_is_quick_and_plain_images_have_no_rules():
    assert find_rules(np.full((3000, 4000, 3), 255, np.uint8)) == ()
    assert find_rules(np.full((3, 3, 3), 0, np.uint8)) == ()


def test_a_drawn_table_is_read_off_its_image():
    rules = find_rules(drawing(degrees=0))
    (table,) = find_tables(rows_page(rules=rules))
    assert table.ruled
    assert table.texts() == ROWS
