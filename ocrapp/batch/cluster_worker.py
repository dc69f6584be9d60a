"""What each actor of a cluster does: read a part of a document and put the readings on the shared disk."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ocrapp.batch.documents import DocumentWriter, ReadingLostError
from ocrapp.batch.ledger import read_page
from ocrapp.batch.listing import stamp
from ocrapp.batch.model import BatchJob, Document, Failure, ReadsPages, Result, Row, State
from ocrapp.batch.opening import OF_ONE_PAGE, Unopened, chosen, decode_pages
from ocrapp.batch.store import Store
from ocrapp.runtime import Cancel
from ocrapp.sources import PageImage, content_hash

SLICE = 8
"""Pages that are read in one go: enough that a document is opened seldom, few enough to share a long one."""


@dataclass(frozen=True, slots=True)
class Part:
    """Pages of a document to read.

    Attributes:
        document: The document as the journal knows it.
        numbers: Which pages; None if nobody has opened it yet: then the first `SLICE` of those to be read.
    """

    document: Document
    numbers: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a `Part`.

    Attributes:
        sha256: Of the document; empty if it cannot be opened.
        stamp: Of the file (`ocrapp.batch.listing.stamp`).
        pages: How many pages the document has, None if that is still not known.
        results: For each page that was tried, what the journal shall keep.
        written: The part was the whole document, and its files are written.
    """

    sha256: str
    stamp: str
    pages: int | None
    results: tuple[tuple[int, Result | Failure], ...]
    written: bool


class ClusterWorker:
    """Holds the models and reads parts of documents, one after the other.

    Args:
        job: What is read, with folders that this machine sees under the same paths.
        make_reader: Loads the models.
    """

    def __init__(self, job: BatchJob, make_reader: Callable[[], ReadsPages]) -> None:
        self._job = job
        self._store = Store(job.out)
        self._writer = DocumentWriter(job, self._store)
        self._make_reader = make_reader
        self._reader: ReadsPages | None = None

    def ready(self) -> None:
        """Load the models.

        Raises:
            OcrappError: They or the device cannot be used.
        """
        self._reader = self._make_reader()

    def read(self, part: Part) -> Outcome:
        """Read a part. Pages whose readings are on disk are not read again.

        Raises:
            OcrappError: Of a kind that would meet other pages too.
        """
        path = self._job.folder / part.document.name
        now = stamp(path)
        try:
            sha256 = content_hash(path)
        except OF_ONE_PAGE as error:
            return Outcome("", now, None, tuple((n, Failure.of(error)) for n in part.numbers or (1,)), False)
        document = Document(
            part.document.id, part.document.name, part.document.output, sha256, part.document.pages
        )
        # Numbers of pages belong to the content that they were counted in.
        numbers = part.numbers if sha256 == part.document.sha256 else None
        results, pages = self._read(document, path, numbers)
        ordered = tuple(sorted(results.items()))
        return Outcome(sha256, now, pages, ordered, self._write_whole(document, ordered, pages))

    def _read(
        self, document: Document, path: Path, numbers: tuple[int, ...] | None
    ) -> tuple[dict[int, Result | Failure], int | None]:
        pages = document.pages if numbers else None
        results: dict[int, Result | Failure] = {}
        if numbers is None:
            first = self._stored(document, 1)
            if first is not None:
                pages = first[1]
                numbers = None if pages is None else tuple(chosen(self._job.opening.pages, pages)[:SLICE])
        for number in numbers or ():
            stored = self._stored(document, number)
            if stored is not None:
                results[number] = stored[0]
        wanted = None if numbers is None else [number for number in numbers if number not in results]
        last = 0
        with closing(decode_pages(path, self._job.opening, wanted)) as images:
            for image in images:
                if isinstance(image, Unopened):
                    results[image.number] = Failure.of(image.error)
                else:
                    last, pages = image.number, image.count or pages
                    results[last] = self._read_page(document, image)
                if numbers is None and pages is not None and len(results) >= SLICE:
                    return results, pages
        return results, pages or last or None

    def _read_page(self, document: Document, image: PageImage) -> Result | Failure:
        if self._reader is None:
            self._reader = self._make_reader()
        return read_page(self._reader, document, image, self._job, self._store, Cancel())

    def _stored(self, document: Document, number: int) -> tuple[Result, int | None] | None:
        name = self._store.name(document.sha256, self._job.options, number)
        found = self._store.load(name, document.name)
        return None if found is None else (Result.of(name, found[0]), found[1])

    def _write_whole(
        self, document: Document, results: tuple[tuple[int, Result | Failure], ...], pages: int | None
    ) -> bool:
        """Write the files of a document that is complete with these results, so that no one else has to."""
        if pages is None or [number for number, _ in results] != chosen(self._job.opening.pages, pages):
            return False
        rows = [_row(document, number, result, self._job.options) for number, result in results]
        try:
            self._writer.write(document, rows)
        except (ReadingLostError, *OF_ONE_PAGE):
            return False  # whoever keeps the journal tries again and tells
        return True


def _row(document: Document, number: int, result: Result | Failure, options: str) -> Row:
    if isinstance(result, Failure):
        state, kept, failure = State.FAILED, Result("", 0, None, 0.0), result
    else:
        state, kept, failure = State.DONE, result, Failure("", "")
    return Row(
        document=document.id,
        name=document.name,
        number=number,
        pages=document.pages,
        state=state,
        sha256=document.sha256,
        options=options,
        result=kept.name,
        words=kept.words,
        confidence=kept.confidence,
        seconds=kept.seconds,
        code=failure.code,
        message=failure.message,
    )
