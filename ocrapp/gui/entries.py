"""The list of pages: one entry for each source, more as the pages of a document arrive."""

# ruff: noqa: N802 - overridden methods keep the names that Qt gave them

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QImage

from ocrapp.gui.messages import Trouble

if TYPE_CHECKING:
    from ocrapp.page import Page
    from ocrapp.sources import PageImage

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()


class State(Enum):
    """Where an entry is on its way."""

    WAITING = "waiting"
    READING = "reading"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


_ids = count(1)


@dataclass(slots=True, eq=False)
class Entry:
    """One page, or a source whose pages are not known yet. Lives on the window's thread only.

    Attributes:
        source: The file, or the pasted image itself, which has no file to open again.
        job: The job that reads it, or read it last.
        number: Page number within the source; None until the source is opened.
        count: Pages of the source; None if not known.
        thumbnail: A small copy; the full image is opened again when it is looked at.
        progress: Done part of the reading in [0, 1].
        page: The result, while ``state`` is DONE.
        trouble: What went wrong, while ``state`` is FAILED.
    """

    source: Path | PageImage
    job: int
    number: int | None = None
    count: int | None = None
    password: str | None = None
    state: State = State.WAITING
    thumbnail: QImage | None = None
    progress: float = 0.0
    page: Page | None = None
    trouble: Trouble | None = None
    id: int = field(default_factory=lambda: next(_ids))

    @property
    def file_name(self) -> str:
        """Name of the file without its folder, or of the pasted image."""
        return self.source.name if isinstance(self.source, Path) else self.source.source

    @property
    def path(self) -> str:
        """Full path, or the name of the pasted image."""
        return str(self.source) if isinstance(self.source, Path) else self.source.source

    @property
    def is_part(self) -> bool:
        """Whether it is one of several pages of its source."""
        return (self.count or 1) > 1 or (self.number or 1) > 1

    @property
    def is_open(self) -> bool:
        """Whether the engine has yet to come to a result."""
        return self.state in {State.WAITING, State.READING}


class EntryModel(QAbstractListModel):
    """The entries in the order of the list."""

    ENTRY = Qt.ItemDataRole.UserRole + 1
    """Role under which the ``Entry`` itself is found."""

    thumbnail_missed = Signal(object)
    """An entry came into sight without a thumbnail."""

    def __init__(self, describe: Callable[[Entry], str]) -> None:
        super().__init__()
        self._describe = describe
        self._entries: list[Entry] = []

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        """Number of entries."""
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Name, path and state of an entry; how it looks is the delegate's."""
        entry = self.entry(index)
        if entry is None:
            return None
        if role == self.ENTRY:
            return entry
        if role == Qt.ItemDataRole.DecorationRole:
            if entry.thumbnail is None and entry.state is not State.FAILED:
                self.thumbnail_missed.emit(entry)
            return entry.thumbnail
        if role == Qt.ItemDataRole.ToolTipRole:
            trouble = [entry.trouble.what, entry.trouble.hint] if entry.trouble else []
            return "\n".join([entry.path, *trouble])
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{entry.file_name}, {self._describe(entry)}"
        return entry.file_name if role == Qt.ItemDataRole.DisplayRole else None

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __bool__(self) -> bool:
        return True

    def entry(self, index: Index) -> Entry | None:
        """The entry of a row."""
        return self._entries[index.row()] if index.isValid() else None

    def index_of(self, entry: Entry | None) -> QModelIndex:
        """The row of an entry, invalid if it is not in the list."""
        return self.index(self._entries.index(entry)) if entry in self._entries else QModelIndex()

    def with_id(self, entry_id: int) -> Entry | None:
        """The entry with this id, if it is still there."""
        return next((entry for entry in self._entries if entry.id == entry_id), None)

    def of_job(self, job: int) -> list[Entry]:
        """All entries of a job in order."""
        return [entry for entry in self._entries if entry.job == job]

    def append(self, entries: Iterable[Entry]) -> None:
        """Add entries at the end."""
        self._insert(len(self._entries), list(entries))

    def place(self, job: int, number: int | None) -> Entry | None:
        """The entry for page ``number`` of a job, made if it is new; None if the job's entries are gone.

        Without a number it is the first of the job: what happened to the source before any page.
        """
        entries = self.of_job(job)
        if not entries:
            return None
        if number is None:
            return entries[0]
        for entry in entries:
            if entry.number in {number, None}:
                entry.number = number
                return entry
        last = entries[-1]
        entry = Entry(last.source, job, number, last.count, last.password)
        self._insert(self._entries.index(last) + 1, [entry])
        return entry

    def changed(self, entry: Entry) -> None:
        """Say that an entry looks different now."""
        index = self.index_of(entry)
        if index.isValid():
            self.dataChanged.emit(index, index)

    def remove(self, entries: Iterable[Entry]) -> None:
        """Take entries out of the list."""
        for entry in entries:
            index = self.index_of(entry)
            if index.isValid():
                self.beginRemoveRows(_NO_PARENT, index.row(), index.row())
                del self._entries[index.row()]
                self.endRemoveRows()

    def _insert(self, row: int, entries: list[Entry]) -> None:
        if not entries:
            return
        self.beginInsertRows(_NO_PARENT, row, row + len(entries) - 1)
        self._entries[row:row] = entries
        self.endInsertRows()
