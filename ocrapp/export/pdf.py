"""Searchable PDF: the original pages with invisible text where the words stand."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from io import BytesIO
from itertools import groupby
from operator import attrgetter
from types import MappingProxyType

import pypdfium2 as pdfium  # type: ignore[import-untyped]
from pikepdf import Dictionary, Name, Pdf
from pikepdf import Page as PdfPage

from ocrapp.export.base import BinaryFormat
from ocrapp.export.glyphless import Glyphless
from ocrapp.export.originals import original_pages
from ocrapp.export.textlayer import Placement, add_text, word_quad
from ocrapp.page import Block, Line, Page, Word
from ocrapp.sources.pdf import PDFIUM

_INNER = 0.25
"""Share of a word's box that is left out at each side when looking for text that is there already."""


_NONE: Mapping[str, bytes] = MappingProxyType({})


def build(
    pages: Sequence[Page], password: str | None = None, originals: Mapping[str, bytes] = _NONE
) -> bytes:
    """A PDF of all pages, whatever files they come from.

    Words that a PDF has already as text are not written a second time. A PDF that was encrypted stays so.

    Args:
        pages: What was read, at least one page, in the order that the PDF shall have.
        password: Of encrypted PDFs among the sources.
        originals: What sources hold that cannot be opened again, such as standard input.

    Raises:
        OcrappError: As `ocrapp.export.originals.original_pages`.
    """
    parts = [
        original_pages(source, list(group), password, originals.get(source))
        for source, group in groupby(pages, key=attrgetter("source"))
    ]
    if not parts:
        return _saved(Pdf.new())
    pdf = parts[0]
    for part in parts[1:]:
        pdf.pages.extend(part.pages)
    fresh = _without_known_words(pdf, pages)
    characters = {character for page in fresh for word in page.words for character in word.text}
    if characters:
        font = Glyphless.embed(pdf, characters | {" "})
        for pdf_page, page in zip(pdf.pages, fresh, strict=True):
            add_text(pdf_page, page, font)
    return _saved(pdf)


def with_sources(password: str | None = None, originals: Mapping[str, bytes] = _NONE) -> BinaryFormat:
    """The format for sources that need a password or cannot be opened again; see `build`."""
    return replace(PDF, build=partial(build, password=password, originals=originals))


def _saved(pdf: Pdf) -> bytes:
    file = BytesIO()
    if pdf.is_encrypted:
        pdf.save(file, encryption=True)
    else:
        pdf.save(file, deterministic_id=True)
    return file.getvalue()


def _without_known_words(pdf: Pdf, pages: Sequence[Page]) -> list[Page]:
    """The pages without words that stand in the PDF as text."""
    if not any(map(_may_have_text, pdf.pages)):
        return list(pages)
    file = BytesIO()
    pdf.save(file)  # and so without encryption
    with PDFIUM:
        document = pdfium.PdfDocument(file.getvalue())
        try:
            return [
                _without_words_of(
                    document[index], Placement.of(pdf.pages[index], page.width, page.height), page
                )
                for index, page in enumerate(pages)
            ]
        finally:
            document.close()


def _may_have_text(pdf_page: PdfPage) -> bool:
    resources = pdf_page.resources
    drawings = resources.get(Name.XObject, Dictionary())
    return Name.Font in resources or any(drawing.Subtype == Name.Form for drawing in drawings.values())


def _without_words_of(pdfium_page: pdfium.PdfPage, place: Placement, page: Page) -> Page:
    text = pdfium_page.get_textpage()
    try:
        if text.count_chars() == 0:
            return page
        blocks = tuple(
            Block(tuple(_line_without(line, text, place) for line in block.lines)) for block in page.blocks
        )
        return replace(page, blocks=blocks)
    finally:
        text.close()
        pdfium_page.close()


def _line_without(line: Line, text: pdfium.PdfTextPage, place: Placement) -> Line:
    return replace(line, words=tuple(word for word in line.words if not _stands_in(word, text, place)))


def _stands_in(word: Word, text: pdfium.PdfTextPage, place: Placement) -> bool:
    if not word.polygon:
        return False
    points = place(word_quad(word))
    low, high = points.min(axis=0), points.max(axis=0)
    margin = (high - low) * _INNER
    (left, bottom), (right, top) = low + margin, high - margin
    return bool(text.get_text_bounded(left, bottom, right, top).strip())


PDF = BinaryFormat("pdf", ".pdf", build)
