"""Training of the segmenter: one campaign measured in samples, resumable at any time.

``python -m ocrapp.training.train_segmenter RECIPE --run-dir RUN`` starts or continues it.
"""

import argparse
import csv
import math
import os
import signal
import threading
import time
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from ocrapp.training.networks.segmenter import AttentionUNet, SegmenterConfig
from ocrapp.training.segmenter_data import CropOptions, CropStream, Mixture
from ocrapp.training.segmenter_loss import LossOptions, segmenter_loss

CHECKPOINT = "checkpoint.pt"
LOG = "log.csv"
MINED = "mined.jsonl"
"""False alarms to train on, if ``mine-segmenter`` left them in the run's folder."""


@dataclass(frozen=True, slots=True)
class SegmenterRecipe:
    """One training campaign.

    Attributes:
        samples: Crops in the whole campaign; the schedule ends with it.
        batch: Crops a step.
        learning_rate: Peak of the one-cycle schedule.
        weight_decay: Of AdamW, on convolution weights only.
        warmup: Share of the campaign in which the rate rises.
        ema: Decay of the averaged weights a step, reached after a start-up.
        clip: Largest norm of the gradient.
        bf16: Autocast to bfloat16; on CPUs without AMX plain float32 is faster.
        seed: Of weights and data.
        checkpoint_seconds: Time between checkpoints.
        network: Widths.
        crop: How crops are cut.
        mixture: Which images.
        loss: Weights of the loss.
    """

    samples: int = 60_000
    batch: int = 16
    learning_rate: float = 2e-3
    weight_decay: float = 0.02
    warmup: float = 0.08
    ema: float = 0.998
    clip: float = 5.0
    bf16: bool = False
    seed: int = 1
    checkpoint_seconds: float = 600.0
    network: SegmenterConfig = field(default_factory=SegmenterConfig)
    crop: CropOptions = field(default_factory=CropOptions)
    mixture: Mixture = field(default_factory=Mixture)
    loss: LossOptions = field(default_factory=LossOptions)


def load_recipe(path: Path) -> SegmenterRecipe:
    """Read a recipe in TOML; tables ``network``, ``crop``, ``mixture`` and ``loss`` fill the parts."""
    raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    parts = {"network": SegmenterConfig, "crop": CropOptions, "mixture": Mixture, "loss": LossOptions}
    for name, kind in parts.items():
        table = {
            key: tuple(value) if isinstance(value, list) else value
            for key, value in raw.get(name, {}).items()
        }
        raw[name] = kind(**table)
    return SegmenterRecipe(**raw)


def rate_at(recipe: SegmenterRecipe, seen: int) -> float:
    """Learning rate after ``seen`` samples: linear warm-up, then one cosine to a hundredth of the peak."""
    progress = min(seen / recipe.samples, 1.0)
    if progress < recipe.warmup:
        return recipe.learning_rate * max(progress / recipe.warmup, 0.02)
    phase = (progress - recipe.warmup) / (1 - recipe.warmup)
    return recipe.learning_rate * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * phase)))


