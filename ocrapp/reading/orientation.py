"""Which way up a page is, found from the shapes of its lines and from how well a few of them read.

The segmenter finds lines that run level, either way up, and breaks lines that stand on end into letters. The
reader is surer of itself the right way round. So the longest lines are read first: if that goes well the page
is upright, which costs nothing, since these readings stay. Otherwise they are read upside down as well, and
the page is segmented once more, turned by a quarter.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from ocrapp.geometry import clip, extent, rectify, to_array, to_polygon
from ocrapp.page import Polygon
from ocrapp.reading.maps import TextLine
from ocrapp.reading.stages import Pixels
from ocrapp.reading.turning import Read, ReadCrops, plausibility

Segment = Callable[[Pixels], list[TextLine]]

_SAMPLE = 6
"""Lines that are read to find out; the longest, for they tell most."""
_SURE = 0.8
"""Mean confidence from which nothing else is tried; upside down, lines hardly reach 0.7."""
_CLEAR = 0.7
"""Mean confidence of the better way up from which the page need not be tried on its side."""
_CHARACTERS_A_LINE = 3
"""Fewer say nothing: a turned letter may well look like another one."""
_FAIR = 0.5
"""A page is only turned if its lines then read at least that well."""
_UPRIGHT_BONUS = 0.03
_UPRIGHT_CHARACTERS = 0.6
"""A page is left on its feet unless it reads better upside down by the bonus, and by more for few characters."""
_SIDEWAYS_RATIO = 1.5
"""A page is only turned by a quarter for so many times as much evidence of level lines that can be read."""
_LEAST_HEIGHT = 4.0
"""Lower lines, in pixels, are not readable by anybody."""


@dataclass(frozen=True, slots=True)
class View:
    """A page the way it is read.

    Attributes:
        pixels: RGB uint8 (H, W, 3), turned clockwise by a quarter if ``sideways``.
        lines: Text lines in these pixels.
        sideways: Whether the original page has to be turned by a quarter for its lines to run level.
        head_down: Whether the lines in ``pixels`` are upside down.
        known: Lines that are read already, the right way up, by their index in ``lines``.
    """

    pixels: Pixels
    lines: tuple[TextLine, ...]
    sideways: bool = False
    head_down: bool = False
    known: Mapping[int, Read] = field(default_factory=dict)

    def to_page(self, polygon: Polygon) -> Polygon:
        """An outline in ``pixels`` on the original page, clipped to it; the order of its points stays."""
        height, width = self.pixels.shape[:2]
        inside = clip(polygon, width, height)
        if not self.sideways:
            return inside
        x, y = to_array(inside).T
        return to_polygon(np.stack([y, width - x], axis=1))


def find_view(pixels: Pixels, segment: Segment, read: ReadCrops) -> View:
    """Find the lines of a page and which way up they are.

    Args:
        pixels: RGB uint8 (H, W, 3), any way up.
        segment: Finds the lines of an image.
        read: Reads crops.

    Returns:
        The view in which most text runs level and, but for ``head_down``, the right way up.
    """
    level = _Look(pixels, False, segment(pixels))
    level.try_way(False, read)
    if level.reads_well(False, _SURE):
        return level.view(False)
    level.try_way(True, read)
    if level.reads_well(level.best_way(), _CLEAR):
        return level.view(level.best_way())
    on_end = np.ascontiguousarray(np.rot90(pixels, -1))
    turned = _Look(on_end, True, segment(on_end))
    for head_down in (False, True):
        turned.try_way(head_down, read)
    more = turned.evidence() > _SIDEWAYS_RATIO * level.evidence()
    best = turned if more and turned.reads_well(turned.best_way(), _FAIR) else level
    return best.view(best.best_way())


class _Look:
    """What is known of one page that was turned by no or one quarter."""

    def __init__(self, pixels: Pixels, sideways: bool, lines: list[TextLine]) -> None:
        self._pixels = pixels
        self._sideways = sideways
        self._lines = tuple(lines)
        self._ways: dict[bool, dict[int, Read]] = {}
        extents = [extent(line.polygon) for line in lines]
        self._run = sum(max(0.0, length - height) for length, height in extents)
        wide = [
            (-length / height, index)
            for index, (length, height) in enumerate(extents)
            if length > height >= _LEAST_HEIGHT
        ]
        self._sample = [index for _, index in sorted(wide)[:_SAMPLE]]
        self._crops = [rectify(pixels, lines[index].polygon) for index in self._sample]

    def try_way(self, head_down: bool, read: ReadCrops) -> None:
        """Read the sample, upside down or not."""
        crops = [crop.turned(2) for crop in self._crops] if head_down else self._crops
        readings = read([crop.pixels for crop in crops]) if crops else []
        self._ways[head_down] = dict(zip(self._sample, zip(crops, readings, strict=True), strict=True))

    def confidence(self, head_down: bool) -> float:
        """Mean of the plausible confidence of the sample, 0 where there is none."""
        reads = self._ways[head_down].values()
        return sum(plausibility(*each) for each in reads) / len(reads) if reads else 0.0

    def characters(self, head_down: bool) -> int:
        """How many were read."""
        return sum(len(reading.text) for _, reading in self._ways[head_down].values())

    def reads_well(self, head_down: bool, confidence: float) -> bool:
        """Whether there is enough text of such a confidence."""
        enough = self.characters(head_down) >= _CHARACTERS_A_LINE * max(1, len(self._sample))
        return enough and self.confidence(head_down) >= confidence

    def best_way(self) -> bool:
        """Whether it reads better upside down."""
        gain = self.confidence(True) - self.confidence(False)
        if self._sideways:  # neither way is more likely beforehand
            return gain > 0
        bonus = _UPRIGHT_BONUS + _UPRIGHT_CHARACTERS / max(1, self.characters(True))
        return gain > bonus and self.reads_well(True, _FAIR)

    def evidence(self) -> float:
        """Length of level lines beyond a square each, in pixels, times how well they read.

        Letters that are found one by one have hardly any.
        """
        return self._run * self.confidence(self.best_way())

    def view(self, head_down: bool) -> View:
        """The result."""
        return View(self._pixels, self._lines, self._sideways, head_down, self._ways[head_down])
