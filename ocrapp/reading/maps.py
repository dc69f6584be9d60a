"""From the segmenter's maps to text lines: kernels are found, each takes the region around it.

Two lines that touch share one region, but their kernels stay apart; every cell of the region goes to the
nearest kernel. Straight lines become quads from the moments of their cells, bent ones follow their contour.
Lengths are in cells of the maps unless a name says pixels.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocrapp.geometry import min_area_quad, order_quad, outline_from_contour, to_array, to_polygon
from ocrapp.page import Polygon

Map = NDArray[np.uint8]
"""Probability times 255, shape (h, w)."""
Labels = NDArray[np.int32]
Array = NDArray[np.float64]

_SHORT = 7.0
"""Kernels below this ratio of length to height are short."""
_RISE = 0.8
"""Rise of a short kernel in its heights, up to which it is level."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of text as found.

    Attributes:
        polygon: Outline in image pixels, clockwise from the corner where reading starts; four points where
            the line is straight, more where it bends.
        quad: The smallest quad of the same order around it.
        score: Mean probability of its region, in [0, 1].
    """

    polygon: Polygon
    quad: Polygon
    score: float


@dataclass(frozen=True, slots=True)
class MapParams:
    """Limits of the conversion.

    Attributes:
        kernel_threshold: Probability from which a cell belongs to a kernel.
        region_threshold: Probability from which a cell belongs to a region.
        min_score: Lines with a lower score are dropped.
        min_height: Smallest height of a line, in cells.
        min_kernel: Smallest area of a kernel, in cells.
        split_threshold: Probability that counts instead of ``kernel_threshold`` within bent kernels.
        reach: How far a region may extend beyond its kernel, in heights of the kernel.
        bent_fill: A kernel that fills less of its rectangle is bent.
        end_reach: How far a line may extend beyond the ends of its kernel, in heights of the line.
    """

    kernel_threshold: float = 0.5
    region_threshold: float = 0.5
    min_score: float = 0.6
    min_height: float = 2.5
    min_kernel: int = 4
    split_threshold: float = 0.7
    reach: float = 1.1
    bent_fill: float = 0.6
    end_reach: float = 0.32


@dataclass(frozen=True, slots=True)
class _Frames:
    """Every kernel's centre, unit vector along it, extent and first and last cell from the centre.

    Arrays over labels; 0 is the ground.
    """

    x: Array
    y: Array
    cos: Array
    sin: Array
    length: Array
    height: Array
    fill: Array
    first: Array
    last: Array


def lines_from_maps(
    region: Map, kernel: Map, cell: tuple[float, float], params: MapParams | None = None
) -> list[TextLine]:
    """Find the lines of one pair of maps.

    Args:
        region: Probability of text lines, uint8 (h, w).
        kernel: Probability of line cores, uint8 (h, w).
        cell: Width and height of a cell in image pixels.
        params: Limits.

    Returns:
        Lines in image pixels, in no particular order.
    """
    params = params or MapParams()
    core = (kernel > 255 * params.kernel_threshold).astype(np.uint8)
    labels, stats = _components(core)
    small = stats[:, cv2.CC_STAT_AREA] < params.min_kernel
    small[0] = False
    if small.any():
        core[small[labels]] = 0
        labels, stats = _components(core)
    if len(stats) < 2:
        return []
    frames = _frames(labels, stats)
    # Two lines whose kernels touch look like one bent kernel; where they touch, the kernel is weak.
    bent = (frames.fill < params.bent_fill) & (np.arange(len(stats)) > 0)
    weak = bent[labels] & (kernel <= 255 * params.split_threshold)
    if weak.any():
        core[weak] = 0
        labels, stats = _components(core)
        if len(stats) < 2:
            return []
        frames = _frames(labels, stats)
    return _lines(region, _owners(region, core, labels, frames, params), frames, cell, params)


def _components(core: Map) -> tuple[Labels, Labels]:
    """Labels (h, w) of the connected parts, 0 for the ground, and OpenCV's statistics a label."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(core, connectivity=4)
    return np.asarray(labels, np.int32), np.asarray(stats, np.int32)


def _moments(labels: Labels, count: int) -> tuple[Array, ...]:
    """Cells and first and second moments of every label."""
    y, x = np.nonzero(labels)
    at = labels[y, x]
    mass = np.maximum(np.bincount(at, minlength=count), 1).astype(np.float64)
    mean_x = np.bincount(at, x, count) / mass
    mean_y = np.bincount(at, y, count) / mass
    dx, dy = x - mean_x[at], y - mean_y[at]
    xx = np.bincount(at, dx * dx, count) / mass + 1 / 12
    yy = np.bincount(at, dy * dy, count) / mass + 1 / 12
    xy = np.bincount(at, dx * dy, count) / mass
    return mass, mean_x, mean_y, xx, yy, xy


