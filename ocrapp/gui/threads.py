"""The two threads behind the window, and their end."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, Qt, QThread, Signal

from ocrapp.gui.engine import Engine
from ocrapp.gui.files import Files
from ocrapp.gui.mailbox import Mailbox
from ocrapp.gui.messages import Job, PasteRequest, ReaderFactory, ShowRequest

_SWITCH_INTERVAL_S = 0.001
"""How long the workers' Python code may keep the window's waiting: a fifth of the interpreter's default."""


class Threads(QObject):
    """Owns engine and files worker. All calls return at once; answers come by ``told``.

    One object for the whole program: every tab asks the same engine, so that inference is never doubled.
    """

    told = Signal(object)
    _read = Signal(object)
    _show = Signal(object)
    _find = Signal(object)
    _paste = Signal(object)
    _warm_up = Signal()

    def __init__(self, make_reader: ReaderFactory) -> None:
        super().__init__()
        self._engine = Engine(make_reader)
        self._files = Files()
        queued = Qt.ConnectionType.QueuedConnection
        self._read.connect(self._engine.read, queued)
        self._warm_up.connect(self._engine.warm_up, queued)
        self._show.connect(self._files.show, queued)
        self._find.connect(self._files.find, queued)
        self._paste.connect(self._files.paste, queued)
        self._mailbox = Mailbox()
        self._mailbox.told.connect(self.told)
        direct = Qt.ConnectionType.DirectConnection  # the mailbox is made for other threads
        self._engine.told.connect(self._mailbox.put, direct)
        self._files.told.connect(self._mailbox.put, direct)
        sys.setswitchinterval(_SWITCH_INTERVAL_S)
        self._threads = (self._start("engine", self._engine), self._start("files", self._files))

    def _start(self, name: str, worker: QObject) -> QThread:
        thread = QThread()
        thread.setObjectName(f"ocrapp-{name}")
        worker.moveToThread(thread)
        thread.start()
        return thread

    def warm_up(self) -> None:
        """Load the models while there is nothing else to do."""
        self._warm_up.emit()

    def read(self, job: Job) -> None:
        """Queue a job for the engine."""
        self._read.emit(job)

    def show(self, request: ShowRequest) -> None:
        """Queue a page for decoding; a large request overtakes earlier large ones."""
        if request.large:
            self._files.wanted = request
        self._show.emit(request)

    def find(self, paths: tuple[object, ...]) -> None:
        """Queue a walk over files and folders."""
        self._find.emit(paths)

    def paste(self, request: PasteRequest) -> None:
        """Queue an image from the clipboard."""
        self._paste.emit(request)

    def close(self) -> None:
        """End both threads. Jobs must be cancelled before, or their end is waited for."""
        self._files.closing = True
        for thread in self._threads:
            thread.quit()
        for thread in self._threads:
            thread.wait()
