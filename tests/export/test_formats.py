import json

import numpy as np
import pytest

from ocrapp.errors import InputEmptyError
from ocrapp.export import FORMATS
from ocrapp.page import Block, Line, Page, Word

BOX = ((0.04, -0.01), (9.96, 0.0), (9.949, 9.0), (0.0, 9.0))
BOX_AS_JSON = [[0.0, 0.0], [10.0, 0.0], [9.9, 9.0], [0.0, 9.0]]


def page_of(text, number=1):
    words = tuple(Word(word, BOX, np.float32(0.123456), "svtr/ctc") for word in text.split())
    blocks = (Block((Line(words, BOX, 0.98765),)),) if words else ()
    return Page("scän.tif", number, 10, 9, blocks, "CPUExecutionProvider", ("segmenter", "svtr"), 0.12345)


EXPECTED = {
    "source": "scän.tif",
    "page": 1,
    "width": 10,
    "height": 9,
    "text": "Grüße 7",
    "lines": [
        {
            "text": "Grüße 7",
            "polygon": BOX_AS_JSON,
            "confidence": 0.9877,
            "words": [
                {"text": "Grüße", "polygon": BOX_AS_JSON, "confidence": 0.1235, "reader": "svtr/ctc"},
                {"text": "7", "polygon": BOX_AS_JSON, "confidence": 0.1235, "reader": "svtr/ctc"},
            ],
        }
    ],
    "provider": "CPUExecutionProvider",
    "models": ["segmenter", "svtr"],
    "seconds": 0.123,
}


def test_each_format_is_registered_under_its_name_and_suffix():
    assert {name: format_.name for name, format_ in FORMATS.items()} == {name: name for name in FORMATS}
    assert {name: format_.suffix for name, format_ in FORMATS.items()} == {
        "txt": ".txt",
        "json": ".json",
        "jsonl": ".jsonl",
    }


def test_txt_is_the_text_with_form_feeds_between_pages():
    txt = FORMATS["txt"]
    assert txt.render(page_of("Grüße 7")) == "Grüße 7\n"
    assert txt.document([page_of("one"), page_of("", 2), page_of("three", 3)]) == "one\n\f\fthree\n"
    assert txt.document([]) == ""
    assert txt.render_error is None


def test_json_is_an_array_of_pages():
    document = FORMATS["json"].document([page_of("Grüße 7"), page_of("", 2)])
    first, second = json.loads(document)
    assert first == EXPECTED
    assert list(first) == list(EXPECTED)  # the order is part of what people read
    assert (second["page"], second["text"], second["lines"]) == (2, "", [])
    assert "Grüße" in document
    assert json.loads(FORMATS["json"].document([])) == []


def test_jsonl_is_one_line_a_page():
    jsonl = FORMATS["jsonl"]
    assert json.loads(jsonl.render(page_of("Grüße 7"))) == EXPECTED
    document = jsonl.document([page_of("a b"), page_of("c", 2)])
    assert document.endswith("\n")
    assert [json.loads(line)["page"] for line in document.splitlines()] == [1, 2]


@pytest.mark.parametrize("name", ["json", "jsonl"])
def test_a_failure_names_source_code_and_message(name):
    render_error = FORMATS[name].render_error
    text = render_error("ä.png", InputEmptyError("ä.png is empty.", "Scan it again."))
    assert json.loads(text) == {
        "source": "ä.png",
        "error": {"code": "empty", "message": "ä.png is empty. Scan it again."},
    }


def test_no_negative_zero_and_no_nan():
    assert "-0.0" not in FORMATS["jsonl"].render(page_of("word"))
    broken = Page("a", 1, 1, 1, (), "CPUExecutionProvider", (), float("nan"))
    with pytest.raises(ValueError, match="not JSON compliant"):
        FORMATS["json"].render(broken)
