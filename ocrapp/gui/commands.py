"""What the actions of the Recognise view do."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QInputDialog, QLineEdit

from ocrapp.errors import OcrappError
from ocrapp.export import FORMATS, Format
from ocrapp.gui.entries import Entry
from ocrapp.gui.intake import Intake, take
from ocrapp.gui.messages import Trouble
from ocrapp.page import Page
from ocrapp.sources import SUFFIXES

if TYPE_CHECKING:
    from ocrapp.gui.recognise import RecogniseView


class Commands(QObject):
    """Connects actions to the desk and the view, and keeps them enabled only while they make sense."""

    said = Signal(str)
    """A short message for the status bar."""
    failed = Signal(object)
    """``Trouble`` with a command."""

    def __init__(self, view: RecogniseView) -> None:
        super().__init__(view)
        self._view = view
        self._desk = view.desk
        self._settings = view.settings
        actions, page = view.actions_, view.page
        for action, command in (
            (actions.open_files, self.open_files),
            (actions.open_folder, self.open_folder),
            (actions.paste, self.paste),
            (actions.save_page, lambda: self.save(self._chosen())),
            (actions.save_all, lambda: self.save(list(self._desk.entries))),
            (actions.copy, self.copy),
            (actions.copy_page, lambda: self._copy(self._pages([view.current]))),
            (actions.copy_pages, lambda: self._copy(self._pages(self._desk.entries))),
            (actions.remove, lambda: self.remove(self._chosen())),
            (actions.clear, lambda: self.remove(list(self._desk.entries))),
            (actions.again, lambda: self._desk.read_again(self._chosen())),
            (actions.password, self.ask_password),
            (actions.cancel, self._desk.cancel),
            (actions.zoom_in, page.zoom_in),
            (actions.zoom_out, page.zoom_out),
            (actions.zoom_original, page.zoom_original),
            (actions.fit, page.fit),
            (actions.next_doubt, view.panel.text.select_next_doubtful),
            (actions.previous_page, lambda: view.step(-1)),
            (actions.next_page, lambda: view.step(1)),
        ):
            action.triggered.connect(lambda _checked=False, command=command: command())
        actions.overlay.toggled.connect(page.overlay.show_marks)
        actions.overlay.setChecked(self._settings.overlay)
        page.overlay.show_marks(self._settings.overlay)
        self.refresh()

    def refresh(self) -> None:
        """Enable what makes sense now."""
        view, actions = self._view, self._view.actions_
        current = view.current
        page = current.page if current else None
        for action, sensible in (
            (actions.save_page, page is not None),
            (actions.copy_page, page is not None),
            (actions.copy, page is not None),
            (actions.next_doubt, bool(view.panel.text.doubtful())),
            (actions.remove, current is not None),
            (actions.again, any(not entry.is_open for entry in self._chosen())),
            (actions.password, bool(current and current.trouble and current.trouble.code == "encrypted")),
            (actions.cancel, self._desk.busy),
            (actions.clear, len(self._desk.entries) > 0),
        ):
            action.setEnabled(sensible)
        for action in (actions.zoom_in, actions.zoom_out, actions.zoom_original, actions.fit):
            action.setEnabled(current is not None and current.trouble is None)
        some = any(entry.page for entry in self._desk.entries)
        actions.save_all.setEnabled(some)
        actions.copy_pages.setEnabled(some)

    # Bringing in

    def take(self, intake: Intake) -> None:
        """Read what was dropped or pasted, or say that there is nothing in it."""
        if intake:
            self._desk.take(intake)
        else:
            self.said.emit(self.tr("There is no image and no file in it."))

    def open_files(self) -> None:
        """Ask for files."""
        patterns = " ".join(f"*{suffix}" for suffix in sorted(SUFFIXES))
        kinds = [f"{self.tr('Images and PDF')} ({patterns})", self.tr("All files (*)")]
        names, _ = QFileDialog.getOpenFileNames(
            self._view, self.tr("Open images or PDFs"), self._settings.folder, ";;".join(kinds)
        )
        if names:
            self._settings.folder = str(Path(names[0]).parent)
            self._desk.take(Intake(tuple(map(Path, names))))

    def open_folder(self) -> None:
        """Ask for a folder."""
        name = QFileDialog.getExistingDirectory(self._view, self.tr("Open folder"), self._settings.folder)
        if name:
            self._settings.folder = name
            self._desk.take(Intake((Path(name),)))

    def paste(self) -> None:
        """Read what the clipboard holds."""
        self.take(take(QGuiApplication.clipboard().mimeData()))

    def ask_password(self) -> None:
        """Ask for the password of an encrypted document and open it."""
        entry = self._view.current
        if entry is None:
            return
        password, given = QInputDialog.getText(
            self._view,
            self.tr("Password"),
            self.tr("Password of “{name}”:").format(name=entry.file_name),
            QLineEdit.EchoMode.Password,
        )
        if given and password:
            self._desk.read_again([entry], password)

    # Taking out

    def copy(self) -> None:
        """Copy the selected text; in the list, the text of the selected entries."""
        view = self._view
        selected = view.panel.text.selected_text()
        if view.list.hasFocus() and len(self._chosen()) > 1:
            self._copy(self._pages(self._chosen()))
        elif selected:
            QGuiApplication.clipboard().setText(selected)
            self.said.emit(self.tr("Copied the selected text."))
        else:
            self._copy(self._pages([view.current]))

    def save(self, entries: list[Entry]) -> None:
        """Ask for a file and write the pages of entries into it."""
        pages = self._pages(entries)
        if not pages:
            return
        filters = {f"{self._format_name(f)} (*{f.suffix})": f for f in FORMATS.values()}
        stem = Path(self._settings.folder, Path(entries[0].file_name).stem)
        name, chosen = QFileDialog.getSaveFileName(
            self._view, self.tr("Save text"), f"{stem}.txt", ";;".join(filters)
        )
        if name:
            self.write(Path(name), filters.get(chosen, FORMATS["txt"]), pages)

    def write(self, path: Path, format_: Format, pages: list[Page]) -> None:
        """Write pages to a file; a known suffix decides the format, whatever was chosen."""
        if not path.suffix:
            path = path.with_name(path.name + format_.suffix)
        name = path.name.lower()
        format_ = next((known for known in FORMATS.values() if name.endswith(known.suffix)), format_)
        try:
            _write_whole(path, format_.encode(pages))
        except OcrappError as error:
            self.failed.emit(Trouble(error.what, error.hint, error.code))
        except OSError as error:
            self.failed.emit(
                Trouble(
                    self.tr("“{name}” could not be written: {reason}.").format(
                        name=path.name, reason=error.strerror or error
                    ),
                    self.tr("Choose another folder or name."),
                    "output_not_writable",
                )
            )
        else:
            self._settings.folder = str(path.parent)
            self.said.emit(self.tr("Saved {name}.").format(name=path.name))

    def remove(self, entries: list[Entry]) -> None:
        """Take entries off the list and show a neighbour."""
        if entries:
            row = self._desk.entries.index_of(entries[0]).row()
            self._desk.remove(entries)
            left = len(self._desk.entries)
            if left:
                self._view.list.setCurrentIndex(self._desk.entries.index(min(row, left - 1)))

    # Helpers

    def _chosen(self) -> list[Entry]:
        return self._view.list.chosen()

    @staticmethod
    def _pages(entries: Iterable[Entry | None]) -> list[Page]:
        return [entry.page for entry in entries if entry is not None and entry.page is not None]

    def _copy(self, pages: list[Page]) -> None:
        if not pages:
            return
        QGuiApplication.clipboard().setText("\n\n".join(page.text for page in pages))
        self.said.emit(
            self.tr("Copied the text of this page.")
            if len(pages) == 1
            else self.tr("Copied the text of {n} pages.").format(n=len(pages))
        )

    def _format_name(self, format_: Format) -> str:
        known = {
            "txt": self.tr("Plain text"),
            "json": self.tr("JSON with positions"),
            "jsonl": self.tr("JSON, one page a line"),
            "md": self.tr("Markdown"),
            "csv": self.tr("Words as CSV"),
            "tsv": self.tr("Words, separated by tabs"),
            "tables": self.tr("Tables as CSV"),
            "xlsx": self.tr("Tables as Excel workbook"),
            "hocr": self.tr("hOCR"),
            "alto": self.tr("ALTO XML"),
            "page": self.tr("PAGE XML"),
            "pdf": self.tr("Searchable PDF"),
        }
        return known.get(format_.name, format_.name)


def _write_whole(path: Path, data: bytes) -> None:
    """Write a file under another name first: a full disk shall not cost the old one."""
    part = path.with_name(f".{path.name[:200]}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
