"""What OCRmyPDF asks of an engine, answered by `ocrapp.Reader`. Pages come as image files."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from statistics import median
from threading import Lock
from typing import TYPE_CHECKING

from ocrmypdf.exceptions import InputFileError
from ocrmypdf.models.ocr_element import Baseline, BoundingBox, OcrClass, OcrElement
from ocrmypdf.pluginspec import OcrEngine, OrientationConfidence
from pikepdf import Pdf

import ocrapp
from ocrapp.errors import OcrappError
from ocrapp.export.glyphless import Glyphless
from ocrapp.export.hocr import HOCR
from ocrapp.export.outlines import PixelBox, block_box, line_outline, pixel_box, placed, slope_and_offset
from ocrapp.export.textlayer import add_text
from ocrapp.geometry import direction
from ocrapp.page import Block, Line, Page, Word
from ocrapp.sources import PageImage, open_pages

if TYPE_CHECKING:
    from ocrmypdf import OcrOptions

_DPI = 300.0
"""Of images that do not say it."""
_SURE = 20.0
"""In OCRmyPDF's units, where pages are turned from 14 on by default."""
_ENOUGH = 20
"""Characters from which the direction of a page is believed in full."""
_LARGEST_SKEW = 15.0
"""Degrees; lines that are turned further are meant to be so."""

_READING = Lock()
"""OCRmyPDF may call from several threads, while the models use all cores anyway."""


class Engine(OcrEngine):
    """ocrapp for OCRmyPDF. It knows no languages: what ``-l`` says makes no difference."""

    @staticmethod
    def version() -> str:
        """Of ocrapp."""
        return ocrapp.__version__

    @staticmethod
    def creator_tag(options: "OcrOptions") -> str:
        """Goes into the metadata of the PDF."""
        return f"ocrapp {ocrapp.__version__}"

    def __str__(self) -> str:
        return f"ocrapp {ocrapp.__version__}"

    @staticmethod
    def languages(options: "OcrOptions") -> set[str]:
        """None: OCRmyPDF then takes any."""
        return set()

    @staticmethod
    def get_orientation(input_file: Path, options: "OcrOptions") -> OrientationConfidence:
        """How the page lies: by how much its lines are turned clockwise, from the directions of what is read."""
        page, _ = read_file(input_file)
        turns = dict.fromkeys((0, 90, 180, 270), 0)
        for line in page.lines:
            turns[round(direction(line.polygon) / 90) * 90 % 360] += len(line.text)
        characters = sum(turns.values())
        best = max(turns, key=lambda turn: turns[turn])
        agreement = turns[best] / max(characters, _ENOUGH)
        return OrientationConfidence(-best % 360, _SURE * agreement)

    @staticmethod
    def get_deskew(input_file: Path, options: "OcrOptions") -> float:
        """By how many degrees the page has to be turned counterclockwise to be level."""
        page, _ = read_file(input_file)
        return skew(page.lines)

    @staticmethod
    def supports_generate_ocr() -> bool:
        """Results go to OCRmyPDF as a tree, without a file in between."""
        return True

    @staticmethod
    def generate_ocr(input_file: Path, options: "OcrOptions", page_number: int = 0) -> tuple[OcrElement, str]:
        """Read a page.

        Returns:
            Blocks, lines and words with their places, and the text in reading order.
        """
        page, dpi = read_file(input_file)
        return page_element(page, dpi, page_number), page.text

    @staticmethod
    def generate_hocr(input_file: Path, output_hocr: Path, output_text: Path, options: "OcrOptions") -> None:
        """Read a page into a hOCR file and a text file."""
        page, _ = read_file(input_file)
        output_hocr.write_bytes(HOCR.encode([page]))
        output_text.write_text(page.text, encoding="utf-8")

    @staticmethod
    def generate_pdf(input_file: Path, output_pdf: Path, output_text: Path, options: "OcrOptions") -> None:
        """Read a page into a PDF with invisible text alone; for ``--pdf-renderer sandwich``."""
        page, dpi = read_file(input_file)
        with Pdf.new() as pdf:
            size = page.width * 72 / dpi, page.height * 72 / dpi
            blank = pdf.add_blank_page(page_size=size)
            add_text(blank, page, Glyphless.embed(pdf, f"{page.text} "))
            blank.contents_coalesce()  # OCRmyPDF takes one content stream, and the font F1
            pdf.save(output_pdf)
        output_text.write_text(page.text, encoding="utf-8")


def read_file(path: Path) -> tuple[Page, float]:
    """What an image says, and its resolution in dots per inch.

    Raises:
        InputFileError: OCRmyPDF's error for what cannot be read.
    """
    try:
        image: PageImage = next(iter(open_pages(path)))
        with _READING:
            page = _reader().read(image)
    except OcrappError as error:
        raise InputFileError(str(error)) from error
    return page, image.dpi or _DPI


@cache
def _reader() -> "ocrapp.Reader":
    """One a process: loading the models takes longer than reading a page."""
    return ocrapp.Reader()


def skew(lines: Iterable[Line]) -> float:
    """Median slope of lines that are almost level, in degrees, positive where they run downwards."""
    angles = [direction(line.polygon) for line in lines for _ in line.text]  # long lines tell more
    level = [angle for angle in angles if abs(angle) <= _LARGEST_SKEW]
    return median(level) if level else 0.0


def page_element(page: Page, dpi: float, number: int) -> OcrElement:
    """A page as OCRmyPDF knows it; ``number`` counts from 0."""
    return OcrElement(
        OcrClass.PAGE,
        bbox=BoundingBox(0, 0, page.width, page.height),
        dpi=dpi,
        page_number=number,
        children=[_paragraph(block, page) for block in page.blocks],
    )


def _paragraph(block: Block, page: Page) -> OcrElement:
    lines = [_line(line, page) for line in block.lines]
    return OcrElement(OcrClass.PARAGRAPH, bbox=_bbox(block_box(block, page)), children=lines)


def _line(line: Line, page: Page) -> OcrElement:
    outline = line_outline(line)
    box = pixel_box([outline], page)
    element = OcrElement(
        OcrClass.LINE,
        bbox=_bbox(box),
        confidence=float(line.confidence),
        children=[_word(word, line, page) for word in line.words],
    )
    angle = direction(outline)
    if abs(angle) > 45:
        element.textangle = -angle
    else:
        element.baseline = Baseline(*slope_and_offset(outline, box))
    return element


def _word(word: Word, line: Line, page: Page) -> OcrElement:
    box = pixel_box([placed(word.polygon, line.polygon)], page)
    return OcrElement(OcrClass.WORD, bbox=_bbox(box), text=word.text, confidence=float(word.confidence))


def _bbox(box: PixelBox) -> BoundingBox:
    return BoundingBox(box.left, box.top, box.right, box.bottom)
