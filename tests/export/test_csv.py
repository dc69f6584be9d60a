import csv
from io import StringIO

import pytest

from ocrapp.export import FORMATS
from ocrapp.export.csv import COLUMNS
from tests.export.pages import LETTER, line, page


@pytest.mark.parametrize(("name", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_one_row_a_word(name, delimiter):
    awkward = page([line('"so," 5\t;', 1, 2)], source='a,"b".png', number=2)
    text = FORMATS[name].encode([LETTER, awkward]).decode()
    assert text.splitlines()[0] == delimiter.join(COLUMNS)
    rows = list(csv.DictReader(StringIO(text), delimiter=delimiter))
    assert [row["text"] for row in rows] == [word.text for word in [*LETTER.words, *awkward.words]]
    assert rows[0] == {
        **{"source": "scan.png", "page": "1", "block": "1", "line": "1", "word": "1", "text": "Grüße"},
        **{"confidence": "0.9000", "left": "100", "top": "100", "right": "232", "bottom": "148"},
        "polygon": "100.0,100.0 232.0,100.0 232.0,148.0 100.0,148.0",
        "reader": "svtr/ctc",
    }
    assert (rows[-1]["source"], rows[-1]["page"]) == ('a,"b".png', "2")
    assert [(row["block"], row["line"]) for row in rows if row["word"] == "1"][:3] == [
        ("1", "1"),
        ("2", "1"),
        ("2", "2"),
    ]


def test_nothing_read_is_a_table_without_rows():
    assert FORMATS["tsv"].encode([page()]).decode() == "\t".join(COLUMNS) + "\n"
