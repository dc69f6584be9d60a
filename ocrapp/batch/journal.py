"""The journal of a batch: which page stands where."""

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from ocrapp.batch.database import Database
from ocrapp.batch.listing import Listed, decode_name, encode_name
from ocrapp.batch.model import Counts, Document, Failure, Result, Row, State
from ocrapp.errors import DeviceUnavailableError

_VERSION = 1
_TABLES = """
CREATE TABLE documents (
    id INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE, output BLOB NOT NULL UNIQUE, stamp TEXT NOT NULL,
    sha256 TEXT NOT NULL DEFAULT '', options TEXT NOT NULL DEFAULT '', pages INTEGER,
    written TEXT NOT NULL DEFAULT '', attempts INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE pages (
    document INTEGER NOT NULL REFERENCES documents(id), number INTEGER NOT NULL, state TEXT NOT NULL,
    result TEXT NOT NULL DEFAULT '', words INTEGER NOT NULL DEFAULT 0, confidence REAL,
    seconds REAL NOT NULL DEFAULT 0, code TEXT NOT NULL DEFAULT '', message TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (document, number)
) WITHOUT ROWID;
CREATE INDEX by_state ON pages (state, document)
"""
_ROW = """
SELECT document, name, number, documents.pages, state, sha256, options, result, words, confidence, seconds,
    code, message
FROM pages JOIN documents ON documents.id = pages.document
"""
_WAITING = "SELECT 1 FROM pages WHERE document = documents.id AND state = 'waiting'"
_OPEN = "SELECT 1 FROM pages WHERE document = documents.id AND state IN ('waiting', 'running')"
_AFRESH = "state = 'waiting', result = '', words = 0, confidence = NULL, seconds = 0, code = '', message = ''"


