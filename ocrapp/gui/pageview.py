"""The image: zoom at the pointer, pan by dragging, words to point at and click."""

# ruff: noqa: N802 - overridden methods keep the names that Qt gave them

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QImage, QKeyEvent, QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QFrame, QGraphicsScene, QGraphicsView, QToolTip, QWidget

from ocrapp.gui.canvas import Canvas
from ocrapp.gui.overlay import Overlay
from ocrapp.gui.picture import Picture
from ocrapp.gui.theme import colours_of
from ocrapp.page import Page

_STEP = 1.25
_SMALLEST, _LARGEST = 0.02, 32.0
_FIT_LARGEST = 3.0
"""Fitting enlarges small crops, but not to blocks."""
_MARGIN = 16
"""Free pixels around a fitted image."""


class PageView(QGraphicsView):
    """Shows one page. Scales are device pixels a page pixel, so that 1 is sharp on every screen."""

    word_clicked = Signal(int, bool)
    """Index of the word, and whether the selection shall be extended to it."""
    line_clicked = Signal(int)
    """Index of the word that was double-clicked."""
    background_clicked = Signal()
    scale_changed = Signal(float)
    """Device pixels a page pixel; 0 while nothing is shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        scene = QGraphicsScene(self)
        self._canvas, self.overlay = Canvas(), Overlay()
        scene.addItem(self._canvas)
        scene.addItem(self.overlay)
        self.setScene(scene)
        self._fitting = True
        self._pressed: QPoint | None = None
        self._panned: QPoint | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.setAcceptDrops(False)
        self.setMinimumSize(160, 120)
        self.setAccessibleName(self.tr("Page image"))
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.AnchorViewCenter)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self._recolour()

    # What is shown

    def show_nothing(self) -> None:
        """Empty the view, before another page."""
        self._canvas.show_image(None, QSize())
        self.overlay.show_page(None)
        self.scale_changed.emit(0.0)

    def show_preview(self, thumbnail: QImage, size: QSize) -> None:
        """Show a thumbnail at the size of its page until the picture comes."""
        self._canvas.show_image(thumbnail, size)
        self._arrange()

    def show_picture(self, picture: Picture) -> None:
        """Show the full image; zoom and place stay if the size is that of the preview."""
        same = self._canvas.size == QSize(picture.width, picture.height)
        self._canvas.show_picture(picture)
        if not same:
            self._arrange()

    def show_page(self, page: Page | None) -> None:
        """Draw the words of a page over it."""
        self.overlay.show_page(page)

    @property
    def has_picture(self) -> bool:
        """Whether the full image is there."""
        return self._canvas.picture is not None

    def select(self, words: Sequence[int]) -> None:
        """Mark words and bring them into sight."""
        self.overlay.select(words)
        box = self.overlay.box_of(words)
        seen = self.mapToScene(self.viewport().rect()).boundingRect()
        if words and not seen.contains(box) and not self._fitting:
            self.ensureVisible(box, 48, 48)

    # Zoom

    @property
    def scale_factor(self) -> float:
        """Device pixels a page pixel."""
        return self.transform().m11() * self.devicePixelRatioF()

    def fit(self) -> None:
        """Show the whole page, and keep doing so while the window changes its size."""
        self._fitting = True
        size = self._canvas.size
        if size.isEmpty():
            return
        room = self.maximumViewportSize()
        scale = min(
            max(1, room.width() - 2 * _MARGIN) / size.width(),
            max(1, room.height() - 2 * _MARGIN) / size.height(),
            _FIT_LARGEST / self.devicePixelRatioF(),
        )
        self._set_scale(scale * self.devicePixelRatioF())
        self.centerOn(size.width() / 2, size.height() / 2)

    def zoom_to(self, scale: float, anchor: QPointF | None = None) -> None:
        """Zoom; the page point under ``anchor`` (pixels of the viewport, else its middle) stays in place."""
        if self._canvas.size.isEmpty():
            return
        self._fitting = False
        spot = anchor or QPointF(self.viewport().rect().center())
        before = self.mapToScene(spot.toPoint())
        self._set_scale(scale)
        moved = self.mapFromScene(before) - spot.toPoint()
        for bar, distance in (
            (self.horizontalScrollBar(), moved.x()),
            (self.verticalScrollBar(), moved.y()),
        ):
            bar.setValue(bar.value() + distance)

    def zoom_in(self) -> None:
        """One step nearer."""
        self.zoom_to(self.scale_factor * _STEP)

    def zoom_out(self) -> None:
        """One step away."""
        self.zoom_to(self.scale_factor / _STEP)

    def zoom_original(self) -> None:
        """One device pixel a page pixel."""
        self.zoom_to(1.0)

    def _set_scale(self, scale: float) -> None:
        scale = min(max(scale, _SMALLEST), _LARGEST) / self.devicePixelRatioF()
        self.resetTransform()
        self.scale(scale, scale)
        # Room around the page, so that its edges can be pulled off the window's.
        room = self.viewport().size() / scale * 0.25
        page = QRectF(QPointF(0, 0), self._canvas.size.toSizeF())
        around = 0 if self._fitting else 1
        self.setSceneRect(
            page.adjusted(
                -room.width() * around,
                -room.height() * around,
                room.width() * around,
                room.height() * around,
            )
        )
        self.scale_changed.emit(self.scale_factor)

    def _arrange(self) -> None:
        self.resetTransform()
        self.fit()

    # Events

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the page fitted."""
        super().resizeEvent(event)
        if self._fitting:
            self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer; with Shift or Alt, scroll sideways."""
        if event.modifiers() & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.AltModifier):
            super().wheelEvent(event)
            return
        turned = event.angleDelta().y() or event.pixelDelta().y()
        self.zoom_to(self.scale_factor * _STEP ** (turned / 120), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click or a pan."""
        if event.button() in {Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton}:
            self._pressed = event.position().toPoint()
            self._panned = None
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan while the button is down, else mark the word under the pointer."""
        place = event.position().toPoint()
        if self._pressed is None:
            word = self.overlay.word_at(self.mapToScene(place))
            if self.overlay.hover(word):
                self._point(word is not None)
            return
        far = (place - self._pressed).manhattanLength() >= QApplication.startDragDistance()
        if self._panned is None and far:
            self._panned = self._pressed
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        if self._panned is not None:
            moved = place - self._panned
            self._panned = place
            self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() - moved.x())
            self.verticalScrollBar().setValue(self.verticalScrollBar().value() - moved.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a pan, or take it as a click."""
        clicked = self._pressed is not None and self._panned is None
        self._pressed = self._panned = None
        word = self.overlay.word_at(self.mapToScene(event.position().toPoint()))
        self._point(word is not None)
        if not clicked or event.button() is not Qt.MouseButton.LeftButton:
            return
        if word is None:
            self.background_clicked.emit()
        else:
            self.word_clicked.emit(word, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Select the line."""
        word = self.overlay.word_at(self.mapToScene(event.position().toPoint()))
        if word is not None:
            self.line_clicked.emit(word)

    def leaveEvent(self, event: QEvent) -> None:
        """Forget the word under the pointer."""
        self.overlay.hover(None)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Plain + and - zoom as well; arrows scroll."""
        if event.text() == "+":
            self.zoom_in()
        elif event.text() == "-":
            self.zoom_out()
        else:
            super().keyPressEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        """Show word and confidence as a tooltip."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            index = self.overlay.word_at(self.mapToScene(event.pos()))
            if index is None:
                QToolTip.hideText()
            else:
                box = self.mapFromScene(self.overlay.box_of([index])).boundingRect()
                QToolTip.showText(event.globalPos(), self._tip(index), self.viewport(), box)
            return True
        return super().viewportEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the colours of the window."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._recolour()

    def _tip(self, index: int) -> str:
        word = self.overlay.word(index)
        sure = self.tr("{percent} % confident").format(percent=int(100 * word.confidence + 1e-6))
        # Escaped, because a word that looks like markup would be taken for it.
        return f"<p style='white-space:pre'><b>{escape(word.text)}</b><br>{escape(sure)}</p>"

    def _point(self, at_word: bool) -> None:
        self.viewport().setCursor(
            Qt.CursorShape.PointingHandCursor if at_word else Qt.CursorShape.OpenHandCursor
        )

    def _recolour(self) -> None:
        self.setBackgroundBrush(colours_of(self.palette()).canvas_colour)
