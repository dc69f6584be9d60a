"""Which files belong to a batch, and what their results are called."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ocrapp.errors import InputNotFoundError, InputUnreadableError
from ocrapp.sources import find_inputs


@dataclass(frozen=True, slots=True)
class Listed:
    """A file of the folder.

    Attributes:
        name: Its path within the folder.
        stamp: Changes when the file does; empty if the file cannot be looked at.
    """

    name: str
    stamp: str


def list_folder(folder: Path, out: Path, recursive: bool) -> Iterator[Listed]:
    """The files to read in natural order; results that lie within the folder are none.

    Raises:
        InputNotFoundError: There is no such folder.
        InputUnreadableError: It cannot be listed.
    """
    if not folder.is_dir():
        raise InputNotFoundError(f"There is no folder {folder}.", "Check the path.")
    own = out.resolve()
    for path in find_inputs([folder], recursive):
        if path == folder:
            raise InputUnreadableError(f"The folder {folder} cannot be listed.", "Check its permissions.")
        if own not in path.resolve().parents:
            yield Listed(str(path.relative_to(folder)), stamp(path))


def stamp(path: Path) -> str:
    """Size and time of change; empty if the file cannot be looked at."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return ""
    return f"{status.st_size}-{status.st_mtime_ns}"


def encode_name(name: str) -> bytes:
    """A path for the journal: names of files need not be text."""
    return os.fsencode(name)


def decode_name(data: bytes) -> str:
    """The path again."""
    return os.fsdecode(data)
