"""What each part of the recogniser brings: ``python -m ocrapp.training ablation --samples N --run-dir DIR``.

One network has everything; each of the others lacks one part (multi-size resizing, the rearrangement module,
semantic guidance). All see the same rendered crops in the same order with the same seeds, schedule and budget.
"""

import argparse
import logging
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
import torch
from tqdm import tqdm

from ocrapp.errors import UsageError
from ocrapp.reading.svtr import bucket
from ocrapp.training.data.batches import Batch, batch_of
from ocrapp.training.data.real import data_folder
from ocrapp.training.material import Material
from ocrapp.training.metrics import score_words
from ocrapp.training.networks.svtr import Svtr
from ocrapp.training.render.images import WordImage
from ocrapp.training.render.words import WordRenderer
from ocrapp.training.report import percent, table
from ocrapp.training.svtr_campaign import Campaign
from ocrapp.training.svtr_held_out import read_batch
from ocrapp.training.svtr_recipe import Recipe

RECIPE = Path(__file__).parent / "recipes" / "svtrv2-nano.toml"
FIXED = 4
"""The canvas 32 x 128 on which everything stood before multi-size resizing."""
WIDEST = 12
LONGEST = 15
"""Characters of a crop; more do not fit the 16 steps of the 64 x 64 canvas, on which turned words stand."""
ROTATED, OCCLUDED, PLAIN = 0.3, 0.15, 0.3
"""Shares of the training crops."""


