"""From a path or bytes to pages. Bytes are read here, decoded in memory by :mod:`raster` and :mod:`pdf`."""

import hashlib
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from ocrapp.errors import (
    InputEmptyError,
    InputNotFoundError,
    InputTooLargeError,
    InputUnreadableError,
    InputUnsupportedError,
)
from ocrapp.sources.kinds import HEAD_BYTES, KINDS, PDF, SUFFIXES, Kind, sniff
from ocrapp.sources.model import OpenOptions, PageImage, PageIterator
from ocrapp.sources.wording import DAMAGED_HINT, printable

MAX_FILE_BYTES = 2 * 1024**3
"""Larger files are refused: the bytes of the file that is being read lie in memory."""

_SPLIT_HINT = "Split it into smaller files."
_DEFAULTS = OpenOptions()


def open_pages(path: str | Path, options: OpenOptions = _DEFAULTS) -> Iterator[PageImage]:
    """Open a file and decode its pages one at a time, each when it is asked for.

    Every frame of an animated image counts as a page.

    Args:
        path: The file. Its content decides what it is, not its suffix.
        options: See :class:`OpenOptions`.

    Yields:
        The selected pages in document order.

    Raises:
        InputNotFoundError: There is nothing at the path.
        InputEmptyError: The file, or an image in it, is empty.
        InputTruncatedError: The file ends before its content does.
        InputUnsupportedError: A folder, a device or a kind of file that ocrapp does not open.
        InputUnreadableError: The content is damaged, or reading is not permitted.
        InputTooLargeError: More pixels than ``options.max_pixels``.
        InputEncryptedError: A PDF that needs a password, or another one.
        UsageError: ``options.pages`` names pages that the file does not have.
        All of them come at the first page, or when the page concerned is reached.

    Example:
        >>> for page in open_pages("letter.pdf"):  # doctest: +SKIP
        ...     print(page.number, page.pixels.shape)
    """
    data, kind = _read(Path(path), printable(path))
    yield from _pages(data, kind, str(path), options)


def open_bytes(data: bytes, name: str, options: OpenOptions = _DEFAULTS) -> Iterator[PageImage]:
    """Open a file whose content is in memory already, as :func:`open_pages` does.

    Args:
        data: The whole file, of any supported kind.
        name: What to call it, in the results and in errors.
        options: See :class:`OpenOptions`.

    Raises:
        OcrappError: As :func:`open_pages`.
    """
    if not data:
        raise InputEmptyError(f"{printable(name)} is empty.", "Copy or scan it again.")
    yield from _pages(data, _kind(data[:HEAD_BYTES], printable(name)), name, options)


def decode_image(data: bytes, name: str, options: OpenOptions = _DEFAULTS) -> PageImage:
    """Decode the first selected page of an encoded image that is in memory already, such as a clipboard's.

    Args:
        data: Encoded bytes of any supported kind.
        name: What to call the image, in the result and in errors.
        options: See :class:`OpenOptions`.

    Raises:
        OcrappError: As :func:`open_pages`.
    """
    if not data:
        raise InputEmptyError(f"{printable(name)} is empty.", "Copy the image again.")
    with closing(_pages(data, _kind(data[:HEAD_BYTES], printable(name)), name, options)) as pages:
        return next(pages)


def _pages(data: bytes, kind: Kind, source: str, options: OpenOptions) -> PageIterator:
    if kind is PDF:
        from ocrapp.sources.pdf import pdf_pages as pages  # noqa: PLC0415 - loads pdfium
    else:
        from ocrapp.sources.raster import raster_pages as pages  # noqa: PLC0415 - loads NumPy and Pillow
    return pages(data, kind, source, options)


def content_hash(path: str | Path) -> str:
    """SHA-256 of a file that `open_pages` would open, as 64 hex digits.

    Raises:
        InputNotFoundError, InputUnsupportedError, InputUnreadableError, InputTooLargeError: As `open_pages`.
    """
    path, who = Path(path), printable(path)
    with _reading(who):
        _check_regular(path, who)
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def count_pages(path: str | Path, options: OpenOptions = _DEFAULTS) -> int | None:
    """Pages of a file without decoding them; ``None`` where counting would need decoding.

    Raises:
        OcrappError: As `open_pages` at the first page.
    """
    data, kind = _read(Path(path), printable(path))
    if kind is PDF:
        from ocrapp.sources.pdf import count_pdf_pages as count  # noqa: PLC0415 - loads pdfium
    else:
        from ocrapp.sources.raster import count_frames as count  # noqa: PLC0415 - loads Pillow
    return count(data, kind, str(path), options)


def _read(path: Path, who: str) -> tuple[bytes, Kind]:
    """The bytes of a regular file of a supported kind."""
    with _reading(who):
        _check_regular(path, who)
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
            if not head:
                raise InputEmptyError(f"{who} is empty.", "Copy or scan it again.")
            kind = _kind(head, who)  # before the rest: somebody else's disk image need not be read
            file.seek(0)
            return file.read(), kind


@contextmanager
def _reading(who: str) -> Iterator[None]:
    """Turn what the system raises into errors for people."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError) as error:
        raise InputNotFoundError(f"{who} does not exist.", "Check the path.") from error
    except PermissionError as error:
        raise InputUnreadableError(f"{who} may not be read.", "Check its permissions.") from error
    except (OSError, ValueError) as error:  # ValueError: a path that no file can have
        detail = getattr(error, "strerror", None) or error
        raise InputUnreadableError(
            f"{who} cannot be read: {detail}.", "Check the path and the disk."
        ) from error
    except MemoryError as error:
        raise InputTooLargeError(
            f"{who} does not fit into memory.", "Split it into smaller files."
        ) from error


def _check_regular(path: Path, who: str) -> None:
    """Refuse folders, what would block or never end (pipes, devices), and files above the size limit."""
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise InputUnsupportedError(f"{who} is a folder.", "Name the files in it.")
    if not stat.S_ISREG(status.st_mode):
        raise InputUnsupportedError(f"{who} is not a regular file.", "Save its content to a file first.")
    if status.st_size > MAX_FILE_BYTES:
        raise InputTooLargeError(
            f"{who} has {status.st_size / 1024**3:.1f} GiB, more than {MAX_FILE_BYTES // 1024**3} GiB.",
            _SPLIT_HINT,
        )


def _kind(head: bytes, who: str) -> Kind:
    kind = sniff(head)
    if kind is not None:
        return kind
    if Path(who).suffix.lower() in SUFFIXES:
        raise InputUnreadableError(
            f"{who} is damaged, or its name is wrong: its content is of no kind that ocrapp opens.",
            DAMAGED_HINT,
        )
    raise InputUnsupportedError(
        f"{who} is of no kind that ocrapp opens.",
        f"Convert it to one of these: {', '.join(kind.name for kind in KINDS)}.",
    )
