"""What can be done in the Recognise view: each an action with shortcut, tooltip and icon."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence, QPalette
from PySide6.QtWidgets import QMenu, QToolBar, QWidget

from ocrapp.gui import icons


def make_action(
    parent: QWidget,
    text: str,
    tip: str,
    shortcut: QKeySequence | QKeySequence.StandardKey | str | None,
    *,
    icon: str = "",
    more_shortcuts: tuple[str, ...] = (),
) -> QAction:
    """An action of ``parent`` that works in all of its window; the tooltip names the shortcut."""
    action = QAction(text, parent)
    if shortcut is not None:
        main = QKeySequence(shortcut)
        action.setShortcuts([main, *map(QKeySequence, more_shortcuts)])
        keys = main.toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{tip} ({keys})" if keys else tip)
    else:
        action.setToolTip(tip)
    action.setData(icon)
    parent.addAction(action)
    return action


class Actions(QObject):
    """The actions of the Recognise view, without what they do: the view connects them."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        key = QKeySequence.StandardKey

        def make(
            text: str,
            tip: str,
            shortcut: QKeySequence.StandardKey | str | None,
            icon: str = "",
            *more: str,
        ) -> QAction:
            return make_action(view, text, tip, shortcut, icon=icon, more_shortcuts=more)

        tr = self.tr
        self.open_files = make(tr("&Open files…"), tr("Open images or PDFs"), key.Open, "open")
        self.open_folder = make(tr("Open &folder…"), tr("Read all that a folder holds"), "Ctrl+Shift+O")
        self.paste = make(tr("&Paste"), tr("Read an image or files from the clipboard"), key.Paste, "paste")
        self.save_page = make(tr("&Save…"), tr("Save the selected pages"), key.Save, "save")
        self.save_all = make(tr("Save &all…"), tr("Save all pages to one file"), "Ctrl+Shift+S")
        self.copy = make(tr("&Copy"), tr("Copy what is selected"), key.Copy)
        self.copy_page = make(tr("Copy &all"), tr("Copy the text of this page"), "Ctrl+Shift+C", "copy")
        self.copy_pages = make(
            tr("Copy text of all &pages"), tr("Copy the text of all pages"), "Ctrl+Alt+Shift+C"
        )
        self.remove = make(tr("&Remove"), tr("Take the selected entries off the list"), key.Delete, "remove")
        # In the list alone: who presses Delete over a selected text does not mean the page.
        self.remove.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.clear = make(tr("Remove a&ll"), tr("Empty the list"), "Ctrl+Shift+Delete")
        self.again = make(tr("Read a&gain"), tr("Read the selected entries once more"), "F5", "again")
        self.password = make(tr("Enter pass&word…"), tr("Open an encrypted document"), None)
        self.cancel = make(tr("S&top"), tr("Stop reading"), "Esc", "cancel")
        self.zoom_in = make(tr("Zoom &in"), tr("Zoom in"), "Ctrl++", "zoom-in", "Ctrl+=")
        self.zoom_out = make(tr("Zoom &out"), tr("Zoom out"), "Ctrl+-", "zoom-out")
        self.zoom_original = make(tr("Actual &size"), tr("One screen pixel for each image pixel"), "Ctrl+1")
        self.fit = make(tr("&Fit to window"), tr("Show the whole page"), "Ctrl+0", "fit")
        self.overlay = make(tr("Show &words"), tr("Mark words in the image"), "Ctrl+L", "overlay")
        self.overlay.setCheckable(True)
        self.next_doubt = make(
            tr("&Next word to check"), tr("Go to the next word of low confidence"), "F8", "next-doubt"
        )
        self.previous_page = make(tr("Pre&vious page"), tr("Go to the previous page"), "Ctrl+PgUp")
        self.next_page = make(tr("Ne&xt page"), tr("Go to the next page"), "Ctrl+PgDown")

    def all(self) -> list[QAction]:
        """Every action."""
        return [value for value in vars(self).values() if isinstance(value, QAction)]

    def tint(self, palette: QPalette) -> None:
        """Draw the icons in the colours of a palette."""
        for action in self.all():
            if action.data():
                action.setIcon(icons.icon(action.data(), palette))

    def fill_file_menu(self, menu: QMenu) -> None:
        """Put the actions on files into a menu."""
        menu.addActions([self.open_files, self.open_folder, self.paste])
        menu.addSeparator()
        menu.addActions([self.save_page, self.save_all])

    def fill_edit_menu(self, menu: QMenu) -> None:
        """Put the actions on text and entries into a menu."""
        menu.addActions([self.copy, self.copy_page, self.copy_pages])
        menu.addSeparator()
        menu.addActions([self.again, self.password, self.cancel])
        menu.addSeparator()
        menu.addActions([self.remove, self.clear])

    def fill_view_menu(self, menu: QMenu) -> None:
        """Put the actions on what is seen into a menu."""
        menu.addActions([self.zoom_in, self.zoom_out, self.zoom_original, self.fit])
        menu.addSeparator()
        menu.addActions([self.overlay, self.next_doubt])
        menu.addSeparator()
        menu.addActions([self.previous_page, self.next_page])

    def fill_tool_bar(self, bar: QToolBar, zoom_label: QWidget, spring: QWidget) -> None:
        """Put what is needed most into the tool bar."""
        bar.addActions([self.open_files, self.paste])
        bar.addSeparator()
        bar.addActions([self.again, self.remove])
        bar.addWidget(spring)
        bar.addActions([self.overlay, self.next_doubt])
        bar.addSeparator()
        bar.addAction(self.zoom_out)
        bar.addWidget(zoom_label)
        bar.addActions([self.zoom_in, self.fit])
        for action in (self.open_files, self.paste):
            show_text(bar, action)


def show_text(bar: QToolBar, action: QAction) -> None:
    """Show the text of a tool button beside its icon."""
    action.setIconText(" " + action.iconText())  # room between the two
    button = bar.widgetForAction(action)
    button.setProperty("toolButtonStyle", Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