class Campaign:
    """Model, averaged model, optimiser and progress of one run.

    Args:
        recipe: What to train.
        run_dir: Folder of checkpoint and log; created if missing.
        device: torch device.
    """

    def __init__(self, recipe: SegmenterRecipe, run_dir: Path, device: str = "cpu") -> None:
        torch.manual_seed(recipe.seed)
        self.recipe, self.run_dir, self.device = recipe, run_dir, torch.device(device)
        run_dir.mkdir(parents=True, exist_ok=True)
        self.model = AttentionUNet(recipe.network).to(self.device, memory_format=torch.channels_last)
        self.average = AttentionUNet(recipe.network).to(self.device, memory_format=torch.channels_last)
        self.average.load_state_dict(self.model.state_dict())
        decayed = [p for p in self.model.parameters() if p.ndim > 1]
        others = [p for p in self.model.parameters() if p.ndim <= 1]
        groups = [
            {"params": decayed, "weight_decay": recipe.weight_decay},
            {"params": others, "weight_decay": 0.0},
        ]
        self.optimizer = torch.optim.AdamW(groups, lr=recipe.learning_rate)
        self.seen = 0
        self.steps = 0
        self.restarts = 0

    def resume(self) -> bool:
        """Continue from the checkpoint in the run folder; False where there is none."""
        path = self.run_dir / CHECKPOINT
        if not path.exists():
            return False
        state = torch.load(path, map_location=self.device, weights_only=True)
        self.model.load_state_dict(state["model"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        torch.set_rng_state(state["rng"].cpu())
        self.seen, self.steps, self.restarts = state["seen"], state["steps"], state["restarts"] + 1
        return True

    def save(self) -> None:
        """Write the checkpoint; an interruption leaves the old one intact."""
        path = self.run_dir / CHECKPOINT
        state = {
            "model": self.model.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "rng": torch.get_rng_state(),
            "seen": self.seen,
            "steps": self.steps,
            "restarts": self.restarts,
        }
        partial = path.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(path)

    def loader(self, workers: int) -> DataLoader[dict[str, Tensor]]:
        """The stream of batches. A resumed run gets fresh crops: its seed depends on the restarts."""
        recipe = self.recipe
        seed = recipe.seed + 1_000_003 * self.restarts
        stream = CropStream(recipe.crop, recipe.mixture, seed, mined=self.run_dir / MINED)
        ahead = {"prefetch_factor": 4, "persistent_workers": True} if workers else {}
        return DataLoader(stream, batch_size=recipe.batch, num_workers=workers, **ahead)

    def step(self, batch: dict[str, Tensor]) -> tuple[float, Tensor]:
        """One optimisation step; returns the loss and the Dice scores of region and kernel."""
        recipe = self.recipe
        for group in self.optimizer.param_groups:
            group["lr"] = rate_at(recipe, self.seen)
        image = batch["image"].to(self.device).permute(0, 3, 1, 2).float().div(255)
        image = image.contiguous(memory_format=torch.channels_last)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=recipe.bf16):
            logits = self.model(image)
        loss, dice = segmenter_loss(
            logits, batch["targets"].to(self.device), batch["complete"].to(self.device), recipe.loss
        )
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), recipe.clip)
        self.optimizer.step()
        self.seen += len(image)
        self.steps += 1
        self._blend()
        return float(loss.detach()), dice

    @torch.no_grad()
    def _blend(self) -> None:
        """Move the averaged weights, and the norms' running statistics, towards the current ones."""
        keep = min(self.recipe.ema, (1 + self.steps) / (10 + self.steps))
        current = self.model.state_dict()
        for name, value in self.average.state_dict().items():
            if value.dtype.is_floating_point:
                value.lerp_(current[name], 1 - keep)
            else:
                value.copy_(current[name])


def main(
    recipe_path: Path,
    run_dir: Path,
    *,
    threads: int = 1,
    workers: int = 1,
    device: str = "cpu",
    max_seconds: float = math.inf,
) -> Path:
    """Train until the campaign ends or the time is up.

    Args:
        recipe_path: TOML file.
        run_dir: Folder of checkpoint and log; a checkpoint in it is continued.
        threads: Threads of torch.
        workers: Processes that render.
        device: torch device.
        max_seconds: Stop, with a checkpoint, after this time.

    Returns:
        The checkpoint.
    """
    torch.set_num_threads(threads)
    campaign = Campaign(load_recipe(recipe_path), run_dir, device)
    campaign.resume()
    campaign.model.train()
    started = saved = time.monotonic()
    stopped = _stop_signal()
    losses: list[float] = []
    dices: list[Tensor] = []
    with (run_dir / LOG).open("a", newline="", encoding="utf-8") as file:
        log = csv.writer(file)
        if file.tell() == 0:
            log.writerow(["seen", "loss", "dice_region", "dice_kernel", "rate", "seconds"])
        for batch in campaign.loader(workers):
            loss, dice = campaign.step(batch)
            losses.append(loss)
            dices.append(dice)
            now = time.monotonic()
            if campaign.steps % 50 == 0:
                mean = torch.stack(dices).mean(0)
                row = [
                    np.mean(losses),
                    float(mean[0]),
                    float(mean[1]),
                    rate_at(campaign.recipe, campaign.seen),
                ]
                log.writerow([campaign.seen, *(f"{value:.5f}" for value in row), f"{now - started:.0f}"])
                file.flush()
                losses, dices = [], []
            done = campaign.seen >= campaign.recipe.samples or now - started > max_seconds or stopped.is_set()
            if done or now - saved > campaign.recipe.checkpoint_seconds:
                campaign.save()
                saved = now
            if done:
                break
    return run_dir / CHECKPOINT


def _stop_signal() -> threading.Event:
    """An event that SIGTERM sets, so that a stopped run ends with a checkpoint; inert outside the main thread."""
    stopped = threading.Event()
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    return stopped


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--run-dir", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=max(1, (os.cpu_count() or 2) // 2))
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--max-seconds", type=float, default=math.inf)
    return parser.parse_args()


if __name__ == "__main__":
    options = _arguments()
    main(
        options.recipe,
        options.run_dir,
        threads=options.threads,
        workers=options.workers,
        device=options.device,
        max_seconds=options.max_seconds,
    )
