"""Held-out rendered crops of a campaign: how well the averaged network reads them, and the worst as pictures."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import torch
from torch.utils.data import DataLoader

from ocrapp.reading.ctc import decode, softmax
from ocrapp.training.corpus import CHARSET
from ocrapp.training.data.batches import Batch, DataConfig, WordBatches
from ocrapp.training.data.mixture import RENDERED, RENDERERS
from ocrapp.training.metrics import WordResult, WordScores, score_words
from ocrapp.training.networks.svtr import Svtr
from ocrapp.training.report import contact_sheet

FILE = "held_out.pt"
SEED = 271_828
"""Of the held-out crops, the same for all campaigns; campaigns draw from seeds beyond a million."""
SMALL_BATCH = 8
"""Crops of a batch while drawing them, so that seldom canvases get full too."""


@dataclass(frozen=True, slots=True)
class Check:
    """How the held-out crops were read; ``sheet`` is a PNG file, empty where everything is right."""

    scores: WordScores
    sheet: bytes


class HeldOut:
    """Rendered crops that no campaign trains on.

    Args:
        batches: The crops.
    """

    def __init__(self, batches: Iterable[Batch]) -> None:
        self.batches = list(batches)

    @classmethod
    def of_run(cls, folder: Path, config: DataConfig, count: int, roots: Sequence[Path] = ()) -> "HeldOut":
        """Those of a run folder; drawn once and kept there, so that a curve stays comparable to its end."""
        path = folder / FILE
        if path.exists():
            return cls(Batch(*parts) for parts in torch.load(path, weights_only=True))
        rendered = {name: weight for name, weight in config.weights.items() if name in RENDERERS}
        plain = replace(config, batch=SMALL_BATCH, weights=rendered or {RENDERED: 1.0}, easy_samples=0)
        # In a process of its own, which takes fonts and photos with it when it ends.
        loader = DataLoader(WordBatches(plain, SEED, roots), batch_size=None, num_workers=1)
        batches: list[Batch] = list(islice(loader, max(1, count // SMALL_BATCH)))
        part = path.with_suffix(".part")
        torch.save([(b.images, b.targets, b.lengths, b.frames) for b in batches], part)
        part.replace(path)
        return cls(batches)

    def check(self, network: Svtr, device: torch.device) -> Check:
        """Reads all crops; the network must be in evaluation mode and on ``device``."""
        results: list[WordResult] = []
        crops = {}
        for batch in self.batches:
            for row, result in enumerate(read_batch(network, batch, device, str(len(results)))):
                results.append(result)
                crops[result.name] = batch.images[row].numpy()
        return Check(score_words(results), contact_sheet(results, crops.__getitem__))


@torch.no_grad()
def read_batch(network: Svtr, batch: Batch, device: torch.device, prefix: str = "") -> list[WordResult]:
    """What the network reads in a batch, beside the labels; results are named ``prefix`` and row."""
    logits = network(batch.inputs().to(device)).float().cpu().numpy()
    width = batch.images.shape[2] / batch.images.shape[1]
    results = []
    for row, label in enumerate(batch.targets.split(batch.lengths.tolist())):
        reading = decode(softmax(logits[row]), CHARSET)
        text = "".join(CHARSET[i - 1] for i in label.tolist())
        results.append(WordResult(text, reading.text, reading.confidence, width, name=f"{prefix}.{row}"))
    return results