def _frames(labels: Labels, stats: Labels) -> _Frames:
    mass, x, y, xx, yy, xy = _moments(labels, len(stats))
    half = np.hypot((xx - yy) / 2, xy)
    large, little = (xx + yy) / 2 + half, np.maximum((xx + yy) / 2 - half, 1 / 12)
    angle = 0.5 * np.arctan2(2 * xy, xx - yy)
    # A nearly round core has no direction of its own: keep the image's.
    angle[large < 1.8 * little] = 0.0
    length, height = np.sqrt(12 * large), np.sqrt(12 * little)
    wide, tall = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    upright = angle == 0
    length[upright], height[upright] = wide[upright], tall[upright]
    # Ascenders and descenders tilt the core of a short word: only a clear rise is a direction.
    short = length < _SHORT * height
    angle[short & (length * np.abs(np.sin(angle)) < _RISE * height)] = 0.0
    angle[short & (length * np.abs(np.cos(angle)) < _RISE * height)] = np.pi / 2
    cos, sin = np.cos(angle), np.sin(angle)
    rows, columns = np.nonzero(labels)
    at = labels[rows, columns]
    along = (columns - x[at]) * cos[at] + (rows - y[at]) * sin[at]
    first, last = np.zeros(len(stats)), np.zeros(len(stats))
    np.minimum.at(first, at, along)
    np.maximum.at(last, at, along)
    return _Frames(x, y, cos, sin, length, height, mass / (length * height), first, last)


def _owners(region: Map, core: Map, labels: Labels, frames: _Frames, params: MapParams) -> Labels:
    """Label of the kernel to which every cell of a region belongs; 0 for none."""
    distance, nearest = cv2.distanceTransformWithLabels(
        1 - core, cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    inside = core > 0
    names = np.zeros(int(nearest.max()) + 1, np.int32)
    names[nearest[inside]] = labels[inside]
    owner = np.asarray(names[nearest], np.int32)
    # Bent kernels have large moments across: what they cover tells their height better.
    height = np.where(frames.fill < params.bent_fill, frames.height * frames.fill, frames.height)
    limit = params.reach * height + 1.5
    far = (region <= 255 * params.region_threshold) & ~inside
    owner[far | (distance > limit[owner])] = 0
    return owner


def _lines(
    region: Map, owner: Labels, frames: _Frames, cell: tuple[float, float], params: MapParams
) -> list[TextLine]:
    """Outline the cells of every label."""
    count = len(frames.x)
    y, x = np.nonzero(owner)
    at = owner[y, x]
    mass = np.maximum(np.bincount(at, minlength=count), 1)
    scores = np.bincount(at, region[y, x], count) / mass / 255
    dx, dy = x - frames.x[at], y - frames.y[at]
    along = dx * frames.cos[at] + dy * frames.sin[at]
    across = dy * frames.cos[at] - dx * frames.sin[at]
    mean = np.bincount(at, across, count) / mass
    spread = np.bincount(at, (across - mean[at]) ** 2, count) / mass
    # The edges of an even band lie at sqrt(3) standard deviations: less ragged than its outermost cells.
    half = np.sqrt(3 * (spread + 1 / 12))
    # A line ends where the middle of its band ends: corners of the region fray.
    middle = np.abs(across - mean[at]) < 0.5 * half[at]
    first, last = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(first, at[middle], along[middle])
    np.maximum.at(last, at[middle], along[middle])
    # Kernels end a quarter of the height before their line does; much more is not the line's.
    excess = np.maximum(2 * (params.end_reach * half) - 1, 1.0)
    first = np.maximum(first, frames.first - excess)
    last = np.minimum(last, frames.last + excess)
    lines = []
    for label in range(1, count):
        if scores[label] < params.min_score or 2 * half[label] < params.min_height:
            continue
        if frames.fill[label] < params.bent_fill and frames.length[label] > 3 * frames.height[label]:
            bent = _bent_line(owner, label, frames, cell, float(scores[label]))
            if bent is not None:
                lines.append(bent)
                continue
        u = np.array([first[label] - 0.5, last[label] + 0.5, last[label] + 0.5, first[label] - 0.5])
        v = mean[label] + half[label] * np.array([-1, -1, 1, 1])
        corners = np.stack(
            [
                frames.x[label] + u * frames.cos[label] - v * frames.sin[label],
                frames.y[label] + u * frames.sin[label] + v * frames.cos[label],
            ],
            axis=1,
        )
        quad = order_quad((corners + 0.5) * cell)
        lines.append(TextLine(quad, quad, float(scores[label])))
    return lines


def _bent_line(
    owner: Labels, label: int, frames: _Frames, cell: tuple[float, float], score: float
) -> TextLine | None:
    """Follow the contour of one label's cells."""
    reach = 0.75 * float(frames.length[label]) + 2 * float(frames.height[label]) + 4
    x0, y0 = (max(0, int(value - reach)) for value in (frames.x[label], frames.y[label]))
    x1, y1 = (int(value + reach) for value in (frames.x[label], frames.y[label]))
    part = (owner[y0:y1, x0:x1] == label).astype(np.uint8)
    contours, _ = cv2.findContours(part, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return None
    contour = to_array(max(contours, key=cv2.contourArea))
    if len(contour) < 8:
        return None
    # The contour runs through the centres of border cells: half a cell is missing all around.
    centre = contour.mean(axis=0)
    grown = contour + 0.5 * np.sign(contour - centre)
    pixels = (grown + np.array([x0 + 0.5, y0 + 0.5])) * cell
    return TextLine(outline_from_contour(pixels), min_area_quad(pixels), score)


def moved(line: TextLine, scale: tuple[float, float], offset: tuple[float, float]) -> TextLine:
    """The line after scaling its coordinates and then shifting them, both per axis in pixels."""

    def move(polygon: Polygon) -> Polygon:
        return to_polygon(to_array(polygon) * scale + offset)

    return TextLine(move(line.polygon), move(line.quad), line.score)
