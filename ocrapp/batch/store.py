"""Readings on disk, one file a page, named by what was read: content, options, page number.

The name makes repeated work visible: whoever finds the file need not read the page again, whether the journal
knows of it or not. Nothing but the page's place (its source) is left out of a file, so any format can be
written from it later.
"""

import gzip
import json
import zlib
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ocrapp.batch.files import write_whole
from ocrapp.page import Block, Line, Page, Word

_VERSION = 1


class Store:
    """The readings of one output folder.

    Args:
        out: The output folder; readings lie in ``.ocrapp/pages`` within it.
    """

    def __init__(self, out: Path) -> None:
        self._out = out

    def name(self, sha256: str, options: str, number: int) -> str:
        """Path of a reading within the output folder."""
        return f".ocrapp/pages/{sha256[:2]}/{sha256}-{options}-{number}.json.gz"

    def save(self, name: str, page: Page, count: int | None = None) -> None:
        """Write a reading, and how many pages the document has.

        Raises:
            OutputNotWritableError: It cannot be written; nothing is left of it.
        """
        write_whole(self._out / name, [encode(page, count)])

    def load(self, name: str, source: str) -> tuple[Page, int | None] | None:
        """A reading, as one of this source, and how many pages the document has; None if there is no good one."""
        try:
            page, count = decode((self._out / name).read_bytes())
        except (OSError, EOFError, ValueError, TypeError, KeyError, zlib.error):
            return None
        return replace(page, source=source), count


def encode(page: Page, count: int | None = None) -> bytes:
    """A page as compressed JSON, without loss."""
    document = {"version": _VERSION, "count": count, "page": page}
    text = json.dumps(document, default=_plain, ensure_ascii=True, separators=(",", ":"))
    return gzip.compress(text.encode("ascii"), 3, mtime=0)


def decode(data: bytes) -> tuple[Page, int | None]:
    """The page again, and how many the document has.

    Raises:
        ValueError, TypeError, KeyError, EOFError, OSError, zlib.error: The data is damaged or of another version.
    """
    document = json.loads(gzip.decompress(data))
    if document["version"] != _VERSION:
        raise ValueError(f"version {document['version']}")
    page = document["page"]
    blocks = tuple(Block(tuple(map(_line, block["lines"]))) for block in page["blocks"])
    rules = tuple(((a[0], a[1]), (b[0], b[1])) for a, b in page["rules"])
    return Page(**{**page, "blocks": blocks, "models": tuple(page["models"]), "rules": rules}), document[
        "count"
    ]


def _plain(value: Any) -> Any:
    """Parts of a page that JSON does not know."""
    if isinstance(value, np.generic):
        return value.item()
    if is_dataclass(value):
        return {item.name: getattr(value, item.name) for item in fields(value)}
    raise TypeError(type(value).__name__)


def _line(line: dict[str, Any]) -> Line:
    words = tuple(Word(**{**word, "polygon": _polygon(word["polygon"])}) for word in line["words"])
    return Line(**{**line, "words": words, "polygon": _polygon(line["polygon"])})


def _polygon(points: list[list[float]]) -> tuple[tuple[float, float], ...]:
    return tuple((x, y) for x, y in points)
