"""The Recognise view: list, image and text of what was dropped. A tab of its own, if there are tabs."""

# ruff: noqa: N802 - overridden methods keep the names that Qt gave them

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from ocrapp.gui.actions import Actions
from ocrapp.gui.commands import Commands
from ocrapp.gui.desk import Desk
from ocrapp.gui.entries import Entry, State
from ocrapp.gui.intake import offers, take
from ocrapp.gui.invitation import DropHint, Invitation, Notice
from ocrapp.gui.listview import EntryList
from ocrapp.gui.messages import Trouble
from ocrapp.gui.pageview import PageView
from ocrapp.gui.picture import Picture
from ocrapp.gui.settings import Settings
from ocrapp.gui.textpanel import TextPanel

_KEPT_BYTES = 256 * 2**20
"""Pictures that are kept to be shown again at once; others are decoded again."""
_PATIENCE_MS = 120
"""How long a page that the engine is about to open may stay a preview."""


class RecogniseView(QWidget):
    """Everything of recognition: give it to a window or a tab, and its ``actions`` to menus."""

    current_changed = Signal(object)
    """Another entry is shown, or the shown one has changed; None if there is none."""

    def __init__(self, desk: Desk, settings: Settings) -> None:
        super().__init__()
        self.desk = desk
        self.settings = settings
        self._current: Entry | None = None
        self._shown_state: State | None = None
        self._pictures: OrderedDict[int, Picture] = OrderedDict()
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._patience.timeout.connect(self._ask_picture)
        self.actions_ = Actions(self)
        self._lay_out()
        self.commands = Commands(self)
        self._connect()
        self.actions_.tint(self.palette())
        self.setAcceptDrops(True)

    def _lay_out(self) -> None:
        actions = self.actions_
        self.list = EntryList(self.desk.wording)
        self.list.setModel(self.desk.entries)
        self.page = PageView()
        self.notice = Notice(actions.again, actions.password)
        self.middle = QStackedWidget()
        self.middle.addWidget(self.page)
        self.middle.addWidget(self.notice)
        self.panel = TextPanel(self.desk.wording, actions)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        for widget, share in ((self.list, 0), (self.middle, 5), (self.panel, 3)):
            self.splitter.addWidget(widget)
            self.splitter.setStretchFactor(self.splitter.count() - 1, share)
        self.splitter.setSizes([240, 580, 420])
        self.splitter.restoreState(self.settings.layout("recognise"))
        self.invitation = Invitation(actions.open_files, actions.open_folder, actions.paste)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.invitation)
        self.stack.addWidget(self.splitter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.stack)
        self._hint = DropHint(self)

    def _connect(self) -> None:
        desk, text = self.desk, self.panel.text
        desk.added.connect(self._show_added)
        desk.changed.connect(self._refresh)
        desk.pictured.connect(self._take_picture)
        desk.unseen.connect(self._take_unseen)
        self.list.selectionModel().currentChanged.connect(self._choose)
        self.desk.entries.rowsRemoved.connect(self._show_emptiness)
        self.list.selectionModel().selectionChanged.connect(self.commands.refresh)
        actions = self.actions_
        self.list.addActions([actions.copy, actions.save_page, actions.again, actions.remove])
        self.page.addActions([actions.overlay, actions.fit, actions.zoom_original, actions.copy_page])
        for widget in (self.list, self.page):
            widget.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        desk.activity.connect(self.commands.refresh)
        self.page.word_clicked.connect(self._click_word)
        self.page.line_clicked.connect(text.select_line_of)
        self.page.background_clicked.connect(text.select_nothing)
        text.words_selected.connect(self.page.select)

    # What is shown

    @property
    def current(self) -> Entry | None:
        """The entry that is shown."""
        return self._current

    def show_entry(self, entry: Entry) -> None:
        """Choose an entry in the list, and so show it."""
        self.list.setCurrentIndex(self.desk.entries.index_of(entry))

    def step(self, rows: int) -> None:
        """Go to the next page, or to another as many rows away."""
        row = self.list.currentIndex().row() + rows
        if 0 <= row < len(self.desk.entries):
            self.list.setCurrentIndex(self.desk.entries.index(row))

    def remember(self) -> None:
        """Save the layout."""
        self.settings.set_layout("recognise", self.splitter.saveState())
        self.settings.overlay = self.page.overlay.marks_shown

    def _show_added(self, entry: Entry) -> None:
        self.stack.setCurrentWidget(self.splitter)
        self.show_entry(entry)
        self.list.setFocus()

    def _show_emptiness(self) -> None:
        if not len(self.desk.entries):
            self.stack.setCurrentWidget(self.invitation)
            self.current_changed.emit(None)

    def _choose(self) -> None:
        entry = self.desk.entries.entry(self.list.currentIndex())
        if entry is self._current:
            return
        self._current = entry
        self.page.show_nothing()
        self._patience.stop()
        self._show_result()
        if entry is None:
            return
        picture = self._pictures.get(entry.id)
        if picture is not None:
            self._pictures.move_to_end(entry.id)
            self.page.show_picture(picture)
        else:
            self._show_preview(entry)
            self._patience.start(0 if not entry.is_open else _PATIENCE_MS)

    def _show_preview(self, entry: Entry) -> None:
        """The thumbnail, large and blurred, until the picture comes: better than an empty window."""
        if entry.thumbnail is None:
            return
        size = QSize(entry.page.width, entry.page.height) if entry.page else entry.thumbnail.size()
        self.page.show_preview(entry.thumbnail, size)

    def _refresh(self, entry: Entry) -> None:
        if entry is not self._current:
            return
        if entry.state is not self._shown_state:
            self._show_result()
        else:  # progress only
            self.current_changed.emit(entry)

    def _show_result(self) -> None:
        entry = self._current
        self._shown_state = entry.state if entry else None
        page = entry.page if entry else None
        self.page.show_page(page)
        self.panel.show_entry(entry)
        trouble = entry.trouble if entry else None
        if entry is not None and trouble is not None:
            self.notice.show_trouble(trouble, entry)
        self.middle.setCurrentWidget(self.page if trouble is None else self.notice)
        self.commands.refresh()
        self.current_changed.emit(entry)

    # Pictures

    def _ask_picture(self) -> None:
        entry = self._current
        if entry is not None and entry.trouble is None and not self.page.has_picture:
            self.desk.ask_picture(entry)

    def _take_picture(self, entry: Entry, picture: Picture) -> None:
        if entry is not self._current:
            return  # shown again it is decoded again: five hundred pages must not stay in memory
        self._pictures[entry.id] = picture
        self._pictures.move_to_end(entry.id)
        while len(self._pictures) > 1 and sum(p.bytes for p in self._pictures.values()) > _KEPT_BYTES:
            self._pictures.popitem(last=False)
        self.page.show_picture(picture)

    def _take_unseen(self, entry: Entry, trouble: Trouble) -> None:
        if entry is self._current and entry.trouble is None:
            self.notice.show_trouble(trouble, entry)
            self.middle.setCurrentWidget(self.notice)

    def _click_word(self, index: int, extend: bool) -> None:
        text = self.panel.text
        selected = text.selected_words() if extend else ()
        if not selected:
            text.select_words(index, index)
        elif index < selected[0]:
            text.select_words(index, selected[-1])
        else:
            text.select_words(selected[0], index)

    # Events

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and images."""
        if offers(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self._hint.cover()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Take the frame away."""
        self._hint.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        """Read what was dropped."""
        self._hint.hide()
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.commands.take(take(event.mimeData()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the frame over everything."""
        super().resizeEvent(event)
        if self._hint.isVisible():
            self._hint.cover()

    def changeEvent(self, event: QEvent) -> None:
        """Tint the icons for another scheme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "actions_"):
            self.actions_.tint(self.palette())
