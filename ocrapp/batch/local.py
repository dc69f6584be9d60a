"""The engine of one machine: threads that open documents, and threads that read pages, a small queue between.

While one page is being decoded, others are in the segmenter or the recogniser; crops of different pages meet in
`ocrapp.batch.crops.SharedRecognizer`.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ocrapp.batch.control import Channel, Control
from ocrapp.batch.ledger import Ledger
from ocrapp.batch.model import Document, ReadsPages
from ocrapp.batch.opening import Unopened, decode_pages
from ocrapp.errors import CancelledError, DeviceUnavailableError
from ocrapp.sources import PageImage

_PIXELS = 300_000_000
"""Pixels of all decoded pages in memory together (3 bytes each), unless one page alone has more."""


@dataclass(slots=True, eq=False)
class _Open:
    """A document of which pages are still to come; the last who lets go of it writes its files."""

    document: Document
    holders: int = 1


@dataclass(frozen=True, slots=True)
class _Task:
    open: _Open
    image: PageImage

    @property
    def weight(self) -> int:
        return self.image.width * self.image.height


class LocalEngine:
    """Reads what waits in a ledger.

    Args:
        ledger: The books.
        reader: Reads pages, called by ``jobs`` threads at the same time.
        control: Pauses and stops.
        jobs: Pages that are read at the same time.
    """

    def __init__(self, ledger: Ledger, reader: ReadsPages, control: Control, jobs: int) -> None:
        self._ledger = ledger
        self._reader = reader
        self._control = control
        self._jobs = jobs
        self._channel: Channel[_Task] = Channel(control, max(2, jobs), _PIXELS)
        self._pending: Iterator[int] = iter(())
        self._lock = threading.Lock()
        self._device_works = False

    def run(self) -> None:
        """Read until nothing waits or the run is stopped; what stopped it is in the control."""
        self._pending = iter(self._ledger.journal.pending())
        readers = [self._start(self._read, f"read-{index}") for index in range(self._jobs)]
        openers = [self._start(self._open, f"open-{index}") for index in range((self._jobs + 3) // 4)]
        for thread in openers:
            thread.join()
        self._channel.close()
        for thread in readers:
            thread.join()

    def _start(self, work: Callable[[], None], name: str) -> threading.Thread:
        def run() -> None:
            try:
                work()
            except CancelledError:
                self._control.stop()
            except BaseException as error:  # noqa: BLE001 - whoever called `Batch.run` gets it
                self._control.stop(error)

        thread = threading.Thread(target=run, name=name, daemon=True)
        thread.start()
        return thread

    # Opening --------------------------------------------------------------------------------------------

    def _open(self) -> None:
        while True:
            self._control.check()
            with self._lock:
                id_ = next(self._pending, None)
            if id_ is None:
                return
            document = self._ledger.open(id_)
            if document is not None:
                self._decode(_Open(document))

    def _decode(self, open_: _Open) -> None:
        document, journal, job = open_.document, self._ledger.journal, self._ledger.job
        known = document.pages is not None
        last = 0
        wanted = journal.waiting(document.id) if known else None
        try:
            for image in decode_pages(job.folder / document.name, job.opening, wanted):
                if isinstance(image, Unopened):
                    self._ledger.failed(document, image.number, image.error)
                    continue
                last = image.number
                if not known and image.count is not None:
                    self._ledger.counted(document, image.count)
                    known = True
                task = _Task(open_, image)
                self._hold(open_, 1)
                self._channel.put(task, task.weight)
                del image, task  # the next page is decoded before this frame would let go of them
                self._control.check()
            if not known and last:
                self._ledger.counted(document, last)
        finally:
            self._let_go(open_)

    # Reading --------------------------------------------------------------------------------------------

    def _read(self) -> None:
        while (task := self._channel.get()) is not None:
            try:
                self._control.check()
                self._read_page(task)
            finally:
                self._channel.release(task.weight)
                self._let_go(task.open)
            del task

    def _read_page(self, task: _Task) -> None:
        document = task.open.document
        try:
            self._ledger.read(self._reader, document, task.image, self._control.cancel)
            self._device_works = True
        except DeviceUnavailableError as error:
            # One page may ask too much of a device that reads others; if the next fails too, it is the device.
            if not self._device_works:
                raise
            self._device_works = False
            self._ledger.failed(document, task.image.number, error)

    def _hold(self, open_: _Open, change: int) -> int:
        with self._lock:
            open_.holders += change
            return open_.holders

    def _let_go(self, open_: _Open) -> None:
        if self._hold(open_, -1) == 0 and not self._control.cancel.cancelled:
            self._ledger.finish(open_.document)
