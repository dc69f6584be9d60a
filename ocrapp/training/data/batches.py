"""Batches for the recogniser: rendered and real crops, grouped by canvas (multi-size resizing, section 3)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch.utils.data import IterableDataset

from ocrapp.reading.svtr import STEP, bucket, canvas, stretch
from ocrapp.training.corpus import CHARSET, Corpus
from ocrapp.training.data.real import data_folder, load_pixels, read_backgrounds, read_words
from ocrapp.training.fonts import FontLibrary
from ocrapp.training.render.words import WordImage, WordRenderer

Pixels = npt.NDArray[np.uint8]
CLASS_OF = {c: i + 1 for i, c in enumerate(CHARSET)}
IGNORE = -100


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


@dataclass(frozen=True, slots=True)
class DataConfig:
    """What a batch is made of; the ``[data]`` table of a recipe.

    Attributes:
        batch: Crops a batch on canvases 1 to 4; wider canvases hold proportionally fewer.
        k_max: Largest canvas ratio.
        real_share: Share of real labelled crops, 0 where no data folder exists.
        real_after: Samples after which real crops join; they teach nothing before CTC has weight.
        easy_samples: Plain crops fade out within these samples; without them the first letters come late.
        line_share: Share of rendered crops with several words.
        datasets: Names of the real word sets.
    """

    batch: int = 64
    k_max: int = 12
    real_share: float = 0.25
    real_after: int = 0
    easy_samples: int = 0
    line_share: float = 0.25
    datasets: tuple[str, ...] = ("words_iiit5k_train", "words_ic15_train", "words_ic03_train")


class WordBatches(IterableDataset[Batch]):
    """An endless stream of batches, the same for the same seed.

    Args:
        config: What is mixed.
        seed: Of everything random.
        data: Data folder; None for the default one.
        start: Samples that the campaign has seen before.
        pace: Samples that the campaign sees for each one drawn here: the number of streams that feed it.
    """

    def __init__(
        self, config: DataConfig, seed: int, data: Path | None = None, start: int = 0, pace: int = 1
    ) -> None:
        self.config = config
        self.seed = seed
        self.start = start
        self.pace = pace
        self.data = data

    def __iter__(self) -> Iterator[Batch]:
        cv2.setNumThreads(0)
        rng = np.random.default_rng(self.seed)
        root = self.data or data_folder()
        fonts = FontLibrary.find(CHARSET, described=root / "fonts" / "debian_fonts.csv")
        corpus = Corpus.from_file(root / "text" / "en_prose.txt")
        photos = [load_pixels(p) for p in read_backgrounds("train", root=root, missing="empty")]
        renderer = WordRenderer(corpus, fonts, photos, self.config.line_share)
        real = self._real(root)
        seen = self.start
        waiting: dict[int, list[tuple[Pixels, str, npt.NDArray[np.float32] | None]]] = {}
        while True:
            ease = max(0.0, 1.0 - seen / self.config.easy_samples) if self.config.easy_samples else 0.0
            if real and seen >= self.config.real_after and rng.random() < self.config.real_share:
                pixels, text = real[int(rng.integers(len(real)))]
                centres = None
                k = bucket(pixels.shape[1] / pixels.shape[0], self.config.k_max)
                pixels = augmented(rng, pixels)
            else:
                word = renderer.draw(rng, ease)
                pixels, text, centres = word.pixels, word.text, word.centres
                k = bucket(pixels.shape[1] / pixels.shape[0], self.config.k_max)
            height, width = canvas(k)
            if len(text) > width // STEP - 1 or pixels.shape[1] / pixels.shape[0] > self.config.k_max + 1.5:
                continue
            group = waiting.setdefault(k, [])
            group.append((stretch(pixels, (height, width)), text, centres))
            if len(group) >= (self.config.batch if k <= 4 else max(8, self.config.batch * 4 // k)):
                seen += len(group) * self.pace
                yield _collated(waiting.pop(k), width // STEP)

    def _real(self, root: Path) -> list[tuple[Pixels, str]]:
        found = []
        for name in self.config.datasets if self.config.real_share > 0 else ():
            for sample in read_words(name, "train", root=root, missing="empty"):
                text = "".join(c for c in sample.text if c in CLASS_OF)
                if text:
                    found.append((load_pixels(sample.path), text))
        return found


def batch_of(words: Sequence[WordImage], k: int) -> Batch:
    """Rendered crops on the canvas ``k``, whatever canvas their shape would choose."""
    height, width = canvas(k)
    return _collated([(stretch(w.pixels, (height, width)), w.text, w.centres) for w in words], width // STEP)


def _collated(group: list[tuple[Pixels, str, npt.NDArray[np.float32] | None]], steps: int) -> Batch:
    frames = np.full((len(group), steps), IGNORE, np.int64)
    for row, (_, text, centres) in enumerate(group):
        if centres is not None:
            _mark(frames[row], text, centres)
    return Batch(
        torch.from_numpy(np.stack([g[0] for g in group])),
        torch.tensor([CLASS_OF[c] for g in group for c in g[1]]),
        torch.tensor([len(g[1]) for g in group]),
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


def augmented(rng: np.random.Generator, pixels: Pixels) -> Pixels:
    """A real crop under another camera: small rotation, shear, shift, colour, blur, noise, JPEG (section 7)."""
    height, width = pixels.shape[:2]
    if rng.random() < 0.6:
        angle, shear, scale = rng.normal(0, 3.5), rng.normal(0, 0.1), np.exp(rng.normal(0, 0.06))
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, scale)
        matrix[0, 1] += shear
        matrix[0, 2] -= shear * height / 2
        matrix[:, 2] += rng.normal(0, 0.03, 2) * (min(width, 3 * height), height)
        pixels = np.asarray(
            cv2.warpAffine(pixels, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE), np.uint8
        )
    if rng.random() < 0.5:
        mixed = pixels.astype(np.float32) * rng.uniform(
            0.6, 1.3, 3 if rng.random() < 0.5 else 1
        ) + rng.normal(0, 18)
        pixels = np.clip(mixed, 0, 255).astype(np.uint8)
    if rng.random() < 0.1:
        pixels = 255 - pixels
    if rng.random() < 0.2:
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), rng.uniform(0.4, 0.03 * height + 0.5)), np.uint8)
    if rng.random() < 0.25:
        pixels = np.clip(pixels + rng.normal(0, rng.uniform(2, 12), pixels.shape), 0, 255).astype(np.uint8)
    return pixels
