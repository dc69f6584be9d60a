"""A small SQLite file that one process has for itself, whose failures are errors for people."""

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ocrapp.batch.files import REMEDY, not_writable
from ocrapp.errors import OutputBusyError, OutputNotWritableError

_PATIENCE = 0.5
"""Seconds to wait for another run that is just ending."""


class Database:
    """An open file; any thread may use it, one after the other.

    Every change is a transaction in a write-ahead log, so a killed process leaves the file as it was after the
    last one. SQLite's exclusive lock is held as long as the file is open; the system releases it whatever ends
    the process.

    Args:
        path: Made if it is not there, with its folder.
        version: Of the tables.
        tables: Statements that make them.

    Raises:
        OutputBusyError: Another process, or another `Database`, has the file open.
        OutputNotWritableError: It cannot be opened, or is none of ours.
    """

    def __init__(self, path: Path, version: int, tables: str) -> None:
        self.path = path
        self._lock = threading.RLock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise not_writable(path.parent, error) from error
        with self._guard():
            self._db = sqlite3.connect(path, _PATIENCE, isolation_level=None, check_same_thread=False)
        try:
            self._prepare(version, tables)
        except BaseException:
            self._db.close()
            raise

    def close(self) -> None:
        """Release the lock. Closing twice is allowed, using the file afterwards is not."""
        with self._lock, self._guard():
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All changes inside the ``with`` block happen, or none; they may nest.

        Raises:
            OutputNotWritableError: They cannot be written.
        """
        with self._lock:
            if self._db.in_transaction:
                yield
                return
            with self._guard():
                self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                with self._guard():
                    self._db.execute("COMMIT")
            finally:
                if self._db.in_transaction:  # an error is under way
                    self._db.rollback()

    def run(self, statement: str, *values: Any) -> int:
        """Change something; returns the number of rows that changed."""
        with self._lock, self._guard():
            return self._db.execute(statement, values).rowcount

    def run_many(self, statement: str, values: Iterable[tuple[Any, ...]]) -> int:
        """Change something for each of these; returns the number of rows that changed."""
        with self._lock, self._guard():
            return self._db.executemany(statement, values).rowcount

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """All rows that answer a query."""
        with self._lock, self._guard():
            return self._db.execute(query, values).fetchall()

    def row(self, query: str, *values: Any) -> tuple[Any, ...] | None:
        """The first row that answers a query."""
        with self._lock, self._guard():
            found: tuple[Any, ...] | None = self._db.execute(query, values).fetchone()
            return found

    def column(self, query: str, *values: Any) -> list[Any]:
        """The first column of all rows that answer a query."""
        return [row[0] for row in self.rows(query, *values)]

    def value(self, query: str, *values: Any) -> Any:
        """The first column of the first row; the query must have an answer."""
        found = self.row(query, *values)
        assert found is not None, query  # noqa: S101 - a defect in ocrapp
        return found[0]

    def _prepare(self, version: int, tables: str) -> None:
        """Take the lock, and make the tables of a new file."""
        self.run("PRAGMA locking_mode = EXCLUSIVE")
        self.run("PRAGMA journal_mode = WAL")
        self.run("PRAGMA synchronous = NORMAL")
        with self.transaction():
            found = self.value("PRAGMA user_version")
            if found == 0:
                for statement in tables.split(";"):
                    self.run(statement)
                self.run(f"PRAGMA user_version = {version}")
            elif found != version:
                raise OutputNotWritableError(
                    f"{self.path} was made by another version of ocrapp.",
                    "Choose another folder for the results.",
                )

    @contextmanager
    def _guard(self) -> Iterator[None]:
        """Turn what SQLite raises into errors for people."""
        try:
            yield
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise OutputBusyError(
                    f"Another run is at work on {self.path.parent.parent}.",
                    "Wait until it has ended, or stop it.",
                ) from error
            raise OutputNotWritableError(f"{self.path} cannot be written ({error}).", REMEDY) from error
        except sqlite3.DatabaseError as error:
            raise OutputNotWritableError(
                f"{self.path} is damaged ({error}).",
                "Remove it and run again: pages that were read are found again by their content.",
            ) from error
