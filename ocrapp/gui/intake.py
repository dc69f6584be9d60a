"""What a drop or a paste brings: files, or an image without a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage

_ENCODED = ("image/png", "image/webp", "image/jpeg", "image/tiff", "image/bmp", "image/x-bmp", "image/gif")


@dataclass(frozen=True, slots=True)
class Intake:
    """Local files and folders, or the content of one image; both empty if nothing is of use."""

    paths: tuple[Path, ...] = ()
    image: bytes | QImage | None = None

    def __bool__(self) -> bool:
        return bool(self.paths) or self.image is not None


def offers(mime: QMimeData) -> bool:
    """Whether there is something to take, told without fetching it."""
    return any(url.isLocalFile() for url in mime.urls()) or mime.hasImage() or _encoded(mime) is not None


def take(mime: QMimeData) -> Intake:
    """Fetch files if there are any, else the image.

    Encoded bytes are preferred to ``QMimeData.imageData``, which would decode here, on the window's thread.
    """
    paths = tuple(Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile())
    if paths:
        return Intake(paths)
    encoded = _encoded(mime)
    if encoded is not None:
        data = mime.data(encoded).data()
        if data:
            return Intake(image=bytes(data))
    image = mime.imageData() if mime.hasImage() else None
    return Intake(image=image) if isinstance(image, QImage) and not image.isNull() else Intake()


def _encoded(mime: QMimeData) -> str | None:
    return next((kind for kind in _ENCODED if mime.hasFormat(kind)), None)
