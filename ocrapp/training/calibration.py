"""How far a confidence is a probability, before and after a monotone correction."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import isotonic_regression

FOLDS = 5


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Words whose confidence lies in ``[low, high)``, the last bin including 1."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far the confidence is a probability.

    Attributes:
        ece: Expected calibration error: mean over words of |confidence - accuracy| of their bin.
        bins: Equally wide, empty ones left out.
    """

    ece: float
    bins: tuple[ReliabilityBin, ...]


def calibrate(confidences: Sequence[float], right: Sequence[bool], bins: int = 10) -> Calibration:
    """Compare confidence with the share of right words (Guo et al. 2017, section 3)."""
    members: list[list[int]] = [[] for _ in range(bins)]
    for index, confidence in enumerate(confidences):
        members[min(bins - 1, max(0, int(confidence * bins)))].append(index)
    filled = tuple(
        ReliabilityBin(
            low=number / bins,
            high=(number + 1) / bins,
            count=len(indices),
            confidence=sum(confidences[index] for index in indices) / len(indices),
            accuracy=sum(right[index] for index in indices) / len(indices),
        )
        for number, indices in enumerate(members)
        if indices
    )
    gap = sum(bucket.count * abs(bucket.confidence - bucket.accuracy) for bucket in filled)
    return Calibration(gap / len(confidences) if confidences else float("nan"), filled)


@dataclass(frozen=True, slots=True)
class Isotonic:
    """A non-decreasing map from confidence to probability, linear between its knots.

    Attributes:
        knots: Confidences, increasing.
        values: The share of right words there, non-decreasing.
    """

    knots: npt.NDArray[np.float64]
    values: npt.NDArray[np.float64]

    @classmethod
    def fit(cls, confidences: Sequence[float], right: Sequence[bool]) -> "Isotonic":
        """The non-decreasing map nearest to the truth in least squares (Zadrozny and Elkan 2002).

        Args:
            confidences: At least one, in [0, 1].
            right: Whether each of these words was right.
        """
        knots, inverse, counts = np.unique(
            np.asarray(confidences, np.float64), return_inverse=True, return_counts=True
        )
        shares = np.bincount(inverse, np.asarray(right, np.float64)) / counts
        return cls(knots, np.asarray(isotonic_regression(shares, weights=counts).x, np.float64))

    def apply(self, confidences: Sequence[float]) -> npt.NDArray[np.float64]:
        """Corrected confidences; outside the knots the outermost value holds."""
        return np.interp(np.asarray(confidences, np.float64), self.knots, self.values)


def cross_calibrated(
    confidences: Sequence[float], right: Sequence[bool], folds: int = FOLDS, seed: int = 0
) -> list[float]:
    """Correct each confidence by a map fitted to the other folds, so that no word judges itself.

    Returns:
        One confidence a word, in order; empty where there are fewer words than folds.
    """
    count = len(confidences)
    if count < folds:
        return []
    given, truth = np.asarray(confidences, np.float64), np.asarray(right, bool)
    fold = np.random.default_rng(seed).permutation(count) % folds
    corrected = np.empty(count)
    for number in range(folds):
        held_out = fold == number
        fitted = Isotonic.fit(given[~held_out].tolist(), truth[~held_out].tolist())
        corrected[held_out] = fitted.apply(given[held_out].tolist())
    return corrected.tolist()
