"""A folder as a job: the one door for the command line, the window and programs."""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Protocol, Self

from ocrapp.batch.cluster import ClusterEngine, ClusterOptions
from ocrapp.batch.control import Control
from ocrapp.batch.files import remove_parts
from ocrapp.batch.journal import Journal
from ocrapp.batch.ledger import Ledger
from ocrapp.batch.listing import list_folder
from ocrapp.batch.local import LocalEngine
from ocrapp.batch.model import BatchJob, Counts, ReadsPages, Row, State, Status
from ocrapp.batch.report import write_report
from ocrapp.errors import InputNotFoundError, OutputNotWritableError, UsageError
from ocrapp.runtime import Cancel, Progress

_WINDOW = 60.0
"""Seconds over which the rate is taken."""


class Engine(Protocol):
    """Does the work of one run."""

    def run(self) -> None:
        """Read until nothing waits or the run is stopped; what stopped it is in the control."""
        ...


MakeEngine = Callable[[Ledger, Control], Engine]


def local_engine(make_reader: Callable[[], ReadsPages], jobs: int) -> MakeEngine:
    """Reads on this machine, ``jobs`` pages at the same time; the reader is made when a run begins."""

    def make(ledger: Ledger, control: Control) -> Engine:
        return LocalEngine(ledger, make_reader(), control, jobs)

    return make


def cluster_engine(make_reader: Callable[[], ReadsPages], options: ClusterOptions) -> MakeEngine:
    """Reads on a Ray cluster; the reader is made in each actor, so it must be possible to pickle ``make_reader``."""

    def make(ledger: Ledger, control: Control) -> Engine:
        return ClusterEngine(ledger, make_reader, control, options)

    return make


