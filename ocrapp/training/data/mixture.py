"""The stream of labelled crops: rendered and real sources, drawn by weight.

Sources whose data is not on this machine are left out, so that every recipe trains anywhere.
"""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from ocrapp.training.corpus import CHARSET
from ocrapp.training.data.augment import augmented
from ocrapp.training.data.cutting import cut_line
from ocrapp.training.data.pseudo import read_folder
from ocrapp.training.data.real import (
    WORD_SETS,
    WordSample,
    data_folder,
    load_pixels,
    read_words,
)
from ocrapp.training.material import Material
from ocrapp.training.render.crops import CutStyle, PageCrops
from ocrapp.training.render.images import WordImage

log = logging.getLogger(__name__)
RENDERED = "words"
PAGES = ("documents", "receipts", "screens", "scenes")
RENDERERS = frozenset({RENDERED, *PAGES})
"""Names of rendered sources; all others are folders of labelled crops."""
_LEGIBLE = frozenset(CHARSET)


class CropSource(Protocol):
    """Anything that yields labelled crops; the same generator state gives the same crop."""

    def draw(self, rng: np.random.Generator, ease: float = 0.0) -> WordImage:
        """One crop; ``ease`` is the share of plain crops with which a network starts."""
        ...


class RealCrops:
    """Labelled crops of one set, kept encoded in memory and shown under another camera each time.

    Args:
        samples: What was labelled; characters outside the charset make a sample unusable.
        widest: Largest width in units of the height; longer lines are cut between words.
    """

    def __init__(self, samples: Sequence[WordSample], widest: float) -> None:
        self._samples = [(s.path.read_bytes(), s.text) for s in samples if s.text and set(s.text) <= _LEGIBLE]
        self._widest = widest

    def __len__(self) -> int:
        return len(self._samples)

    def draw(self, rng: np.random.Generator, ease: float = 0.0) -> WordImage:
        """One crop; lines that can be cut nowhere are passed over."""
        while True:
            data, text = self._samples[int(rng.integers(len(self._samples)))]
            pixels = load_pixels(data)
            if pixels.shape[1] > self._widest * pixels.shape[0]:
                piece = cut_line(rng, pixels, text, self._widest)
                if piece is None:
                    continue
                pixels, text = piece
            return WordImage(augmented(rng, pixels), text, np.full(len(text), np.nan, np.float32))


class Mixture:
    """Draws a source by weight, then a crop from it.

    Args:
        sources: Sources and their weights, which need not sum to 1.
    """

    def __init__(self, sources: Mapping[str, tuple[CropSource, float]]) -> None:
        self.names = tuple(sources)
        self._sources = [source for source, _ in sources.values()]
        weights = np.array([weight for _, weight in sources.values()])
        self._cumulative = np.cumsum(weights / weights.sum())

    def draw(self, rng: np.random.Generator, ease: float = 0.0) -> WordImage:
        """One crop of one source."""
        chosen = min(
            int(np.searchsorted(self._cumulative, rng.random(), side="right")), len(self._sources) - 1
        )
        return self._sources[chosen].draw(rng, ease)


def open_sources(
    weights: Mapping[str, float], line_share: float, widest: float, roots: Sequence[Path] = ()
) -> dict[str, tuple[CropSource, float]]:
    """Prepares the sources of a recipe.

    Args:
        weights: By name: one of ``RENDERERS``, or a folder of labelled crops in one of ``roots``.
        line_share: Share of rendered words' crops with several words.
        widest: Largest width of a crop in units of its height.
        roots: Where folders are looked for, the first with photos, prose and font list; empty for
            ``data_folder()``.
    """
    roots = roots or (data_folder(),)
    sources: dict[str, tuple[CropSource, float]] = {}
    wanted = {name: weight for name, weight in weights.items() if weight > 0}
    material = Material.of(roots[0])
    makers = material.pages() if wanted.keys() & set(PAGES) else {}
    for name, weight in wanted.items():
        if name == RENDERED:
            sources[name] = material.words(line_share), weight
            continue
        if name in PAGES:
            sources[name] = PageCrops(makers[name], CutStyle(longest=widest)), weight
            continue
        real = RealCrops([s for root in roots for s in read_crops(name, root)], widest)
        if len(real):
            sources[name] = real, weight
        else:
            log.warning("No crops of %s on this machine: left out.", name)
    return sources


def read_crops(name: str, root: Path) -> list[WordSample]:
    """The training part of a word set, or all crops of a folder that a teacher labelled; empty if missing."""
    if name in WORD_SETS:
        return read_words(name, "train", root=root, missing="empty")
    folder = root / name
    return read_folder(folder) if (folder / "labels.jsonl").exists() else []
