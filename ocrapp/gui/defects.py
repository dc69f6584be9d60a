"""Exceptions that nobody expected: they reach a dialog with a copy button, never a dead window."""

# ruff: noqa: N802 - overridden methods keep the names that Qt gave them

from __future__ import annotations

import platform
import sys
import threading
import traceback
from collections.abc import Callable
from types import TracebackType

from PySide6 import __version__ as pyside_version
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QCloseEvent, QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from ocrapp import __version__

_MOST = 20
"""Defects that are kept: one that comes with each of a thousand files must not eat the memory."""


class DefectDialog(QDialog):
    """Shows details of one or more defects. Not modal: the window behind stays usable."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Unexpected error"))
        self._details: list[str] = []
        self._count = 0
        self._heading = QLabel()
        font = self._heading.font()
        font.setPointSizeF(font.pointSizeF() * 1.25)
        font.setBold(True)
        self._heading.setFont(font)
        prose = QLabel(
            self.tr(
                "This is a mistake in ocrapp, not yours. Your files are unchanged, and you can go on. "
                "Please send the details to the developers. They may name files; "
                "they hold no text of your pages."
            )
        )
        prose.setWordWrap(True)
        self._text = QPlainTextEdit(readOnly=True)
        self._text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._text.setAccessibleName(self.tr("Details"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.copy_button = buttons.addButton(self.tr("Copy details"), QDialogButtonBox.ButtonRole.ActionRole)
        self.copy_button.setAutoDefault(False)
        self.copy_button.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.details()))
        buttons.rejected.connect(self.close)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        for widget in (self._heading, prose, self._text, buttons):
            column.addWidget(widget)
        self.resize(640, 420)

    def add(self, details: str) -> None:
        """Take one more defect and show the dialog."""
        self._count += 1
        self._details = [*self._details, details][-_MOST:]
        self._heading.setText(
            self.tr("ocrapp met an error that it did not expect")
            if self._count == 1
            else self.tr("ocrapp met {n} errors that it did not expect").format(n=self._count)
        )
        self._text.setPlainText(self.details())
        self.show()
        self.raise_()

    def details(self) -> str:
        """What the copy button copies."""
        return "\n\n".join([_about(), *self._details])

    def closeEvent(self, event: QCloseEvent) -> None:
        """What was seen is not shown again."""
        self._details, self._count = [], 0
        super().closeEvent(event)


class DefectHooks(QObject):
    """Catches what no code catches, on every thread, from ``install`` to ``uninstall``.

    PySide hands exceptions that leave a slot to ``sys.excepthook``, on the engine's thread too.
    """

    met = Signal(str)

    def __init__(self, show: Callable[[str], None]) -> None:
        super().__init__()
        self._before = (sys.excepthook, threading.excepthook)
        self._show = show
        # Queued: the exception may come from another thread, or from the middle of painting.
        self.met.connect(self._forward, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Take over both hooks."""
        self._before = (sys.excepthook, threading.excepthook)
        sys.excepthook = self._met
        threading.excepthook = self._met_in_thread

    def uninstall(self) -> None:
        """Give them back."""
        sys.excepthook, threading.excepthook = self._before

    def _forward(self, details: str) -> None:
        self._show(details)

    def _met(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QGuiApplication.quit()
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        if sys.stderr is not None:
            sys.stderr.write(details)
        self.met.emit(details)

    def _met_in_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and not issubclass(args.exc_type, SystemExit):
            self._met(args.exc_type, args.exc_value, args.exc_traceback)


def _about() -> str:
    return (
        f"ocrapp {__version__}, Python {platform.python_version()}, PySide6 {pyside_version}, "
        f"{platform.platform()}"
    )
