"""The files that pages were read from, as pages of a PDF that are the same to the last bit of their images."""

import logging
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import img2pdf
from pikepdf import Dictionary, Name, PasswordError, Pdf, PdfError
from pikepdf import Page as PdfPage
from PIL import Image

import ocrapp
from ocrapp.errors import InputEncryptedError, InputNotFoundError, InputUnreadableError
from ocrapp.export.textlayer import rotation
from ocrapp.page import Page
from ocrapp.sources import OpenOptions, open_bytes
from ocrapp.sources.kinds import HEAD_BYTES, PDF, sniff
from ocrapp.sources.model import MAX_PIXELS_ALLOWED

_POINTS = 72.0
"""In an inch."""
_LARGEST = 14_400.0
"""Points that a side of a page may have (ISO 32000, annex C)."""
_SCREEN_DPI = 96.0
"""Up to this resolution an image says nothing about its size on paper: cameras and screens write 72 or 96."""
_A3, _A4 = 1191.0, 842.0
"""Long sides in points."""

_NOT_EMBEDDABLE = (
    img2pdf.AlphaChannelError,
    img2pdf.ExifOrientationError,
    img2pdf.ImageOpenError,
    img2pdf.JpegColorspaceError,
    img2pdf.NegativeDimensionError,
    img2pdf.PdfTooLargeError,
    img2pdf.UnsupportedColorspaceError,
    NotImplementedError,
    OSError,
    SyntaxError,
    ValueError,
)
"""What img2pdf and the Pillow readers in it raise at images that cannot go into a PDF as they are."""


def original_pages(
    source: str, pages: Sequence[Page], password: str | None = None, data: bytes | None = None
) -> Pdf:
    """A PDF of the pages that were read from one file, in this order.

    Pages of a PDF stay as they are, and so do its outline and metadata. Images go in without being encoded
    again; those of a kind that a PDF cannot hold are stored without loss.

    Args:
        source: The path that was opened.
        pages: What was read on its pages.
        password: Of an encrypted PDF.
        data: What the file holds, if it cannot be opened again; None to open it.

    Raises:
        InputNotFoundError: The file cannot be opened again.
        InputEncryptedError: It needs a password.
        InputUnreadableError: It is damaged, or is not what was read.
    """
    if data is None:
        data = _read(source)
    if sniff(data[:HEAD_BYTES]) is PDF:
        return _of_pdf(data, source, pages, password)
    return _of_image(data, source, pages)


def _read(source: str) -> bytes:
    try:
        return Path(source).read_bytes()
    except (OSError, ValueError) as error:
        raise InputNotFoundError(
            f"{source} cannot be opened again, and a searchable PDF keeps its pages.",
            "Give a file that stays where it is, or choose another format.",
        ) from error


def _of_pdf(data: bytes, source: str, pages: Sequence[Page], password: str | None) -> Pdf:
    try:
        pdf = _open_pdf(data, password)
        if max(page.number for page in pages) > len(pdf.pages):
            raise InputUnreadableError(f"{source} has fewer pages than were read.", "Read it again.")
        _keep(pdf, [page.number - 1 for page in pages])
    except PasswordError as error:
        raise InputEncryptedError(f"{source} is encrypted and needs a password.", "Give it.") from error
    except PdfError as error:
        raise InputUnreadableError(
            f"{source} is so damaged that its pages cannot be kept ({error}).", "Choose another format."
        ) from error
    return pdf


def _open_pdf(data: bytes, password: str | None) -> Pdf:
    if password:
        try:
            return Pdf.open(BytesIO(data), password=password)
        except PasswordError:  # it may open without, as in ocrapp.sources
            pass
    return Pdf.open(BytesIO(data))


def _keep(pdf: Pdf, indices: list[int]) -> None:
    """Leave only these pages, in this order."""
    if indices != list(range(len(pdf.pages))):
        kept = [pdf.pages[index] for index in indices]
        del pdf.pages[:]
        pdf.pages.extend(kept)


def _of_image(data: bytes, source: str, pages: Sequence[Page]) -> Pdf:
    embedded = _embedded(data)
    result = Pdf.new()
    result.docinfo["/Producer"] = f"ocrapp {ocrapp.__version__}"
    for page in pages:
        index = page.number - 1
        if embedded is not None and index < len(embedded.pages) and _shows(embedded.pages[index], page):
            result.pages.append(embedded.pages[index])
        else:
            result.pages.extend(_drawn(data, source, page).pages)
    return result


def _embedded(data: bytes) -> Pdf | None:
    """The image file as it is, one page a frame; None if a PDF cannot hold it."""
    logging.getLogger("img2pdf").setLevel(logging.ERROR)  # of doubts that `_shows` settles
    try:
        return Pdf.open(BytesIO(_convert(data)))
    except _NOT_EMBEDDABLE:
        return None


def _convert(data: bytes) -> bytes:
    converted: bytes = img2pdf.convert(
        data, layout_fun=_layout, engine=img2pdf.Engine.pikepdf, nodate=True, producer=""
    )
    return converted


def _layout(width: int, height: int, dpi: tuple[float, float]) -> tuple[float, float, float, float]:
    """The size of a page and of the image on it, in points, for an image of so many pixels."""
    across, down = (
        _POINTS * pixels / per_inch for pixels, per_inch in zip((width, height), dpi, strict=True)
    )
    longest = max(across, down)
    if max(dpi) <= _SCREEN_DPI and longest > _A3:
        across, down = across * _A4 / longest, down * _A4 / longest
    elif longest > _LARGEST:
        across, down = across * _LARGEST / longest, down * _LARGEST / longest
    return across, down, across, down


def _shows(pdf_page: PdfPage, page: Page) -> bool:
    """Whether a PDF page has one image of the size that was read, turned as it was read."""
    drawings = list(pdf_page.resources.get(Name.XObject, Dictionary()).values())
    if len(drawings) != 1:
        return False
    size = int(drawings[0].Width), int(drawings[0].Height)
    return (size[::-1] if rotation(pdf_page) in {90, 270} else size) == (page.width, page.height)


def _drawn(data: bytes, source: str, page: Page) -> Pdf:
    """The decoded page, stored without loss."""
    options = OpenOptions(pages=str(page.number), max_pixels=MAX_PIXELS_ALLOWED)
    image = next(iter(open_bytes(data, source, options)))
    if (image.width, image.height) != (page.width, page.height):
        raise InputUnreadableError(f"{source} is not the image any more that was read.", "Read it again.")
    file = BytesIO()
    more = {"dpi": (image.dpi, image.dpi)} if image.dpi else {}
    Image.fromarray(image.pixels).save(file, "PNG", **more)
    return Pdf.open(BytesIO(_convert(file.getvalue())))
