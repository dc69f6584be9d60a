"""Finding text lines: the segmenter network at two or more scales, in tiles where an image is large.

The network sees text between about 6 and 150 pixels in height. The image itself is the finest level (large
ones in tiles, whose maps are joined before lines are looked for, so that no line is cut); every further level
is four times coarser, until text of half the image's height fits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Protocol

import cv2
import numpy as np
import shapely
from numpy.typing import NDArray

from ocrapp.geometry import clip
from ocrapp.page import Polygon
from ocrapp.reading.joins import join_pieces
from ocrapp.reading.maps import Map, MapParams, TextLine, lines_from_maps
from ocrapp.reading.slant import LEAST, evidence, level, slant
from ocrapp.runtime import Cancel

__all__ = ["Level", "Segmenter", "SegmenterParams", "TextLine"]

Pixels = NDArray[np.uint8]
"""RGB image, uint8, shape (H, W, 3)."""

STRIDE = 32
"""Sides of the network's input are multiples of this number of pixels."""
CELL = 2
"""Input pixels a cell of the maps, along each axis."""
_AS_GOOD = 0.9
"""A page is taken as turned level if it then shows at least so much of its evidence of long lines."""
_PADDING = 127
"""Grey beyond the image's border, as in training."""


class Runnable(Protocol):
    """What the segmenter needs of `ocrapp.runtime.Session`."""

    def run(self, feeds: Mapping[str, NDArray[Any]], cancel: Cancel | None = None) -> list[NDArray[Any]]:
        """Run the model once."""
        ...


@dataclass(frozen=True, slots=True)
class SegmenterParams:
    """Numbers that belong to one trained segmenter (``[model.params]`` of its catalog entry).

    Attributes:
        kernel_threshold: See `MapParams`, as the following.
        region_threshold: Probability from which a cell belongs to a region.
        min_score: Lines with a lower mean probability are dropped.
        min_height: Smallest height of a line in pixels of the level.
        reach: How far a region may extend beyond its kernel, in heights of the kernel.
        join_gap: Largest space in a line, in heights; wider ones split it.
        coarser: Factor between levels.
        tallest: Text height in pixels up to which a level is trusted; taller text is left to the next one.
        coarse_min_height: Smallest height in pixels of the level that counts on all but the finest level.
        tile: Side of a tile in pixels, a multiple of 32.
        margin: What a tile sees beyond the part that it decides, in pixels, a multiple of 32.
        whole: Images up to so many pixels are not tiled.
        max_pixels: Larger images are scaled down to so many pixels first.
    """

    kernel_threshold: float = 0.45
    region_threshold: float = 0.52
    min_score: float = 0.82
    min_height: float = 5.0
    reach: float = 1.1
    join_gap: float = 0.5
    coarser: int = 4
    tallest: float = 110.0
    coarse_min_height: float = 16.0
    tile: int = 1024
    margin: int = 96
    whole: int = 1_700_000
    max_pixels: int = 16_000_000

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> "SegmenterParams":
        """Take what the catalog says, defaults for the rest; unknown keys are left to others."""
        known = {field.name for field in fields(cls)}
        return cls(**{key: value for key, value in table.items() if key in known})

    @property
    def maps(self) -> MapParams:
        """The limits of the conversion from maps to lines."""
        return MapParams(
            self.kernel_threshold,
            self.region_threshold,
            self.min_score,
            self.min_height / CELL,
            reach=self.reach,
        )


@dataclass(frozen=True, slots=True)
class Level:
    """Maps of the whole image at one scale.

    Attributes:
        region: Probability of text lines times 255, uint8 (h, w).
        kernel: Probability of line cores times 255, uint8 (h, w).
        cell: Width and height of a cell in image pixels.
    """

    region: Map
    kernel: Map
    cell: tuple[float, float]


