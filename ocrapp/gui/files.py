"""The files worker: walks folders and decodes pages to look at, beside the engine."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from ocrapp.errors import OcrappError
from ocrapp.gui import decoding
from ocrapp.gui.messages import (
    Found,
    NotShown,
    NotTaken,
    Pasted,
    PasteRequest,
    Shown,
    ShowRequest,
    Trouble,
)
from ocrapp.gui.picture import picture_of, thumbnail_of
from ocrapp.sources import find_inputs

_PORTION = 200
"""Files told at a time: the window needs a twentieth of a millisecond for each, and must not stall."""


class Files(QObject):
    """Serves the window while the engine reads.

    Attributes:
        wanted: The request for a large picture that came last. The window's thread writes it, so that those
            which were overtaken while they waited (turning twenty pages at once) are skipped.
        closing: Written by the window's thread too: what still waits is not wanted any more.
    """

    told = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.wanted: ShowRequest | None = None
        self.closing = False

    @Slot(object)
    def find(self, paths: tuple[Path, ...]) -> None:
        """Walk folders; tells ``Found``, for many files in portions, or ``NotTaken``."""
        try:
            files = tuple(find_inputs(paths))
        except OcrappError as error:
            self.told.emit(NotTaken(Trouble.of(error)))
            return
        for start in range(0, max(1, len(files)), _PORTION):
            self.told.emit(Found(paths, files[start : start + _PORTION], first=start == 0))

    @Slot(object)
    def show(self, request: ShowRequest) -> None:
        """Decode a page once more; tells ``Shown`` or ``NotShown``."""
        if self.closing or (request.large and self.wanted is not request):
            return
        try:
            image = decoding.one_page(request.source, request.number, request.password)
        except OcrappError as error:
            self.told.emit(NotShown(request.entry, Trouble.of(error)))
            return
        picture = picture_of(image.pixels)
        self.told.emit(Shown(request.entry, picture if request.large else None, thumbnail_of(picture)))

    @Slot(object)
    def paste(self, request: PasteRequest) -> None:
        """Decode a pasted image; tells ``Pasted`` or ``NotTaken``."""
        try:
            self.told.emit(Pasted(decoding.pasted(request.content, request.name)))
        except OcrappError as error:
            self.told.emit(NotTaken(Trouble.of(error)))
