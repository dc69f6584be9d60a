"""The pages of a document one after the other, those that cannot be opened told and passed by."""

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from ocrapp.errors import (
    InputEncryptedError,
    InputNotFoundError,
    InputTooLargeError,
    InputUnreadableError,
    OcrappError,
    UsageError,
)
from ocrapp.sources import OpenOptions, PageImage, PageSelection, count_pages, open_pages

OF_ONE_PAGE = (
    InputNotFoundError,
    InputUnreadableError,
    InputTooLargeError,
    InputEncryptedError,
    UsageError,  # pages that this document does not have
)
"""Errors that leave the other pages alone. All others would meet each of them and end the work."""


@dataclass(frozen=True, slots=True)
class Unopened:
    """A page that cannot be opened; ``number`` is 1 if the whole document cannot."""

    number: int
    error: OcrappError


def decode_pages(
    path: Path, options: OpenOptions, wanted: Sequence[int] | None = None
) -> Generator[PageImage | Unopened, None, None]:
    """Decode pages, each when it is asked for. A damaged page does not hide those behind it.

    Args:
        path: The document.
        options: How to open it.
        wanted: Numbers of pages, ascending, instead of those of the options.
    """
    done = 0
    while wanted is None or wanted:
        pages = options.pages if wanted is None else _ranges(wanted)
        try:
            with closing(open_pages(path, replace(options, pages=pages))) as images:  # type: ignore[type-var]
                for image in images:
                    done = image.number
                    if wanted is None and image.count is not None:
                        wanted = chosen(options.pages, image.count)
                    yield image
            return
        except OF_ONE_PAGE as error:
            if wanted is None:
                wanted = _count(path, options)
            number = done + 1 if wanted is None else next((n for n in wanted if n > done), 0)
            if not number:
                return
            yield Unopened(number, error)
            if wanted is None or isinstance(error, InputNotFoundError):
                return  # nobody knows what would follow
            wanted, done = [n for n in wanted if n > number], number


def _count(path: Path, options: OpenOptions) -> list[int] | None:
    """The pages to read of a document whose first one cannot be; None if even that cannot be told."""
    try:
        count = count_pages(path, options)
    except OF_ONE_PAGE:
        return None
    return (count and chosen(options.pages, count)) or None


def chosen(pages: str | None, count: int) -> list[int]:
    """The numbers that a selection such as ``"1-3,7,10-"`` stands for in a document of so many pages."""
    selection = PageSelection.parse(pages)
    return [number for number in range(1, count + 1) if number in selection]


def _ranges(numbers: Sequence[int]) -> str:
    """``[1, 2, 3, 7]`` as ``"1-3,7"``."""
    runs = groupby(enumerate(numbers), lambda item: item[1] - item[0])
    spans = [[number for _, number in run] for _, run in runs]
    return ",".join(f"{span[0]}-{span[-1]}" for span in spans)
