"""Plain text in reading order; a form feed stands between pages, as ``pdftotext`` and Tesseract have it."""

from ocrapp.export.base import TextFormat
from ocrapp.page import Page


def render(page: Page) -> str:
    """The text of a page, ended by a line break; nothing for a page without text."""
    return f"{page.text}\n" if page.text else ""


TXT = TextFormat("txt", ".txt", render, separator="\f")
