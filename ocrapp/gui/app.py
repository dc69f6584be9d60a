"""From a list of paths to a running window."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSettings, QTimer
from PySide6.QtWidgets import QApplication

from ocrapp import __version__
from ocrapp.gui.defects import DefectHooks
from ocrapp.gui.desk import Desk
from ocrapp.gui.engine import default_reader
from ocrapp.gui.intake import Intake
from ocrapp.gui.messages import ReaderFactory
from ocrapp.gui.settings import Settings
from ocrapp.gui.theme import Theme
from ocrapp.gui.threads import Threads
from ocrapp.gui.window import MainWindow, existing_paths
from ocrapp.gui.wording import Wording
from ocrapp.gui.workarounds import keep_constants_alive

_WARM_UP_MS = 200
"""After the first painting: loading the models is not what a person starts the program to see."""


@dataclass(frozen=True, slots=True, weakref_slot=True)  # Qt holds receivers of signals weakly
class Gui:
    """The objects of a window, none of them running an event loop yet."""

    window: MainWindow
    desk: Desk
    threads: Threads
    theme: Theme
    hooks: DefectHooks

    def close(self) -> None:
        """End all work and both threads. Safe to call twice."""
        self.hooks.uninstall()
        self.desk.cancel()
        self.threads.close()


def make_application() -> QApplication:
    """The one ``QApplication``, made if there is none."""
    keep_constants_alive()
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication([sys.argv[0] if sys.argv else "ocrapp"])
    app.setApplicationName("ocrapp")
    app.setOrganizationName("ocrapp")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("ocrapp")
    return app


def build(
    paths: Sequence[str] = (),
    *,
    make_reader: ReaderFactory = default_reader,
    store: QSettings | None = None,
) -> Gui:
    """Build the window and start its threads, without showing it or running the event loop.

    Args:
        paths: Files and folders to read at once.
        make_reader: Makes the reader, on the engine thread.
        store: Where settings are kept; by default where the system keeps them.
    """
    app = make_application()
    settings = Settings(store if store is not None else QSettings())
    theme = Theme(app, settings.scheme)
    threads = Threads(make_reader)
    desk = Desk(threads, Wording())
    window = MainWindow(desk, theme, settings)
    gui = Gui(window, desk, threads, theme, DefectHooks(window.defects.add))
    window.closing.connect(gui.close)
    if paths:
        desk.take(Intake(existing_paths(list(paths))))
    return gui


def run(paths: list[str]) -> int:
    """Open the window with files and folders; returns the exit code when it is closed."""
    gui = build(paths)
    gui.hooks.install()
    gui.window.show()
    QTimer.singleShot(_WARM_UP_MS, gui.threads.warm_up)
    code = QApplication.exec()
    gui.close()
    return code
