"""How an entry looks in the list: thumbnail, name, state."""

# ruff: noqa: N802 - overridden methods keep the names that Qt gave them

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ocrapp.gui import icons
from ocrapp.gui.confidence import mean_confidence, trust
from ocrapp.gui.entries import Entry, EntryModel, State
from ocrapp.gui.theme import Colours, colours_of
from ocrapp.gui.wording import Wording

_PAD = 8
_THUMB = 52
_GAP = 12


class EntryDelegate(QStyledItemDelegate):
    """Paints a row. Sizes are logical pixels and follow the font."""

    def __init__(self, wording: Wording, parent: QWidget) -> None:
        super().__init__(parent)
        self._wording = wording

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Room for the thumbnail, or for the three rows of text if the font is large."""
        text = 3 * QFontMetrics(option.font).height() + 4
        return QSize(160, max(_THUMB, text) + 2 * _PAD + 4)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one row."""
        entry: Entry = index.data(EntryModel.ENTRY)
        colours = colours_of(option.palette)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        row = option.rect.adjusted(6, 2, -6, -2)
        self._background(painter, row, option, colours)
        thumb = QRect(row.left() + _PAD, row.top() + (row.height() - _THUMB) // 2, _THUMB, _THUMB)
        self._thumbnail(painter, thumb, index.data(Qt.ItemDataRole.DecorationRole), entry, colours)
        text = row.adjusted(_PAD + _THUMB + _GAP, _PAD, -_PAD, -_PAD)
        self._text(painter, text, option, entry, colours)
        painter.restore()

    @staticmethod
    def _background(painter: QPainter, row: QRect, option: QStyleOptionViewItem, colours: Colours) -> None:
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        over = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if not chosen and not over:
            return
        path = QPainterPath()
        path.addRoundedRect(QRectF(row), 7, 7)
        painter.fillPath(path, QColor(colours.soft_accent if chosen else colours.window))
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        if focused:
            painter.setPen(QPen(QColor(colours.accent), 1))
            painter.drawRoundedRect(QRectF(row).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)

    @staticmethod
    def _thumbnail(
        painter: QPainter, box: QRect, image: QImage | None, entry: Entry, colours: Colours
    ) -> None:
        if image is None:
            path = QPainterPath()
            path.addRoundedRect(QRectF(box), 5, 5)
            painter.fillPath(path, QColor(colours.canvas))
            if entry.state is State.FAILED:
                mark = icons.pixmap("warning", 24, QColor(colours.poor), painter.device().devicePixelRatioF())
                painter.drawPixmap(box.center().x() - 11, box.center().y() - 12, mark)
            return
        size = image.size().scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRectF(0, 0, max(6, size.width()), max(6, size.height()))
        place.moveCenter(QRectF(box).center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, image)
        painter.setPen(QPen(QColor(colours.border), 1))
        painter.drawRect(place.adjusted(-0.5, -0.5, 0.5, 0.5))

    def _text(
        self, painter: QPainter, box: QRect, option: QStyleOptionViewItem, entry: Entry, colours: Colours
    ) -> None:
        rows = [(entry.file_name, QColor(colours.text), Qt.TextElideMode.ElideMiddle)]
        part = self._wording.part(entry)
        if part:
            rows.append((part, QColor(colours.muted), Qt.TextElideMode.ElideRight))
        rows.append((self._wording.state(entry), self._colour(entry, colours), Qt.TextElideMode.ElideRight))
        metrics = QFontMetrics(option.font)
        step = metrics.height() + 2
        top = box.center().y() - step * len(rows) // 2 + 1
        for text, colour, elide in rows:
            painter.setPen(colour)
            place = QRect(box.left(), top, box.width(), step)
            flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
            painter.drawText(place, int(flags), metrics.elidedText(text, elide, box.width()))
            top += step
        if entry.state is State.READING:
            self._progress(painter, QRectF(box.left(), box.bottom() + 3, box.width(), 3), entry, colours)

    @staticmethod
    def _progress(painter: QPainter, bar: QRectF, entry: Entry, colours: Colours) -> None:
        painter.fillRect(bar, QColor(colours.border))
        done = QRectF(bar.left(), bar.top(), bar.width() * entry.progress, bar.height())
        painter.fillRect(done, QColor(colours.accent))

    @staticmethod
    def _colour(entry: Entry, colours: Colours) -> QColor:
        if entry.state is State.FAILED:
            return QColor(colours.poor)
        mean = mean_confidence(entry.page.words) if entry.page else None
        return QColor(colours.muted) if mean is None else colours.trust(trust(mean))


class EntryList(QListView):
    """The list at the side; several entries can be chosen to be copied, saved, removed or read again."""

    def __init__(self, wording: Wording, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setItemDelegate(EntryDelegate(wording, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setAcceptDrops(False)
        self.setViewportMargins(0, 4, 0, 4)
        self.setMinimumWidth(180)
        self.setAccessibleName(self.tr("Pages"))
        self.verticalScrollBar().setSingleStep(24)

    def chosen(self) -> list[Entry]:
        """The selected entries in the order of the list."""
        rows = sorted(self.selectionModel().selectedIndexes(), key=QModelIndex.row)
        return [index.data(EntryModel.ENTRY) for index in rows]

    def changeEvent(self, event: QEvent) -> None:
        """Rows are as high as the font wants them."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self.scheduleDelayedItemsLayout()
