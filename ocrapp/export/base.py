"""What a format is: how one page looks, and what stands around the pages of a document."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ocrapp.errors import OcrappError
from ocrapp.page import Page


@dataclass(frozen=True, slots=True)
class Format:
    """A text format of results. Pages are written as they come, so a document may be of any length.

    Attributes:
        name: What ``--format`` calls it.
        suffix: Of its files, with the dot.
        render: One page.
        render_error: Stands for an input or page that failed, from its source and error; None if the format
            has no way to say so.
        head: In front of the first page.
        separator: Between two pages.
        tail: After the last page.
    """

    name: str
    suffix: str
    render: Callable[[Page], str]
    render_error: Callable[[str, OcrappError], str] | None = None
    head: str = ""
    separator: str = ""
    tail: str = ""

    def document(self, pages: Iterable[Page]) -> str:
        """All pages as one document."""
        return self.head + self.separator.join(map(self.render, pages)) + self.tail
