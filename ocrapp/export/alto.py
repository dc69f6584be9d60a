"""ALTO 4.2 (https://www.loc.gov/standards/alto/): one page a file, in pixels."""

from datetime import UTC, datetime
from xml.etree.ElementTree import Element

import ocrapp
from ocrapp.export.base import TextFormat
from ocrapp.export.outlines import (
    PixelBox,
    baseline,
    block_box,
    line_outline,
    pixel_box,
    pixel_points,
    placed,
)
from ocrapp.export.xml import clean, confidence_text, document, element, points_text
from ocrapp.page import Block, Line, Page, Word

NAMESPACE = "http://www.loc.gov/standards/alto/ns-v4#"
_SCHEMA = "http://www.loc.gov/standards/alto/v4/alto-4-2.xsd"


def render(page: Page) -> str:
    """A page as a whole ALTO file."""
    root = Element(
        "alto",
        {
            "xmlns": NAMESPACE,
            "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
            "xsi:schemaLocation": f"{NAMESPACE} {_SCHEMA}",
            "SCHEMAVERSION": "4.2",
        },
    )
    _describe(root, page)
    leaf = element(
        element(root, "Layout"),
        "Page",
        ID=f"page_{page.number}",
        PHYSICAL_IMG_NR=page.number,
        WIDTH=page.width,
        HEIGHT=page.height,
    )
    space = element(leaf, "PrintSpace", HPOS=0, VPOS=0, WIDTH=page.width, HEIGHT=page.height)
    for number, block in enumerate(page.blocks, 1):
        _block(space, block, f"{page.number}_{number}", page)
    return document(root)


def _describe(root: Element, page: Page) -> None:
    description = element(root, "Description")
    element(description, "MeasurementUnit", "pixel")
    element(element(description, "sourceImageInformation"), "fileName", page.source)
    step = element(description, "Processing", ID="ocrapp")
    element(step, "processingCategory", "contentGeneration")
    element(step, "processingDateTime", datetime.now(UTC).isoformat(timespec="seconds"))
    element(step, "processingStepSettings", " ".join([page.provider, *page.models]))
    software = element(step, "processingSoftware")
    element(software, "softwareName", "ocrapp")
    element(software, "softwareVersion", ocrapp.__version__)


def _block(space: Element, block: Block, name: str, page: Page) -> None:
    lines = [line for line in block.lines if line.words]  # a line without a string is not allowed
    place = element(space, "TextBlock", ID=f"block_{name}", **_place(block_box(block, page)))
    for number, line in enumerate(lines, 1):
        _line(place, line, f"{name}_{number}", page)


def _line(block: Element, line: Line, name: str, page: Page) -> None:
    outline = line_outline(line)
    ends = baseline(outline)
    place = element(
        block,
        "TextLine",
        ID=f"line_{name}",
        BASELINE=points_text(pixel_points(ends, page)) if ends else None,
        **_place(pixel_box([outline], page)),
    )
    _shape(place, pixel_points(outline, page))
    for number, word in enumerate(line.words, 1):
        if number > 1:
            element(place, "SP")
        _word(place, word, f"{name}_{number}", line, page)


def _word(line_element: Element, word: Word, name: str, line: Line, page: Page) -> None:
    outline = placed(word.polygon, line.polygon)
    string = element(
        line_element,
        "String",
        ID=f"word_{name}",
        CONTENT=clean(word.text),
        WC=confidence_text(word.confidence),
        **_place(pixel_box([outline], page)),
    )
    _shape(string, pixel_points(outline, page))


def _place(box: PixelBox) -> dict[str, int]:
    return {"HPOS": box.left, "VPOS": box.top, "WIDTH": box.width, "HEIGHT": box.height}


def _shape(parent: Element, points: list[tuple[int, int]]) -> None:
    element(element(parent, "Shape"), "Polygon", POINTS=points_text(points))


ALTO = TextFormat("alto", ".alto.xml", render, one_page=True)
