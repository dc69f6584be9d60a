"""Curved lines: a *ribbon* is a smooth centre line with a height, found from the outline of a band."""

from typing import Any

import numpy as np
from numpy.polynomial import Legendre
from numpy.typing import NDArray

from ocrapp.geometry.polygons import Points, area, direction, min_area_quad, signed_area, to_array, to_polygon
from ocrapp.page import Polygon

_BOUNDARY = 512
"""Points that the outline is resampled to."""
_PAIRS = 65
"""Pairs of opposite points along a band."""
_CENTRE_DEGREE = 5
"""Degree of the centre line: enough for a half circle or a wave, too little to follow single letters."""
_HEIGHT_DEGREE = 2
_TOLERANCE = 0.03
"""Largest distance of the centre line from the middle of opposite points, in heights."""
_MAX_NODES = 33
_STRAIGHT = 0.12
"""A line whose centre leaves its chord by less than this share of its height is straight."""
_CURVED_ASPECT = 2.0
"""Shorter bands give no centre line worth following."""


def ribbon(polygon: Polygon) -> tuple[Points, Points]:
    """Describe an outline of a band of text by its upper and lower side.

    The outline may have any number of points. Its ends are where cutting it in two gives sides that stay
    closest together; a polynomial through the middle of opposite points is the centre line, two others are
    the height above and below it.

    Args:
        polygon: Outline of a band that is longer than high; its first point is near the reading start.

    Returns:
        Upper and lower points, both (K, 2) from reading start to reading end at equal steps of arc length.
    """
    points = to_array(polygon)
    first = points[0]
    if signed_area(points) < 0:
        points = points[::-1]
    upper, lower = _opposite_points(points)
    if np.hypot(*(upper[0] - first)) > np.hypot(*(upper[-1] - first)):
        upper, lower = lower[::-1], upper[::-1]
    return _smooth(upper, lower)


def outline_from_contour(contour: NDArray[Any]) -> Polygon:
    """Outline in reading order of a mask's contour: a quad where the band is straight, else 2 K points.

    Args:
        contour: Points of the contour in page pixels, shape (N, 2) or (N, 1, 2), any start and sense.
            OpenCV's contours run through the centres of border pixels: scale and shift them by half a pixel.

    Returns:
        Clockwise outline that starts at the reading start's top corner; upper and lower side have the same
        number of points.
    """
    points = to_array(contour)
    quad = min_area_quad(points)
    corners = to_array(quad)
    length, height = np.hypot(*(corners[1] - corners[0])), np.hypot(*(corners[3] - corners[0]))
    if len(points) <= 4 or min(length, height) < 1 or length < _CURVED_ASPECT * height:
        return quad
    # The first point decides where reading starts: let the contour begin where the quad does.
    start = int(np.argmin(np.hypot(*(points - corners[0]).T)))
    upper, lower = ribbon(to_polygon(np.roll(points, -start, axis=0)))
    curved = to_polygon(np.concatenate([upper, lower[::-1]]))
    if abs(direction(curved) - direction(quad)) > 90:
        upper, lower = lower[::-1], upper[::-1]
        curved = to_polygon(np.concatenate([upper, lower[::-1]]))
    if _is_straight(upper, lower):
        ends = to_polygon(np.array([upper[0], upper[-1], lower[-1], lower[0]]))
        fills = area(to_polygon(points)) > 0.8 * area(quad)
        return quad if fills else ends
    return curved


def _is_straight(upper: Points, lower: Points) -> bool:
    centre = (upper + lower) / 2
    height = float(np.hypot(*(upper - lower).T).mean())
    chord = centre[-1] - centre[0]
    length = float(np.hypot(*chord))
    if length == 0:
        return False
    off = np.abs((centre[:, 0] - centre[0, 0]) * chord[1] - (centre[:, 1] - centre[0, 1]) * chord[0]) / length
    return float(off.max()) < _STRAIGHT * height


def _resample(points: Points, count: int) -> Points:
    """`count` points at equal steps along a closed outline, from its first point."""
    closed = np.concatenate([points, points[:1]])
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(closed, axis=0).T))])
    at = np.linspace(0, along[-1], count, endpoint=False)
    return np.stack([np.interp(at, along, closed[:, axis]) for axis in (0, 1)], axis=1)


