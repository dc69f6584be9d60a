"""The engine: the one thread where pages are opened in turn and all inference happens."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from ocrapp.errors import CancelledError, OcrappError
from ocrapp.gui import decoding
from ocrapp.gui.messages import (
    Ended,
    Failed,
    Finished,
    Job,
    Opened,
    PageReader,
    Progressed,
    ReaderFactory,
    Trouble,
)
from ocrapp.gui.picture import picture_of, thumbnail_of

if TYPE_CHECKING:
    from ocrapp.sources import PageImage


class Engine(QObject):
    """Reads jobs one after the other; the event queue of its thread is its queue.

    Errors of a source or page are told as messages. Anything else is a defect: it leaves the slot, reaches
    ``sys.excepthook`` and so the dialog for defects, and the engine goes on with the next job.
    """

    told = Signal(object)

    def __init__(self, make_reader: ReaderFactory) -> None:
        super().__init__()
        self._make_reader = make_reader
        self._reader: PageReader | None = None

    @Slot()
    def warm_up(self) -> None:
        """Load the models before the first page needs them; what fails here is told with the first page."""
        try:
            self._ready_reader()
        except OcrappError:
            self._reader = None

    @Slot(object)
    def read(self, job: Job) -> None:
        """Read all pages of a job, cancelled or not; ends with ``Ended``."""
        try:
            job.cancel.check()
            self._read_source(job)
        except CancelledError:
            pass  # Ended tells it: the token says why
        finally:
            self.told.emit(Ended(job.id))

    def _read_source(self, job: Job) -> None:
        number, count = 0, None
        while True:
            selection = f"{number + 1}-" if number else job.pages
            try:
                with closing(decoding.pages(job.source, selection, job.password)) as images:
                    for image in images:
                        number, count = image.number, image.count
                        job.cancel.check()
                        self._read_page(job, image)
                return
            except CancelledError:
                raise
            except OcrappError as error:
                self.told.emit(Failed(job.id, number + 1 if number else None, Trouble.of(error)))
                # A broken page ends the iteration, but not the document: go on behind it.
                number += 1
                if job.pages or number == 1 or count is None or number >= count:
                    return

    def _read_page(self, job: Job, image: PageImage) -> None:
        picture = picture_of(image.pixels)
        self.told.emit(Opened(job.id, image.number, image.count, picture, thumbnail_of(picture)))

        def report(done: int, total: int, _what: str) -> None:
            if total > 1:  # finding the lines is one step, and no share of the whole
                self.told.emit(Progressed(job.id, image.number, done, total))

        try:
            if self._reader is None:
                self.told.emit(Progressed(job.id, image.number, 0, 0, loading=True))
            reader = self._ready_reader()
            self.told.emit(Progressed(job.id, image.number, 0, 0))
            page = reader.read(image, cancel=job.cancel, progress=report)
        except CancelledError:
            raise
        except OcrappError as error:
            self.told.emit(Failed(job.id, image.number, Trouble.of(error)))
        else:
            self.told.emit(Finished(job.id, image.number, page))

    def _ready_reader(self) -> PageReader:
        if self._reader is None:
            self._reader = self._make_reader()
        return self._reader


def default_reader() -> PageReader:
    """The real reader with its models loaded. Takes a second or more: on the engine thread only.

    Raises:
        OcrappError: A model or the device cannot be used.
    """
    from ocrapp.reading.pipeline import Reader  # noqa: PLC0415 - ONNX Runtime shall not delay the window

    reader = Reader()
    reader.load()
    return reader