class Segmenter:
    """Finds the text lines of an image.

    Args:
        session: The network: ``image`` float32 (1, 3, H, W) in [0, 1] to logits (1, 2, H/2, W/2).
        params: Numbers of this network, a table of the catalog or `SegmenterParams`.
    """

    def __init__(self, session: Runnable, params: SegmenterParams | Mapping[str, Any] | None = None) -> None:
        self._session = session
        self.params = params if isinstance(params, SegmenterParams) else SegmenterParams.of(params or {})

    def segment(self, pixels: Pixels, cancel: Cancel | None = None) -> list[TextLine]:
        """Find text lines.

        Args:
            pixels: RGB uint8 (H, W, 3).
            cancel: Stops between and within inferences.

        Returns:
            Lines in image pixels, clipped to the image, in no particular order.

        Raises:
            CancelledError: ``cancel`` was cancelled.
        """
        return self.lines(pixels, self.maps(pixels, cancel), cancel)

    def lines(self, pixels: Pixels, levels: Sequence[Level], cancel: Cancel | None = None) -> list[TextLine]:
        """What `segment` returns, from the maps that `maps` made of the same pixels."""
        found = self.lines_as_they_lie(levels)
        degrees = slant(pixels)
        if abs(degrees) >= LEAST:
            turn = level(pixels, degrees)
            turned = self.lines_as_they_lie(self.maps(turn.pixels, cancel))
            if evidence(turned) >= _AS_GOOD * evidence(found):
                found = [turn.to_original(line) for line in turned]
        height, width = pixels.shape[:2]
        return [
            TextLine(clip(line.polygon, width, height), clip(line.quad, width, height), line.score)
            for line in found
        ]

    def lines_as_they_lie(self, levels: Sequence[Level]) -> list[TextLine]:
        """Lines in image pixels from the maps alone; they may reach a little beyond the image."""
        found: list[TextLine] = []
        for index, maps in enumerate(levels):
            lines = lines_from_maps(maps.region, maps.kernel, maps.cell, self.params.maps)
            pixel = maps.cell[1] / CELL
            if index == 0:
                found = lines
            else:
                least = self.params.coarse_min_height * pixel
                coarse = [line for line in lines if _height(line) >= least]
                found = merge_levels(found, coarse, self.params.tallest * pixel / self.params.coarser)
        return join_pieces(found, self.params.join_gap)

    def maps(self, pixels: Pixels, cancel: Cancel | None = None) -> list[Level]:
        """The network's maps, finest level first."""
        height, width = pixels.shape[:2]
        shrink = min(1.0, (self.params.max_pixels / (height * width)) ** 0.5)
        levels = []
        while True:
            size = max(1, round(width * shrink)), max(1, round(height * shrink))
            scaled = (
                pixels if size == (width, height) else cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
            )
            region, kernel = self._run(np.asarray(scaled, np.uint8), cancel)
            levels.append(Level(region, kernel, (CELL * width / size[0], CELL * height / size[1])))
            if size[1] / 2 <= 1.4 * self.params.tallest or min(size) < 2 * STRIDE:
                return levels
            shrink /= self.params.coarser

    def _run(self, pixels: Pixels, cancel: Cancel | None) -> tuple[Map, Map]:
        """Maps of one level, in tiles if it is large; each covers (ceil(H/2), ceil(W/2)) cells."""
        height, width = pixels.shape[:2]
        cells = -(-height // CELL), -(-width // CELL)
        if height * width <= self.params.whole:
            maps = self._infer(pixels, cancel)
            return maps[0, : cells[0], : cells[1]], maps[1, : cells[0], : cells[1]]
        joined = np.zeros((2, *cells), np.uint8)
        margin, step = self.params.margin, self.params.tile - 2 * self.params.margin
        for top in range(0, height, step):
            for left in range(0, width, step):
                y0, x0 = max(0, top - margin), max(0, left - margin)
                tile = pixels[y0 : top + step + margin, x0 : left + step + margin]
                maps = self._infer(tile, cancel)
                skip_y, skip_x = (top - y0) // CELL, (left - x0) // CELL
                own = joined[:, top // CELL : (top + step) // CELL, left // CELL : (left + step) // CELL]
                own[:] = maps[:, skip_y : skip_y + own.shape[1], skip_x : skip_x + own.shape[2]]
        return joined[0], joined[1]

    def _infer(self, pixels: Pixels, cancel: Cancel | None) -> NDArray[np.uint8]:
        """Run the network on one picture of any size; uint8 (2, h, w) of at least its cells."""
        height, width = pixels.shape[:2]
        below, right = -height % STRIDE, -width % STRIDE
        padded = cv2.copyMakeBorder(
            pixels, 0, below, 0, right, cv2.BORDER_CONSTANT, value=(_PADDING, _PADDING, _PADDING)
        )
        image = np.ascontiguousarray(padded.transpose(2, 0, 1)[None], np.float32) / np.float32(255)
        logits = self._session.run({"image": image}, cancel)[0][0]
        # exp overflows to infinity for very negative logits, and 255 / infinity is the right answer, 0.
        scaled = 255 / (1 + np.exp(-np.clip(logits, -30, 30)))
        return np.asarray(scaled + 0.5, np.uint8)


def merge_levels(fine: Sequence[TextLine], coarse: Sequence[TextLine], tallest: float) -> list[TextLine]:
    """Join the lines of two levels without duplicates.

    Up to ``tallest`` the finer level is right unless it found less than a quarter of a coarse line. Beyond,
    the coarse level is right, unless what it found is a stack of smaller lines.

    Args:
        fine: Lines of the finer level.
        coarse: Lines of the coarser level.
        tallest: Height in pixels up to which the finer level is trusted.

    Returns:
        The lines that stay.
    """
    if not fine or not coarse:
        return [*fine, *coarse]
    shapes = [_shape(line.polygon) for line in fine]
    tree = shapely.STRtree(shapes)
    areas = shapely.area(shapes)
    dropped: set[int] = set()
    kept: list[TextLine] = []
    for line in sorted(coarse, key=lambda item: -item.score):
        outline = _shape(line.polygon)
        near = [int(index) for index in tree.query(outline) if int(index) not in dropped]
        shared = {index: shapely.area(shapely.intersection(outline, shapes[index])) for index in near}
        total = float(shapely.area(outline))
        cover = sum(shared.values()) / max(total, 1e-9)
        inside = [index for index in near if shared[index] > 0.5 * areas[index]]
        height = _height(line)
        # What the finer level found beyond its limit is a strip of large letters, and no line of its own.
        flatter = bool(inside) and max(_height(fine[index]) for index in inside) < min(0.6 * height, tallest)
        wins = cover < 0.25 if height <= tallest else not (flatter and cover > 0.35)
        # A fine line that is larger than the coarse one holds more of the same text.
        swallowed = any(shared[index] > 0.5 * total and areas[index] > 1.3 * total for index in near)
        if wins and not swallowed:
            dropped.update(inside)
            kept.append(line)
    return [line for index, line in enumerate(fine) if index not in dropped] + kept


def _shape(polygon: Polygon) -> shapely.Geometry:
    shape = shapely.Polygon(polygon)
    return shape if shape.is_valid else shapely.make_valid(shape)


def _height(line: TextLine) -> float:
    """Height of the line across its reading direction, in pixels."""
    points = np.asarray(line.polygon)
    half = len(points) // 2
    return float(np.hypot(*(points[:half] - points[half:][::-1]).T).mean())
