"""Pages that lie at an angle: how far their lines are slanted, and turning them level.

The network follows lines up to about 20 degrees; beyond, it breaks dense ones into letters. So a page is looked
at as a whole: turned by the right angle, its rows of ink and the gaps between them are sharp.
Quarter turns are no slant: which way up a page is, is decided where it is read.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from ocrapp.geometry import to_array, to_polygon
from ocrapp.page import Polygon
from ocrapp.reading.maps import TextLine

Pixels = NDArray[np.uint8]

STEEPEST = 48
"""Largest slant in degrees that is looked for."""
LEAST = 14.0
"""Slants of fewer degrees are followed by the network itself."""
_STEP = 4
_SIDE = 640
"""The page is looked at with so many pixels along its longer side."""
_NARROW = 64
"""A strip of fewer pixels shows too little of its rows."""
_CLEAR = 1.3
"""How much sharper the rows of a slanted page must be than those of the page as it is."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A picture turned level: ``pixels``, and the map (2, 3) from its coordinates to the original ones."""

    pixels: Pixels
    back: NDArray[np.float64]

    def to_original(self, line: TextLine) -> TextLine:
        """The line in pixels of the original; the order of its points stays."""

        def move(polygon: Polygon) -> Polygon:
            return to_polygon(to_array(polygon) @ self.back[:, :2].T + self.back[:, 2])

        return TextLine(move(line.polygon), move(line.quad), line.score)


def evidence(lines: Sequence[TextLine]) -> float:
    """How much whole lines speak for a picture's position: squared lengths, for pieces are short."""
    return sum(line.score * _length(line) ** 2 for line in lines)


def slant(pixels: Pixels) -> float:
    """Angle of a page's lines against the horizontal, in degrees clockwise; 0 where none stands out.

    Args:
        pixels: RGB uint8 (H, W, 3).
    """
    height, width = pixels.shape[:2]
    scale = min(1.0, _SIDE / max(height, width))
    size = round(width * scale), round(height * scale)
    if min(size) < _NARROW:
        return 0.0
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    edges = np.abs(cv2.Laplacian(grey, cv2.CV_32F))
    # A disc looks the same from every side, so that the picture's own shape says nothing.
    side = min(edges.shape)
    disc = np.zeros(edges.shape, np.float32)
    cv2.circle(disc, (edges.shape[1] // 2, edges.shape[0] // 2), side // 2, 1.0, -1)
    edges *= disc
    sharpness = cache(lambda angle: _sharpness(edges, angle, side))
    best = max(range(-STEEPEST, STEEPEST + 1, _STEP), key=sharpness)
    angle = max(range(best - _STEP + 1, best + _STEP), key=sharpness)
    return float(angle) if sharpness(angle) > _CLEAR * sharpness(0) else 0.0


def level(pixels: Pixels, degrees: float) -> Turn:
    """The picture with lines that are slanted by ``degrees`` clockwise turned level, on a larger canvas."""
    height, width = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    cos, sin = abs(math.cos(math.radians(degrees))), abs(math.sin(math.radians(degrees)))
    size = math.ceil(height * sin + width * cos), math.ceil(height * cos + width * sin)
    matrix[:, 2] += ((size[0] - width) / 2, (size[1] - height) / 2)
    turned = cv2.warpAffine(pixels, matrix, size, flags=cv2.INTER_LINEAR, borderValue=(127, 127, 127))
    return Turn(np.asarray(turned, np.uint8), np.asarray(cv2.invertAffineTransform(matrix), np.float64))


def _sharpness(edges: NDArray[np.float32], degrees: float, side: int) -> float:
    """How strongly the sums of rows change from row to row once the picture is turned by ``degrees``."""
    centre = edges.shape[1] / 2, edges.shape[0] / 2
    matrix = cv2.getRotationMatrix2D(centre, degrees, 1.0)
    matrix[:, 2] += (side / 2 - centre[0], side / 2 - centre[1])
    rows = cv2.warpAffine(edges, matrix, (side, side)).sum(axis=1)
    return float((np.diff(rows) ** 2).sum())


def _length(line: TextLine) -> float:
    corners = to_array(line.quad)
    return float(np.hypot(*(corners[1] - corners[0])))