class Journal:
    """An open journal, which only one process can have at a time; any of its threads may use it.

    Args:
        path: The file; made if it is not there.

    Raises:
        OutputBusyError: Another run has it open.
        OutputNotWritableError: It cannot be opened, or is none of ours. All methods raise it when the disk is
            full or gone; what they say then did not happen.
    """

    def __init__(self, path: Path) -> None:
        self._db = Database(path, _VERSION, _TABLES)
        self._counting = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._recount()

    def close(self) -> None:
        """Give the folder free."""
        self._db.close()

    # Taking in ------------------------------------------------------------------------------------------

    def add(self, files: Iterable[Listed]) -> None:
        """Take files in: new ones wait, and so do those that changed since."""
        with self._db.transaction():
            taken = {_folded(output) for output in self._db.column("SELECT output FROM documents")}
            for file in files:
                name = encode_name(file.name)
                found = self._db.row("SELECT id, stamp FROM documents WHERE name = ?", name)
                if found is None:
                    self._insert(name, _free_name(name, taken), file.stamp)
                elif found[1] != file.stamp:
                    # Whether the content is another one shows when it is opened (`identify`).
                    self._db.run("UPDATE documents SET stamp = ? WHERE id = ?", file.stamp, found[0])
                    self._read_again("id = ?", found[0])
        self._recount()

    def take_up(self, options: str) -> None:
        """Go on after a run that ended: what it had in hand waits again, and what it read with other options.

        So do pages on which the device failed: that may be better now.
        """
        with self._db.transaction():
            self._db.run(f"UPDATE pages SET {_AFRESH} WHERE state = 'running'")
            gone = f"state = 'failed' AND code = '{DeviceUnavailableError.code}'"
            self._db.run(
                f"UPDATE documents SET written = '' WHERE id IN (SELECT document FROM pages WHERE {gone})"
            )
            self._db.run(f"UPDATE pages SET {_AFRESH} WHERE {gone}")
            self._read_again("options NOT IN ('', ?)", options)
        self._recount()

    def retry_failed(self, documents: Sequence[int] = ()) -> None:
        """Failed pages wait again: those of some documents, or all."""
        which = f" AND document IN ({','.join('?' * len(documents))})" if documents else ""
        failed = f"SELECT document FROM pages WHERE state = 'failed'{which}"
        with self._db.transaction():
            self._db.run(f"UPDATE documents SET written = '' WHERE id IN ({failed})", *documents)
            self._db.run(f"UPDATE pages SET {_AFRESH} WHERE state = 'failed'{which}", *documents)
        self._recount()

    def _insert(self, name: bytes, output: bytes, stamp: str) -> None:
        insert = "INSERT INTO documents (name, output, stamp) VALUES (?, ?, ?)"
        self._db.run(insert, name, output, stamp)
        self._db.run("INSERT INTO pages (document, number, state) VALUES (last_insert_rowid(), 1, 'waiting')")

    def _read_again(self, which: str, *values: Any) -> None:
        chosen = f"SELECT id FROM documents WHERE {which}"
        self._db.run(f"UPDATE pages SET {_AFRESH} WHERE document IN ({chosen})", *values)
        self._db.run(f"UPDATE documents SET written = '' WHERE {which}", *values)

    # Documents ------------------------------------------------------------------------------------------

    def pending(self) -> list[int]:
        """Documents with pages that wait; what was begun oftenest comes last: it may be what ends the process."""
        query = f"SELECT id FROM documents WHERE EXISTS ({_WAITING}) ORDER BY attempts, id"
        return self._db.column(query)

    def document(self, id_: int) -> Document:
        """One document."""
        row = self._db.row("SELECT name, output, sha256, pages FROM documents WHERE id = ?", id_)
        if row is None:
            raise KeyError(id_)
        return Document(id_, decode_name(row[0]), decode_name(row[1]), row[2], row[3])

    def identify(self, id_: int, sha256: str, options: str, stamp: str) -> Document:
        """Say what is about to be read. If it was something else before, all its pages wait again."""
        with self._db.transaction():
            before = self._db.row("SELECT sha256, options FROM documents WHERE id = ?", id_)
            if before not in (("", ""), (sha256, options)):
                self._db.run("DELETE FROM pages WHERE document = ? AND number > 1", id_)
                self._read_again("id = ?", id_)
                self._db.run(
                    "INSERT OR IGNORE INTO pages (document, number, state) VALUES (?, 1, 'waiting')", id_
                )
                self._db.run("UPDATE documents SET pages = NULL WHERE id = ?", id_)
            change = "sha256 = ?, options = ?, stamp = ?, attempts = attempts + 1"
            self._db.run(f"UPDATE documents SET {change} WHERE id = ?", sha256, options, stamp, id_)
        if before == ("", ""):
            self._count(unopened=-1)
        elif before != (sha256, options):
            self._recount()
        return self.document(id_)

    def set_pages(self, id_: int, count: int, wanted: Iterable[int]) -> None:
        """Say how many pages a document has, and which of them are to be read."""
        numbers = sorted(set(wanted))
        with self._db.transaction():
            self._db.run("UPDATE documents SET pages = ? WHERE id = ?", count, id_)
            gone = 0
            if numbers and numbers[0] > 1:
                gone = self._db.run("DELETE FROM pages WHERE document = ? AND number = 1", id_)
            insert = "INSERT OR IGNORE INTO pages (document, number, state) VALUES (?, ?, 'waiting')"
            new = self._db.run_many(insert, ((id_, number) for number in numbers))
        if gone:  # in whatever state it was
            self._recount()
        else:
            self._count(waiting=max(new, 0))

    def forget_stamp(self, id_: int) -> None:
        """The file is not there: should it come back, it is read."""
        self._db.run("UPDATE documents SET stamp = '' WHERE id = ?", id_)

    def set_written(self, id_: int, formats: Sequence[str]) -> None:
        """The files of these formats are on disk."""
        self._db.run("UPDATE documents SET written = ? WHERE id = ?", ",".join(formats), id_)

    def is_complete(self, id_: int) -> bool:
        """Whether all pages of a document are done or failed."""
        return bool(self._db.value(f"SELECT NOT EXISTS ({_OPEN}) FROM documents WHERE id = ?", id_))

    def complete(self) -> list[tuple[int, str]]:
        """Documents whose pages are all done or failed, with the formats that were written of each."""
        query = f"SELECT id, written FROM documents WHERE NOT EXISTS ({_OPEN}) ORDER BY id"
        return [(id_, written) for id_, written in self._db.rows(query)]

    # Pages ----------------------------------------------------------------------------------------------

    def waiting(self, id_: int) -> list[int]:
        """Pages of a document that wait, ascending."""
        query = "SELECT number FROM pages WHERE document = ? AND state = 'waiting' ORDER BY number"
        return self._db.column(query, id_)

    def start(self, id_: int, number: int) -> None:
        """A page is being read."""
        self._move(id_, number, State.RUNNING, "state = 'running'")

    def release(self, id_: int, number: int) -> None:
        """A page was begun in vain: it waits again."""
        self._move(id_, number, State.WAITING, _AFRESH)

    def done(self, id_: int, number: int, result: Result) -> None:
        """A page was read and its result is on disk."""
        change = "state = 'done', result = ?, words = ?, confidence = ?, seconds = ?, code = '', message = ''"
        values = result.name, result.words, result.confidence, result.seconds
        self._move(id_, number, State.DONE, change, *values)

    def fail(self, id_: int, number: int, failure: Failure, seconds: float = 0.0) -> None:
        """A page cannot be read."""
        change = "state = 'failed', code = ?, message = ?, seconds = ?"
        self._move(id_, number, State.FAILED, change, failure.code, failure.message, seconds)

    def _move(self, id_: int, number: int, state: State, change: str, *values: Any) -> None:
        with self._db.transaction():
            self._db.run(
                "INSERT OR IGNORE INTO pages (document, number, state) VALUES (?, ?, '')", id_, number
            )
            query = "SELECT state FROM pages WHERE document = ? AND number = ?"
            before = self._db.value(query, id_, number)
            self._db.run(f"UPDATE pages SET {change} WHERE document = ? AND number = ?", *values, id_, number)
            unopened = state is State.FAILED and not self._db.value(
                "SELECT sha256 FROM documents WHERE id = ?", id_
            )
        moved = Counter({state.value: 1})
        moved[before] -= 1
        self._count(**moved, unopened=-int(unopened))

    # Looking --------------------------------------------------------------------------------------------

    def results(self, id_: int) -> Iterator[Row]:
        """The pages of a document in order, one at a time."""
        for number in self._db.column("SELECT number FROM pages WHERE document = ? ORDER BY number", id_):
            for row in self._db.rows(f"{_ROW} WHERE document = ? AND number = ?", id_, number):
                yield _row(row)

    def rows(self, start: int = 0, count: int = -1, state: State | None = None) -> list[Row]:
        """A part of all pages in the order of documents, for lists and reports; ``count`` -1 means all."""
        which, values = ("WHERE state = ?", (state.value,)) if state else ("", ())
        query = f"{_ROW} {which} ORDER BY document, number LIMIT ? OFFSET ?"
        return [_row(row) for row in self._db.rows(query, *values, count, start)]

    def codes(self) -> list[str]:
        """The kinds of errors that pages failed with."""
        return self._db.column("SELECT DISTINCT code FROM pages WHERE state = 'failed' ORDER BY code")

    def is_empty(self) -> bool:
        """Whether no file was ever taken in."""
        return not self._db.value("SELECT EXISTS (SELECT 1 FROM documents)")

    def counts(self) -> Counts:
        """Pages by state; costs nothing."""
        with self._counting:
            return Counts(**{name: self._counts[name] for name in (*State, "documents", "unopened")})

    def _count(self, **change: int) -> None:
        with self._counting:
            self._counts.update(change)

    def _recount(self) -> None:
        """Count anew, after more than one page changed."""
        counts = Counter(dict(self._db.rows("SELECT state, COUNT(*) FROM pages GROUP BY state")))
        counts["documents"] = self._db.value("SELECT COUNT(*) FROM documents")
        counts["unopened"] = self._db.value(
            "SELECT COUNT(*) FROM documents JOIN pages ON document = id AND number = 1 "
            "WHERE sha256 = '' AND state = 'waiting'"
        )
        with self._counting:
            self._counts = counts


def _row(values: Sequence[Any]) -> Row:
    row: list[Any] = list(values)
    row[1], row[4] = decode_name(row[1]), State(row[4])
    return Row(*row)


def _folded(output: bytes) -> str:
    return decode_name(output).casefold()


def _free_name(name: bytes, taken: set[str]) -> bytes:
    """``scan.png``, or ``scan.png-2`` where that is taken, case ignored as disks may; it is taken then."""
    output, number = name, 1
    while _folded(output) in taken:
        number += 1
        output = name + b"-%d" % number
    taken.add(_folded(output))
    return output
