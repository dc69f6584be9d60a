import json
import subprocess
import sys

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from ocrapp.errors import InputEmptyError
from ocrapp.export import FORMATS
from ocrapp.export.json import page_object, schema
from ocrapp.page import Block, Line, Page, Word
from tests.export.pages import LETTER, page

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


def test_each_format_is_registered_under_its_name_with_a_suffix_of_its_own():
    assert {name: format_.name for name, format_ in FORMATS.items()} == {name: name for name in FORMATS}
    suffixes = [format_.suffix for format_ in FORMATS.values()]
    assert len(set(suffixes)) == len(suffixes)
    assert all(suffix.startswith(".") for suffix in suffixes)


def test_names_of_formats_cost_nothing():
    """``ocrapp --help`` lists them."""
    code = "import sys, ocrapp.export as e; list(e.FORMATS); print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "pdf"])
@pytest.mark.parametrize("pages", [[LETTER], [page()]], ids=["a letter", "an empty page"])
def test_each_format_gives_bytes(name, pages):
    data = FORMATS[name].encode(pages)
    assert isinstance(data, bytes)
    if name not in {"xlsx"}:
        assert not data or data.endswith(b"\n")
        data.decode()


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


def test_json_keeps_its_published_schema():
    validator = Draft202012Validator(schema())
    Draft202012Validator.check_schema(schema())
    unplaced = Page("a", 1, 9, 9, (Block((Line((Word("a", (), 1, "r"),), (), 1.0),)),), "none", (), 0.0)
    for written in json.loads(FORMATS["json"].document([LETTER, unplaced, page()])):
        validator.validate(written)
    validator.validate(json.loads(FORMATS["json"].render_error("a", InputEmptyError("Empty."))))


@pytest.mark.parametrize(
    "change", [{"page": 0}, {"lines": None}, {"error": {}}, {"width": "10"}, {"lines": [{"text": "a"}]}]
)
def test_the_schema_finds_faults(change):
    written = page_object(LETTER) | change
    assert not Draft202012Validator(schema()).is_valid(written)


def test_the_schema_lists_every_key():
    keys = schema()["$defs"]
    written = page_object(LETTER)
    assert set(keys["page"]["properties"]) - {"error"} == set(written)
    assert set(keys["line"]["properties"]) == set(written["lines"][0])
    assert set(keys["word"]["properties"]) == set(written["lines"][0]["words"][0])


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
