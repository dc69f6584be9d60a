"""What the paths on the command line stand for."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ocrapp.errors import InputNotFoundError, OcrappError

STDIN = "-"


@dataclass(frozen=True, slots=True)
class Item:
    """One file to read.

    Attributes:
        source: As the person gave it, or as found in a folder; ``-`` is standard input.
        name: For the name of its result: the file's name, or its path within the folder that was given.
        error: Why there is nothing to open, if that is known already.
    """

    source: str
    name: Path
    error: OcrappError | None = None


def list_items(paths: Sequence[str]) -> list[Item]:
    """The files that the paths stand for, folders walked, each file once."""
    seen: set[str] = set()
    items: list[Item] = []
    for path in paths:
        for item in [Item(STDIN, Path("stdin"))] if path == STDIN else _expand(path):
            key = os.path.abspath(item.source)  # noqa: PTH100 - must not fold ".." behind links
            if key not in seen:
                seen.add(key)
                items.append(item)
    return items


def _expand(path: str) -> Iterator[Item]:
    from ocrapp.sources import find_inputs  # noqa: PLC0415 - a room that --help does not need

    files = find_inputs([path])
    if not files:
        error = InputNotFoundError(f"{path} holds no file that ocrapp opens.", "Name the files themselves.")
        yield Item(path, Path(path), error)
    for file in files:
        inside = file != Path(path)
        yield Item(str(file), file.relative_to(path) if inside else Path(file.name))
