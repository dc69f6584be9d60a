"""What a format is. See `ocrapp.export` for the whole of it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ocrapp.errors import OcrappError, UsageError
from ocrapp.page import Page


@dataclass(frozen=True, slots=True)
class Format(ABC):
    """One way to write results down.

    Attributes:
        name: What ``--format`` calls it.
        suffix: Of its files, with the dot; may have two parts, like ``.alto.xml``.
    """

    name: str
    suffix: str

    @abstractmethod
    def encode(self, pages: Sequence[Page]) -> bytes:
        """The pages as one complete file.

        Raises:
            OcrappError: These pages make no such file, or the file they were read from is needed again and
                cannot be opened.
        """


@dataclass(frozen=True, slots=True)
class TextFormat(Format):
    """UTF-8 text that grows page by page, so that a document may be of any length.

    Attributes:
        render: One page.
        render_error: Stands for an input or page that failed, from its source and error; None if the format
            has no way to say so.
        head: In front of the first page.
        separator: Between two pages.
        tail: After the last page.
        one_page: A document holds exactly one page; several pages are several files.
    """

    render: Callable[[Page], str]
    render_error: Callable[[str, OcrappError], str] | None = None
    head: str = ""
    separator: str = ""
    tail: str = ""
    one_page: bool = False

    def too_many_pages(self) -> UsageError:
        """What to raise where a second page is to go into a file of a format that holds one."""
        return UsageError(
            f"A file in the format {self.name} holds one page, and there are more.",
            "Write each page to a file of its own: for ocrapp read, name a folder with -o.",
        )

    def page_path(self, path: Path, number: int) -> Path:
        """Where a page goes if each has a file: the first keeps the document's name, others get their number."""
        if number == 1:
            return path
        return path.with_name(f"{path.name.removesuffix(self.suffix)}.p{number:04d}{self.suffix}")

    def document(self, pages: Sequence[Page]) -> str:
        """All pages as one document."""
        return self.head + self.separator.join(map(self.render, pages)) + self.tail

    def encode(self, pages: Sequence[Page]) -> bytes:
        """All pages as one document in UTF-8; what no text may hold is written as a backslash sequence.

        Raises:
            UsageError: The format holds one page, and there are more.
        """
        if self.one_page and len(pages) > 1:
            raise self.too_many_pages()
        return self.document(pages).encode(errors="backslashreplace")


@dataclass(frozen=True, slots=True)
class BinaryFormat(Format):
    """A file that is written as a whole when all pages are there.

    Attributes:
        build: Makes the file; raises as `Format.encode` does.
    """

    build: Callable[[Sequence[Page]], bytes]

    def encode(self, pages: Sequence[Page]) -> bytes:
        """The pages as one complete file."""
        return self.build(pages)
