"""The command that times recognisers, on the shipped ones."""

from pathlib import Path

import pytest

from ocrapp.training.speed import main

MODELS = Path(__file__).resolve().parents[2] / "models"


def test_every_recogniser_of_the_catalog_is_timed(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--models", str(MODELS), "--batch", "1", "--canvas", "1", "4"])
    printed = capsys.readouterr().out
    assert "| encoder and its head | 64x64 | 32x128 |" in printed
    (row,) = [line for line in printed.splitlines() if line.startswith("| svtrv2-nano-encoder |")]
    assert all(0.1 < float(cell) < 1000 for cell in row.split("|")[2:4])
