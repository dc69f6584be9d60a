"""The text beside the image; its cursor is the one selection that both share."""

# ruff: noqa: N802 - overridden methods keep the names that Qt gave them

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QTextEdit, QWidget

from ocrapp.gui.confidence import Trust, trust
from ocrapp.gui.spans import Span, lay_out, touched
from ocrapp.gui.theme import colours_of
from ocrapp.page import Page


class TextPane(QPlainTextEdit):
    """Shows the text of a page. Words to check are underlined in the colours of their confidence."""

    words_selected = Signal(object)
    """Indices of the words in the selection, or at the cursor; empty if there are none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spans: tuple[Span, ...] = ()
        self.setReadOnly(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAcceptDrops(False)
        self.setMinimumWidth(160)
        self.setAccessibleName(self.tr("Recognised text"))
        self.document().setDocumentMargin(14)
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * 1.15)
        self.setFont(font)
        self.cursorPositionChanged.connect(self._tell)
        self.selectionChanged.connect(self._tell)

    def show_page(self, page: Page | None) -> None:
        """Show the text of a page, or nothing; nothing is selected afterwards."""
        with QSignalBlocker(self):
            self._spans = lay_out(page) if page else ()
            self.setPlainText(page.text if page else "")
        self._underline()

    @property
    def spans(self) -> tuple[Span, ...]:
        """All words of the page and where they stand."""
        return self._spans

    def selected_text(self) -> str:
        """What is selected, with ordinary line ends."""
        return self.textCursor().selection().toPlainText()

    def selected_words(self) -> tuple[int, ...]:
        """Indices of the selected words, or of the word at the cursor."""
        cursor = self.textCursor()
        return touched(self._spans, cursor.selectionStart(), cursor.selectionEnd())

    def select_words(self, first: int, last: int) -> None:
        """Select from word ``first`` to word ``last``, in either order, and bring them into sight."""
        first, last = sorted((first, last))
        cursor = self.textCursor()
        cursor.setPosition(self._spans[first].start)
        cursor.setPosition(self._spans[last].end, QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def select_line_of(self, index: int) -> None:
        """Select the whole line of a word."""
        line = self._spans[index].line
        words = [number for number, span in enumerate(self._spans) if span.line == line]
        self.select_words(words[0], words[-1])

    def select_nothing(self) -> None:
        """Drop the selection and tell that no word is meant any more."""
        with QSignalBlocker(self):
            cursor = self.textCursor()
            cursor.clearSelection()
            self.setTextCursor(cursor)
        self.words_selected.emit(())

    def doubtful(self) -> Sequence[int]:
        """Indices of the words to check."""
        return [n for n, span in enumerate(self._spans) if trust(span.word.confidence) is not Trust.SURE]

    def select_next_doubtful(self) -> bool:
        """Select the next word to check after the cursor, from the top again after the last."""
        doubtful = self.doubtful()
        if not doubtful:
            return False
        cursor = self.textCursor()
        after = cursor.selectionEnd() if cursor.hasSelection() else -1
        index = next((n for n in doubtful if self._spans[n].start >= max(0, after)), doubtful[0])
        self.select_words(index, index)
        return True

    def changeEvent(self, event: QEvent) -> None:
        """Underline in the colours of the new scheme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._underline()

    def _tell(self) -> None:
        self.words_selected.emit(self.selected_words())

    def _underline(self) -> None:
        colours = colours_of(self.palette())
        marks = []
        for index in self.doubtful():
            span = self._spans[index]
            mark = QTextEdit.ExtraSelection()
            mark.cursor = QTextCursor(self.document())
            mark.cursor.setPosition(span.start)
            mark.cursor.setPosition(span.end, QTextCursor.MoveMode.KeepAnchor)
            style = QTextCharFormat()
            style.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
            style.setUnderlineColor(colours.trust(trust(span.word.confidence)))
            mark.format = style
            marks.append(mark)
        self.setExtraSelections(marks)
