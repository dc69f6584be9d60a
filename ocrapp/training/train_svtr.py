"""Trains SVTRv2 with CTC: one schedule over a campaign that may be interrupted at any moment and goes on.

The schedule counts samples, not steps or epochs, since batches differ in size by canvas. A checkpoint holds
model, average, optimiser, samples seen and the random state; a run that finds one in its folder resumes.
"""

import argparse
import csv
import logging
import math
import time
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as fn
from torch.utils.data import DataLoader
from tqdm import tqdm

from ocrapp.training.corpus import CHARSET
from ocrapp.training.data.batches import IGNORE, Batch, DataConfig, WordBatches
from ocrapp.training.networks.svtr import VARIANTS, Svtr

log = logging.getLogger(__name__)
CHECKPOINT = "checkpoint.pt"
SAVE_SECONDS = 180


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """The ``[train]`` table of a recipe; lengths are in samples (crops seen).

    ``frame_samples``: during the first half of these the loss is the one on known character positions alone,
    during the second half it moves to CTC.
    """

    samples: int
    peak_lr: float
    warmup_samples: int
    weight_decay: float = 0.05
    frame_samples: int = 0
    ema: float = 0.999
    beta2: float = 0.999
    clip: float = 5.0
    precision: str = "fp32"
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Recipe:
    """A whole recipe: which model, on what, how."""

    id: str
    variant: str
    data: DataConfig
    train: TrainConfig

    @classmethod
    def read(cls, path: Path) -> "Recipe":
        """Parses a TOML recipe; unknown keys raise ``TypeError``."""
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        return cls(
            data=DataConfig(**table.get("data", {})), train=TrainConfig(**table["train"]), **table["model"]
        )


def learning_rate(config: TrainConfig, seen: int) -> float:
    """Slow linear warm-up, then half a cosine down to a hundredth of the peak."""
    if seen < config.warmup_samples:
        return config.peak_lr * (0.02 + 0.98 * seen / config.warmup_samples)
    part = min(1.0, (seen - config.warmup_samples) / max(1, config.samples - config.warmup_samples))
    return config.peak_lr * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * part)))


def frame_weight(config: TrainConfig, seen: int) -> float:
    """Weight of the frame-wise loss: 1 during the first half of ``frame_samples``, then linearly down to 0."""
    if config.frame_samples == 0:
        return 0.0
    return min(1.0, max(0.0, 2.0 - 2.0 * seen / config.frame_samples))


def parameter_groups(model: nn.Module, weight_decay: float) -> list[dict[str, Any]]:
    """No decay for vectors, biases, the stem and the transitions (section 7)."""
    decayed: list[nn.Parameter] = []
    free: list[nn.Parameter] = []
    for name, parameter in model.named_parameters():
        exempt = parameter.ndim <= 1 or any(
            part in name for part in ("patch_embed", "downsample", "char_token")
        )
        (free if exempt else decayed).append(parameter)
    return [{"params": decayed, "weight_decay": weight_decay}, {"params": free, "weight_decay": 0.0}]


def losses(logits: Tensor, batch: Batch) -> tuple[Tensor, Tensor]:
    """CTC loss, and cross-entropy at the steps whose character the renderer knows.

    Args:
        logits: N x T x classes.
        batch: Targets of the same N crops.
    """
    logits = logits.float()
    N, T, _ = logits.shape
    steps = torch.full((N,), T, dtype=torch.long)
    ctc = fn.ctc_loss(
        logits.log_softmax(-1).transpose(0, 1), batch.targets, steps, batch.lengths, zero_infinity=True
    )
    known = batch.frames != IGNORE
    frame = fn.cross_entropy(logits[known], batch.frames[known]) if bool(known.any()) else logits.sum() * 0.0
    return ctc, frame


