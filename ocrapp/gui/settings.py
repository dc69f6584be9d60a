"""What the window remembers between runs."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from ocrapp.gui.theme import Scheme


class Settings:
    """Typed access to ``QSettings``; values that make no sense fall back to their defaults."""

    def __init__(self, store: QSettings) -> None:
        self._store = store

    @property
    def scheme(self) -> Scheme:
        """Light, dark or as the system."""
        value = str(self._store.value("view/scheme", Scheme.SYSTEM.value))
        return Scheme(value) if value in {scheme.value for scheme in Scheme} else Scheme.SYSTEM

    @scheme.setter
    def scheme(self, scheme: Scheme) -> None:
        self._store.setValue("view/scheme", scheme.value)

    @property
    def overlay(self) -> bool:
        """Whether lines and words are drawn over the image."""
        return str(self._store.value("view/overlay", "true")).lower() != "false"

    @overlay.setter
    def overlay(self, shown: bool) -> None:
        self._store.setValue("view/overlay", shown)

    @property
    def folder(self) -> str:
        """The folder that file dialogs start in; empty if it is gone."""
        folder = str(self._store.value("files/folder", ""))
        return folder if folder and Path(folder).is_dir() else ""

    @folder.setter
    def folder(self, folder: str) -> None:
        self._store.setValue("files/folder", folder)

    def layout(self, name: str) -> QByteArray:
        """Saved geometry or splitter state, empty if none."""
        value = self._store.value(f"layout/{name}")
        return value if isinstance(value, QByteArray) else QByteArray()

    def set_layout(self, name: str, value: QByteArray) -> None:
        """Save a geometry or splitter state."""
        self._store.setValue(f"layout/{name}", value)
