"""The log of a campaign: ``log.csv`` and ``checks.csv``, TensorBoard, and sheets of misread crops."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from PIL import Image
from torch.utils.tensorboard import SummaryWriter

from ocrapp.training.svtr_held_out import Check

VALUES = ("lr", "ctc", "frame", "sgm", "grad", "encoder_grad")
"""Learning rate, losses (CTC a character), norms of the gradients before clipping."""
COLUMNS = ("step", "samples", "seconds", *VALUES)
CHECK_COLUMNS = ("samples", "words", "accuracy", "exact", "cer")
SMOOTHING = 0.95


class CampaignLog:
    """Writes to a run folder; the horizontal axis of TensorBoard is samples.

    Args:
        folder: The run folder. ``errors/SAMPLES.png`` there shows what a check found misread.
        seen: Samples at the start; TensorBoard forgets what an interrupted run has written beyond.
    """

    def __init__(self, folder: Path, seen: int) -> None:
        self.folder = folder
        self.running: dict[str, Any] = {}
        self._board = SummaryWriter(folder / "tensorboard", purge_step=seen)
        self._log = _open_csv(folder / "log.csv", COLUMNS)
        self._checks = _open_csv(folder / "checks.csv", CHECK_COLUMNS)

    def add(self, values: Mapping[str, Any]) -> None:
        """Mixes the values of a step into running means; a value that is missing vanishes."""
        self.running = {
            k: SMOOTHING * self.running.get(k, v) + (1 - SMOOTHING) * v for k, v in values.items()
        }

    def write(self, step: int, seen: int, seconds: float) -> dict[str, str]:
        """Writes the running means and returns them for a progress bar."""
        means = {k: float(v) for k, v in self.running.items()}
        shown = [f"{means[k]:.5g}" if k in means else "" for k in VALUES]
        csv.writer(self._log).writerow([step, seen, round(seconds), *shown])
        self._log.flush()
        for name, value in means.items():
            self._board.add_scalar(f"train/{name}", value, seen)
        return {k: f"{v:.3g}" for k, v in means.items()}

    def check(self, seen: int, check: Check) -> None:
        """Writes scores and the sheet of the worst crops."""
        scores = check.scores
        row = [seen, scores.count, *(f"{v:.4f}" for v in (scores.accuracy, scores.exact, scores.cer))]
        csv.writer(self._checks).writerow(row)
        self._checks.flush()
        for name in ("accuracy", "exact", "cer"):
            self._board.add_scalar(f"held_out/{name}", getattr(scores, name), seen)
        if check.sheet:
            sheets = self.folder / "errors"
            sheets.mkdir(exist_ok=True)
            (sheets / f"{seen:09d}.png").write_bytes(check.sheet)
            with Image.open(io.BytesIO(check.sheet)) as image:
                self._board.add_image("held_out/misread", np.asarray(image), seen, dataformats="HWC")
        self._board.flush()

    def __enter__(self) -> "CampaignLog":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._log.close()
        self._checks.close()
        self._board.close()


def _open_csv(path: Path, columns: tuple[str, ...]) -> io.TextIOWrapper:
    """Opens for appending; a file with other columns, as older versions wrote them, is moved aside."""
    head = ",".join(columns)
    fresh = True
    if path.exists():
        with path.open(encoding="utf-8") as file:
            fresh = file.readline().strip() != head
        if fresh:
            path.replace(path.with_suffix(".old.csv"))
    file = path.open("a", encoding="utf-8", newline="")
    if fresh:
        csv.writer(file).writerow(columns)
        file.flush()
    return file
