"""How well regions are found, and found and read: ICDAR precision, recall and H-mean at IoU 0.5.

One-to-one matching. A don't-care region neither has to be found nor counts against the reader: found regions
that lie mostly inside one are left out, as in the protocol of ICDAR 2015, task 4.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import shapely
from shapely import Polygon as Outline

from ocrapp.page import Polygon
from ocrapp.training.data.real import Region
from ocrapp.training.metrics import plain

IOU = 0.5
DONT_CARE_COVER = 0.5


@dataclass(frozen=True, slots=True)
class Found:
    """One region that a reader found, with what it read there."""

    polygon: Polygon
    text: str = ""


@dataclass(frozen=True, slots=True)
class RegionCounts:
    """Counts over one or several images; add them up before taking ratios.

    Attributes:
        wanted: Labelled regions that have to be found.
        found: Regions the reader found, those on don't-cares left out.
        matched: Pairs of the two.
    """

    wanted: int = 0
    found: int = 0
    matched: int = 0

    def __add__(self, other: "RegionCounts") -> "RegionCounts":
        return RegionCounts(
            self.wanted + other.wanted, self.found + other.found, self.matched + other.matched
        )

    @property
    def precision(self) -> float:
        """Share of found regions that match; 0 where nothing was found."""
        return self.matched / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Share of wanted regions that match; 0 where nothing was wanted."""
        return self.matched / self.wanted if self.wanted else 0.0

    @property
    def hmean(self) -> float:
        """Harmonic mean of precision and recall, also called F1."""
        total = self.wanted + self.found
        return 2 * self.matched / total if total else 0.0


@dataclass(frozen=True, slots=True)
class SceneScores:
    """Counts of finding alone, and of finding and reading (case-insensitive letters and digits)."""

    detection: RegionCounts = RegionCounts()
    end_to_end: RegionCounts = RegionCounts()

    def __add__(self, other: "SceneScores") -> "SceneScores":
        return SceneScores(self.detection + other.detection, self.end_to_end + other.end_to_end)


def score_scene(
    labels: Sequence[Region],
    found: Sequence[Found],
    *,
    iou: float = IOU,
    same: Callable[[str, str], bool] | None = None,
) -> SceneScores:
    """Score one image.

    For *end to end* a region without a known text, or one without letters and digits, is a don't-care.

    Args:
        labels: All labelled regions, don't-cares among them.
        found: What the reader found.
        iou: Smallest overlap of a match.
        same: Whether a label and a reading agree; letters and digits without case if None.
    """
    agree = same or (lambda label, reading: plain(label) == plain(reading))
    to_find = [not region.ignore for region in labels]
    to_read = [not region.ignore and bool(plain(region.text or "")) for region in labels]
    pairs = match([region.polygon for region in labels], [item.polygon for item in found], iou)
    detection = _count(labels, found, to_find, pairs, lambda label, index: True)
    end_to_end = _count(
        labels, found, to_read, pairs, lambda label, index: agree(labels[label].text or "", found[index].text)
    )
    return SceneScores(detection, end_to_end)


def match(labels: Sequence[Polygon], found: Sequence[Polygon], iou: float = IOU) -> list[tuple[int, int]]:
    """Pair outlines one to one, the largest overlaps first.

    Returns:
        Pairs (index of label, index of found) whose IoU is at least ``iou``.
    """
    overlaps = []
    outlines = [_outline(polygon) for polygon in found]
    for label, polygon in enumerate(labels):
        wanted = _outline(polygon)
        for index, outline in enumerate(outlines):
            if not wanted.intersects(outline):
                continue
            common = wanted.intersection(outline).area
            union = wanted.area + outline.area - common
            if union > 0 and common / union >= iou:
                overlaps.append((common / union, label, index))
    pairs: list[tuple[int, int]] = []
    taken_labels, taken_found = set(), set()
    for _, label, index in sorted(overlaps, key=lambda item: -item[0]):
        if label not in taken_labels and index not in taken_found:
            taken_labels.add(label)
            taken_found.add(index)
            pairs.append((label, index))
    return pairs


def _count(
    labels: Sequence[Region],
    found: Sequence[Found],
    wanted: Sequence[bool],
    pairs: Sequence[tuple[int, int]],
    right: Callable[[int, int], bool],
) -> RegionCounts:
    dont_care = [_outline(region.polygon) for region, want in zip(labels, wanted, strict=True) if not want]
    partner = {index: label for label, index in pairs}
    excused = {
        index
        for index, item in enumerate(found)
        if (not wanted[partner[index]] if index in partner else _covered(_outline(item.polygon), dont_care))
    }
    matched = sum(wanted[label] and right(label, index) for label, index in pairs)
    return RegionCounts(sum(wanted), len(found) - len(excused), matched)


def _covered(outline: Outline, dont_care: Sequence[Outline]) -> bool:
    area = outline.area
    return any(area > 0 and outline.intersection(other).area / area > DONT_CARE_COVER for other in dont_care)


def _outline(polygon: Polygon) -> Outline:
    outline = Outline(polygon)
    # A bow tie (corners in a crossed order) has no sensible area: take the hull of its corners instead.
    return outline if outline.is_valid else shapely.convex_hull(outline)
