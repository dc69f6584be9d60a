"""What the window says while it has nothing to show: an invitation, or what went wrong."""

# ruff: noqa: N802 - overridden methods keep the names that Qt gave them

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QAction, QColor, QKeySequence, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ocrapp.gui import icons
from ocrapp.gui.entries import Entry
from ocrapp.gui.messages import Trouble
from ocrapp.gui.theme import colours_of

_READING_WIDTH = 480
"""Pixels after which a line of prose is hard to follow."""


def _label(text: str = "", *, larger: float = 1.0, bold: bool = False, muted: bool = False) -> QLabel:
    label = QLabel(text)
    font = label.font()
    font.setPointSizeF(font.pointSizeF() * larger)
    font.setBold(bold)
    label.setFont(font)
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("muted", muted)
    return label


def button_for(action: QAction, *, primary: bool = False) -> QPushButton:
    """A push button that does what an action does."""
    button = QPushButton(action.text().replace("&", ""))
    button.setToolTip(action.toolTip())
    button.setAccessibleName(button.text())
    button.setProperty("primary", primary)
    button.clicked.connect(action.trigger)
    action.enabledChanged.connect(button.setEnabled)
    return button


class _Card(QFrame):
    """A centred column: picture, heading, prose, buttons."""

    icon_size = 56

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self.heading = _label(larger=1.6, bold=True)
        self.prose = _label(muted=True)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(10)
        self.buttons.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.column = QVBoxLayout()
        self.column.setSpacing(10)
        for widget in (self.picture, self.heading, self.prose):
            widget.setFixedWidth(_READING_WIDTH)
            self.column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        self.picture.setFixedHeight(self.icon_size + 8)
        self.column.addSpacing(8)
        self.column.addLayout(self.buttons)
        across = QHBoxLayout()
        across.addStretch()
        across.addLayout(self.column)
        across.addStretch()
        down = QVBoxLayout(self)
        down.setContentsMargins(24, 24, 24, 24)
        down.addStretch(2)
        down.addLayout(across)
        down.addStretch(3)
        self.colour()

    def colour(self) -> None:
        """Paint the picture in the colours of the scheme."""

    def changeEvent(self, event: QEvent) -> None:
        """Follow the scheme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self.colour()


class Invitation(_Card):
    """The empty window."""

    def __init__(self, open_files: QAction, open_folder: QAction, paste: QAction) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Drop files here"))
        self.heading.setText(self.tr("Drop images, PDFs or folders here"))
        keys = [
            action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            for action in (open_files, open_folder, paste)
        ]
        prose = self.tr("{open} opens files, {folder} a folder.\n{paste} pastes an image or copied files.")
        self.prose.setText(prose.format(open=keys[0], folder=keys[1], paste=keys[2]))
        self.buttons.addWidget(button_for(open_files, primary=True))
        self.buttons.addWidget(button_for(paste))
        self._shield = QLabel()
        self._promise = _label(self.tr("ocrapp works offline. Nothing leaves this computer."), muted=True)
        self._promise.setWordWrap(False)
        promise = QHBoxLayout()
        promise.setSpacing(8)
        promise.setAlignment(Qt.AlignmentFlag.AlignCenter)
        promise.addWidget(self._shield)
        promise.addWidget(self._promise)
        self.column.addSpacing(26)
        self.column.addLayout(promise)
        self.colour()

    def colour(self) -> None:
        """Tint the drawings."""
        colours, ratio = colours_of(self.palette()), self.devicePixelRatioF()
        self.picture.setPixmap(icons.pixmap("drop", self.icon_size, QColor(colours.accent), ratio))
        if hasattr(self, "_shield"):
            self._shield.setPixmap(icons.pixmap("shield", 18, QColor(colours.sure), ratio))

    def paintEvent(self, event: QPaintEvent) -> None:
        """A dashed frame: here things can be dropped."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(colours_of(self.palette()).border), 1.5, Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([5, 4])
        painter.setPen(pen)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(18, 18, -18, -18), 14, 14)


class Notice(_Card):
    """What happened to an entry, and what to do about it."""

    icon_size = 36

    def __init__(self, again: QAction, password: QAction) -> None:
        super().__init__()
        self._password = button_for(password, primary=True)
        self.buttons.addWidget(self._password)
        self.buttons.addWidget(button_for(again))
        self.heading.setFont(_label(larger=1.25, bold=True).font())

    def show_trouble(self, trouble: Trouble, entry: Entry) -> None:
        """Take another message. The path of the file is in the list's tooltip; its name is enough here."""
        self.heading.setText(trouble.what.replace(entry.path, entry.file_name))
        self.prose.setText(trouble.hint)
        self._password.setVisible(trouble.code == "encrypted")

    def colour(self) -> None:
        """Tint the sign."""
        colours = colours_of(self.palette())
        sign = icons.pixmap("warning", self.icon_size, QColor(colours.poor), self.devicePixelRatioF())
        self.picture.setPixmap(sign)


class DropHint(QWidget):
    """A frame over everything while something is dragged over the window."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._under = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def cover(self) -> None:
        """Show over the parent."""
        self.resize(self._under.size())
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A veil, a frame and a word."""
        colours = colours_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = QColor(colours.window)
        veil.setAlpha(238)
        painter.fillRect(self.rect(), veil)
        painter.setPen(QPen(QColor(colours.accent), 2))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(14, 14, -14, -14), 14, 14)
        font = painter.font()
        font.setPointSizeF(font.pointSizeF() * 1.6)
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(colours.text))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.tr("Drop to read"))
