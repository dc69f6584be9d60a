"""Pictures to look at: an image and smaller copies of it, so that painting is quick and smooth.

All resizing is OpenCV's: it releases the GIL, which ``QImage.scaled`` and ``convertToFormat`` do not, and
a worker that holds the GIL stops the event loop of the window.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SMALLEST_LEVEL = 512
"""Pixels of the longer side below which no smaller level is made."""
THUMBNAIL_SIDE = 144
"""Pixels of the longer side of a thumbnail: twice what is shown, for dense screens."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An image in halving sizes.

    Attributes:
        levels: Full size first, each next one half as wide and high; RGB888.
        memory: The uint8 arrays (h, w, 3) that the levels point into, kept alive by being here.
    """

    levels: tuple[QImage, ...]
    memory: tuple[NDArray[np.uint8], ...]

    @property
    def width(self) -> int:
        """Pixels of the full size."""
        return self.levels[0].width()

    @property
    def height(self) -> int:
        """Pixels of the full size."""
        return self.levels[0].height()

    @property
    def bytes(self) -> int:
        """Memory held."""
        return sum(array.nbytes for array in self.memory)

    def level_for(self, scale: float) -> QImage:
        """The smallest level that still has a pixel for each device pixel at ``scale`` (1 = full size)."""
        index = 0
        while index + 1 < len(self.levels) and scale <= 0.5 ** (index + 1):
            index += 1
        return self.levels[index]


def wrap(pixels: NDArray[np.uint8]) -> QImage:
    """Let a ``QImage`` look at a contiguous uint8 array (h, w, 3); the array must outlive it."""
    height, width = pixels.shape[:2]
    return QImage(pixels.data, width, height, width * 3, QImage.Format.Format_RGB888)


def picture_of(pixels: NDArray[np.uint8]) -> Picture:
    """Make a picture of an RGB image (h, w, 3). Slow for large images: not on the window's thread."""
    import cv2  # noqa: PLC0415 - heavy, and only wanted on the workers' threads
    import numpy as np  # noqa: PLC0415

    memory = [np.ascontiguousarray(pixels)]
    while max(memory[-1].shape[:2]) >= 2 * SMALLEST_LEVEL:
        height, width = memory[-1].shape[:2]
        half = (max(1, (width + 1) // 2), max(1, (height + 1) // 2))
        memory.append(np.asarray(cv2.resize(memory[-1], half, interpolation=cv2.INTER_AREA), dtype=np.uint8))
    return Picture(tuple(wrap(array) for array in memory), tuple(memory))


def thumbnail_of(picture: Picture) -> QImage:
    """A copy of at most ``THUMBNAIL_SIDE`` pixels a side that owns its memory."""
    import cv2  # noqa: PLC0415 - as above

    pixels = picture.memory[-1]
    height, width = pixels.shape[:2]
    scale = min(1.0, THUMBNAIL_SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    return QImage(small.data, size[0], size[1], size[0] * 3, QImage.Format.Format_RGB888).copy()
