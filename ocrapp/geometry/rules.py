"""Straight lines that are drawn on a page, level or upright: the rules of tables and forms."""

import cv2
import numpy as np
from numpy.typing import NDArray

from ocrapp.page import Rule

Pixels = NDArray[np.uint8]

_LONG_SIDE = 2000
"""Larger images are looked at smaller; pixels."""
_SHORTEST = 1 / 40
"""A rule is at least so much of the long side: longer than the strokes of letters."""
_THICKEST = 1 / 200
"""And at most so thick."""
_GAP = 1 / 80
"""Pieces of one rule are so far from each other at most."""
_UNBROKEN = 0.8
"""Share of a rule that is drawn; upright strokes of letters in lines below each other make less."""
_DARKER = 12
"""Grey levels by which ink differs from the paper around it; rules are often printed pale."""


def find_rules(pixels: Pixels) -> tuple[Rule, ...]:
    """Find level and upright rules.

    Rules that lean by more than about two degrees are not found.

    Args:
        pixels: RGB uint8 (H, W, 3).

    Returns:
        Their middle lines in pixels of the image, from left to right or from top to bottom.
    """
    height, width = pixels.shape[:2]
    scale = min(1.0, _LONG_SIDE / max(height, width))
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    if scale < 1:
        size = max(1, round(width * scale)), max(1, round(height * scale))  # an image may be one row
        grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    ink = _ink(np.asarray(grey, dtype=np.uint8))
    level = _runs(ink)
    upright = [(y0, x0, y1, x1) for x0, y0, x1, y1 in _runs(np.ascontiguousarray(ink.T))]
    return tuple(
        ((float(x0 / scale), float(y0 / scale)), (float(x1 / scale), float(y1 / scale)))
        for x0, y0, x1, y1 in [*level, *upright]
    )


def _ink(grey: Pixels) -> Pixels:
    """255 where the image is darker than its surroundings, or lighter where the paper is dark."""
    window = max(15, max(grey.shape) // 60) | 1
    around = cv2.blur(grey, (window, window)).astype(np.int16)
    differs = around - grey if np.median(grey) > 127 else grey - around
    return np.where(differs > _DARKER, np.uint8(255), np.uint8(0)).astype(np.uint8)


def _runs(ink: Pixels) -> list[tuple[float, float, float, float]]:
    """Level rules in an image of ink, each as x0, y0, x1, y1."""
    longest = max(ink.shape)
    length, thick, gap = (max(1, round(longest * share)) for share in (_SHORTEST, _THICKEST, _GAP))
    opened = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, length // 2), np.uint8))
    # Pieces are joined over gaps, and over the steps that a line makes that is not quite level.
    joined = cv2.morphologyEx(opened, cv2.MORPH_CLOSE, np.ones((3, gap), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    found = []
    for index in range(1, count):
        left, top, wide, high, area = (int(value) for value in stats[index])
        if wide < length or area > 2 * thick * wide or high > max(2 * thick, 0.05 * wide):
            continue
        here = slice(top, top + high), slice(left, left + wide)
        mask = labels[here] == index
        if (mask & (opened[here] > 0)).any(axis=0).mean() < _UNBROKEN:
            continue
        rows = np.arange(top, top + high, dtype=np.float64) + 0.5
        edge = max(1, wide // 10)
        y0, y1 = _middle(mask[:, :edge], rows), _middle(mask[:, -edge:], rows)
        found.append((float(left), y0, float(left + wide), y1))
    return found


def _middle(mask: NDArray[np.bool_], rows: NDArray[np.floating]) -> float:
    weights = mask.sum(axis=1)
    return float((rows * weights).sum() / weights.sum())
