"""Confidence against truth, on cases small enough to count by hand."""

import math

import numpy as np
import pytest

from ocrapp.training.calibration import Isotonic, calibrate, cross_calibrated


def test_calibration_by_hand() -> None:
    calibration = calibrate([0.95, 0.85, 0.05, 1.0], [True, False, False, True])
    # Bins: [0.9, 1]: 0.975 against 1; [0.8, 0.9): 0.85 against 0; [0, 0.1): 0.05 against 0.
    assert calibration.ece == pytest.approx((2 * 0.025 + 0.85 + 0.05) / 4)
    assert [bucket.count for bucket in calibration.bins] == [1, 1, 2]
    assert math.isnan(calibrate([], []).ece)


def test_isotonic_pools_what_falls() -> None:
    fitted = Isotonic.fit([0.1, 0.2, 0.3, 0.4, 0.4], [False, True, False, True, True])
    # 0.2 and 0.3 fall from 1 to 0 and share 0.5; 0.4 was right twice.
    assert fitted.apply([0.1, 0.2, 0.3, 0.4]).tolist() == [0.0, 0.5, 0.5, 1.0]
    assert fitted.apply([0.0, 0.35, 0.9]).tolist() == [0.0, pytest.approx(0.75), 1.0]


def test_correction_is_fitted_to_the_other_words() -> None:
    rng = np.random.default_rng(3)
    given = rng.uniform(0, 1, 3000)
    right = rng.random(3000) < given**3  # far too sure, in the right order
    corrected = cross_calibrated(given.tolist(), right.tolist())
    assert calibrate(given.tolist(), right.tolist()).ece == pytest.approx(0.25, abs=0.02)
    assert calibrate(corrected, right.tolist()).ece < 0.03
    assert np.corrcoef(corrected, given**3)[0, 1] > 0.97
    # A coin cannot be learnt: what was fitted to the word itself would look perfect here.
    coin = rng.random(400) < 0.5
    noise = cross_calibrated(list(np.linspace(0, 1, 400)), coin.tolist())
    assert 0.3 < np.mean(noise) < 0.7
    assert np.mean((np.array(noise) - coin) ** 2) > 0.2


def test_few_words_are_not_corrected() -> None:
    assert cross_calibrated([0.5, 0.6], [True, False]) == []
