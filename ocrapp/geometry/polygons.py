"""Outlines of text: quads with a defined corner order, overlap, clipping, and the outline of a mask.

"Clockwise" is meant on screen, with y downwards.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import shapely
from numpy.typing import NDArray

from ocrapp.page import Polygon

Points = NDArray[np.float64]
"""Points as an array of shape (N, 2), ``(x, y)`` a row."""

STEEPEST = 60.0
"""Degrees from the horizontal up to which a long side is taken for the baseline.

A steeper box is kept upright (tall), because nobody can tell from its shape whether it holds turned text or
stacked letters: the reader tries both.
"""

ELONGATED = 1.25
"""Below this ratio of the sides the longer one says nothing about the direction of the text."""

_GRID = 1e-3
"""Pixels: GEOS overflows at crossings of nearly equal coordinates, and without a grid its areas may be wrong."""


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle, in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Extent in x."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Extent in y."""
        return self.bottom - self.top

    @property
    def polygon(self) -> Polygon:
        """The four corners, from the top left one, clockwise."""
        return (
            (self.left, self.top),
            (self.right, self.top),
            (self.right, self.bottom),
            (self.left, self.bottom),
        )


def to_array(polygon: Polygon | NDArray[Any]) -> Points:
    """Points of an outline as float64 (N, 2); also takes OpenCV contours of shape (N, 1, 2)."""
    return np.asarray(polygon, dtype=np.float64).reshape(-1, 2)


def to_polygon(points: NDArray[Any]) -> Polygon:
    """The inverse of `to_array`, as plain Python floats."""
    return tuple((float(x), float(y)) for x, y in to_array(points))


def signed_area(points: Points) -> float:
    """Shoelace area, positive when the outline runs clockwise on screen."""
    x, y = points[:, 0], points[:, 1]
    return float(0.5 * np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))


def area(polygon: Polygon) -> float:
    """Area in square pixels; parts of a self-crossing outline all count."""
    return float(shapely.area(_shape(polygon)))


def bounds(polygon: Polygon) -> Box:
    """The upright rectangle around an outline."""
    points = to_array(polygon)
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    return Box(float(left), float(top), float(right), float(bottom))


def intersection_area(first: Polygon, second: Polygon) -> float:
    """Area in square pixels that two outlines share."""
    return float(shapely.area(shapely.intersection(_shape(first), _shape(second), grid_size=_GRID)))


def iou(first: Polygon, second: Polygon) -> float:
    """Intersection over union in [0, 1]; self-crossing outlines are repaired, empty ones give 0."""
    shared = intersection_area(first, second)
    union = area(first) + area(second) - shared
    return shared / union if union > 0 else 0.0


def clip(polygon: Polygon, width: float, height: float) -> Polygon:
    """Move the points that lie outside the image to its border.

    Points are moved and never cut off, so that the number of points and the corner order stay.
    """
    return to_polygon(np.clip(to_array(polygon), 0.0, (width, height)))


def sides(polygon: Polygon) -> tuple[Points, Points]:
    """Upper and lower side of an outline in reading direction.

    Relies on the order that `ocrapp.page.Polygon` promises: the first half of the points is the upper side.

    Returns:
        Upper points (K, 2) and lower points (L, 2), both from reading start to reading end.
    """
    points = to_array(polygon)
    half = (len(points) + 1) // 2
    return points[:half], points[half:][::-1]


def direction(polygon: Polygon) -> float:
    """Reading direction in degrees: 0 to the right, 90 downwards on screen, in (-180, 180]."""
    upper, lower = sides(polygon)
    dx, dy = upper[-1] + lower[-1] - upper[0] - lower[0]
    return math.degrees(math.atan2(dy, dx)) if dx or dy else 0.0


def extent(polygon: Polygon) -> tuple[float, float]:
    """Length of a line from reading start to reading end, and its mean height, in pixels."""
    upper, lower = sides(polygon)
    length = float(np.hypot(*(upper[-1] + lower[-1] - upper[0] - lower[0]))) / 2
    count = min(len(upper), len(lower))
    return length, float(np.hypot(*(upper[:count] - lower[:count]).T).mean())


def min_area_quad(points: Polygon | NDArray[Any]) -> Polygon:
    """The smallest turned rectangle around points, corners in reading order (see `order_quad`)."""
    corners = cv2.boxPoints(cv2.minAreaRect(to_array(points).astype(np.float32)))
    return order_quad(corners)


def order_quad(corners: Polygon | NDArray[Any]) -> Polygon:
    """Put four corners of a convex quad into reading order.

    The text is taken to run from left to right along the longer pair of sides, unless these are steeper than
    `STEEPEST` or hardly longer: then along the pair that is closer to the horizontal.

    Args:
        corners: Four points in any order around the quad's centre.

    Returns:
        Clockwise quad: reading start top, reading end top, reading end bottom, reading start bottom.
    """
    points = to_array(corners)
    centred = points - points.mean(axis=0)
    points = points[np.argsort(np.arctan2(centred[:, 1], centred[:, 0]), kind="stable")]
    edges = np.roll(points, -1, axis=0) - points
    first, second = edges[0] - edges[2], edges[1] - edges[3]
    lengths = np.hypot(*first), np.hypot(*second)
    longer = 0 if lengths[0] >= lengths[1] else 1
    axis = (first, second)[longer]
    steep = abs(axis[1]) > math.tan(math.radians(STEEPEST)) * abs(axis[0])
    if steep or max(lengths) < ELONGATED * min(lengths):
        longer = 0 if abs(first[1] * second[0]) <= abs(second[1] * first[0]) else 1
    start = longer if (first, second)[longer][0] >= 0 else longer + 2
    return to_polygon(np.roll(points, -start, axis=0))


def enclosing_quad(polygons: Iterable[Polygon]) -> Polygon:
    """The smallest rectangle around several outlines that runs in their common reading direction.

    Args:
        polygons: At least one outline in reading order; longer ones say more about the direction.
    """
    outlines = list(polygons)
    run = np.zeros(2)
    for outline in outlines:
        upper, lower = sides(outline)
        run += upper[-1] + lower[-1] - upper[0] - lower[0]
    norm = float(np.hypot(*run))
    cos, sin = (run / norm) if norm > 0 else (1.0, 0.0)
    turn = np.array([[cos, -sin], [sin, cos]])
    points = np.concatenate([to_array(outline) for outline in outlines]) @ turn
    low, high = points.min(axis=0), points.max(axis=0)
    corners = np.array([low, (high[0], low[1]), high, (low[0], high[1])])
    return to_polygon(corners @ turn.T)


def _shape(polygon: Polygon) -> shapely.Geometry:
    points = to_array(polygon).round(3)
    if len(points) < 3:
        return shapely.Polygon()
    # buffer(0) drops one lobe of a figure of eight; this keeps both and leaves out lines without area.
    valid = shapely.make_valid(shapely.Polygon(points), method="structure", keep_collapsed=False)
    return shapely.set_precision(valid, _GRID)
