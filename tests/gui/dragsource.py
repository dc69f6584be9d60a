"""A program of its own to drag files out of, as a file manager is: ``python dragsource.py PATH...``"""

import sys

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDrag
from PySide6.QtWidgets import QApplication, QLabel


class Source(QLabel):
    """Drags its files as soon as the mouse moves with the button down."""

    def __init__(self, paths):
        super().__init__("drag me")
        self._urls = [QUrl.fromLocalFile(path) for path in paths]

    def mouseMoveEvent(self, event):  # noqa: N802 - Qt's name
        if event.buttons() & Qt.MouseButton.LeftButton:
            mime = QMimeData()
            mime.setUrls(self._urls)
            drag = QDrag(self)
            drag.setMimeData(mime)
            drag.exec(Qt.DropAction.CopyAction)


app = QApplication(sys.argv[:1])
source = Source(sys.argv[1:])
source.setWindowTitle("drag source")
source.setGeometry(0, 0, 120, 120)
source.show()
sys.exit(app.exec())
