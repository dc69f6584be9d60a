"""Real word labels become text lines: neighbours on one baseline are linked by geometry."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ocrapp.training.data.real import Region, SceneSample
from ocrapp.training.render.labels import LineLabel, Points, Rendered, Ribbon, WordLabel

LINE_SETS = frozenset({"docs_sroie"})
"""Sets whose regions are lines already."""

LOOSE_SETS = frozenset({"scenes_mlt17_boxes"})
"""Sets in which some words have no label."""

_TALL = 2.0
"""A region of unknown or several characters that is so many times taller than wide runs downwards."""


@dataclass(frozen=True, slots=True)
class LinkRules:
    """When two words belong to one line; all lengths in units of the taller word's height."""

    gap: float = 0.9
    overlap: float = 0.5
    offset: float = 0.35
    height_ratio: float = 0.5
    angle_degrees: float = 18.0


@dataclass(frozen=True, slots=True)
class _Box:
    ribbon: Ribbon
    height: float
    length: float
    along: Points
    across: Points
    start: Points
    end: Points
    round: bool


def region_ribbon(region: Region) -> Ribbon:
    """The region as a ribbon in reading direction.

    Quads keep their corner order unless they are so tall that the text must run downwards; other outlines
    become their smallest rectangle.
    """
    points = np.asarray(region.polygon, np.float32)
    if len(points) != 4:
        half = len(points) // 2
        if len(points) % 2 == 0 and half >= 2:
            return Ribbon(points[:half], points[half:][::-1].copy())
        low, high = points.min(axis=0), points.max(axis=0)
        return Ribbon.of_box(low[0], low[1], high[0], high[1])
    ribbon = Ribbon(points[:2], points[[3, 2]])
    several = region.text is None or len(region.text) > 2
    if several and ribbon.height > _TALL * ribbon.length:
        turned = points[[1, 2, 3, 0]]
        return Ribbon(turned[:2], turned[[3, 2]])
    return ribbon


def link_words(ribbons: Sequence[Ribbon], rules: LinkRules | None = None) -> list[list[int]]:
    """Chain words that follow each other on one line.

    Args:
        ribbons: The words.
        rules: Limits of gap, offset, size and direction.

    Returns:
        Indices into ``ribbons``, one list a line in reading order; every word is in one list.
    """
    rules = rules or LinkRules()
    boxes = [_box(ribbon) for ribbon in ribbons]
    links = []
    for i, first in enumerate(boxes):
        for j, second in enumerate(boxes):
            cost = _cost(first, second, rules) if i != j else None
            if cost is not None:
                links.append((cost, i, j))
    following: dict[int, int] = {}
    preceding: dict[int, int] = {}
    for _, i, j in sorted(links):
        if i not in following and j not in preceding and not _reaches(j, i, following):
            following[i], preceding[j] = j, i
    chains = []
    for start in range(len(boxes)):
        if start not in preceding:
            chain = [start]
            while chain[-1] in following:
                chain.append(following[chain[-1]])
            chains.append(chain)
    return chains


def join_ribbons(ribbons: Sequence[Ribbon]) -> Ribbon:
    """One ribbon around words in reading order: a rectangle where they lie straight, else a bent strip."""
    if len(ribbons) == 1:
        return ribbons[0]
    top = np.concatenate([ribbon.top for ribbon in ribbons])
    bottom = np.concatenate([ribbon.bottom for ribbon in ribbons])
    centre = (top + bottom) / 2
    middle = centre.mean(axis=0)
    direction = np.linalg.svd(centre - middle, full_matrices=False)[2][0]
    if direction @ (centre[-1] - centre[0]) < 0:
        direction = -direction
    normal = np.array([-direction[1], direction[0]])
    height = float(np.mean([ribbon.height for ribbon in ribbons]))
    if np.abs((centre - middle) @ normal).max() > 0.25 * height:
        return Ribbon(top, bottom)
    every = np.concatenate([top, bottom]) - middle
    along, across = every @ direction, every @ normal
    corners = [
        middle + a * direction + b * normal
        for b in (across.min(), across.max())
        for a in (along.min(), along.max())
    ]
    points = np.asarray(corners, np.float32)
    return Ribbon(points[:2], points[2:])


def scene_lines(sample: SceneSample, rules: LinkRules | None = None) -> list[LineLabel]:
    """The lines of a labelled image; each don't-care region is additionally a line with ``ignore`` set.

    Don't-care words take part in the linking, so that a line keeps its extent where one word is illegible.
    """
    ribbons = [region_ribbon(region) for region in sample.regions]
    chains = (
        [[index] for index in range(len(ribbons))]
        if sample.dataset in LINE_SETS
        else link_words(ribbons, rules)
    )
    lines = []
    for chain in chains:
        known = [sample.regions[index].text for index in chain]
        words = tuple(
            WordLabel(text, ribbons[index])
            for index, text in zip(chain, known, strict=True)
            if text is not None
        )
        if all(sample.regions[index].ignore for index in chain):
            continue
        text = " ".join(word for word in known if word) if all(known) else None
        lines.append(LineLabel(join_ribbons([ribbons[index] for index in chain]), text, words))
    ignored = [
        LineLabel(ribbon, None, (), True)
        for ribbon, region in zip(ribbons, sample.regions, strict=True)
        if region.ignore
    ]
    return lines + ignored


def labelled_scene(sample: SceneSample) -> Rendered:
    """Load an image together with its lines."""
    return Rendered(sample.load(), tuple(scene_lines(sample)), sample.dataset not in LOOSE_SETS)


def _box(ribbon: Ribbon) -> _Box:
    start = (ribbon.top[0] + ribbon.bottom[0]) / 2
    end = (ribbon.top[-1] + ribbon.bottom[-1]) / 2
    length = float(np.linalg.norm(end - start))
    along = (end - start) / max(length, 1e-3)
    across = np.array([-along[1], along[0]], np.float32)
    height = max(ribbon.height, 1.0)
    return _Box(ribbon, height, length, along, across, start, end, length < 1.5 * height)


def _cost(first: _Box, second: _Box, rules: LinkRules) -> float | None:
    """How far ``second`` lies behind ``first``, in heights; None where they are on no common line."""
    tall = max(first.height, second.height)
    if min(first.height, second.height) < rules.height_ratio * tall:
        return None
    # The direction of a word that is hardly wider than high says little: trust the longer one.
    lead = first if first.length >= second.length else second
    if not (first.round or second.round):
        cosine = float(first.along @ second.along)
        if cosine < math.cos(math.radians(rules.angle_degrees)):
            return None
    step = second.start - first.end
    gap = float(step @ lead.along) / tall
    offset = abs(float(step @ lead.across)) / tall
    if not -rules.overlap <= gap <= rules.gap or offset > rules.offset:
        return None
    return abs(gap) + offset


def _reaches(start: int, goal: int, following: dict[int, int]) -> bool:
    while start in following:
        start = following[start]
        if start == goal:
            return True
    return start == goal
