"""How far a reading can be trusted, in three steps that a person can act on."""

from collections.abc import Iterable
from enum import Enum
from statistics import fmean

from ocrapp.page import Word


class Trust(Enum):
    """What a person should do about a word."""

    SURE = "sure"
    CHECK = "check"
    POOR = "poor"


SURE_FROM = 0.90
"""Confidence from which a word needs no second look."""
POOR_BELOW = 0.65
"""Confidence below which a word is more likely wrong than right."""


def trust(confidence: float) -> Trust:
    """The step of a confidence in [0, 1]."""
    if confidence >= SURE_FROM:
        return Trust.SURE
    return Trust.CHECK if confidence >= POOR_BELOW else Trust.POOR


def mean_confidence(words: Iterable[Word]) -> float | None:
    """Mean over the words, weighted by their length; None without words."""
    pairs = [(word.confidence, max(1, len(word.text))) for word in words]
    return fmean([c for c, _ in pairs], weights=[w for _, w in pairs]) if pairs else None
