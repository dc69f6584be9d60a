"""The main window: menus, tool bar, status bar around the views. One view today."""

# ruff: noqa: N802 - overridden methods keep the names that Qt gave them

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QActionGroup, QCloseEvent, QColor, QKeySequence
from PySide6.QtWidgets import QLabel, QMainWindow, QMenu, QMessageBox, QSizePolicy, QToolBar, QWidget

from ocrapp import __version__
from ocrapp.gui import icons
from ocrapp.gui.actions import make_action
from ocrapp.gui.defects import DefectDialog
from ocrapp.gui.desk import Desk
from ocrapp.gui.entries import Entry
from ocrapp.gui.messages import Trouble
from ocrapp.gui.recognise import RecogniseView
from ocrapp.gui.settings import Settings
from ocrapp.gui.statusbar import StatusBar
from ocrapp.gui.theme import Scheme, Theme, colours_of


class MainWindow(QMainWindow):
    """Holds the Recognise view. Further views would join it in a ``QTabWidget`` as the central widget."""

    closing = Signal()
    """The window is gone from the screen, and the work is to end."""

    def __init__(self, desk: Desk, theme: Theme, settings: Settings) -> None:
        super().__init__()
        self._theme = theme
        self._settings = settings
        self.setWindowTitle("ocrapp")
        self.recognise = RecogniseView(desk, settings)
        self.setCentralWidget(self.recognise)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self._tool_bar()
        self._menus()
        self.status = StatusBar(self.recognise)
        self.setStatusBar(self.status)
        self.defects = DefectDialog(self)
        self.setWindowIcon(icons.app_icon(colours_of(self.palette())))
        self.recognise.current_changed.connect(self._entitle)
        self.recognise.commands.failed.connect(self.show_trouble)
        desk.refused.connect(self.show_trouble)
        self.resize(QSize(1240, 780).boundedTo(self.screen().availableSize()))
        self.setMinimumSize(640, 420)
        self.restoreGeometry(settings.layout("window"))

    def show_trouble(self, trouble: Trouble) -> None:
        """Say what went wrong with a command; the event loop goes on meanwhile."""
        box = QMessageBox(QMessageBox.Icon.NoIcon, "ocrapp", trouble.what, parent=self)
        poor = QColor(colours_of(self.palette()).poor)
        box.setIconPixmap(icons.pixmap("warning", 36, poor, self.devicePixelRatioF()))
        box.setInformativeText(trouble.hint)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the layout and end the work."""
        self._settings.set_layout("window", self.saveGeometry())
        self.recognise.remember()
        self.hide()
        self.closing.emit()
        super().closeEvent(event)

    def _tool_bar(self) -> None:
        bar = QToolBar(self.tr("Tools"))
        bar.setMovable(False)
        bar.setIconSize(bar.iconSize().scaled(20, 20, Qt.AspectRatioMode.KeepAspectRatio))
        spring = QWidget()
        spring.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        zoom = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        zoom.setMinimumWidth(zoom.fontMetrics().horizontalAdvance("0000 %") + 8)
        zoom.setAccessibleName(self.tr("Zoom"))
        percent = self.recognise.desk.wording.percent
        self.recognise.page.scale_changed.connect(lambda scale: zoom.setText(percent(scale) if scale else ""))
        self.recognise.actions_.fill_tool_bar(bar, zoom, spring)
        for action in bar.actions():
            button = bar.widgetForAction(action)
            if action.text():
                button.setAccessibleName(action.text().replace("&", ""))
                button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.addToolBar(bar)

    def _menus(self) -> None:
        actions, bar = self.recognise.actions_, self.menuBar()
        file = bar.addMenu(self.tr("&File"))
        actions.fill_file_menu(file)
        file.addSeparator()
        leave = make_action(self, self.tr("&Quit"), self.tr("Close ocrapp"), QKeySequence.StandardKey.Quit)
        leave.triggered.connect(self.close)
        file.addAction(leave)
        actions.fill_edit_menu(bar.addMenu(self.tr("&Edit")))
        view = bar.addMenu(self.tr("&View"))
        actions.fill_view_menu(view)
        view.addSeparator()
        self._scheme_menu(view.addMenu(self.tr("&Colours")))
        about = make_action(self, self.tr("&About ocrapp"), self.tr("Version and promise"), None)
        about.triggered.connect(self._about)
        bar.addMenu(self.tr("&Help")).addAction(about)

    def _scheme_menu(self, menu: QMenu) -> None:
        group = QActionGroup(self)
        for scheme, text, tip in (
            (Scheme.SYSTEM, self.tr("As the &system"), self.tr("Light or dark as the system is")),
            (Scheme.LIGHT, self.tr("&Light"), self.tr("Always light")),
            (Scheme.DARK, self.tr("&Dark"), self.tr("Always dark")),
        ):
            action = make_action(self, text, tip, None)
            action.setCheckable(True)
            action.setChecked(scheme is self._theme.scheme)
            action.setObjectName(f"scheme-{scheme.value}")
            action.triggered.connect(lambda _checked=False, scheme=scheme: self.choose_scheme(scheme))
            group.addAction(action)
            menu.addAction(action)

    def choose_scheme(self, scheme: Scheme) -> None:
        """Change colours, now and for the next start."""
        self._theme.choose(scheme)
        self._settings.scheme = scheme

    def _about(self) -> None:
        box = QMessageBox(self)
        box.setWindowTitle(self.tr("About ocrapp"))
        box.setIconPixmap(self.windowIcon().pixmap(64, 64))
        box.setText(f"ocrapp {__version__}")
        box.setInformativeText(
            self.tr(
                "Reads text in photos, scans, screenshots and PDFs.\n\n"
                "It works offline: nothing leaves this computer."
            )
        )
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def _entitle(self, entry: Entry | None) -> None:
        self.setWindowTitle(f"{entry.file_name} — ocrapp" if entry else "ocrapp")

    def changeEvent(self, event: QEvent) -> None:
        """Follow the scheme with the icon."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self.setWindowIcon(icons.app_icon(colours_of(self.palette())))


def existing_paths(names: list[str]) -> tuple[Path, ...]:
    """Paths of the command line, made absolute so that a changed folder does not matter."""
    return tuple(Path(name).expanduser().absolute() for name in names)
