"""Trains a recogniser: ``python -m ocrapp.training train RECIPE --run-dir DIR``.

On several GPUs or machines: ``accelerate launch --num_processes N -m ocrapp.training train RECIPE --run-dir DIR``;
on several processors without a GPU add ``--multi_gpu``, without which Accelerate starts one process alone.
The same command goes on with a run that was interrupted.
"""

import argparse
import logging
import os
import time
from collections.abc import Sequence
from pathlib import Path

import torch
from tqdm import tqdm

from ocrapp.training.svtr_campaign import Campaign
from ocrapp.training.svtr_held_out import HeldOut
from ocrapp.training.svtr_log import CampaignLog
from ocrapp.training.svtr_recipe import Recipe

log = logging.getLogger(__name__)
SAVE_SECONDS = 180
LOG_STEPS = 50


def train(recipe: Recipe, folder: Path, weights: Path | None = None, roots: Sequence[Path] = ()) -> Campaign:
    """Trains until the schedule ends; what a campaign needs is described at ``Campaign``."""
    campaign = Campaign(recipe, folder, weights, roots)
    if campaign.seen >= recipe.samples:
        log.info("This campaign has ended at %d samples; raise the recipe's samples to go on.", campaign.seen)
    elif campaign.accelerator.is_main_process:
        _train_and_log(campaign)
    else:
        for batch in campaign.batches():
            campaign.step(batch)
            if campaign.seen >= recipe.samples:
                break
    campaign.accelerator.wait_for_everyone()
    return campaign


def _train_and_log(campaign: Campaign) -> None:
    """What the main process does: train, log, check, save."""
    recipe = campaign.recipe
    every = recipe.train.check_samples
    held_out = (
        HeldOut.of_run(campaign.folder, recipe.data, recipe.train.held_out, campaign.roots) if every else None
    )
    began = saved = time.monotonic()
    with (
        CampaignLog(campaign.folder, campaign.seen) as record,
        tqdm(total=recipe.samples, initial=campaign.seen, unit="crop") as bar,
    ):
        for batch in campaign.batches():
            before = campaign.seen
            record.add(campaign.step(batch))
            ended = campaign.seen >= recipe.samples
            bar.update(campaign.seen - before)
            if campaign.steps % LOG_STEPS == 0 or ended:
                bar.set_postfix(record.write(campaign.steps, campaign.seen, time.monotonic() - began))
            if held_out and (campaign.seen // every > before // every or ended):
                record.check(campaign.seen, held_out.check(campaign.averaged(), campaign.device))
            if time.monotonic() - saved > SAVE_SECONDS or ended:
                campaign.save()
                saved = time.monotonic()
            if ended:
                break


def main() -> None:
    """Command line: ``RECIPE --run-dir DIR [--weights FILE] [--data DIR] [--threads N]``."""
    parser = argparse.ArgumentParser(
        prog="python -m ocrapp.training train", description="Train or resume a recogniser."
    )
    parser.add_argument(
        "recipe", type=Path, help="TOML file, for example ocrapp/training/recipes/svtrv2-nano.toml"
    )
    parser.add_argument(
        "--run-dir", type=Path, required=True, help="folder of checkpoint, log and error sheets"
    )
    parser.add_argument(
        "--weights", type=Path, help=".safetensors to start from where there is no checkpoint"
    )
    parser.add_argument("--threads", type=int, default=2, help="CPU threads of each process")
    parser.add_argument(
        "--data", type=Path, action="append", default=[], help="folder with data sets; may be given again"
    )
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO)
    if "MASTER_PORT" in os.environ and "LOCAL_RANK" not in os.environ:
        log.warning(
            "Accelerate started one process alone; without a GPU, say accelerate launch --multi_gpu …"
        )
    torch.set_num_threads(arguments.threads)
    train(Recipe.read(arguments.recipe), arguments.run_dir, arguments.weights, arguments.data)


if __name__ == "__main__":
    main()
