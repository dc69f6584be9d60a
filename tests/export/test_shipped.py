"""A sample read by the shipped models, in every format: what was read is what stands in the file."""

import csv
import json
import re
from io import BytesIO, StringIO
from itertools import compress
from pathlib import Path

import openpyxl
import pypdfium2 as pdfium
import pytest
from lxml import etree

from ocrapp import Reader
from ocrapp.export import FORMATS
from ocrapp.geometry import find_tables
from ocrapp.sources import open_pages
from tests.export.test_pdf import assert_same_words, image_streams, pdfium_words, truth

SAMPLES = Path(__file__).parents[2] / "assets" / "samples"


@pytest.fixture(scope="module")
def sign():
    (image,) = open_pages(SAMPLES / "sign.jpg")
    return Reader(device="cpu").read(image)


def words_in(name, data):
    if name in {"json", "jsonl"}:
        pages = json.loads(data) if name == "json" else [json.loads(row) for row in data.splitlines()]
        return [word["text"] for line in pages[0]["lines"] for word in line["words"]]
    if name in {"csv", "tsv"}:
        delimiter = "," if name == "csv" else "\t"
        return [row["text"] for row in csv.DictReader(StringIO(data.decode()), delimiter=delimiter)]
    if name == "alto":
        return [node.get("CONTENT") for node in etree.fromstring(data).iterfind(".//{*}String")]
    if name == "page":
        path = ".//{*}Word/{*}TextEquiv/{*}Unicode"
        return [node.text for node in etree.fromstring(data).iterfind(path)]
    if name == "hocr":
        return [node.text for node in etree.fromstring(data).iterfind(".//{*}span[@class='ocrx_word']")]
    return data.decode().split()


@pytest.mark.parametrize("name", ["txt", "json", "jsonl", "csv", "tsv", "hocr", "alto", "page"])
def test_every_word_stands_in_the_file(sign, name):
    assert words_in(name, FORMATS[name].encode([sign])) == [word.text for word in sign.words]


def test_the_menu_is_a_table(sign):
    menu = next(
        table for table in find_tables(sign) if any("soup" in text for row in table.texts() for text in row)
    )
    assert menu.columns == 2
    assert [menu.texts()[index][1] for index in (0, -1)] == ["4.50", "3.40"]
    book = openpyxl.load_workbook(BytesIO(FORMATS["xlsx"].encode([sign])))
    assert any(cell.value == 4.5 for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)
    assert re.search(r"\| \S+ soup \| 4\.50 \|", FORMATS["md"].render(sign))


def test_the_pdf_keeps_the_photo_and_has_the_words_in_their_places(sign):
    data = FORMATS["pdf"].encode([sign])
    assert image_streams(data) == [(SAMPLES / "sign.jpg").read_bytes()]
    found = pdfium_words(data)
    assert [word for word, _ in found] == [word.text for word in sign.words]
    pixels_per_inch = sign.width / pdfium.PdfDocument(data)[0].get_width() * 72
    straight = [len(word.polygon) == 4 for word in sign.words]  # a word on a curve has a box of its own
    expected = list(compress(truth(sign, pixels_per_inch), straight))
    assert_same_words(list(compress(found, straight)), expected)
    assert len(expected) > 10
