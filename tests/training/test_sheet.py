import subprocess
import sys

import numpy as np
import pytest

from ocrapp.errors import InputNotFoundError
from ocrapp.training.render.images import WordImage
from ocrapp.training.sheet import Kind, contact_sheet, open_kind


def test_crops_stand_in_cells_with_ink_below():
    crop = WordImage(
        np.full((20, 100, 3), (0, 200, 0), np.uint8), "Ärger", np.array([0.5, np.nan], np.float32)
    )
    sheet = contact_sheet([crop] * 3, columns=2, cell=120)
    assert sheet.shape == (124, 240, 3)
    assert (sheet[10, 10] == (0, 200, 0)).all()
    assert (sheet[72, 10] == (0, 200, 0)).all()
    assert (sheet[46:62, :120].max(axis=2) < 100).any()
    assert (sheet[62:, 120:] == 232).all()
    wide = WordImage(np.zeros((10, 900, 3), np.uint8), "w" * 300, np.zeros(0, np.float32))
    assert contact_sheet([wide], 1, 100).shape == (62, 100, 3)


def test_real_crops_need_data(tmp_path):
    with pytest.raises(InputNotFoundError, match="No real crops"):
        open_kind(Kind.REAL, tmp_path)


def test_the_command_says_what_is_missing(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "ocrapp.training", "sheet", "--kind", "real", "--data", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert "No real crops" in done.stderr
    assert "Traceback" not in done.stderr
