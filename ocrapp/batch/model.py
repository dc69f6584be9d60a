"""What a batch is asked to do, and how it stands."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from ocrapp.errors import OcrappError, UsageError
from ocrapp.export import FORMATS
from ocrapp.page import Page
from ocrapp.runtime import Cancel
from ocrapp.sources import OpenOptions, PageImage


class State(StrEnum):
    """Of a page."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class ReadsPages(Protocol):
    """What a batch needs of `ocrapp.Reader`; several threads call it at the same time."""

    def read(self, page_image: PageImage, layout: str = "auto", cancel: Cancel | None = None) -> Page:
        """Read one page."""
        ...


@dataclass(frozen=True, slots=True)
class BatchJob:
    """A folder to read.

    Attributes:
        folder: Where the inputs are.
        out: Where the results go; made if it is not there.
        formats: Names of `ocrapp.export.FORMATS`; one file a document and format.
        recursive: Whether subfolders are read too.
        layout: As for `ocrapp.Reader.read`.
        mode: As for `ocrapp.Reader`.
        opening: How inputs are opened; ``pages`` counts for all of them.

    Raises:
        UsageError: On creation, when a value makes no sense.
    """

    folder: Path
    out: Path
    formats: tuple[str, ...] = ("txt",)
    recursive: bool = False
    layout: str = "auto"
    mode: str = "fast"
    opening: OpenOptions = field(default_factory=OpenOptions)

    def __post_init__(self) -> None:
        unknown = [name for name in self.formats if name not in FORMATS]
        if unknown or not self.formats:
            name = unknown[0] if unknown else ""
            raise UsageError(f"There is no format {name!r}.", f"Choose among: {', '.join(FORMATS)}.")
        if self.folder.resolve() == self.out.resolve():
            raise UsageError(
                f"{self.out} is the folder of the inputs.", "Choose another folder for the results."
            )

    @property
    def options(self) -> str:
        """What changes the readings: two results with the same content and options are the same."""
        return f"{self.layout}-{self.mode}-{self.opening.dpi}"


@dataclass(frozen=True, slots=True)
class Document:
    """One input file.

    Attributes:
        id: Its number in the journal.
        name: Its path within the folder of the inputs.
        output: Path of its results within the output folder, without the format's suffix.
        sha256: Of its content when it was last opened; empty before.
        pages: How many it has, None if that is not known yet.
    """

    id: int
    name: str
    output: str
    sha256: str
    pages: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """One page for a list or report.

    Attributes:
        document: Number of its document in the journal.
        name: Path of the document within the folder of the inputs.
        number: Page number, starting at 1.
        pages: Pages of the document, None if that is not known yet.
        state: Of the page.
        sha256: Of the document's content; empty before it was opened.
        options: Reading options of the result.
        result: File with the reading, within the output folder; empty if there is none.
        words: Words that were read.
        confidence: Their mean confidence in [0, 1]; None without words.
        seconds: Wall time of the reading.
        code: Of the error (`ocrapp.errors`); empty unless the page failed.
        message: What happened and what to do; empty unless the page failed.
    """

    document: int
    name: str
    number: int
    pages: int | None
    state: State
    sha256: str
    options: str
    result: str
    words: int
    confidence: float | None
    seconds: float
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Counts:
    """Pages by state, all documents, and those that nobody has opened yet (each counts as one waiting page)."""

    waiting: int = 0
    running: int = 0
    done: int = 0
    failed: int = 0
    documents: int = 0
    unopened: int = 0

    @property
    def known(self) -> int:
        """All pages known so far."""
        return self.waiting + self.running + self.done + self.failed


@dataclass(frozen=True, slots=True)
class Status:
    """How a batch stands.

    Attributes:
        counts: Pages by state.
        total: Expected number of pages; exact when no document is unopened, an estimate before.
        rate: Pages a second lately; 0 before the first page.
        seconds_left: None while nothing can be said.
        paused: Nothing new is begun.
        running: The work goes on.
    """

    counts: Counts
    total: int
    rate: float
    seconds_left: float | None
    paused: bool
    running: bool


@dataclass(frozen=True, slots=True)
class Result:
    """What the journal keeps of a page that was read.

    Attributes:
        name: File with the reading, within the output folder.
        words: Words that were read.
        confidence: Their mean confidence in [0, 1]; None without words.
        seconds: Wall time of the reading.
    """

    name: str
    words: int
    confidence: float | None
    seconds: float

    @classmethod
    def of(cls, name: str, page: Page) -> "Result":
        """Of a page whose reading is in this file."""
        confidences = [word.confidence for word in page.words]
        mean = float(sum(confidences) / len(confidences)) if confidences else None
        return cls(name, len(confidences), mean, page.seconds)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a page failed, as the journal keeps it.

    Attributes:
        code: Of the error.
        message: What happened and what to do.
    """

    code: str
    message: str

    @classmethod
    def of(cls, error: OcrappError) -> "Failure":
        """The part of an error that outlasts the process."""
        return cls(error.code, str(error))
