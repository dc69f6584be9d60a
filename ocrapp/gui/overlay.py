"""What is drawn over the image: lines, and words in the colours of their confidence."""

# ruff: noqa: N802 - overridden methods keep the names that Qt gave them

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from ocrapp.gui.confidence import Trust, trust
from ocrapp.gui.theme import OVERLAY, OVERLAY_LINE, OVERLAY_SELECTED
from ocrapp.page import Page, Polygon, Word


class _Look(TypedDict):
    """Opacity of inside and edge (of 255), and the width of the edge in screen pixels."""

    fill: int
    pen: int
    width: float


_LOOK: dict[Trust, _Look] = {
    Trust.SURE: {"fill": 16, "pen": 76, "width": 1.0},
    Trust.CHECK: {"fill": 46, "pen": 225, "width": 1.4},
    Trust.POOR: {"fill": 60, "pen": 245, "width": 1.6},
}
"""What is sure stays quiet."""


def outline(polygon: Polygon) -> QPolygonF:
    """The polygon for Qt, in the same pixels."""
    return QPolygonF([QPointF(x, y) for x, y in polygon])


class Overlay(QGraphicsItem):
    """All marks of one page in one item: a page of thousands of words paints in a few calls.

    Coordinates are page pixels. Pens are cosmetic: equally thin at every zoom.
    """

    def __init__(self) -> None:
        super().__init__()
        self._bounds = QRectF()
        self._words: tuple[Word, ...] = ()
        self._outlines: list[QPolygonF] = []
        self._boxes: list[QRectF] = []
        self._steps: dict[Trust, QPainterPath] = {}
        self._lines = QPainterPath()
        self._selected: frozenset[int] = frozenset()
        self._hovered: int | None = None
        self.marks_shown = True

    def show_page(self, page: Page | None) -> None:
        """Take the words of another page, or none."""
        self.prepareGeometryChange()
        self._bounds = QRectF(0, 0, page.width, page.height) if page else QRectF()
        self._words = tuple(page.words) if page else ()
        self._outlines = [outline(word.polygon) for word in self._words]
        self._boxes = [polygon.boundingRect() for polygon in self._outlines]
        self._lines = QPainterPath()
        for line in page.lines if page else ():
            self._add(self._lines, outline(line.polygon))
        self._steps = {step: QPainterPath() for step in Trust}
        for word, polygon in zip(self._words, self._outlines, strict=True):
            self._add(self._steps[trust(word.confidence)], polygon)
        self._selected, self._hovered = frozenset(), None
        self.update()

    def show_marks(self, shown: bool) -> None:
        """Show or hide the marks; what is selected or under the pointer is shown anyway."""
        self.marks_shown = shown
        self.update()

    def select(self, words: Sequence[int]) -> None:
        """Mark words (indices in reading order) as selected."""
        self._selected = frozenset(words)
        self.update()

    def hover(self, word: int | None) -> bool:
        """Mark the word under the pointer; true if that is another than before."""
        changed = word != self._hovered
        self._hovered = word
        if changed:
            self.update()
        return changed

    def word(self, index: int) -> Word:
        """The word with this index."""
        return self._words[index]

    def word_at(self, point: QPointF) -> int | None:
        """Index of the word at a point in page pixels: the smallest, where several overlap."""
        hits = [
            index
            for index, box in enumerate(self._boxes)
            if box.contains(point) and self._outlines[index].containsPoint(point, Qt.FillRule.WindingFill)
        ]
        return min(
            hits, key=lambda index: self._boxes[index].width() * self._boxes[index].height(), default=None
        )

    def box_of(self, words: Sequence[int]) -> QRectF:
        """The upright box around words."""
        box = QRectF()
        for index in words:
            box = box.united(self._boxes[index])
        return box

    def boundingRect(self) -> QRectF:
        """The page; outlines may stick out by a little."""
        return self._bounds.adjusted(-8, -8, 8, 8)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Lines first, then words from sure to poor, then what is pointed at."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.marks_shown:
            self._stroke(painter, self._lines, OVERLAY_LINE, fill=0, pen=52, width=1.0)
            for step, path in self._steps.items():
                self._stroke(painter, path, OVERLAY[step], **_LOOK[step])
        selected = QPainterPath()
        for index in sorted(self._selected):
            self._add(selected, self._outlines[index])
        self._stroke(painter, selected, OVERLAY_SELECTED, fill=72, pen=255, width=2.0)
        if self._hovered is not None:
            path = QPainterPath()
            self._add(path, self._outlines[self._hovered])
            colour = OVERLAY[trust(self._words[self._hovered].confidence)]
            self._stroke(painter, path, colour, fill=52, pen=255, width=2.2)

    @staticmethod
    def _add(path: QPainterPath, polygon: QPolygonF) -> None:
        path.addPolygon(polygon)
        path.closeSubpath()
        path.setFillRule(Qt.FillRule.WindingFill)

    @staticmethod
    def _stroke(
        painter: QPainter, path: QPainterPath, colour: QColor, *, fill: int, pen: int, width: float
    ) -> None:
        if path.isEmpty():
            return
        edge, inside = QColor(colour), QColor(colour)
        edge.setAlpha(pen)
        inside.setAlpha(fill)
        line = QPen(edge, width)
        line.setCosmetic(True)
        line.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(line)
        painter.setBrush(inside if fill else Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
