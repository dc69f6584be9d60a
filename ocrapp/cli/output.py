"""Where results go: standard output, one file, or a folder with one file for each input."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import BinaryIO

from ocrapp.cli.inputs import STDIN, Item
from ocrapp.errors import OcrappError, OutputNotWritableError, UsageError
from ocrapp.export import Format, TextFormat
from ocrapp.page import Page

_REMEDY = "Check the folder, its permissions and the space left."


class Document:
    """Pages of one file. Text is visible the moment a page is written, other formats come as a whole.

    Attributes:
        empty: Nothing was written so far.
    """

    def __init__(self, stream: BinaryIO, format_: Format) -> None:
        self.empty = True
        self._stream = stream
        self._format = format_
        self._text = format_ if isinstance(format_, TextFormat) else None
        self._pages: list[Page] = []  # of formats that are written as a whole

    def page(self, page: Page) -> None:
        """Write a page.

        Raises:
            UsageError: The format holds one page, and this is another one.
            OutputNotWritableError: The disk is full, for example.
        """
        if self._text is None:
            self._pages.append(page)
            self.empty = False
            return
        if self._text.one_page and not self.empty:
            raise self._text.too_many_pages()
        self._add(self._text, self._text.render(page))

    def failure(self, source: str, error: OcrappError) -> None:
        """Write that an input failed, if the format can say so."""
        if self._text is not None and self._text.render_error is not None:
            self._add(self._text, self._text.render_error(source, error))

    def close(self) -> None:
        """Write what ends the document, or all of it."""
        if self._text is None:
            self._write(self._format.encode(self._pages))
            return
        if self.empty:
            self._write(self._text.encode([]))
        else:
            self._write(self._text.tail.encode())

    def _add(self, format_: TextFormat, text: str) -> None:
        text = (format_.head if self.empty else format_.separator) + text
        self._write(text.encode(errors="backslashreplace"))
        self.empty = False

    def _write(self, data: bytes) -> None:
        try:
            self._stream.write(data)
            self._stream.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise _not_writable(getattr(self._stream, "name", "output"), error) from error


class PageFiles:
    """Stands for a document where the format holds one page a file: each page goes to its own.

    Args:
        path: Of the first page; later ones have their number in the name.
        format_: Of the files.
    """

    def __init__(self, path: Path, format_: TextFormat) -> None:
        self._path = path
        self._format = format_

    def page(self, page: Page) -> None:
        """Write a page to its file."""
        with _document_file(self._format.page_path(self._path, page.number), self._format) as document:
            document.page(page)

    def failure(self, source: str, error: OcrappError) -> None:
        """Nothing: such formats cannot say it."""


Opener = Callable[[Item], AbstractContextManager[Document | PageFiles]]
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
        UsageError: A file would be written over an input, or a binary format to a terminal.
        OutputNotWritableError: On entering, or when the file of an input cannot be created.
    """
    if out is None or out == STDIN:
        if not isinstance(format_, TextFormat) and sys.stdout.isatty():
            raise UsageError(
                f"The format {format_.name} is nothing to show in a terminal.",
                f"Write it to a file: -o result{format_.suffix}.",
            )
        return _standard_output(format_)
    path = Path(out)
    as_file = not several or path.suffix.lower() == f".{format_.suffix.rsplit('.', 1)[-1]}"
    if path.is_dir() or out.endswith(("/", os.sep)) or not as_file:
        return _folder(_result_paths(path, items, format_.suffix), format_)
    if any(_same_file(path, Path(item.source)) for item in items):
        raise UsageError(f"{out} is an input too.", "Name another file for the results.")
    return _one_file(path, format_)


@contextmanager
def _standard_output(format_: Format) -> Iterator[Opener]:
    document = Document(sys.stdout.buffer, format_)
    try:
        yield lambda _item: nullcontext(document)
    except BrokenPipeError:
        raise
    except BaseException:
        if isinstance(format_, TextFormat):
            document.close()  # what was written remains a valid document
        raise
    document.close()


@contextmanager
def _one_file(path: Path, format_: Format) -> Iterator[Opener]:
    with _document_file(path, format_) as document:
        yield lambda _item: nullcontext(document)


@contextmanager
def _folder(paths: dict[Item, Path], format_: Format) -> Iterator[Opener]:
    def opener(item: Item) -> AbstractContextManager[Document | PageFiles]:
        path = paths[item]
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _not_writable(path.parent, error) from error
        if isinstance(format_, TextFormat) and format_.one_page:
            return nullcontext(PageFiles(path, format_))
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
        stream = part.open("wb")
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