class Batch:
    """Reads a folder, and goes on where an earlier run ended. Only one can be open for an output folder.

    Args:
        job: What is read, and where to.
        resume: Go on with the results that are there; else there must be none.

    Raises:
        InputNotFoundError: There is no such folder.
        UsageError: There are results already, and ``resume`` is not set.
        OutputBusyError: Another run is at work there.
        OutputNotWritableError: The output folder cannot be written.

    Example:
        >>> job = BatchJob(Path("scans"), Path("texts"), formats=("txt", "json"))
        >>> with Batch(job, resume=True) as batch:
        ...     batch.run(local_engine(lambda: shared_reader(choose_device(), "fast", jobs=2), jobs=2))
        ...     print(batch.counts())
    """

    def __init__(self, job: BatchJob, resume: bool = False) -> None:
        self.job = job
        self._control = Control()
        self._changed = threading.Lock()
        self._finished: deque[tuple[float, int]] = deque()
        self._running = False
        self._thread: threading.Thread | None = None
        if not job.folder.is_dir():
            raise InputNotFoundError(f"There is no folder {job.folder}.", "Check the path.")
        self._journal = Journal(job.out / ".ocrapp" / "journal.sqlite")
        try:
            if not resume and not self._journal.is_empty():
                raise UsageError(
                    f"{job.out} has results of an earlier run.",
                    "Go on with --resume, or choose another folder.",
                )
            self._journal.take_up(job.options)
        except BaseException:
            self._journal.close()
            raise
        self._ledger = Ledger(job, self._journal)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop, wait, and give the output folder free."""
        self.cancel()
        if self._thread is not None:
            self._thread.join()
        self._journal.close()

    def run(self, engine: MakeEngine, cancel: Cancel | None = None, progress: Progress | None = None) -> None:
        """Read all that waits; returns when it is done.

        Args:
            engine: Who does the work, see `local_engine`.
            cancel: Stops the run.
            progress: Is told ``(pages done or failed, pages expected, what)`` several times a second.

        Raises:
            CancelledError: The run was stopped; nothing is lost.
            OutputNotWritableError: The disk is full or gone; nothing that was read is lost.
            OcrappError: The folder, a model or the device cannot be used.
        """
        self._begin()
        self._work(engine, cancel or Cancel(), progress or _silent)

    def start(self, engine: MakeEngine, ended: Callable[[BaseException | None], None]) -> None:
        """As `run`, on a thread of its own; ``ended`` is called there with what `run` would have raised."""

        def work() -> None:
            try:
                self._work(engine, Cancel(), _silent)
            except BaseException as error:  # noqa: BLE001 - handed to whoever started the batch
                ended(error)
            else:
                ended(None)

        self._begin()
        self._thread = threading.Thread(target=work, name="batch", daemon=True)
        self._thread.start()

    def pause(self) -> None:
        """Begin no further page; what is being read is finished."""
        self._control.pause()

    def go_on(self) -> None:
        """End a pause."""
        with self._changed:
            self._finished.clear()  # the pause says nothing about the rate
        self._control.go_on()

    def cancel(self) -> None:
        """Stop; pages that are being read wait for the next run."""
        self._control.stop()

    def retry_failed(self, documents: Sequence[int] = ()) -> None:
        """Have failed pages read by the next run: those of some documents, or all."""
        self._journal.retry_failed(documents)

    def rows(self, start: int = 0, count: int = -1, state: State | None = None) -> list[Row]:
        """A part of all pages, in the order of documents."""
        return self._journal.rows(start, count, state)

    def counts(self) -> Counts:
        """Pages by state; costs nothing."""
        return self._journal.counts()

    def codes(self) -> list[str]:
        """The kinds of errors that pages failed with."""
        return self._journal.codes()

    def status(self) -> Status:
        """How the batch stands; cheap enough to be asked several times a second."""
        counts = self._journal.counts()
        over, opened = counts.done + counts.failed, counts.known - counts.unopened
        mean = max(1.0, opened / max(1, counts.documents - counts.unopened))
        total = round(opened + counts.unopened * mean)
        rate = self._rate(over)
        left = (total - over) / rate if rate > 0 else None
        return Status(counts, total, rate, left, self._control.paused, self._running)

    def _rate(self, over: int) -> float:
        now = time.monotonic()
        with self._changed:
            self._finished.append((now, over))
            while len(self._finished) > 2 and now - self._finished[0][0] > _WINDOW:
                self._finished.popleft()
            then, pages = self._finished[0]
        return (over - pages) / (now - then) if now > then else 0.0

    def _begin(self) -> None:
        if self._running:
            raise UsageError("This batch is running already.", "Wait for it, or stop it.")
        self._control = Control()
        self._finished.clear()
        self._running = True

    def _work(self, engine: MakeEngine, cancel: Cancel, progress: Progress) -> None:
        began, before = time.monotonic(), self._journal.counts().done
        try:
            with self._control.following(cancel), _Ticker(self.status, progress):
                self._prepare()
                if self._journal.pending():
                    engine(self._ledger, self._control).run()
            if self._control.error is not None:
                raise self._control.error
            self._control.cancel.check()
        except BaseException:
            with suppress(OutputNotWritableError):
                self._report(began, before)
            raise
        finally:
            self._running = False
        self._report(began, before)

    def _prepare(self) -> None:
        """See what is there, and finish what an earlier run left half done."""
        self._journal.add(list_folder(self.job.folder, self.job.out, self.job.recursive))
        remove_parts(self.job.out)
        self._ledger.finish_leftovers()

    def _report(self, began: float, before: int) -> None:
        read = self._journal.counts().done - before
        write_report(self.job, self._journal, time.monotonic() - began, read)


class _Ticker:
    """Tells a listener how the work goes on, a few times a second and once at the end."""

    _PERIOD = 0.25

    def __init__(self, status: Callable[[], Status], progress: Progress) -> None:
        self._status = status
        self._progress = progress
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="progress", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        over = False
        while not over:
            over = self._over.wait(self._PERIOD)
            status = self._status()
            self._progress(status.counts.done + status.counts.failed, status.total, "reading")


def _silent(_done: int, _total: int, _what: str) -> None:
    """Nobody listens."""
