"""Files that are what their checksum says. Hashing is done once a file and remembered by its stat."""

import hashlib
from pathlib import Path

from platformdirs import user_cache_path

from ocrapp.errors import ModelUnusableError

_REMEDY = "Put the file of this version of ocrapp there, or install ocrapp again."


def verify_file(path: Path, sha256: str, size: int | None = None, *, fresh: bool = False) -> None:
    """See that a file has the expected size and checksum.

    Args:
        path: The file.
        sha256: Expected checksum, 64 lower-case hex digits.
        size: Expected size in bytes, or None if only the checksum is known.
        fresh: Hash the file even if it was verified before and its stat has not changed since.

    Raises:
        ModelUnusableError: The file is missing, unreadable, or not what it should be.
    """
    try:
        stat = path.stat()
        if size is not None and stat.st_size != size:
            raise ModelUnusableError(f"{path} has {stat.st_size:,} bytes instead of {size:,}.", _REMEDY)
        stamp = _stamp_path(f"{path.resolve()}\n{stat.st_size}\n{stat.st_mtime_ns}\n{sha256}\n")
        if not fresh and stamp is not None and stamp.exists():
            return
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelUnusableError(f"{path} cannot be read ({error.strerror or error}).", _REMEDY) from error
    if found != sha256:
        raise ModelUnusableError(f"{path} is damaged: its checksum differs from the catalog's.", _REMEDY)
    _remember(stamp)


def _stamp_path(key: str) -> Path | None:
    """Where success for this very file is remembered: an empty file each, so that processes never race."""
    try:
        folder = user_cache_path("ocrapp") / "verified"
    except RuntimeError:  # There is no home folder to be found.
        return None
    return folder / hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()


def _remember(stamp: Path | None) -> None:
    if stamp is None:
        return
    try:
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.touch()
    except OSError:
        return  # A cache that cannot be written costs time at the next start, nothing else.
