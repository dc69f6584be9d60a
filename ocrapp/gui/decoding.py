"""Opening pages on the workers' threads."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from pathlib import Path

from PySide6.QtGui import QImage

from ocrapp.sources import OpenOptions, PageImage, decode_image, open_pages


def pages(
    source: Path | PageImage, numbers: str | None = None, password: str | None = None
) -> Generator[PageImage, None, None]:
    """Yield the pages of a file, or the image itself; raises ``OcrappError`` where a page fails."""
    if isinstance(source, PageImage):
        yield source
    else:
        yield from open_pages(source, OpenOptions(pages=numbers, password=password))


def one_page(source: Path | PageImage, number: int, password: str | None) -> PageImage:
    """Decode one page again; raises ``OcrappError``."""
    with closing(pages(source, str(number), password)) as images:
        return next(images)


def pasted(content: bytes | QImage, name: str) -> PageImage:
    """Decode what came from the clipboard; raises ``OcrappError``."""
    if isinstance(content, bytes):
        return decode_image(content, name)
    import numpy as np  # noqa: PLC0415 - a tenth of a second that the window shall not wait for

    content = content.convertToFormat(QImage.Format.Format_RGBA8888)
    width, height = content.width(), content.height()
    rows = np.frombuffer(content.constBits(), np.uint8).reshape(height, content.bytesPerLine())
    rgba = rows[:, : 4 * width].reshape(height, width, 4)
    alpha = rgba[..., 3:].astype(np.uint16)
    on_white = (rgba[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255
    return PageImage(on_white.astype(np.uint8), name, number=1, count=1)
