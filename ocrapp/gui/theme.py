"""All colours of the window, light and dark: the only module that names any."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from ocrapp.gui.confidence import Trust


class Scheme(StrEnum):
    """What the person chose in the View menu."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Colours:
    """One set of colours as ``#rrggbb``.

    ``sure``, ``check`` and ``poor`` are for text and marks on ``base`` and ``window``. What is drawn over the
    image does not follow the scheme, because the image does not: see ``OVERLAY``.
    """

    window: str
    base: str
    raised: str
    canvas: str
    text: str
    muted: str
    faint: str
    border: str
    scroll: str
    accent: str
    on_accent: str
    soft_accent: str
    sure: str
    check: str
    poor: str

    @property
    def canvas_colour(self) -> QColor:
        """The ground around the page."""
        return QColor(self.canvas)

    def trust(self, trust: Trust) -> QColor:
        """The colour of a step of trust on this background."""
        return QColor({Trust.SURE: self.sure, Trust.CHECK: self.check, Trust.POOR: self.poor}[trust])


LIGHT = Colours(
    window="#f4f5f7",
    base="#ffffff",
    raised="#ffffff",
    canvas="#e4e7eb",
    text="#1d2129",
    muted="#59616e",
    faint="#949ca8",
    border="#d5d9df",
    scroll="#c0c6cf",
    accent="#1f63d1",
    on_accent="#ffffff",
    soft_accent="#dde8fb",
    sure="#157347",
    check="#8f5a00",
    poor="#c0271d",
)
DARK = Colours(
    window="#1f2226",
    base="#262a2f",
    raised="#2d3238",
    canvas="#17191c",
    text="#e6e8eb",
    muted="#a3abb6",
    faint="#767e89",
    border="#3a4048",
    scroll="#4b535d",
    accent="#7db0ff",
    on_accent="#10203a",
    soft_accent="#2b3f5e",
    sure="#5cc98f",
    check="#e6b450",
    poor="#ff8a80",
)

OVERLAY = {Trust.SURE: QColor("#12a150"), Trust.CHECK: QColor("#e08a00"), Trust.POOR: QColor("#e5382d")}
"""Outlines over the image: strong enough on white paper and on a dark photo alike."""
OVERLAY_LINE = QColor("#7a8594")
OVERLAY_SELECTED = QColor("#2f7bff")


def colours_of(palette: QPalette) -> Colours:
    """The set that a palette was made of: told by its lightness, so that no state is kept anywhere."""
    return DARK if palette.color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT


def palette_of(colours: Colours) -> QPalette:
    """The palette for Qt's own widgets."""
    role = QPalette.ColorRole
    palette = QPalette(QColor(colours.window))
    for names, value in (
        ((role.Window, role.Button), colours.window),
        ((role.Base, role.ToolTipBase), colours.base),
        ((role.AlternateBase,), colours.raised),
        ((role.WindowText, role.Text, role.ButtonText, role.ToolTipText, role.BrightText), colours.text),
        ((role.PlaceholderText,), colours.muted),
        ((role.Mid, role.Midlight), colours.border),
        ((role.Highlight, role.Link, role.LinkVisited, role.Accent), colours.accent),
        ((role.HighlightedText,), colours.on_accent),
    ):
        for name in names:
            palette.setColor(name, QColor(value))
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, QColor(colours.faint))
    return palette


def style_sheet(colours: Colours) -> str:
    """The few things that Fusion draws too heavily for a calm window."""
    c = colours
    return f"""
QMainWindow, QStatusBar, QToolBar, QMenuBar {{ background: {c.window}; }}
QToolBar {{ border: 0; border-bottom: 1px solid {c.border}; padding: 5px 8px; spacing: 4px; }}
QToolBar::separator {{ background: {c.border}; width: 1px; margin: 6px 6px; }}
QStatusBar {{ border-top: 1px solid {c.border}; color: {c.muted}; }}
QStatusBar::item {{ border: 0; }}
QStatusBar QLabel {{ color: {c.muted}; }}
QMenuBar {{ border: 0; padding: 2px 4px; }}
QToolButton {{ border: 1px solid transparent; border-radius: 6px; padding: 5px 7px; }}
QToolButton:hover {{ background: {c.raised}; border-color: {c.border}; }}
QToolButton:pressed, QToolButton:checked {{ background: {c.soft_accent}; }}
QToolButton[quiet="true"] {{ padding: 2px 4px; color: {c.muted}; }}
QToolButton:focus {{ border-color: {c.accent}; }}
QPushButton {{ background: {c.raised}; border: 1px solid {c.border}; border-radius: 6px; padding: 6px 14px; }}
QPushButton:hover {{ border-color: {c.faint}; }}
QPushButton:pressed {{ background: {c.soft_accent}; }}
QPushButton:focus {{ border-color: {c.accent}; }}
QPushButton:disabled {{ color: {c.faint}; }}
QPushButton[primary="true"] {{ background: {c.accent}; border-color: {c.accent}; color: {c.on_accent}; }}
QListView {{ background: {c.base}; border: 0; }}
QScrollBar {{ background: transparent; border: 0; margin: 0; }}
QScrollBar:vertical {{ width: 12px; }}
QScrollBar:horizontal {{ height: 12px; }}
QScrollBar::handle {{ background: {c.scroll}; border-radius: 3px; margin: 3px; }}
QScrollBar::handle:vertical {{ min-height: 36px; }}
QScrollBar::handle:horizontal {{ min-width: 36px; }}
QScrollBar::handle:hover {{ background: {c.faint}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QAbstractScrollArea::corner {{ background: transparent; border: 0; }}
QSplitter::handle {{ background: {c.border}; }}
QProgressBar {{ background: {c.border}; border: 0; border-radius: 3px; }}
QProgressBar::chunk {{ background: {c.accent}; border-radius: 3px; }}
QToolTip {{ background: {c.raised}; color: {c.text}; border: 1px solid {c.border}; padding: 4px 6px; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QLabel[muted="true"] {{ color: {c.muted}; }}
"""


class Theme(QObject):
    """Applies a scheme to the application and follows the system while that is what is chosen."""

    def __init__(self, app: QApplication, scheme: Scheme) -> None:
        super().__init__()
        self._app = app
        self.scheme = scheme
        app.setStyle("Fusion")
        app.styleHints().colorSchemeChanged.connect(self._refresh)
        self.choose(scheme)

    def choose(self, scheme: Scheme) -> None:
        """Change the scheme of the whole application."""
        self.scheme = scheme
        wanted = {
            Scheme.SYSTEM: Qt.ColorScheme.Unknown,
            Scheme.LIGHT: Qt.ColorScheme.Light,
            Scheme.DARK: Qt.ColorScheme.Dark,
        }
        self._app.styleHints().setColorScheme(wanted[scheme])
        self._refresh()

    def _refresh(self) -> None:
        # Some platforms (bare X11 among them) know no scheme and ignore the wish: then we decide ourselves.
        dark = self.scheme is Scheme.DARK or (
            self.scheme is Scheme.SYSTEM and self._app.styleHints().colorScheme() is Qt.ColorScheme.Dark
        )
        colours = DARK if dark else LIGHT
        self._app.setPalette(palette_of(colours))
        self._app.setStyleSheet(style_sheet(colours))
