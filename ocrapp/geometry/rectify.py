"""Straightened crops of text lines, and the way back from a crop to the page."""

from dataclasses import dataclass
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from ocrapp.geometry.polygons import Points, bounds, direction, min_area_quad, to_array, to_polygon
from ocrapp.geometry.ribbon import ribbon
from ocrapp.page import Polygon

Pixels = NDArray[np.uint8]
"""RGB image of shape (H, W, 3)."""

MAX_HEIGHT = 64
"""Crops of higher lines are reduced to this many rows, the highest canvas of the recogniser.

Tall crops may hold turned text, so there it limits the columns.
"""
MAX_LENGTH = 16384
"""Longest side of a crop in pixels (OpenCV cannot remap images beyond 32767)."""


class Mapping(Protocol):
    """Maps the unit square of a crop, ``(0, 0)`` its top left corner, to page pixels."""

    def __call__(self, x: Points, y: Points) -> Points:
        """Page points (..., 2) of broadcastable ``x`` and ``y`` in [0, 1]."""

    def nodes(self, start: float, end: float) -> Points:
        """Where between ``start`` and ``end`` an outline needs points, these two included."""


@dataclass(frozen=True, slots=True)
class Perspective:
    """A quad seen in perspective: ``matrix`` (3, 3) takes the unit square to the page."""

    matrix: Points

    def __call__(self, x: Points, y: Points) -> Points:
        """Page points of positions in the unit square."""
        # A row and a column of positions stay a row and a column for as long as possible: this runs a pixel.
        page_x, page_y, scale = (row[0] * x + (row[1] * y + row[2]) for row in self.matrix)
        return np.stack([page_x / scale, page_y / scale], axis=-1)

    def nodes(self, start: float, end: float) -> Points:
        """A straight line needs its ends alone."""
        return np.array([start, end])


@dataclass(frozen=True, slots=True)
class Strips:
    """A curved line as strips between pairs of upper and lower points, both (K, 2), at equal steps in x."""

    upper: Points
    lower: Points

    def __call__(self, x: Points, y: Points) -> Points:
        """Page points of positions in the unit square; beyond it the outer strips go on."""
        strips = len(self.upper) - 1
        strip = np.clip(np.floor(x * strips), 0, strips - 1).astype(int)
        share = (x * strips - strip)[..., None]
        above = self.upper[strip] * (1 - share) + self.upper[strip + 1] * share
        below = self.lower[strip] * (1 - share) + self.lower[strip + 1] * share
        down = np.asarray(y)[..., None]
        page: Points = above * (1 - down) + below * down
        return page

    def nodes(self, start: float, end: float) -> Points:
        """The ends and all strip borders between them."""
        borders: Points = np.linspace(0, 1, len(self.upper))
        return np.concatenate([[start], borders[(borders > start) & (borders < end)], [end]])


@dataclass(frozen=True, slots=True, eq=False)
class Crop:
    """A straightened line.

    Attributes:
        pixels: RGB uint8 (h, w, 3).
        mapping: From the unit square of the crop before it was turned to the page.
        turns: Quarter turns clockwise that were applied to the pixels after straightening, 0 to 3.
    """

    pixels: Pixels
    mapping: Mapping
    turns: int = 0

    @property
    def height(self) -> int:
        """Rows."""
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        """Columns."""
        return int(self.pixels.shape[1])

    def turned(self, quarters: int) -> "Crop":
        """The crop turned clockwise by ``quarters`` times 90 degrees."""
        pixels = np.ascontiguousarray(np.rot90(self.pixels, -quarters))
        return Crop(pixels, self.mapping, (self.turns + quarters) % 4)

    def to_page(self, points: Points) -> Points:
        """Page points (N, 2) of crop points (N, 2), in continuous pixels of the crop."""
        return self._page(points[:, 0] / self.width, points[:, 1] / self.height)

    def outline(self, start: float = 0.0, end: float = 1.0, top: float = 0.0, bottom: float = 1.0) -> Polygon:
        """Outline on the page of a part of the crop, in reading order.

        Args:
            start: Left border as a share of the crop's width, 0 to 1.
            end: Right border.
            top: Upper border as a share of the crop's height, 0 to 1.
            bottom: Lower border.

        Returns:
            A quad, or more points where the line is curved.
        """
        across = np.array([start, end])
        if self.turns == 0:
            across = self.mapping.nodes(start, end)
        elif self.turns == 2:
            across = 1 - self.mapping.nodes(1 - end, 1 - start)[::-1]
        upper = self._page(across, np.full(len(across), top))
        lower = self._page(across, np.full(len(across), bottom))
        return to_polygon(np.concatenate([upper, lower[::-1]]))

    def _page(self, x: Points, y: Points) -> Points:
        for _ in range(self.turns):
            # A clockwise turn brought the lower left corner to the upper left.
            x, y = y, 1 - x
        return self.mapping(x, y)


