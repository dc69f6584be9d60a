import csv
from io import BytesIO, StringIO

import openpyxl
import pytest

from ocrapp.export import FORMATS
from tests.export.pages import LETTER, line, page
from tests.geometry.test_tables import LEFTS, ROWS, TOP, grid, row_line, rows_page


def sheets(pages):
    book = openpyxl.load_workbook(BytesIO(FORMATS["xlsx"].encode(pages)))
    return {sheet.title: sheet for sheet in book.worksheets}


def test_tables_as_csv_follow_each_other():
    second = [row_line(["a,b", '"q"', "x"], LEFTS, 1000 + 50 * number) for number in range(3)]
    first = [row_line(row, LEFTS, 100 + 60 * number) for number, row in enumerate(ROWS)]
    text = FORMATS["tables"].render(page(first, [line("dazwischen ein Satz", 90, 700)], second))
    parts = [list(csv.reader(StringIO(part + "\n"))) for part in text.strip("\n").split("\n\n")]
    assert parts == [ROWS, [["a,b", '"q"', "x"]] * 3]


def test_no_tables_no_rows():
    assert FORMATS["tables"].encode([LETTER]) == b""


def test_each_table_is_a_sheet_and_numbers_are_numbers():
    book = sheets([rows_page(), LETTER, rows_page(number=3)])
    assert list(book) == ["Table 1, page 1", "Table 2, page 3"]
    sheet = book["Table 1, page 1"]
    assert [list(row) for row in sheet.iter_rows(values_only=True)] == [
        ["Artikel", "Menge", "Preis"],
        ["Sauerteigbrot", 2, 7.8],
        ["Butter 250 g", 1, 2.95],
        ["Eier", 12, 4.2],
    ]
    assert sheet["C2"].number_format == "0.00"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12,50", 12.5),
        ("-3", -3),
        ("0", 0),
        ("007", "007"),
        ("1.234", "1.234"),
        ("24.11.2026", "24.11.2026"),
        ("=1+1", "=1+1"),
        ("+49", "+49"),
        ("1234567890123456", "1234567890123456"),
        ("http://a.de", "http://a.de"),
        ("12 €", "12 €"),
    ],
)
def test_what_is_a_number(text, value):
    (sheet,) = sheets([rows_page([*ROWS, ["was", "ist", text]])]).values()
    cell = sheet["C5"]
    assert cell.value == value
    assert cell.data_type == ("s" if isinstance(value, str) else "n")
    assert cell.hyperlink is None


def test_cells_over_several_places_are_merged():
    rules = grid()
    rules.remove(((500, TOP), (500, TOP + 240)))
    rules.append(((500, TOP + 60), (500, TOP + 240)))
    merged = rows_page([["Alle Artikel im Laden", "", "Preis"], *ROWS[1:]], rules=tuple(rules))
    (sheet,) = sheets([merged]).values()
    assert [str(part) for part in sheet.merged_cells.ranges] == ["A1:B1"]
    assert sheet["A1"].value == "Alle Artikel im Laden"


def test_without_tables_the_text_is_there():
    (sheet,) = sheets([LETTER]).values()
    assert [row[0] for row in sheet.iter_rows(values_only=True)] == [row.text for row in LETTER.lines]
