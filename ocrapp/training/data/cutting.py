"""Cuts a labelled line between two words without knowing where they stand: the widest gaps are the spaces."""

import cv2
import numpy as np
import numpy.typing as npt

from ocrapp.training.data.real import Pixels

CLEAR = 1.4
"""The narrowest space must be so many times wider than the widest gap that is none."""


def word_gaps(pixels: Pixels, spaces: int) -> list[tuple[int, int]] | None:
    """Columns without ink between words.

    Args:
        pixels: uint8 H x W x 3, one line of dark print on light ground or the reverse.
        spaces: How many spaces the label has.

    Returns:
        (first, behind last) column of each gap from left to right; None where there are not exactly so many
        gaps that are clearly wider than the others.
    """
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    _, ink = cv2.threshold(grey, 0, 1, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    if ink.mean() > 0.5:
        ink = 1 - ink
    height = len(ink)
    inner = ink[height // 8 : height - height // 8]  # rests of neighbouring lines would fill the gaps
    empty = np.concatenate(([False], inner.sum(0) <= height // 32, [False]))
    edges = np.flatnonzero(np.diff(empty.astype(np.int8)))
    runs = [(int(a), int(b)) for a, b in edges.reshape(-1, 2) if a > 0 and b < len(empty) - 2]
    runs.sort(key=lambda run: run[0] - run[1])
    if len(runs) < spaces or spaces == 0:
        return None
    widths = [b - a for a, b in runs]
    if len(runs) > spaces and widths[spaces - 1] < CLEAR * widths[spaces]:
        return None
    return sorted(runs[:spaces])


def cut_line(rng: np.random.Generator, pixels: Pixels, text: str, widest: float) -> tuple[Pixels, str] | None:
    """A piece of some whole words, at most ``widest`` heights long.

    Args:
        rng: Chooses the piece.
        pixels: uint8 H x W x 3.
        text: Its label, words separated by single spaces.
        widest: Largest width in units of the height.

    Returns:
        The piece and what it says; None where the spaces cannot be told from other gaps, or a word is too long.
    """
    words = text.split(" ")
    gaps = word_gaps(pixels, len(words) - 1)
    if gaps is None:
        return None
    height, width = pixels.shape[:2]
    cuts: npt.NDArray[np.int_] = np.array([0, *((a + b) // 2 for a, b in gaps), width])
    first = int(rng.integers(len(words)))
    limit = rng.uniform(0.4, 1.0) * widest * height
    last = first
    while last + 1 < len(words) and cuts[last + 2] - cuts[first] <= limit:
        last += 1
    if cuts[last + 1] - cuts[first] > widest * height:
        return None
    return pixels[:, cuts[first] : cuts[last + 1]], " ".join(words[first : last + 1])
