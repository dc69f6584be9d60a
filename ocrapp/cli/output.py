"""Where results go: standard output, one file, or a folder with one file for each input."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TextIO

from ocrapp.cli.inputs import STDIN, Item
from ocrapp.errors import OcrappError, OutputNotWritableError, UsageError
from ocrapp.export import Format
from ocrapp.page import Page

_REMEDY = "Check the folder, its permissions and the space left."


class Document:
    """Pages that are written one after the other, each visible the moment it is written.

    Attributes:
        empty: Nothing was written so far.
    """

    def __init__(self, stream: TextIO, format_: Format) -> None:
        self.empty = True
        self._stream = stream
        self._format = format_

    def page(self, page: Page) -> None:
        """Write a page."""
        self._add(self._format.render(page))

    def failure(self, source: str, error: OcrappError) -> None:
        """Write that an input failed, if the format can say so."""
        if self._format.render_error is not None:
            self._add(self._format.render_error(source, error))

    def close(self) -> None:
        """Write what ends the document."""
        if self.empty:
            self._write(self._format.head)
        self._write(self._format.tail)

    def _add(self, text: str) -> None:
        self._write((self._format.head if self.empty else self._format.separator) + text)
        self.empty = False

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise _not_writable(getattr(self._stream, "name", "output"), error) from error


Opener = Callable[[Item], AbstractContextManager[Document]]
"""Gives the document that the pages of an input belong to."""


def open_output(
    out: str | None, items: list[Item], several: bool, format_: Format
) -> AbstractContextManager[Opener]:
    """Where the results of these inputs go.

    Args:
        out: What ``-o`` says. A folder if it is one, ends like one, or if there are several inputs and it
            has not the format's own suffix; else a file for all inputs. None or ``-`` is standard output.
        items: The inputs.
        several: Whether more than one input was named, or a folder.
        format_: Of the results.

    Raises:
        UsageError: A file would be written over an input.
        OutputNotWritableError: On entering, or when the file of an input cannot be created.
    """
    if out is None or out == STDIN:
        return _standard_output(format_)
    path = Path(out)
    as_file = not several or path.suffix.lower() == format_.suffix
    if path.is_dir() or out.endswith(("/", os.sep)) or not as_file:
        return _folder(_result_paths(path, items, format_.suffix), format_)
    if any(_same_file(path, Path(item.source)) for item in items):
        raise UsageError(f"{out} is an input too.", "Name another file for the results.")
    return _one_file(path, format_)


@contextmanager
def _standard_output(format_: Format) -> Iterator[Opener]:
    document = Document(sys.stdout, format_)
    try:
        yield lambda _item: nullcontext(document)
    except BrokenPipeError:
        raise
    except BaseException:
        document.close()  # what was written remains a valid document
        raise
    document.close()


@contextmanager
def _one_file(path: Path, format_: Format) -> Iterator[Opener]:
    with _document_file(path, format_) as document:
        yield lambda _item: nullcontext(document)


@contextmanager
def _folder(paths: dict[Item, Path], format_: Format) -> Iterator[Opener]:
    def opener(item: Item) -> AbstractContextManager[Document]:
        path = paths[item]
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _not_writable(path.parent, error) from error
        return _document_file(path, format_)

    yield opener


@contextmanager
def _document_file(path: Path, format_: Format) -> Iterator[Document]:
    """A document that appears under its name when it is complete; none appears if nothing was written."""
    path = path.resolve()  # a link shall lead to the new content, not be replaced by it
    part = path
    if path.is_file() or not path.exists():  # but a pipe or a device is written to as it is
        part = path.with_name(f".{path.name[:200]}.{os.getpid()}.part")
    try:
        stream = part.open("w", encoding="utf-8", errors="backslashreplace", newline="\n")
    except OSError as error:
        raise _not_writable(path, error) from error
    try:
        with stream:
            document = Document(stream, format_)
            yield document
            if not document.empty:
                document.close()
        if part is not path and not document.empty:
            _rename(part, path)
    finally:
        if part is not path:
            part.unlink(missing_ok=True)


def _rename(part: Path, path: Path) -> None:
    try:
        part.replace(path)
    except OSError as error:
        raise _not_writable(path, error) from error


def _result_paths(folder: Path, items: Iterable[Item], suffix: str) -> dict[Item, Path]:
    """``name.png.txt`` for each item; ``name.png-2.txt`` where that is taken, case ignored as disks may."""
    taken: set[str] = set()
    paths: dict[Item, Path] = {}
    for item in items:
        stem = folder / item.name
        path, number = stem.with_name(f"{stem.name}{suffix}"), 1
        while str(path).casefold() in taken:
            number += 1
            path = stem.with_name(f"{stem.name}-{number}{suffix}")
        taken.add(str(path).casefold())
        paths[item] = path
    return paths


def _same_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except (OSError, ValueError):
        return False


def _not_writable(where: object, error: OSError) -> OutputNotWritableError:
    return OutputNotWritableError(f"{where} cannot be written ({error.strerror or error}).", _REMEDY)
