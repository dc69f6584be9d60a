"""Greedy CTC decoding that keeps where each character stands."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

BLANK = 0


@dataclass(frozen=True, slots=True)
class Character:
    """One character of a reading.

    Attributes:
        text: A single character; a space between words is a character too.
        start: Left end of its span as a fraction of the crop's width.
        end: Right end of its span as a fraction of the crop's width.
        confidence: Highest probability within its run of CTC steps.
    """

    text: str
    start: float
    end: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What a crop says; ``confidence`` is the mean over the visible characters, 0 when nothing was read."""

    text: str
    confidence: float
    characters: tuple[Character, ...]


def softmax(logits: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Softmax over the last axis."""
    shifted = np.exp(logits - logits.max(-1, keepdims=True))
    result: npt.NDArray[np.float32] = shifted / shifted.sum(-1, keepdims=True)
    return result


def decode(probabilities: npt.NDArray[np.float32], charset: str) -> Reading:
    """Argmax path, repeats collapsed, blanks dropped (SVTRv2, section 5).

    Args:
        probabilities: T x (1 + characters); column 0 is the blank.
        charset: Character of class ``i + 1`` at index ``i``.
    """
    best = probabilities.argmax(-1)
    peak = probabilities.max(-1)
    steps = len(best)
    runs: list[tuple[str, float, float]] = []  # character, centre in steps, confidence
    start = 0
    for step in range(1, steps + 1):
        if step < steps and best[step] == best[start]:
            continue
        if best[start] != BLANK:
            runs.append((charset[best[start] - 1], (start + step) / 2, float(peak[start:step].max())))
        start = step
    runs = _tidy_spaces(runs)
    if not runs:
        return Reading("", 0.0, ())
    edges = _edges([centre for _, centre, _ in runs], steps)
    characters = tuple(
        Character(text, edges[i][0] / steps, edges[i][1] / steps, confidence)
        for i, (text, _, confidence) in enumerate(runs)
    )
    visible = [c.confidence for c in characters if c.text != " "]
    return Reading("".join(c.text for c in characters), float(np.mean(visible)), characters)


def _tidy_spaces(runs: list[tuple[str, float, float]]) -> list[tuple[str, float, float]]:
    """Drops spaces at both ends and all but the first of neighbouring ones."""
    kept: list[tuple[str, float, float]] = []
    for run in runs:
        if run[0] != " " or (kept and kept[-1][0] != " "):
            kept.append(run)
    if kept and kept[-1][0] == " ":
        kept.pop()
    return kept


def _edges(centres: list[float], steps: int) -> list[tuple[float, float]]:
    """Spans that meet half-way between neighbours; the outer ones are as wide inside as outside."""
    middle = [(a + b) / 2 for a, b in pairwise(centres)]
    half_first = middle[0] - centres[0] if middle else steps / 2
    half_last = centres[-1] - middle[-1] if middle else steps / 2
    bounds = [max(0.0, centres[0] - half_first), *middle, min(float(steps), centres[-1] + half_last)]
    return list(pairwise(bounds))
