"""PAGE XML 2019-07-15, the format of PRImA and Transkribus: one page a file, outlines everywhere."""

from datetime import UTC, datetime
from xml.etree.ElementTree import Element

import ocrapp
from ocrapp.export.base import TextFormat
from ocrapp.export.outlines import baseline, block_box, line_outline, pixel_points, placed
from ocrapp.export.xml import confidence_text, document, element, points_text
from ocrapp.page import Block, Line, Page, Polygon

NAMESPACE = "http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15"


def render(page: Page) -> str:
    """A page as a whole PAGE file."""
    root = Element(
        "PcGts",
        {
            "xmlns": NAMESPACE,
            "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
            "xsi:schemaLocation": f"{NAMESPACE} {NAMESPACE}/pagecontent.xsd",
        },
    )
    metadata = element(root, "Metadata")
    now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    element(metadata, "Creator", f"ocrapp {ocrapp.__version__}")
    element(metadata, "Created", now)
    element(metadata, "LastChange", now)
    leaf = element(root, "Page", imageFilename=page.source, imageWidth=page.width, imageHeight=page.height)
    names = [f"r{number}" for number in range(1, len(page.blocks) + 1)]
    if names:
        group = element(element(leaf, "ReadingOrder"), "OrderedGroup", id="reading_order")
        for index, name in enumerate(names):
            element(group, "RegionRefIndexed", index=index, regionRef=name)
    for name, block in zip(names, page.blocks, strict=True):
        _block(leaf, block, name, page)
    return document(root)


def _block(leaf: Element, block: Block, name: str, page: Page) -> None:
    region = element(leaf, "TextRegion", id=name, type="paragraph")
    box = block_box(block, page)
    corners = (box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom)
    _coords(region, corners, page)
    for number, line in enumerate(block.lines, 1):
        _line(region, line, f"{name}_l{number}", page)
    _text(region, block.text)


def _line(region: Element, line: Line, name: str, page: Page) -> None:
    place = element(region, "TextLine", id=name)
    outline = line_outline(line)
    _coords(place, outline, page)
    ends = baseline(outline)
    if ends:
        element(place, "Baseline", points=points_text(pixel_points(ends, page)))
    for number, word in enumerate(line.words, 1):
        spot = element(place, "Word", id=f"{name}_w{number}")
        _coords(spot, placed(word.polygon, line.polygon), page)
        _text(spot, word.text, word.confidence)
    _text(place, line.text, line.confidence)


def _coords(parent: Element, outline: Polygon, page: Page) -> None:
    element(parent, "Coords", points=points_text(pixel_points(outline, page)))


def _text(parent: Element, text: str, confidence: float | None = None) -> None:
    known = None if confidence is None else confidence_text(confidence)
    element(element(parent, "TextEquiv", conf=known), "Unicode", text)


PAGE = TextFormat("page", ".page.xml", render, one_page=True)
