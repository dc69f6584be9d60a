"""Batches for the recogniser: rendered and real crops, grouped by canvas (multi-size resizing, section 3)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch.utils.data import IterableDataset

from ocrapp.reading.svtr import STEP, bucket, canvas, stretch
from ocrapp.training.corpus import CHARSET
from ocrapp.training.data.mixture import RENDERED, RENDERERS, Mixture, open_sources
from ocrapp.training.render.images import WordImage

CLASS_OF = {c: i + 1 for i, c in enumerate(CHARSET)}
IGNORE = -100
SLACK = 1.5
"""A crop may be so much wider than the widest canvas, in units of its height, and is squeezed a little."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Crops of one canvas.

    Attributes:
        images: uint8 N x H x W x 3.
        targets: Classes of all labels one after the other, int64.
        lengths: Characters of each label, int64 N.
        frames: int64 N x W/4: class that stands at a CTC step, or ``IGNORE`` where unknown.
    """

    images: torch.Tensor
    targets: torch.Tensor
    lengths: torch.Tensor
    frames: torch.Tensor

    def inputs(self) -> torch.Tensor:
        """What the network takes: float32 N x 3 x H x W in [-1, 1], channels-last without a copy."""
        return self.images.permute(0, 3, 1, 2).float() / 127.5 - 1.0


@dataclass(frozen=True, slots=True)
class DataConfig:
    """What a batch is made of; the ``[data]`` table of a recipe.

    Attributes:
        weights: Shares of the sources by name, see ``mixture.open_sources``; they need not sum to 1.
        batch: Crops a batch on canvases 1 to 4; wider canvases hold proportionally fewer.
        k_max: Largest canvas ratio.
        real_after: Samples after which real crops join; they teach nothing before CTC has weight.
        easy_samples: Plain crops fade out within these samples; without them the first letters come late.
        line_share: Share of rendered words' crops with several words.
    """

    weights: Mapping[str, float] = field(default_factory=lambda: {RENDERED: 1.0})
    batch: int = 64
    k_max: int = 12
    real_after: int = 0
    easy_samples: int = 0
    line_share: float = 0.25


class WordBatches(IterableDataset[Batch]):
    """An endless stream of batches, the same for the same seed.

    Args:
        config: What is mixed.
        seed: Of everything random.
        roots: Folders with data sets; empty for the default one.
        start: Samples that the campaign has seen before.
        pace: Samples that the campaign sees for each one drawn here: the number of streams that feed it.
    """

    def __init__(
        self, config: DataConfig, seed: int, roots: Sequence[Path] = (), start: int = 0, pace: int = 1
    ) -> None:
        self.config = config
        self.seed = seed
        self.start = start
        self.pace = pace
        self.roots = tuple(roots)

    def __iter__(self) -> Iterator[Batch]:
        cv2.setNumThreads(0)
        config = self.config
        rng = np.random.default_rng(self.seed)
        sources = open_sources(config.weights, config.line_share, config.k_max + SLACK, self.roots)
        everything = Mixture(sources)
        rendered = Mixture({n: s for n, s in sources.items() if n in RENDERERS} or sources)
        seen = self.start
        waiting: dict[int, list[WordImage]] = {}
        while True:
            ease = max(0.0, 1.0 - seen / config.easy_samples) if config.easy_samples else 0.0
            crop = (everything if seen >= config.real_after else rendered).draw(rng, ease)
            ratio = crop.pixels.shape[1] / crop.pixels.shape[0]
            k = bucket(ratio, config.k_max)
            height, width = canvas(k)
            if len(crop.text) > width // STEP - 1 or ratio > config.k_max + SLACK:
                continue
            group = waiting.setdefault(k, [])
            group.append(WordImage(stretch(crop.pixels, (height, width)), crop.text, crop.centres))
            if len(group) >= (config.batch if k <= 4 else max(8, config.batch * 4 // k)):
                seen += len(group) * self.pace
                yield _collated(waiting.pop(k), width // STEP)


def batch_of(words: Sequence[WordImage], k: int) -> Batch:
    """Crops on the canvas ``k``, whatever canvas their shape would choose."""
    height, width = canvas(k)
    group = [WordImage(stretch(w.pixels, (height, width)), w.text, w.centres) for w in words]
    return _collated(group, width // STEP)


def _collated(group: list[WordImage], steps: int) -> Batch:
    frames = np.full((len(group), steps), IGNORE, np.int64)
    for row, crop in enumerate(group):
        _mark(frames[row], crop.text, crop.centres)
    return Batch(
        torch.from_numpy(np.stack([crop.pixels for crop in group])),
        torch.tensor([CLASS_OF[c] for crop in group for c in crop.text]),
        torch.tensor([len(crop.text) for crop in group]),
        torch.from_numpy(frames),
    )


def _mark(row: npt.NDArray[np.int64], text: str, centres: npt.NDArray[np.float32]) -> None:
    """Writes each character's class on the steps around its centre, a third of the way to its neighbours."""
    steps = len(row)
    at = centres * steps
    gaps = np.diff(at, prepend=np.nan, append=np.nan)
    for i, character in enumerate(text):
        if np.isfinite(at[i]):
            near = np.fmin(gaps[i], gaps[i + 1])
            reach = 0.33 * near if np.isfinite(near) and near > 0 else 0.5
            first, last = int(at[i] - reach + 0.5), int(at[i] + reach + 0.5)
            row[max(0, min(first, int(at[i]))) : min(steps, max(last, int(at[i]) + 1))] = CLASS_OF[character]
