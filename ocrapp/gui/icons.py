"""Icons: small line drawings in the colours of the palette."""

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

from ocrapp.gui.theme import Colours, colours_of

_FRAME = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="{colour}" '
    'stroke-width="{weight}" stroke-linecap="round" stroke-linejoin="round">{body}</svg>'
)
_LENS = '<circle cx="10.5" cy="10.5" r="6.5"/><path d="M15.5 15.5 21 21"/>'
_BODIES = {
    "open": '<path d="M3 7.5v10a2 2 0 0 0 2 2h12.6a2 2 0 0 0 1.9-1.4l2-6.1a1 1 0 0 0-1-1.3H8.4'
    'a2 2 0 0 0-1.9 1.4L4 18.5M3 8V6a2 2 0 0 1 2-2h4l2.2 2.6H17a2 2 0 0 1 2 2v2"/>',
    "paste": '<path d="M8 5H6.5a2 2 0 0 0-2 2v12a2 2 0 0 0 2 2h11a2 2 0 0 0 2-2V7a2 2 0 0 0-2-2H16"/>'
    '<rect x="8" y="3" width="8" height="4.2" rx="1.2"/><path d="M8.5 12h7M8.5 16h4.5"/>',
    "copy": '<rect x="8.5" y="8.5" width="12" height="12" rx="2"/>'
    '<path d="M5.5 15.5h-.3a1.7 1.7 0 0 1-1.7-1.7V5.2a1.7 1.7 0 0 1 1.7-1.7h8.6a1.7 1.7 0 0 1 1.7 1.7v.3"/>',
    "save": '<path d="M12 4v11M7.5 11 12 15.5 16.5 11M4 16.5V18a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2v-1.5"/>',
    "again": '<path d="M20 11.5A8 8 0 1 0 17.8 17.5M20.2 5.5v6h-6"/>',
    "cancel": '<circle cx="12" cy="12" r="8.5"/><path d="M9 9l6 6M15 9l-6 6"/>',
    "remove": '<path d="M4.5 7h15M9.5 7V4.8a.8.8 0 0 1 .8-.8h3.4a.8.8 0 0 1 .8.8V7M6.5 7l.8 12a1.5 1.5 0 0 0 '
    '1.5 1.4h6.4a1.5 1.5 0 0 0 1.5-1.4l.8-12M10.3 11v5.5M13.7 11v5.5"/>',
    "zoom-in": _LENS + '<path d="M10.5 7.8v5.4M7.8 10.5h5.4"/>',
    "zoom-out": _LENS + '<path d="M7.8 10.5h5.4"/>',
    "fit": '<path d="M4 9V5.5A1.5 1.5 0 0 1 5.5 4H9M15 4h3.5A1.5 1.5 0 0 1 20 5.5V9M20 15v3.5a1.5 1.5 0 0 1'
    '-1.5 1.5H15M9 20H5.5A1.5 1.5 0 0 1 4 18.5V15"/>',
    "overlay": '<rect x="3.5" y="5" width="17" height="5" rx="1.2"/>'
    '<rect x="3.5" y="14" width="10" height="5" rx="1.2"/>',
    "drop": '<path d="M12 3.5v10.5M7.8 9.8 12 14l4.2-4.2M4 15.5v2a3 3 0 0 0 3 3h10a3 3 0 0 0 3-3v-2"/>',
    "shield": '<path d="M12 3.2 5 5.8v5.4c0 4.4 2.9 7.8 7 9.6 4.1-1.8 7-5.2 7-9.6V5.8z'
    'M9 11.8l2.2 2.2 4-4.3"/>',
    "warning": '<path d="M12 4 2.8 19.5h18.4zM12 10v4.5M12 17.1v.1"/>',
    "next-doubt": '<path d="M4 7h9M4 12h6M4 17h9M17 5.5v8M17 17.3v.1"/>',
}
_APP = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">'
    '<rect x="4" y="4" width="56" height="56" rx="13"'
    ' fill="{accent}"/><g fill="none" stroke="{ink}" stroke-width="4.5" stroke-linecap="round" '
    'stroke-linejoin="round"><path d="M15 23v-5a3 3 0 0 1 3-3h5M41 15h5a3 3 0 0 1 3 3v5M49 41v5a3 3 0 0 1-3 3'
    'h-5M23 49h-5a3 3 0 0 1-3-3v-5"/><path d="M23 27h18M23 37h11"/></g></svg>'
)
_WEIGHT, _LARGE_WEIGHT = 1.7, 1.2
_LARGE = 32
_SIZES = (16, 20, 24, 32, 40, 64)


def pixmap(name: str, size: int, colour: QColor, ratio: float = 1.0) -> QPixmap:
    """One icon of ``size`` logical pixels in one colour; ``ratio`` is the screen's pixel ratio."""
    weight = _WEIGHT if size < _LARGE else _LARGE_WEIGHT
    return _render(_FRAME.format(colour=colour.name(), body=_BODIES[name], weight=weight), size, ratio)


def icon(name: str, palette: QPalette) -> QIcon:
    """An icon that fits a palette. To be made anew when the palette changes."""
    colours = colours_of(palette)
    result = QIcon()
    for mode, colour in ((QIcon.Mode.Normal, colours.text), (QIcon.Mode.Disabled, colours.faint)):
        for size in _SIZES:
            result.addPixmap(pixmap(name, size, QColor(colour)), mode)
    return result


def app_icon(colours: Colours) -> QIcon:
    """The icon of the program."""
    result = QIcon()
    drawing = _APP.format(accent=colours.accent, ink=colours.on_accent)
    for size in (16, 24, 32, 48, 64, 128, 256):
        result.addPixmap(_render(drawing, size, 1.0))
    return result


def names() -> tuple[str, ...]:
    """All icons that can be asked for."""
    return tuple(_BODIES)


def _render(svg: str, size: int, ratio: float) -> QPixmap:
    image = QPixmap(QSize(round(size * ratio), round(size * ratio)))
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(image.rect()))
    painter.end()
    image.setDevicePixelRatio(ratio)
    return image
