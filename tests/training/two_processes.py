"""Started by ``test_two_processes`` through ``accelerate launch``: trains, resumes, tells its weights."""

import sys
from dataclasses import replace
from pathlib import Path

import torch

from ocrapp.training.data.batches import DataConfig
from ocrapp.training.svtr_campaign import Campaign
from ocrapp.training.svtr_recipe import GuidanceConfig, Recipe, TrainConfig
from ocrapp.training.train_svtr import train
from tests.training.drawn import batch

# Different crops, and different numbers of them, in each process.
WORDS = (("go", "noon", "on"), ("be", "bee", "ebb", "web"))
TRAIN = TrainConfig(samples=28, peak_lr=1e-3, warmup_samples=7, frame_samples=14, check_samples=0)
FIRST = Recipe("first", "nano", DataConfig(), TRAIN)
WHOLE = replace(FIRST, sgm=GuidanceConfig(samples=21, peak_lr=5e-4, warmup_samples=7))


def drawn(campaign):
    words = WORDS[campaign.accelerator.process_index]
    while True:
        yield batch(words, campaign.seen)


def main(folder):
    torch.set_num_threads(1)
    Campaign.batches = drawn
    train(FIRST, folder)
    saved = torch.load(folder / "checkpoint.pt", weights_only=True)
    campaign = Campaign(WHOLE, folder)
    resumed = campaign.seen
    train(WHOLE, folder)
    rest = list(folder.glob("*.part"))
    campaign = Campaign(WHOLE, folder)
    campaign.step(next(drawn(campaign)))
    report = {
        "processes": campaign.accelerator.num_processes, "seed": campaign.stream().seed, "saved": saved["seen"],
        "resumed": resumed, "seen": campaign.seen, "unfinished": len(rest),
        "weights": dict(campaign.learner.named_parameters()),
    }  # fmt: skip
    torch.save(report, folder / f"process-{campaign.accelerator.process_index}.pt")
    campaign.accelerator.end_training()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
