"""Documents in their final formats, written from readings that are on disk: one page in memory at a time."""

from collections.abc import Iterable, Iterator
from itertools import chain

from ocrapp.batch.files import write_whole
from ocrapp.batch.model import BatchJob, Document, Row, State
from ocrapp.batch.store import Store
from ocrapp.errors import OcrappError
from ocrapp.export import FORMATS, Format, TextFormat
from ocrapp.page import Page


class ReadingLostError(Exception):
    """A reading that the journal knows of is not on disk any more."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class RecordedError(OcrappError):
    """A failure as the journal remembers it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code  # type: ignore[misc] # what it was when it happened


class DocumentWriter:
    """Writes the files that a person asked for.

    Args:
        job: Where to, and in which formats.
        store: The readings.
    """

    def __init__(self, job: BatchJob, store: Store) -> None:
        self._job = job
        self._store = store

    def write(self, document: Document, rows: Iterable[Row]) -> None:
        """Write a document in all formats. A format that cannot say so leaves out pages that failed.

        Args:
            document: What to write.
            rows: Its pages in order, all done or failed.

        Raises:
            ReadingLostError: A reading is gone; nothing is written then.
            OutputNotWritableError: A file cannot be written; nothing is left of it.
            OcrappError: The document cannot be opened again where a format needs that.
        """
        pages = list(rows)
        for name in self._job.formats:
            format_ = self._format(name)
            path = self._job.out / (document.output + format_.suffix)
            if not isinstance(format_, TextFormat):
                read = list(self._read(document, pages))
                if read:
                    write_whole(path, [format_.encode(read)])
            elif format_.one_page:
                for page in self._read(document, pages):
                    write_whole(format_.page_path(path, page.number), [format_.encode([page])])
            else:
                texts = self._texts(format_, document, pages)
                first = next(texts, None)
                if first is not None:  # else nothing was read: no file, as an empty one would say "no text"
                    write_whole(path, _encoded(format_, chain([first], texts)))

    def is_there(self, document: Document) -> bool:
        """Whether the files of all formats exist."""
        return all(
            (self._job.out / (document.output + FORMATS[name].suffix)).exists() for name in self._job.formats
        )

    def _format(self, name: str) -> Format:
        """The format, with the password where it opens the documents again."""
        password = self._job.opening.password
        if name == "pdf" and password:
            from ocrapp.export.pdf import with_sources  # noqa: PLC0415 - loads PDF libraries

            return with_sources(password)
        return FORMATS[name]

    def _read(self, document: Document, rows: list[Row]) -> Iterator[Page]:
        source = str(self._job.folder / document.name)
        return (self._load(row, source) for row in rows if row.state is State.DONE)

    def _texts(self, format_: TextFormat, document: Document, rows: list[Row]) -> Iterator[str]:
        source = str(self._job.folder / document.name)
        for row in rows:
            if row.state is State.DONE:
                yield format_.render(self._load(row, source))
            elif format_.render_error is not None:
                yield format_.render_error(source, RecordedError(row.code, row.message))

    def _load(self, row: Row, source: str) -> Page:
        stored = self._store.load(row.result, source)
        if stored is None:
            raise ReadingLostError(row.number)
        return stored[0]


def _encoded(format_: TextFormat, texts: Iterable[str]) -> Iterator[bytes]:
    between = format_.head
    for text in texts:
        yield (between + text).encode("utf-8", "backslashreplace")
        between = format_.separator
    yield format_.tail.encode("utf-8")
