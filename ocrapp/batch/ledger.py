"""What becomes of a page: journal, readings and documents kept in step, whatever engine does the work."""

import time
import traceback
from contextlib import suppress

from ocrapp.batch.documents import DocumentWriter, ReadingLostError
from ocrapp.batch.journal import Journal
from ocrapp.batch.listing import stamp
from ocrapp.batch.model import BatchJob, Document, Failure, ReadsPages, Result
from ocrapp.batch.opening import OF_ONE_PAGE, chosen
from ocrapp.batch.store import Store
from ocrapp.errors import InputNotFoundError, OcrappError
from ocrapp.page import Page
from ocrapp.runtime import Cancel
from ocrapp.sources import PageImage, content_hash

_PATIENCE = 10.0
"""Seconds until a file of another machine must be here."""


class Ledger:
    """The books of one batch; any thread may use it.

    The order of steps makes a sudden end harmless: a reading is on disk before the journal says so, and the
    journal says so before the document is written. The next run takes up whichever step is missing.

    Args:
        job: What is read.
        journal: Which page stands where.
    """

    def __init__(self, job: BatchJob, journal: Journal) -> None:
        self.job = job
        self.journal = journal
        self.store = Store(job.out)
        self._writer = DocumentWriter(job, self.store)

    def open(self, id_: int) -> Document | None:
        """Get a document ready: what was read of it before need not be read again.

        Returns:
            The document, None if nothing is left to do or it cannot be read at all.

        Raises:
            InputNotFoundError: The folder of the inputs is gone, and with it all that would follow.
            OutputNotWritableError: The results cannot be written.
        """
        document = self.journal.document(id_)
        path = self.job.folder / document.name
        try:
            now = stamp(path)
            document = self.journal.identify(id_, content_hash(path), self.job.options, now)
        except OF_ONE_PAGE as error:
            for number in self.journal.waiting(id_):
                self.failed(document, number, error)
            self.finish(document)
            return None
        return self._reuse(document)

    def counted(self, document: Document, count: int) -> None:
        """The number of pages of a document is known."""
        self.journal.set_pages(document.id, count, chosen(self.job.opening.pages, count))

    def read(self, reader: ReadsPages, document: Document, image: PageImage, cancel: Cancel) -> None:
        """Read a page and keep it.

        Raises:
            OcrappError: Of a kind that would meet other pages too, or CancelledError; the page waits again.
        """
        self.journal.start(document.id, image.number)
        try:
            outcome = read_page(reader, document, image, self.job, self.store, cancel)
        except OcrappError:
            self.journal.release(document.id, image.number)
            raise
        if isinstance(outcome, Failure):
            self.journal.fail(document.id, image.number, outcome)
        else:
            self.journal.done(document.id, image.number, outcome)

    def failed(self, document: Document, number: int, error: OcrappError) -> None:
        """A page cannot be opened.

        Raises:
            InputNotFoundError: The folder of the inputs is gone.
        """
        if isinstance(error, InputNotFoundError):
            if not self.job.folder.is_dir():
                raise InputNotFoundError(
                    f"The folder {self.job.folder} is gone.", "Bring it back, then run again with --resume."
                ) from error
            self.journal.forget_stamp(document.id)
        self.journal.fail(document.id, number, Failure.of(error))

    def finish(self, document: Document) -> None:
        """Write the files of a document if none of its pages is missing any more.

        If a format opens the document again and fails, so does the document's first page.

        Raises:
            OutputNotWritableError: They cannot be written; a later run does it.
        """
        if not self.journal.is_complete(document.id):
            return
        try:
            self._writer.write(document, self.journal.results(document.id))
        except ReadingLostError as error:
            self.journal.release(document.id, error.number)
            return
        except OF_ONE_PAGE as error:  # a format opens the document again, and it is not as it was
            first = next(self.journal.results(document.id)).number
            self.journal.fail(document.id, first, Failure.of(error))
        self.journal.set_written(document.id, self.job.formats)

    def is_visible(self, result: Result) -> bool:
        """Whether a reading that another machine wrote is on our disk; shared disks may take their time."""
        end = time.monotonic() + _PATIENCE
        while not (self.job.out / result.name).exists():
            if time.monotonic() > end:
                return False
            time.sleep(0.1)
        return True

    def finish_leftovers(self) -> None:
        """Write documents whose pages an earlier run has read, or whose files are gone."""
        formats = ",".join(self.job.formats)
        for id_, written in self.journal.complete():
            document = self.journal.document(id_)
            if written != formats or not self._writer.is_there(document):
                self.finish(document)

    def _reuse(self, document: Document) -> Document | None:
        source = str(self.job.folder / document.name)
        if document.pages is None:
            stored = self.store.load(self.store.name(document.sha256, self.job.options, 1), source)
            if stored is not None and stored[1] is not None:
                self.counted(document, stored[1])
                document = self.journal.document(document.id)
        for number in self.journal.waiting(document.id):
            name = self.store.name(document.sha256, self.job.options, number)
            stored = self.store.load(name, source)
            if stored is not None:
                self.journal.done(document.id, number, Result.of(name, stored[0]))
        if self.journal.waiting(document.id):
            return document
        self.finish(document)
        return None


def read_page(
    reader: ReadsPages, document: Document, image: PageImage, job: BatchJob, store: Store, cancel: Cancel
) -> Result | Failure:
    """Read a page and put its reading on disk.

    Returns:
        What the journal shall keep. A defect of ocrapp is the failure of this page alone.

    Raises:
        OcrappError: Of a kind that would meet other pages too, or CancelledError.
    """
    name = store.name(document.sha256, job.options, image.number)
    try:
        page: Page = reader.read(image, job.layout, cancel)
    except OF_ONE_PAGE as error:
        return Failure.of(error)
    except OcrappError:
        raise
    except Exception as error:  # noqa: BLE001 - one odd page must not end a run over ten thousand
        cancel.check()
        return Failure("internal", _describe_defect(error, document, image.number, job))
    store.save(name, page, image.count)
    return Result.of(name, page)


def _describe_defect(error: Exception, document: Document, number: int, job: BatchJob) -> str:
    log = job.out / ".ocrapp" / "defects.log"
    text = "".join(traceback.format_exception(error))
    with suppress(OSError), log.open("a", encoding="utf-8", errors="backslashreplace") as file:
        file.write(f"{time.strftime('%Y-%m-%dT%H:%M:%S')} {document.name} page {number}\n{text}\n")
    defect = f"a defect in ocrapp: {type(error).__name__}: {error}"
    return f"{document.name}, page {number}: {defect}. Please report it with the file {log}"
