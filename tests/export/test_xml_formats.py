"""ALTO, PAGE and hOCR: valid by schema, and the words and places of a page come back from them."""

import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree
from ocrmypdf.hocrtransform import HocrParser

from ocrapp.export import FORMATS
from ocrapp.page import Block, Line, Page, Word
from tests.export.pages import LETTER, line, page

DATA = Path(__file__).parent / "data"
ALTO = {"a": "http://www.loc.gov/standards/alto/ns-v4#"}
PAGE = {"p": "http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15"}
SCHEMAS = {"alto": "alto-4-as-written.xsd", "page": "page-2019-07-15.xsd"}

UNPLACED = Page(
    "born digital.pdf",
    2,
    600,
    800,
    (
        Block(
            (
                Line(
                    (Word("no", (), 1.0, "pdf/text-layer"), Word("place", (), 1.0, "pdf/text-layer")), (), 1.0
                ),
            )
        ),
    ),
    "none",
    (),
    0.0,
)
CONTROL = page([line("tab\x07le \ud800 \x00", -30, -20)], source='a "b"; <ü>\n%.png')
PAGES = {"letter": LETTER, "empty": page(), "without places": UNPLACED, "odd characters": CONTROL}


def parse(name, pages):
    return etree.fromstring(FORMATS[name].encode(pages))


@pytest.mark.parametrize("name", SCHEMAS)
@pytest.mark.parametrize("case", PAGES.values(), ids=PAGES.keys())
def test_the_schema_is_kept(name, case):
    schema = etree.XMLSchema(etree.parse(DATA / SCHEMAS[name]))
    schema.assertValid(parse(name, [case]))


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schema_finds_faults(name):
    schema = etree.XMLSchema(etree.parse(DATA / SCHEMAS[name]))
    tree = parse(name, [LETTER])
    line_ = next(node for node in tree.iter() if etree.QName(node).localname == "TextLine")
    line_.append(etree.SubElement(line_, etree.QName(tree, "Page")))
    assert not schema.validate(tree)


def test_alto_has_words_places_and_confidences():
    tree = parse("alto", [LETTER])
    strings = tree.findall(".//a:String", ALTO)
    assert [string.get("CONTENT") for string in strings] == [word.text for word in LETTER.words]
    first = strings[0]
    assert [float(first.get(key)) for key in ("HPOS", "VPOS", "WIDTH", "HEIGHT")] == [100, 100, 132, 48]
    assert first.get("WC") == "0.9000"
    assert first.find(".//a:Polygon", ALTO).get("POINTS") == "100,100 232,100 232,148 100,148"
    assert len(tree.findall(".//a:TextBlock", ALTO)) == 3
    assert tree.find(".//a:TextLine", ALTO).get("BASELINE") == "100,137 724,137"
    assert tree.find(".//a:fileName", ALTO).text == "scan.png"


def test_page_has_words_places_and_reading_order():
    tree = parse("page", [LETTER])
    assert [node.text for node in tree.findall(".//p:Word/p:TextEquiv/p:Unicode", PAGE)] == [
        word.text for word in LETTER.words
    ]
    lines = tree.findall(".//p:TextLine", PAGE)
    assert [node.find("p:TextEquiv/p:Unicode", PAGE).text for node in lines] == [
        line_.text for line_ in LETTER.lines
    ]
    turned = lines[3].find("p:Coords", PAGE).get("points")
    assert turned.startswith("1200,800 1200,9")  # reading start top, then down the page
    order = [node.get("regionRef") for node in tree.findall(".//p:RegionRefIndexed", PAGE)]
    assert order == [node.get("id") for node in tree.findall(".//p:TextRegion", PAGE)]
    assert tree.find("p:Page", PAGE).get("imageFilename") == "scan.png"


def words_of_hocr(tmp_path, pages):
    file = tmp_path / "page.hocr"
    file.write_bytes(FORMATS["hocr"].encode(pages))
    return HocrParser(file).parse()


def test_hocr_is_understood_by_another_program(tmp_path):
    root = words_of_hocr(tmp_path, [LETTER])
    assert (root.bbox.right, root.bbox.bottom) == (LETTER.width, LETTER.height)
    assert [word.text for word in root.words] == [word.text for word in LETTER.words]
    assert root.words[0].confidence == pytest.approx(0.9)
    box = root.words[0].bbox
    assert (box.left, box.top, box.right, box.bottom) == (100, 100, 232, 148)
    level, _, skewed, down, over = root.lines
    assert level.baseline.slope == 0
    assert level.baseline.intercept == -11
    assert skewed.baseline.slope == pytest.approx(0.0262, abs=1e-3)
    assert down.textangle == pytest.approx(270)
    assert over.textangle == pytest.approx(180)


def test_hocr_baseline_of_a_skewed_line_lies_where_the_letters_stand(tmp_path):
    tilted = line("ein langer schiefer Satz", 100, 500, height=40, angle=3)
    element = words_of_hocr(tmp_path, [page([tilted])]).lines[0]
    (x0, y0), (x1, y1) = tilted.polygon[3], tilted.polygon[0]
    start = (x0 * 0.78 + x1 * 0.22, y0 * 0.78 + y1 * 0.22)
    at = (
        element.bbox.bottom
        + element.baseline.intercept
        + element.baseline.slope * (start[0] - element.bbox.left)
    )
    assert at == pytest.approx(start[1], abs=1.5)


@pytest.mark.parametrize("case", PAGES.values(), ids=PAGES.keys())
def test_hocr_keeps_the_specification(tmp_path, case):
    file = tmp_path / "page.hocr"
    file.write_bytes(FORMATS["hocr"].encode([case]))
    # In a process of its own, because the validator's code raises warnings.
    command = [sys.executable, "-W", "ignore", "-m", "hocr_spec.cli", "-p", "standard", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "[OK]" in done.stdout, done.stdout + done.stderr
    assert done.returncode == 0


def test_hocr_names_are_unique_over_pages_and_inputs():
    pages = [LETTER, page([line("two", 9, 9)], number=2), page([line("one", 9, 9)], source="b.png")]
    tree = etree.fromstring(FORMATS["hocr"].encode(pages))
    names = [node.get("id") for node in tree.iter() if node.get("id")]
    assert len(tree.findall(".//{*}div[@class='ocr_page']")) == 3
    assert len(set(names)) == len(names)


def test_hocr_title_of_a_page_cannot_be_broken_by_a_file_name():
    tree = parse("hocr", [CONTROL])
    title = tree.find(".//{*}div[@class='ocr_page']").get("title")
    assert title == 'image "a %22b%22%3B <ü>%0A%25.png"; bbox 0 0 1240 1754; ppageno 0'