class Campaign:
    """State of one training run in a folder.

    Args:
        recipe: What to train.
        folder: Where checkpoint and log live; created if missing.
        roots: Folders with data sets; empty for the default one.
    """

    def __init__(self, recipe: Recipe, folder: Path, roots: Sequence[Path] = ()) -> None:
        self.recipe = recipe
        self.folder = folder
        self.roots = tuple(roots)
        folder.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(recipe.train.seed)
        self.model = Svtr(VARIANTS[recipe.variant], len(CHARSET) + 1)
        self.average = {k: v.detach().clone() for k, v in self.model.state_dict().items()}
        self.optimiser = torch.optim.AdamW(
            parameter_groups(self.model, recipe.train.weight_decay),
            lr=recipe.train.peak_lr,
            betas=(0.9, recipe.train.beta2),
            fused=True,
        )
        self.seen = 0
        self.steps = 0
        if (folder / CHECKPOINT).exists():
            self._resume()

    def _resume(self) -> None:
        state = torch.load(self.folder / CHECKPOINT, weights_only=True)
        self.model.load_state_dict(state["model"])
        self.average = state["average"]
        self.optimiser.load_state_dict(state["optimiser"])
        self.seen, self.steps = state["seen"], state["steps"]
        torch.set_rng_state(state["random"])
        log.info("Resumed at %d samples.", self.seen)

    def save(self) -> None:
        """Writes the checkpoint beside the old one and swaps them, so that a kill never leaves half a file."""
        state = {
            "model": self.model.state_dict(), "average": self.average, "optimiser": self.optimiser.state_dict(),
            "seen": self.seen, "steps": self.steps, "random": torch.get_rng_state(),
        }  # fmt: skip
        part = self.folder / (CHECKPOINT + ".part")
        torch.save(state, part)
        part.replace(self.folder / CHECKPOINT)

    def batches(self) -> Iterator[Batch]:
        """Batches from a process that renders; another seed after each resumption, so that nothing repeats."""
        stream = WordBatches(
            self.recipe.data, self.recipe.train.seed * 1_000_003 + self.seen, self.roots, self.seen
        )
        return iter(DataLoader(stream, batch_size=None, num_workers=1, prefetch_factor=16))

    def step(self, batch: Batch) -> dict[str, float]:
        """One update; returns what the log wants."""
        config = self.recipe.train
        rate = learning_rate(config, self.seen)
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        images = batch.images.permute(0, 3, 1, 2).float() / 127.5 - 1.0  # channels-last without a copy
        with torch.autocast("cpu", torch.bfloat16, enabled=config.precision == "bf16"):
            logits = self.model(images)
        ctc, frame = losses(logits, batch)
        weight = frame_weight(config, self.seen)
        self.optimiser.zero_grad(set_to_none=True)
        # CTC alone, or both at full weight, falls into the all-blank answer first and stays there for tens of
        # thousands of samples; positions alone teach the letters at once, and CTC then only adds the blanks.
        ((1.0 - weight) * ctc + weight * frame).backward()
        norm = nn.utils.clip_grad_norm_(self.model.parameters(), config.clip)
        self.optimiser.step()
        self.seen += len(batch.images)
        self.steps += 1
        self._average()
        return {"lr": rate, "ctc": ctc.item(), "frame": frame.item(), "grad": norm.item()}

    @torch.no_grad()
    def _average(self) -> None:
        decay = min(self.recipe.train.ema, (1 + self.steps) / (10 + self.steps))
        for name, value in self.model.state_dict().items():
            if value.is_floating_point():
                self.average[name].lerp_(value, 1 - decay)
            else:
                self.average[name].copy_(value)

    def run(self) -> None:
        """Trains until the schedule ends."""
        began = saved = time.monotonic()
        total = self.recipe.train.samples
        self.model.train()
        running: dict[str, float] = {}
        with (
            (self.folder / "log.csv").open("a", newline="") as file,
            tqdm(total=total, initial=self.seen) as bar,
        ):
            writer = csv.writer(file)
            for batch in self.batches():
                values = self.step(batch)
                running = {k: 0.95 * running.get(k, v) + 0.05 * v for k, v in values.items()}
                bar.update(len(batch.images))
                if self.steps % 50 == 0:
                    seconds = round(time.monotonic() - began)
                    writer.writerow([self.steps, self.seen, seconds, *(f"{v:.5g}" for v in running.values())])
                    file.flush()
                    bar.set_postfix({k: f"{v:.3g}" for k, v in running.items()})
                if time.monotonic() - saved > SAVE_SECONDS:
                    self.save()
                    saved = time.monotonic()
                if self.seen >= total:
                    break
        self.save()


def main() -> None:
    """Command line: ``python -m ocrapp.training.train_svtr RECIPE --run-dir DIR [--threads N]``."""
    parser = argparse.ArgumentParser(description="Train or resume a recogniser.")
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--run-dir", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--data", type=Path, action="append", default=[], help="Folder with data sets; may be given again."
    )
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO)
    torch.set_num_threads(arguments.threads)
    Campaign(Recipe.read(arguments.recipe), arguments.run_dir, arguments.data).run()


if __name__ == "__main__":
    main()
