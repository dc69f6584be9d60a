"""PDF pages, rendered by PDFium."""

import math
import threading

import numpy as np
import pypdfium2 as pdfium  # type: ignore[import-untyped]
from numpy.typing import NDArray

from ocrapp.errors import (
    InputEncryptedError,
    InputTooLargeError,
    InputTruncatedError,
    InputUnreadableError,
    OcrappError,
)
from ocrapp.sources.kinds import Kind
from ocrapp.sources.model import OpenOptions, PageImage, PageIterator, PageSelection
from ocrapp.sources.wording import DAMAGED_HINT, TRUNCATED_HINT, page_of, printable

POINTS_PER_INCH = 72

PDFIUM = threading.RLock()
"""PDFium is not thread-safe. Reentrant, because a forgotten iterator may be finalised while we hold it."""


def pdf_pages(data: bytes, kind: Kind, source: str, options: OpenOptions) -> PageIterator:
    """Render the selected pages, each when it is asked for.

    Args:
        data: The whole file.
        kind: ``PDF``.
        source: What to call it.
        options: All of them count here.

    Raises:
        OcrappError: As :func:`ocrapp.sources.open_pages`.
    """
    who = printable(source)
    selection = PageSelection.parse(options.pages)
    document = _open(data, kind, who, options.password)
    try:
        with PDFIUM:
            count = len(document)
        selection.check(count, who)
        for number in range(1, count + 1):
            if number in selection:
                yield _render(document, number, count, source, options)
    finally:
        with PDFIUM:
            document.close()


def count_pdf_pages(data: bytes, kind: Kind, source: str, options: OpenOptions) -> int | None:
    """Pages of a document; arguments and errors as :func:`pdf_pages`."""
    document = _open(data, kind, printable(source), options.password)
    with PDFIUM:
        try:
            return len(document)
        finally:
            document.close()


def _open(data: bytes, kind: Kind, who: str, password: str | None) -> pdfium.PdfDocument:
    with PDFIUM:
        try:
            document = _load(data, password)
        except pdfium.PdfiumError as error:
            raise _open_error(str(error).lower(), data, kind, who, password) from error
        document.init_forms()  # before the first page is loaded, so that form fields are drawn
    return document


def _load(data: bytes, password: str | None) -> pdfium.PdfDocument:
    """Try the password, and then none: one for many files is no reason to refuse those that open without."""
    if password:
        try:
            return pdfium.PdfDocument(data, password=password)
        except pdfium.PdfiumError as error:
            if "password" not in str(error).lower():
                raise
    return pdfium.PdfDocument(data)


def _open_error(message: str, data: bytes, kind: Kind, who: str, password: str | None) -> OcrappError:
    if "password" in message:
        if password:
            return InputEncryptedError(
                f"{who} is encrypted, and the password is wrong.", "Give another password."
            )
        return InputEncryptedError(f"{who} is encrypted and needs a password.", "Give its password.")
    if "security" in message:
        return InputEncryptedError(
            f"{who} is encrypted in a way that ocrapp does not know.", "Save it without encryption."
        )
    if not kind.is_complete(data):
        return InputTruncatedError(f"{who} ends before the PDF does.", TRUNCATED_HINT)
    return InputUnreadableError(f"{who} is damaged: no pages can be found in it.", DAMAGED_HINT)


def _render(
    document: pdfium.PdfDocument, number: int, count: int, source: str, options: OpenOptions
) -> PageImage:
    who = page_of(printable(source), number, count)
    try:
        with PDFIUM:
            page = document[number - 1]
            try:
                width, height = page.get_size()
                scale = _fitting_scale(width, height, options)
                pixels = _draw(page, scale)
                text = _text(page) if options.text_layer else None
            finally:
                page.close()
    except MemoryError as error:
        raise InputTooLargeError(f"{who} does not fit into memory.", "Choose a lower resolution.") from error
    except (pdfium.PdfiumError, ValueError) as error:
        raise InputUnreadableError(f"{who} is damaged: it cannot be drawn.", DAMAGED_HINT) from error
    return PageImage(pixels, source, number, count, scale * POINTS_PER_INCH, text)


def _fitting_scale(width: float, height: float, options: OpenOptions) -> float:
    """Pixels per point: as asked, or less where the page would have more than ``max_pixels``.

    Args:
        width: Of the page in points.
        height: Of the page in points.
        options: The resolution and the limit.
    """
    scale = options.dpi / POINTS_PER_INCH
    if math.ceil(width * scale) * math.ceil(height * scale) <= options.max_pixels:
        return scale
    # Sides are rounded up to whole pixels: solve (w s + 1)(h s + 1) = limit for s.
    a, b, c = width * height, width + height, 1 - options.max_pixels
    return (math.sqrt(b * b - 4 * a * c) - b) / (2 * a)


def _draw(page: pdfium.PdfPage, scale: float) -> NDArray[np.uint8]:
    bitmap = page.render(scale=scale, rev_byteorder=True)
    try:
        return np.array(bitmap.to_numpy()[:, :, :3])  # a copy: the bitmap's memory is PDFium's
    finally:
        bitmap.close()


def _text(page: pdfium.PdfPage) -> str | None:
    """The text layer, or ``None`` if there is nothing in it."""
    textpage = page.get_textpage()
    try:
        text: str = textpage.get_text_bounded()
    finally:
        textpage.close()
    # PDFium writes U+0002 for a hyphen at the end of a line together with the line break.
    return text.replace("\x02", "-\n").replace("\r\n", "\n").strip() or None
