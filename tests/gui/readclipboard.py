"""A program of its own that prints the text on the clipboard, as UTF-8."""

import sys

from PySide6.QtGui import QGuiApplication

app = QGuiApplication(sys.argv[:1])
sys.stdout.buffer.write(QGuiApplication.clipboard().text().encode())
