"""Files that are there as a whole or not at all."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from ocrapp.errors import OutputNotWritableError

REMEDY = "Check the folder, its permissions and the space left, then run again with --resume."
PART = ".part"
"""Suffix of files that are being written; such a file is left only by a process that was killed."""


def write_whole(path: Path, chunks: Iterable[bytes]) -> None:
    """Write a file so that, whatever happens, its name shows the old content or all of the new.

    The content reaches the disk before the name does (temporary file, fsync, rename, fsync of the folder).

    Raises:
        OutputNotWritableError: It cannot be written; nothing is left of it.
    """
    # The name is short, whatever the length of the target's, and no two writers share it.
    part = path.with_name(f".{uuid4().hex}{PART}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise not_writable(path, error) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make renames in a folder outlast a power failure, where the system can."""
    if not hasattr(os, "O_DIRECTORY"):  # Windows cannot open folders, and needs not
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove_parts(folder: Path) -> None:
    """Remove what a killed process left half-written under a folder; nobody else may be writing there."""
    for part in folder.rglob(f".{'?' * 32}{PART}"):
        with suppress(OSError):
            part.unlink()


def not_writable(where: object, error: OSError) -> OutputNotWritableError:
    """The error for a person."""
    return OutputNotWritableError(f"{where} cannot be written ({error.strerror or error}).", REMEDY)