@dataclass(frozen=True, slots=True)
class Arm:
    """A network to train.

    Attributes:
        name: What the table calls it.
        multi_size: Canvas by shape; else 32 x 128 for every crop.
        head: Rearrangement module, or the mean over rows.
        guided: Semantic guidance in the second stage; else CTC alone there too.
    """

    name: str
    multi_size: bool = True
    head: Literal["frm", "mean"] = "frm"
    guided: bool = True

    def canvas(self, word: WordImage) -> int:
        """Canvas of a crop."""
        ratio = word.pixels.shape[1] / word.pixels.shape[0]
        return bucket(ratio, WIDEST) if self.multi_size else FIXED

    def recipe(self, recipe: Recipe, samples: int) -> Recipe:
        """The recipe with this arm's parts, two thirds of the samples in the first stage, a third in the second."""
        if recipe.sgm is None:
            raise UsageError(
                f"The recipe {recipe.id} has no [sgm] table.", "The ablation needs its second stage."
            )
        first = samples * 2 // 3
        warmup = min(recipe.train.warmup_samples, first // 10)
        train = replace(recipe.train, samples=first, warmup_samples=warmup, frame_samples=first // 2)
        sgm = replace(
            recipe.sgm, samples=samples - first, warmup_samples=min(warmup, (samples - first) // 10)
        )
        if not self.guided:  # the same two stages, so that the schedule is no part of the comparison
            sgm = replace(sgm, weight=0.0, ctc_weight=1.0)
        return replace(recipe, train=train, sgm=sgm, head=self.head)


ARMS = (
    Arm("everything"),
    Arm("fixed 32 x 128", multi_size=False),
    Arm("mean over rows", head="mean"),
    Arm("without guidance", guided=False),
)


def drawn(renderer: WordRenderer, rng: np.random.Generator, count: int, ease: float = 0.0) -> list[WordImage]:
    """Rendered crops of at most ``LONGEST`` characters."""
    words: list[WordImage] = []
    while len(words) < count:
        word = renderer.draw(rng, ease)
        if len(word.text) <= LONGEST:
            words.append(word)
    return words


def rotated(rng: np.random.Generator, word: WordImage) -> WordImage:
    """The crop turned by any angle up to a right one, on a canvas that holds all of it."""
    height, width = word.pixels.shape[:2]
    angle = rng.uniform(-90, 90)
    cosine, sine = abs(np.cos(np.deg2rad(angle))), abs(np.sin(np.deg2rad(angle)))
    size = (round(width * cosine + height * sine), round(width * sine + height * cosine))
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    matrix[:, 2] += (size[0] - width) / 2, (size[1] - height) / 2
    turned = cv2.warpAffine(word.pixels, matrix, size, borderMode=cv2.BORDER_REPLICATE)
    return WordImage(turned, word.text, np.full_like(word.centres, np.nan))


def occluded(rng: np.random.Generator, word: WordImage) -> WordImage:
    """The crop with a patch of one colour over about one character."""
    pixels = word.pixels.copy()
    height, width = pixels.shape[:2]
    wide = max(2, round(rng.uniform(0.6, 1.2) * width / max(3, len(word.text))))
    left = int(rng.integers(max(1, width - wide)))
    top, bottom = sorted(rng.uniform(-0.3, 1.3, 2).clip(0, 1) * height)
    if bottom - top < 0.7 * height:
        top, bottom = 0, height
    pixels[int(top) : int(bottom), left : left + wide] = rng.integers(0, 256, 3)
    return WordImage(pixels, word.text, word.centres)


def training_pool(renderer: WordRenderer, count: int, seed: int) -> list[WordImage]:
    """The crops that all arms learn from, rotated and occluded ones among them."""
    rng = np.random.default_rng((seed, 1))
    pool = []
    for word in drawn(renderer, rng, count, PLAIN):
        draw = rng.random()
        change = rotated if draw < ROTATED else occluded if draw < ROTATED + OCCLUDED else None
        pool.append(change(rng, word) if change else word)
    return pool


def sets_to_test(renderer: WordRenderer, count: int, seed: int) -> dict[str, list[WordImage]]:
    """Crops for the columns of the table, drawn apart from the training pool."""
    rng = np.random.default_rng((seed, 2))
    words = drawn(renderer, rng, count)
    narrow: list[WordImage] = []
    while len(narrow) < count:
        narrow += [w for w in drawn(renderer, rng, count) if w.pixels.shape[1] < 1.5 * w.pixels.shape[0]]
    return {
        "words": words,
        "narrower than 1.5": narrow[:count],
        "rotated": [rotated(rng, w) for w in words],
        "occluded": [occluded(rng, w) for w in words if len(w.text) >= 4],
    }


def batches(pool: Sequence[WordImage], arm: Arm, size: int, seed: int) -> Iterator[Batch]:
    """Endless batches; the order of the crops is the same for every arm."""
    rng = np.random.default_rng(seed)
    waiting: dict[int, list[WordImage]] = defaultdict(list)
    while True:
        for index in rng.permutation(len(pool)):
            word = pool[index]
            k = arm.canvas(word)
            waiting[k].append(word)
            if len(waiting[k]) == (size if k <= FIXED else max(8, size * FIXED // k)):
                yield batch_of(waiting.pop(k), k)


def accuracy(network: Svtr, arm: Arm, words: Sequence[WordImage], device: torch.device) -> float:
    """Share of words read right in letters and digits, case ignored."""
    groups: dict[int, list[WordImage]] = defaultdict(list)
    for word in words:
        groups[arm.canvas(word)].append(word)
    parts = [batch_of(group[i : i + 64], k) for k, group in groups.items() for i in range(0, len(group), 64)]
    return score_words(r for part in parts for r in read_batch(network, part, device)).accuracy


def trained(arm: Arm, recipe: Recipe, pool: Sequence[WordImage], folder: Path) -> Campaign:
    """Trains an arm; one that has ended is only loaded."""
    campaign = Campaign(recipe, folder / arm.name.replace(" ", "-"))
    with tqdm(total=recipe.samples, initial=campaign.seen, desc=arm.name, unit="crop") as bar:
        for batch in batches(pool, arm, recipe.data.batch, recipe.train.seed):
            if campaign.seen >= recipe.samples:
                break
            campaign.step(batch)
            bar.update(len(batch.images))
    campaign.save()
    return campaign


def ablate(recipe: Recipe, renderer: WordRenderer, folder: Path, samples: int, tested: int) -> str:
    """Trains all arms and returns the table.

    Args:
        recipe: Sizes and rates.
        renderer: Draws the crops.
        folder: A checkpoint of each arm goes here.
        samples: Budget of each arm, in crops.
        tested: Words in each test set.
    """
    seed = recipe.train.seed
    pool = training_pool(renderer, min(samples, 20_000), seed)
    sets = sets_to_test(renderer, tested, seed)
    rows = []
    for arm in ARMS:
        campaign = trained(arm, arm.recipe(recipe, samples), pool, folder)
        network = campaign.averaged()
        scores = [percent(accuracy(network, arm, words, campaign.device)) for words in sets.values()]
        rows.append([arm.name, *scores])
    columns = [f"{name} ({len(words)})" for name, words in sets.items()]
    return table([f"{recipe.variant}, {samples:,} crops", *columns], rows)


def main() -> None:
    """Command line; the table goes to stdout."""
    parser = argparse.ArgumentParser(
        prog="python -m ocrapp.training ablation",
        description="Measure what each part of the recogniser brings.",
    )
    parser.add_argument("recipe", type=Path, nargs="?", default=RECIPE, help="default: svtrv2-nano.toml")
    parser.add_argument("--run-dir", type=Path, required=True, help="folder of the arms' checkpoints")
    parser.add_argument("--samples", type=int, default=90_000, help="crops that each arm sees")
    parser.add_argument("--tested", type=int, default=1_000, help="words in each test set")
    parser.add_argument("--threads", type=int, default=2, help="CPU threads")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO)
    torch.set_num_threads(arguments.threads)
    recipe = Recipe.read(arguments.recipe)
    renderer = Material.of(data_folder()).words(line_share=0.0)
    found = ablate(recipe, renderer, arguments.run_dir, arguments.samples, arguments.tested)
    sys.stdout.write(found + "\n")


if __name__ == "__main__":
    main()
