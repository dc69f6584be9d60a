"""Outlines as the XML formats want them: whole pixels inside the page, and never missing."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from ocrapp.geometry import direction, to_array
from ocrapp.geometry.polygons import sides
from ocrapp.page import Block, Line, Page, Polygon

BASELINE = 0.22
"""Height of the baseline above the lower side of a line's outline, as a share of the outline's height.

Outlines enclose descenders, which take about this much in Latin type."""


@dataclass(frozen=True, slots=True)
class PixelBox:
    """An upright rectangle in whole pixels of the page; edges lie between pixels."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Extent in x."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Extent in y."""
        return self.bottom - self.top


def placed(polygon: Polygon, *others: Polygon) -> Polygon:
    """The first outline that has points: text that a PDF carries itself comes without any."""
    return next((outline for outline in (polygon, *others) if outline), ())


def pixel_box(polygons: Iterable[Polygon], page: Page) -> PixelBox:
    """The smallest box around outlines; the whole page if none has points."""
    points = [point for polygon in polygons for point in polygon]
    if not points:
        return PixelBox(0, 0, page.width, page.height)
    xs, ys = zip(*pixel_points(tuple(points), page), strict=True)
    return PixelBox(min(xs), min(ys), max(xs), max(ys))


def pixel_points(polygon: Polygon, page: Page) -> list[tuple[int, int]]:
    """Corners in whole pixels within the page; those of the page itself if there are none."""
    outline = polygon or ((0, 0), (page.width, 0), (page.width, page.height), (0, page.height))
    return [
        (min(max(round(float(x)), 0), page.width), min(max(round(float(y)), 0), page.height))
        for x, y in outline
    ]


def block_box(block: Block, page: Page) -> PixelBox:
    """The smallest box around the lines of a block."""
    return pixel_box((line_outline(line) for line in block.lines), page)


def line_outline(line: Line) -> Polygon:
    """Where a line lies; around its words if it has no outline of its own."""
    if line.polygon or not any(word.polygon for word in line.words):
        return line.polygon
    points = to_array(tuple(point for word in line.words for point in word.polygon))
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def baseline(polygon: Polygon) -> Polygon:
    """Where the letters of a line stand, from reading start to reading end; nothing without an outline."""
    if len(polygon) < 4:
        return ()
    upper, lower = sides(polygon)
    ends = lower[[0, -1]] * (1 - BASELINE) + upper[[0, -1]] * BASELINE
    return tuple((float(x), float(y)) for x, y in ends)


def slope_and_offset(polygon: Polygon, box: PixelBox) -> tuple[float, float]:
    """The baseline of an almost level line the way hOCR tells it.

    Returns:
        Its slope, positive downwards, and its height below the lower left corner of the line's box, in pixels.
    """
    slope = math.tan(math.radians(direction(polygon)))
    start = baseline(polygon)[0]
    return slope, start[1] - slope * (start[0] - box.left) - box.bottom