def _opposite_points(points: Points) -> tuple[Points, Points]:
    """Cut a clockwise outline at the two ends of the band: where both sides stay closest to each other."""
    boundary = _resample(points, _BOUNDARY)
    # Inner and outer side of a bend differ in length, by up to a quarter of the boundary here.
    half, coarse = _BOUNDARY // 2, 8
    starts = np.arange(0, _BOUNDARY, coarse)
    start, steps = _best_cut(boundary, starts, np.arange(half - half // 4, half + half // 4 + 1, coarse))
    near = np.arange(-coarse, coarse + 1)
    start, steps = _best_cut(boundary, start + near, steps + near)
    upper, lower = _sides(np.array([start]), np.array([steps]))
    return boundary[upper[0, 0]], boundary[lower[0, 0]]


def _best_cut(boundary: Points, starts: NDArray[np.int_], steps: NDArray[np.int_]) -> tuple[int, int]:
    upper, lower = _sides(starts, steps)
    distance = np.hypot(*np.moveaxis(boundary[upper] - boundary[lower], -1, 0)).mean(axis=2)
    row, column = np.unravel_index(int(np.argmin(distance)), distance.shape)
    return int(starts[row]), int(steps[column])


def _sides(starts: NDArray[np.int_], steps: NDArray[np.int_]) -> tuple[NDArray[np.int_], NDArray[np.int_]]:
    """Indices (starts, steps, pairs) of opposite points, clockwise and against it from each start."""
    share = np.linspace(0, 1, _PAIRS)
    start, step = starts[:, None, None], steps[None, :, None]
    upper = np.rint(start + share * step).astype(int) % _BOUNDARY
    lower = np.rint(start - share * (_BOUNDARY - step)).astype(int) % _BOUNDARY
    return upper, lower


def _smooth(upper: Points, lower: Points) -> tuple[Points, Points]:
    """Fit centre line and heights to opposite points, and sample them at equal steps."""
    centre = (upper + lower) / 2
    steps = np.hypot(*np.diff(centre, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    length = float(along[-1])
    at = along / length
    height = float(np.median(np.hypot(*(upper - lower).T)))
    # Both sides meet at the cuts: the outer half height belongs to the end, not to a side.
    body = (along > 0.6 * height) & (along < length - 0.6 * height)
    if body.sum() < 3 * _CENTRE_DEGREE:
        body = np.hypot(*(upper - lower).T) > 0.7 * height
    curves = _fit_centre(at, centre, body, _TOLERANCE * height)
    slopes = [curve.deriv() for curve in curves]
    offsets = []
    for side in (upper, lower):
        middle, normal = _frame(curves, slopes, at[body])
        offset = np.sum((side[body] - middle) * normal, axis=1)
        offsets.append(Legendre.fit(at[body], offset, _HEIGHT_DEGREE, domain=(0, 1)))
    start, end = _nearest(curves, slopes, 0.0, centre[0]), _nearest(curves, slopes, 1.0, centre[-1])
    count = int(np.clip(np.ceil(2 * length / max(height, 1.0)), 4, _MAX_NODES - 1)) + 1
    nodes = np.linspace(start, end, count)
    middle, normal = _frame(curves, slopes, nodes)
    above, below = (middle + offset(nodes)[:, None] * normal for offset in offsets)
    return above, below


def _fit_centre(at: Points, centre: Points, body: NDArray[np.bool_], tolerance: float) -> list[Legendre]:
    """The polynomials in x and y of the lowest degree that pass the middle points within a tolerance."""
    weights = np.where(body, 1.0, 0.1)
    for degree in range(1, _CENTRE_DEGREE + 1):
        curves = [Legendre.fit(at, centre[:, axis], degree, domain=(0, 1), w=weights) for axis in (0, 1)]
        off = np.hypot(*(curve(at[body]) - centre[body, axis] for axis, curve in enumerate(curves)))
        if off.max() < tolerance:
            break
    return curves


def _nearest(curves: list[Legendre], slopes: list[Legendre], at: float, point: Points) -> float:
    """Where the curve passes a point beside its position ``at`` (one Newton step)."""
    run = np.array([float(slope(at)) for slope in slopes])
    off = point - [float(curve(at)) for curve in curves]
    return at + float(off @ run) / max(float(run @ run), 1e-9)


def _frame(curves: list[Legendre], slopes: list[Legendre], at: Points) -> tuple[Points, Points]:
    """Points of the centre line and its upward unit normals (K, 2)."""
    middle = np.stack([curve(at) for curve in curves], axis=1)
    tangent = np.stack([slope(at) for slope in slopes], axis=1)
    tangent /= np.maximum(np.hypot(*tangent.T), 1e-9)[:, None]
    return middle, np.stack([tangent[:, 1], -tangent[:, 0]], axis=1)
