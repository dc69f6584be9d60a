"""The work of ``ocrapp read``: each page of each input, one after the other, failures told and survived."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from ocrapp.cli.inputs import STDIN, Item
from ocrapp.cli.output import Document, Opener, PageFiles
from ocrapp.cli.reporter import Reporter
from ocrapp.errors import (
    ExitCode,
    InputEncryptedError,
    InputNotFoundError,
    InputTooLargeError,
    InputUnreadableError,
    OcrappError,
    UsageError,
)
from ocrapp.page import Block, Line, Page, Word
from ocrapp.runtime import Cancel, Progress
from ocrapp.sources import OpenOptions, PageImage, decode_image, open_pages

_OF_ONE_INPUT = (
    InputNotFoundError,
    InputUnreadableError,
    InputTooLargeError,
    InputEncryptedError,
    UsageError,  # pages that this input does not have
)
"""Errors that leave the other inputs alone. All others would meet each of them and end the work."""


class PageReader(Protocol):
    """What the job needs of `ocrapp.Reader`."""

    def read(
        self,
        page_image: PageImage,
        *,
        layout: str = "auto",
        cancel: Cancel | None = None,
        progress: Progress | None = None,
    ) -> Page:
        """Read one page."""
        ...


@dataclass(frozen=True, slots=True)
class ReadJob:
    """What is the same for all inputs.

    Attributes:
        reader: Reads pages.
        options: How inputs are opened.
        layout: ``auto``, ``line`` or ``word``.
        reporter: Is told how the work goes on.
        cancel: Stops the work.
        originals: Gets what standard input held, for formats that need it again.
    """

    reader: PageReader
    options: OpenOptions
    layout: str
    reporter: Reporter
    cancel: Cancel
    originals: dict[str, bytes] = field(default_factory=dict)

    def run(self, items: list[Item], opener: Opener) -> ExitCode:
        """Read all inputs.

        Returns:
            OK, the code of the only kind of failure, or SEVERAL_FAILURES.

        Raises:
            OcrappError: Of a kind that is not about one input.
            BrokenPipeError: Nobody reads standard output any more.
        """
        failures: set[ExitCode] = set()
        self.reporter.begin(len(items))
        for index, item in enumerate(items):
            self.reporter.start_input(index, item.name.name)
            try:
                with opener(item) as document:
                    try:
                        self._read(item, document)
                    except _OF_ONE_INPUT as error:
                        failures.add(error.exit_code)
                        self._tell(item, error, document)
            except _OF_ONE_INPUT as error:  # the document could not be finished
                failures.add(error.exit_code)
                self.reporter.error(error)
        if len(failures) > 1:
            return ExitCode.SEVERAL_FAILURES
        return failures.pop() if failures else ExitCode.OK

    def _read(self, item: Item, document: Document | PageFiles) -> None:
        if item.error is not None:
            raise item.error
        for image in self._pages(item):
            self.cancel.check()
            self.reporter.start_page(image.number, image.count)
            if image.text is not None:
                page = text_layer_page(image, image.text)
            else:
                page = self.reader.read(
                    image, layout=self.layout, cancel=self.cancel, progress=self.reporter.step
                )
            with self.reporter.paused():
                document.page(page)

    def _pages(self, item: Item) -> Iterator[PageImage]:
        if item.source != STDIN:
            yield from open_pages(item.source, self.options)
            return
        data = sys.stdin.buffer.read()
        image = decode_image(data, "standard input", self.options)
        self.originals[image.source] = data
        if image.count is not None and image.count > 1:
            self.reporter.warn(f"Standard input has {image.count} pages; only page {image.number} is read.")
        yield image

    def _tell(self, item: Item, error: OcrappError, document: Document | PageFiles) -> None:
        self.reporter.error(error)
        with self.reporter.paused():
            document.failure(item.source, error)


def text_layer_page(image: PageImage, text: str) -> Page:
    """The text that a PDF page carries itself, as a result. It has no positions: polygons are empty."""
    blocks: list[Block] = []
    lines: list[Line] = []
    for row in [*text.splitlines(), ""]:
        words = tuple(Word(word, (), 1.0, "pdf/text-layer") for word in row.split())
        if words:
            lines.append(Line(words, (), 1.0))
        elif lines:
            blocks.append(Block(tuple(lines)))
            lines = []
    return Page(
        source=image.source,
        number=image.number,
        width=image.width,
        height=image.height,
        blocks=tuple(blocks),
        provider="none",
        models=(),
        seconds=0.0,
    )
