"""What crosses the threads of the window: requests to the workers, and what the workers tell.

All of it is frozen, travels by queued signals and the mailbox only, and holds no widget and no ``QPixmap``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from ocrapp.errors import OcrappError
    from ocrapp.gui.picture import Picture
    from ocrapp.page import Page
    from ocrapp.runtime import Cancel
    from ocrapp.sources import PageImage


class PageReader(Protocol):
    """What the window needs from ``ocrapp.reading.pipeline.Reader``."""

    def read(
        self,
        page_image: PageImage,
        *,
        cancel: Cancel | None = None,
        progress: Callable[[int, int, str], None] | None = None,
    ) -> Page:
        """Read one page; raises ``OcrappError``, ``CancelledError`` among them."""
        ...


ReaderFactory = Callable[[], PageReader]
"""Makes the reader; called once, on the engine thread, when the first page is to be read."""


@dataclass(frozen=True, slots=True)
class Job:
    """Open one source and read its pages.

    Attributes:
        id: Number of the job; every message about it carries the same.
        source: A file, or an image that has no file (from the clipboard).
        pages: ``"3"`` or ``"1-3,7"``; None for all.
        password: For an encrypted PDF.
        cancel: The token of this job.
    """

    id: int
    source: Path | PageImage
    pages: str | None
    password: str | None
    cancel: Cancel


@dataclass(frozen=True, slots=True)
class Opened:
    """Page ``number`` of a job is decoded and about to be read; ``count`` is None if not known."""

    job: int
    number: int
    count: int | None
    picture: Picture
    thumbnail: QImage


@dataclass(frozen=True, slots=True)
class Progressed:
    """The engine has done ``done`` of ``total`` steps of a page; ``loading`` while models are loaded."""

    job: int
    number: int
    done: int
    total: int
    loading: bool = False


@dataclass(frozen=True, slots=True)
class Finished:
    """A page is read."""

    job: int
    number: int
    page: Page


@dataclass(frozen=True, slots=True)
class Trouble:
    """An error a person can act on: what happened, what to do, and its stable name."""

    what: str
    hint: str
    code: str

    @classmethod
    def of(cls, error: OcrappError) -> Trouble:
        """The same, without the traceback."""
        return cls(error.what, error.hint, error.code)


@dataclass(frozen=True, slots=True)
class Failed:
    """A page could not be opened or read; others go on. ``number`` is None before the first page."""

    job: int
    number: int | None
    trouble: Trouble


@dataclass(frozen=True, slots=True)
class Ended:
    """The engine has left the job, for whatever reason. Always the last message of a job."""

    job: int


@dataclass(frozen=True, slots=True)
class ShowRequest:
    """Decode a page once more, to be looked at (``large``) or for its thumbnail only."""

    entry: int
    source: Path | PageImage
    number: int
    password: str | None
    large: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """Answer to ``ShowRequest``; ``picture`` is None if only the thumbnail was asked for."""

    entry: int
    picture: Picture | None
    thumbnail: QImage


@dataclass(frozen=True, slots=True)
class NotShown:
    """The page of a ``ShowRequest`` cannot be decoded (any more)."""

    entry: int
    trouble: Trouble


@dataclass(frozen=True, slots=True)
class Found:
    """Files behind dropped or opened paths, folders walked; ``first`` unless they go on where others ended."""

    asked: tuple[Path, ...]
    files: tuple[Path, ...]
    first: bool = True


@dataclass(frozen=True, slots=True)
class PasteRequest:
    """An image from the clipboard or a drag: encoded bytes, or a ``QImage`` if there are none."""

    name: str
    content: bytes | QImage


@dataclass(frozen=True, slots=True)
class Pasted:
    """A pasted image is decoded and can be read."""

    image: PageImage


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Paths or a pasted image that cannot be taken at all."""

    trouble: Trouble
