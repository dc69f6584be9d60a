"""The page image itself as an item of the scene."""

# ruff: noqa: N802 - overridden methods keep the names that Qt gave them

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QImage, QPainter, QTransform
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from ocrapp.gui.picture import Picture

_BLOCKS_FROM = 3.0
"""Scale from which pixels are drawn as blocks: who looks that closely wants to see them."""


class Canvas(QGraphicsItem):
    """Draws a picture from the level that suits the zoom. Coordinates are page pixels."""

    def __init__(self) -> None:
        super().__init__()
        self.size = QSize()
        self.picture: Picture | None = None
        self._preview: QImage | None = None
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)

    def show_image(self, preview: QImage | None, size: QSize) -> None:
        """Show a small image stretched to ``size``, or nothing."""
        self.prepareGeometryChange()
        self.picture, self._preview, self.size = None, preview, size
        self.update()

    def show_picture(self, picture: Picture) -> None:
        """Show a picture at its own size."""
        self.prepareGeometryChange()
        self.picture, self._preview = picture, None
        self.size = QSize(picture.width, picture.height)
        self.update()

    def boundingRect(self) -> QRectF:
        """The page."""
        return QRectF(0, 0, self.size.width(), self.size.height())

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw the exposed part only: a scan of a hundred megapixels stays quick."""
        ratio = widget.devicePixelRatioF() if widget else 1.0
        scale = option.levelOfDetailFromTransform(QTransform(painter.worldTransform())) * ratio
        image = self.picture.level_for(scale) if self.picture else self._preview
        if image is None or self.size.isEmpty():
            return
        margin = 2 / min(scale, 1.0)  # smoothing looks at neighbours: without them parts show seams
        exposed = option.exposedRect.adjusted(-margin, -margin, margin, margin)
        target = exposed.intersected(self.boundingRect())
        across, down = image.width() / self.size.width(), image.height() / self.size.height()
        part = QRectF(target.x() * across, target.y() * down, target.width() * across, target.height() * down)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < _BLOCKS_FROM)
        painter.drawImage(target, image, part)
