"""The side with the text: its buttons above, words to check below."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from ocrapp.gui.actions import Actions
from ocrapp.gui.entries import Entry, State
from ocrapp.gui.textpane import TextPane
from ocrapp.gui.wording import Wording


class TextPanel(QWidget):
    """Header, text and footer."""

    def __init__(self, wording: Wording, actions: Actions) -> None:
        super().__init__()
        self._wording = wording
        self.text = TextPane()
        self._title = QLabel(self.tr("Text"))
        font = self._title.font()
        font.setBold(True)
        self._title.setFont(font)
        header = QHBoxLayout()
        header.setContentsMargins(14, 6, 8, 6)
        header.setSpacing(4)
        header.addWidget(self._title)
        header.addStretch()
        for action in (actions.copy_page, actions.save_page):
            button = QToolButton()
            button.setDefaultAction(action)
            action.setIconText(" " + action.iconText())
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setAccessibleName(action.text().replace("&", ""))
            header.addWidget(button)
        self._doubts = QToolButton()
        self._doubts.setDefaultAction(actions.next_doubt)
        self._doubts.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        footer = QHBoxLayout()
        footer.setContentsMargins(8, 4, 8, 4)
        footer.addWidget(self._doubts)
        footer.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(header)
        column.addWidget(self.text, 1)
        column.addLayout(footer)

    def show_entry(self, entry: Entry | None) -> None:
        """Show the text of an entry, or why there is none."""
        page = entry.page if entry else None
        self.text.show_page(page)
        self.text.setPlaceholderText(self._why_empty(entry))
        words = len(self.text.spans)
        doubtful = len(self.text.doubtful())
        self._doubts.setVisible(words > 0)
        # Of the action, not of the button, which takes the action's text again at each of its changes.
        self._doubts.defaultAction().setIconText(" " + self._wording.doubtful(doubtful))
        self._doubts.setAccessibleName(self._wording.doubtful(doubtful))

    def _why_empty(self, entry: Entry | None) -> str:
        if entry is None:
            return ""
        return {
            State.WAITING: self.tr("Waiting to be read…"),
            State.READING: self.tr("Reading…"),
            State.DONE: self.tr("No text was found on this page."),
            State.FAILED: "",
            State.CANCELLED: self.tr("Reading was stopped. F5 reads this page again."),
        }[entry.state]
