"""The desk: the entries, and who works on them. Knows no widget."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from ocrapp.gui import messages as m
from ocrapp.gui.entries import Entry, EntryModel, State
from ocrapp.gui.intake import Intake
from ocrapp.gui.threads import Threads
from ocrapp.gui.wording import Wording
from ocrapp.runtime import Cancel

if TYPE_CHECKING:
    from ocrapp.sources import PageImage

_PATIENCE_MS = 300
"""A page that the engine is about to open needs no second decoding for its thumbnail."""


class Desk(QObject):
    """Turns drops and commands into jobs, and what the workers tell into entries."""

    added = Signal(object)
    """The first of new entries."""
    changed = Signal(object)
    """An entry has another state, progress or result."""
    pictured = Signal(object, object)
    """The large picture of an entry is there."""
    unseen = Signal(object, object)
    """The picture of an entry cannot be shown: entry and ``Trouble``."""
    refused = Signal(object)
    """``Trouble`` with something that was dropped, opened or pasted."""
    activity = Signal()
    """Work has begun, moved on or ended."""

    def __init__(self, threads: Threads, wording: Wording) -> None:
        super().__init__()
        self.wording = wording
        self.entries = EntryModel(wording.state)
        self._threads = threads
        self._jobs: dict[int, m.Job] = {}
        self._job_ids = count(1)
        self._paste_ids = count(1)
        self._batch = 0
        self._batch_done = 0
        self.reading: Entry | None = None
        self.loading = False
        self._missed: list[Entry] = []
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._patience.timeout.connect(self._ask_thumbnails)
        self.entries.thumbnail_missed.connect(self._miss)
        self._handlers: dict[type, Callable[..., None]] = {
            m.Found: self._take_files,
            m.Pasted: lambda pasted: self._add([self._entry(pasted.image)]),
            m.NotTaken: lambda told: self.refused.emit(told.trouble),
            m.Opened: self._take_opened,
            m.Progressed: self._take_progress,
            m.Finished: self._take_page,
            m.Failed: self._take_failure,
            m.Ended: self._end,
            m.Shown: self._take_shown,
            m.NotShown: self._take_unseen,
        }
        threads.told.connect(self._hear)

    # Commands

    def take(self, intake: Intake) -> None:
        """Take files, folders or an image; entries appear when folders are walked and images decoded."""
        if intake.paths:
            self._threads.find(intake.paths)
        elif intake.image is not None:
            name = self.wording.pasted(next(self._paste_ids))
            self._threads.paste(m.PasteRequest(name, intake.image))

    def cancel(self) -> None:
        """Stop all that is being read or waits to be."""
        for job in self._jobs.values():
            job.cancel.cancel()
        for entry in self.entries:
            if entry.state is State.WAITING:
                entry.state = State.CANCELLED
                self.entries.changed(entry)
                self.changed.emit(entry)
        self.activity.emit()  # once: what listens looks at all jobs, and there may be thousands

    def read_again(self, entries: Iterable[Entry], password: str | None = None) -> None:
        """Read entries once more, whatever came of them before."""
        for entry in list(entries):
            if entry.is_open:
                continue
            pages = str(entry.number) if entry.number and isinstance(entry.source, Path) else None
            entry.password = password or entry.password
            entry.page = entry.trouble = None
            entry.job = self._submit(entry.source, pages, entry.password)
            self._settle(entry, State.WAITING)

    def remove(self, entries: Iterable[Entry]) -> None:
        """Take entries off the desk; a job that has none left is stopped."""
        self.entries.remove(list(entries))
        kept = {entry.job for entry in self.entries}
        for job in self._jobs.values():
            if job.id not in kept:
                job.cancel.cancel()
        self.activity.emit()

    def ask_picture(self, entry: Entry) -> None:
        """Have the page decoded; ``pictured`` or ``unseen`` answers."""
        self._threads.show(self._request(entry, large=True))

    # State

    @property
    def busy(self) -> bool:
        """Whether the engine has work that nobody stopped."""
        return any(not job.cancel.cancelled for job in self._jobs.values())

    @property
    def batch(self) -> tuple[int, int]:
        """Sources done and sources in all since the desk was idle last."""
        return self._batch_done, self._batch

    @property
    def fraction(self) -> float:
        """Done part of the batch in [0, 1]."""
        part = 0.0
        if self.reading and self.reading.number and self.reading.count:
            part = (self.reading.number - 1 + self.reading.progress) / self.reading.count
        elif self.reading:
            part = self.reading.progress
        return min(1.0, (self._batch_done + part) / self._batch) if self._batch else 0.0

    # What the workers tell

    def _hear(self, message: object) -> None:
        self._handlers[type(message)](message)

    def _take_progress(self, told: m.Progressed) -> None:
        entry = self.entries.place(told.job, told.number)
        self.loading = told.loading
        if entry and entry.state is State.READING:
            # Lines that are turned around are read, and counted, a second time: never run backwards.
            entry.progress = max(entry.progress, told.done / told.total if told.total else 0.0)
            self._tell(entry)

    def _take_page(self, told: m.Finished) -> None:
        entry = self.entries.place(told.job, told.number)
        if entry:
            entry.page = told.page
            self._settle(entry, State.DONE)

    def _take_failure(self, told: m.Failed) -> None:
        entry = self.entries.place(told.job, told.number)
        if entry:
            entry.trouble = told.trouble
            self._settle(entry, State.FAILED)

    def _take_files(self, found: m.Found) -> None:
        if found.files:
            self._add([self._entry(path) for path in found.files], show=found.first)
        else:
            self.refused.emit(self.wording.nothing_found(found.asked))

    def _take_opened(self, opened: m.Opened) -> None:
        entry = self.entries.place(opened.job, opened.number)
        if entry is None or entry.state is State.CANCELLED:
            return
        entry.count, entry.thumbnail, entry.progress = opened.count, opened.thumbnail, 0.0
        self.reading = entry
        self._settle(entry, State.READING)
        self.pictured.emit(entry, opened.picture)

    def _take_shown(self, shown: m.Shown) -> None:
        entry = self.entries.with_id(shown.entry)
        if entry is None:
            return
        if entry.thumbnail is None:
            entry.thumbnail = shown.thumbnail
            self.entries.changed(entry)
        if shown.picture is not None:
            self.pictured.emit(entry, shown.picture)

    def _take_unseen(self, told: m.NotShown) -> None:
        entry = self.entries.with_id(told.entry)
        if entry:
            self.unseen.emit(entry, told.trouble)

    def _end(self, ended: m.Ended) -> None:
        job = self._jobs.pop(ended.job)
        self._batch_done += 1
        self.reading, self.loading = None, False
        for entry in self.entries.of_job(job.id):
            if not entry.is_open:
                continue
            if job.cancel.cancelled:
                self._settle(entry, State.CANCELLED)
            else:  # the engine met a defect, which has its own dialog
                entry.trouble = self.wording.defect()
                self._settle(entry, State.FAILED)
        if not self._jobs:
            self._batch = self._batch_done = 0
        self.activity.emit()

    # Helpers

    def _entry(self, source: Path | PageImage) -> Entry:
        return Entry(source, self._submit(source, None, None))

    def _submit(self, source: Path | PageImage, pages: str | None, password: str | None) -> int:
        job = m.Job(next(self._job_ids), source, pages, password, Cancel())
        self._jobs[job.id] = job
        self._batch += 1
        self._threads.read(job)
        return job.id

    def _add(self, entries: list[Entry], *, show: bool = True) -> None:
        self.entries.append(entries)
        if show:
            self.added.emit(entries[0])
        self.activity.emit()

    def _settle(self, entry: Entry, state: State) -> None:
        entry.state = state
        self._tell(entry)

    def _tell(self, entry: Entry) -> None:
        self.entries.changed(entry)
        self.changed.emit(entry)
        self.activity.emit()

    def _miss(self, entry: Entry) -> None:
        if entry not in self._missed:
            self._missed.append(entry)
            self._patience.start()

    def _ask_thumbnails(self) -> None:
        for entry in self._missed:
            if entry.thumbnail is None and entry.trouble is None:
                self._threads.show(self._request(entry, large=False))
        self._missed = []

    def _request(self, entry: Entry, *, large: bool) -> m.ShowRequest:
        return m.ShowRequest(entry.id, entry.source, entry.number or 1, entry.password, large)
