"""Results in the formats of the world, one file a format.

Every format has a name, a suffix, and ``encode(pages)``, which gives the bytes of one complete file: that is
all that the window, the batch engine and other programs need. There are two kinds:

* `TextFormat` also has ``render(page)`` and what stands before, between and after pages, so that the command
  line can write a document of any length page by page, and failures into formats that can tell of them. Where
  ``one_page`` is set, the format's standard allows one page a file.
* `BinaryFormat` has a function that takes all pages and returns the file. The searchable PDF opens the files
  that the pages were read from (``Page.source``) again, because it keeps their images or pages as they are.

Who writes a file writes ``encode``'s bytes under another name and renames it, so that no half of it is ever
seen. What a page says lies in its `ocrapp.page.Page` alone. To add a format, write a module with a constant
and name it in ``_PLACES``.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module

from ocrapp.export.base import BinaryFormat, Format, TextFormat

_PLACES = {
    "txt": "txt:TXT",
    "json": "json:JSON",
    "jsonl": "json:JSONL",
    "md": "md:MD",
    "csv": "csv:CSV",
    "tsv": "csv:TSV",
    "tables": "tables:TABLES",
    "xlsx": "tables:XLSX",
    "hocr": "hocr:HOCR",
    "alto": "alto:ALTO",
    "page": "page_xml:PAGE",
    "pdf": "pdf:PDF",
}


class _Formats(Mapping[str, Format]):
    """Loads a format when it is asked for: ``ocrapp --help`` needs the names alone."""

    def __getitem__(self, name: str) -> Format:
        module, constant = _PLACES[name].split(":")
        format_: Format = getattr(import_module(f"{__name__}.{module}"), constant)
        return format_

    def __iter__(self) -> Iterator[str]:
        return iter(_PLACES)

    def __len__(self) -> int:
        return len(_PLACES)


FORMATS: Mapping[str, Format] = _Formats()
"""All formats by name, in the order in which they are offered."""

__all__ = ["FORMATS", "BinaryFormat", "Format", "TextFormat"]