def rectify(pixels: Pixels, polygon: Polygon) -> Crop:
    """Cut a line out of a page and straighten it.

    Four points are taken as a quad in reading order and seen in perspective; more points as a band that may
    be curved, whose first point is near the reading start. The crop keeps the resolution of the page up to
    `MAX_HEIGHT`; what is larger is averaged down first, so that nothing aliases. Beyond the page its
    border pixels go on.

    Args:
        pixels: Page, RGB uint8 (H, W, 3).
        polygon: Outline in page pixels, three points or more.

    Returns:
        The crop and its mapping back to the page. A degenerate outline gives a crop of its upright bounds.
    """
    mapping, length, height = _straighten(polygon)
    scale = min(1.0, MAX_HEIGHT / min(length, height), MAX_LENGTH / max(length, height))
    width, rows = max(1, round(length * scale)), max(1, round(height * scale))
    x = (np.arange(width) + 0.5) / width
    y = (np.arange(rows) + 0.5) / rows
    at = mapping(x[None, :], y[:, None])
    return Crop(_sample(pixels, at, scale), mapping)


def _straighten(polygon: Polygon) -> tuple[Mapping, float, float]:
    """The mapping for an outline, and the length and height of the line in page pixels."""
    points = to_array(polygon)
    if len(points) != 4:
        corners = to_array(min_area_quad(points))
        sides = _lengths(corners)
        if (
            len(points) > 4
            and max(sides) > 1.5 * min(sides)
            and min(sides) >= 2
            and _runs_along(polygon, corners)
        ):
            upper, lower = ribbon(polygon)
            length = float(np.hypot(*np.diff((upper + lower) / 2, axis=0).T).sum())
            return Strips(upper, lower), length, float(np.hypot(*(upper - lower).T).mean())
        points = corners
    if not _is_convex(points):
        points = to_array(min_area_quad(points))
    length, height = _lengths(points)
    if min(length, height) < 1:
        box = bounds(polygon)
        left, top = np.floor([box.left, box.top])
        points = np.array([(left, top), (box.right, top), (box.right, box.bottom), (left, box.bottom)])
        points = np.maximum(points, [[left, top], [left + 1, top], [left + 1, top + 1], [left, top + 1]])
        length, height = _lengths(points)
    unit = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], dtype=np.float32)
    # Centred, because float32 would cost a tenth of a pixel on large pages.
    middle = points.mean(axis=0)
    matrix = cv2.getPerspectiveTransform(unit, (points - middle).astype(np.float32))
    shift = np.array([(1, 0, middle[0]), (0, 1, middle[1]), (0, 0, 1)])
    return Perspective(shift @ matrix), length, height


def _lengths(quad: Points) -> tuple[float, float]:
    """Mean length of the upper and lower side, and of the left and right side."""
    edges = np.hypot(*(np.roll(quad, -1, axis=0) - quad).T)
    return float(edges[0] + edges[2]) / 2, float(edges[1] + edges[3]) / 2


def _is_convex(quad: Points) -> bool:
    """Whether all corners turn clockwise: a mirrored or folded quad has no perspective."""
    edges = np.roll(quad, -1, axis=0) - quad
    following = np.roll(edges, -1, axis=0)
    return bool(np.all(edges[:, 0] * following[:, 1] - edges[:, 1] * following[:, 0] > 0))


def _runs_along(polygon: Polygon, corners: Points) -> bool:
    """Whether reading runs along the long side of the smallest rectangle, not across it (stacked letters)."""
    length, height = _lengths(corners)
    along = direction(to_polygon(corners)) + (0 if length >= height else 90)
    return abs((direction(polygon) - along + 90) % 180 - 90) < 45


def _sample(pixels: Pixels, at: Points, scale: float) -> Pixels:
    """Page colours at continuous page points (h, w, 2), from the page reduced by ``scale``."""
    limit = np.array(pixels.shape[1::-1])
    margin = 4 / scale
    rim = at[[0, -1]]  # upper and lower side: nothing reaches beyond them
    low = np.clip(np.floor(rim.min(axis=(0, 1)) - margin), 0, limit - 1).astype(int)
    high = np.clip(np.ceil(rim.max(axis=(0, 1)) + margin), low + 1, limit).astype(int)
    region: NDArray[Any] = pixels[low[1] : high[1], low[0] : high[0]]
    factor = np.ones(2)
    if scale < 1:
        size = np.maximum(1, np.rint((high - low) * scale)).astype(int)
        factor = size / (high - low)
        region = cv2.resize(region, (int(size[0]), int(size[1])), interpolation=cv2.INTER_AREA)
    # From continuous positions to OpenCV's, where integers are pixel centres.
    maps = (at * factor - (low * factor + 0.5)).astype(np.float32)
    sampled = cv2.remap(region, maps[..., 0], maps[..., 1], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return sampled.astype(np.uint8, copy=False)
