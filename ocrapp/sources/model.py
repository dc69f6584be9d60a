"""What goes into and comes out of this room: options, page selections and page images."""

import re
from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from ocrapp.errors import UsageError

if TYPE_CHECKING:  # NumPy takes a tenth of a second to import, and ``ocrapp --help`` passes here
    import numpy as np
    from numpy.typing import NDArray

MAX_PIXELS_ALLOWED = 178_956_970
"""Pillow refuses images with more pixels than this, whatever we say."""

PageIterator: TypeAlias = "Generator[PageImage, None, None]"

_PART = re.compile(r"(?P<first>\d{1,9})(?P<range>-(?P<last>\d{1,9})?)?")


@dataclass(frozen=True, slots=True, eq=False)
class PageImage:
    """One page, decoded and upright.

    Attributes:
        pixels: uint8 RGB of shape ``(height, width, 3)``, sRGB, white where the source was transparent.
        source: The path (or name) that was opened, as given.
        number: Page number within the source, starting at 1.
        count: Pages in the source, or ``None`` where counting would need decoding.
        dpi: Pixels per inch, where the source says so and the number is plausible.
        text: Text layer of a PDF page. ``None`` unless asked for, and where the page has none.
    """

    pixels: "NDArray[np.uint8]"
    source: str
    number: int
    count: int | None = None
    dpi: float | None = None
    text: str | None = None

    @property
    def width(self) -> int:
        """Width in pixels."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Height in pixels."""
        return int(self.pixels.shape[0])


@dataclass(frozen=True, slots=True)
class OpenOptions:
    """How to open an input.

    Attributes:
        pages: Which pages, for example ``"1-3,7,10-"``; ``None`` for all. They come in document order.
        password: For encrypted PDFs.
        dpi: Resolution at which PDF pages are rendered, pixels per inch.
        text_layer: Whether to return the text layer of PDF pages.
        max_pixels: Images of more pixels are refused before they are decoded; PDF pages are rendered at a
            lower resolution instead.

    Raises:
        UsageError: On creation, when a value makes no sense.
    """

    pages: str | None = None
    password: str | None = None
    dpi: int = 200
    text_layer: bool = False
    max_pixels: int = 120_000_000

    def __post_init__(self) -> None:
        if not 10 <= self.dpi <= 2400:
            raise UsageError(f"A resolution of {self.dpi} dpi is not usable.", "Choose between 10 and 2400.")
        if not 1 <= self.max_pixels <= MAX_PIXELS_ALLOWED:
            raise UsageError(
                f"A limit of {self.max_pixels} pixels is not usable.",
                f"Choose between 1 and {MAX_PIXELS_ALLOWED}.",
            )
        PageSelection.parse(self.pages)  # a typing error shows at once, not at the first of many files


@dataclass(frozen=True, slots=True)
class PageSelection:
    """A set of page numbers.

    Attributes:
        parts: Pairs of first and last page, both included; last is ``None`` for "to the end". No parts: all.
    """

    parts: tuple[tuple[int, int | None], ...] = ()

    @classmethod
    def parse(cls, text: str | None) -> "PageSelection":
        """Read ``"1-3,7,10-"``; ``None`` means all pages.

        Raises:
            UsageError: When the text is no list of page numbers and ranges.
        """
        if text is None:
            return cls()
        return cls(tuple(_parse_part(part.strip(), text) for part in text.split(",")))

    def __contains__(self, number: int) -> bool:
        return not self.parts or any(
            first <= number and (last is None or number <= last) for first, last in self.parts
        )

    def is_past(self, number: int) -> bool:
        """Whether no page from ``number`` on is selected."""
        return bool(self.parts) and all(last is not None and last < number for _, last in self.parts)

    def check(self, count: int, who: str) -> None:
        """See that each part names a page that exists. The end of a range may lie behind the last page.

        Raises:
            UsageError: When a part lies completely behind the last page.
        """
        missing = [first for first, _ in self.parts if first > count]
        if missing:
            pages = "1 page" if count == 1 else f"{count} pages"
            raise UsageError(f"{who} has {pages}, there is no page {missing[0]}.", "Choose other pages.")


def _parse_part(part: str, text: str) -> tuple[int, int | None]:
    match = _PART.fullmatch(part)
    if match is None:
        raise UsageError(f"“{text}” names no pages.", "Write page numbers and ranges like 1-3,7,10-.")
    first = int(match["first"])
    last: int | None = first
    if match["range"]:
        last = int(match["last"]) if match["last"] else None
    if first < 1 or (last is not None and last < first):
        raise UsageError(f"“{part}” names no pages.", "Pages count from 1, and ranges go upwards.")
    return first, last
