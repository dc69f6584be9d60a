"""ocrapp's own models under evaluation, from the shipped catalog or from a folder fresh out of training."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import ocrapp
from ocrapp.geometry import Box, Crop, rectify
from ocrapp.reading.pipeline import Reader
from ocrapp.reading.stages import load_recognizer, load_segmenter
from ocrapp.reading.turning import read_tall_and_wide
from ocrapp.runtime import Catalog, choose_device, load_catalog
from ocrapp.runtime.ort import thread_count
from ocrapp.sources import PageImage
from ocrapp.training.data.real import Pixels
from ocrapp.training.detection import Found
from ocrapp.training.readers import CropKind, ModelFile, PageReading, ReaderInfo, Reading


class Ocrapp:
    """ocrapp as a reader under evaluation.

    Crops are read many at once, otherwise as ``ocrapp read --layout word`` (or ``line``) reads them; images
    go through the whole pipeline. Threads: see ``ocrapp.runtime.ort.thread_count``.

    Args:
        device: ``auto``, ``cpu`` or ``cuda:N``.
        models: Folder with ``catalog.toml`` and the model files; None for the shipped ones.
        prefer: Ids of models to use instead of the catalog's defaults.

    Raises:
        ModelUnusableError: A model is missing or damaged.
    """

    def __init__(self, device: str = "auto", models: Path | None = None, prefer: Sequence[str] = ()) -> None:
        self._catalog = preferring(load_catalog(models), prefer)
        self._device = choose_device(device)
        self._recognizer = load_recognizer(self._catalog, self._device)

    @cached_property
    def info(self) -> ReaderInfo:
        """See ``AnyReader``. The segmenter is named where there is one."""
        entries = [entry for entry in self._catalog if entry.default]
        return ReaderInfo(
            name="ocrapp",
            version=ocrapp.__version__,
            provider="+".join(dict.fromkeys(self._recognizer.providers)),
            threads=thread_count(),
            settings="mode fast",
            models=tuple(ModelFile(entry.id, entry.sha256) for entry in entries),
        )

    def read_crops(self, crops: Sequence[Pixels], kind: CropKind) -> list[Reading]:
        """See ``AnyReader``."""
        read = read_tall_and_wide([_whole(crop) for crop in crops], self._recognizer.worker.read)
        return [
            Reading(reading.text.replace(" ", "") if kind == "word" else reading.text, reading.confidence)
            for _, reading in read
        ]

    def read_image(self, pixels: Pixels, dpi: float | None = None, *, words: bool = False) -> PageReading:
        """See ``AnyReader``. Words come for free."""
        page = self._reader.read(PageImage(pixels, "evaluation", 1, dpi=dpi))
        return PageReading(
            page.text,
            tuple(Found(line.polygon, line.text) for line in page.lines),
            tuple(Found(word.polygon, word.text) for word in page.words) if words else (),
        )

    @cached_property
    def _reader(self) -> Reader:
        segmenter = load_segmenter(self._catalog, self._device)
        return Reader(self._device, self._catalog, segmenter=segmenter, recognizer=self._recognizer)


def preferring(catalog: Catalog, ids: Sequence[str]) -> Catalog:
    """The catalog with these models as the defaults of their roles.

    Raises:
        ModelUnusableError: The catalog lists no such model.
    """
    chosen = {catalog.entry(model_id).role: model_id for model_id in ids}
    entries = (
        replace(entry, default=entry.id == chosen[entry.role]) if entry.role in chosen else entry
        for entry in catalog
    )
    return Catalog(catalog.folder, tuple(entries))


def _whole(pixels: Pixels) -> Crop:
    height, width = pixels.shape[:2]
    return rectify(pixels, Box(0, 0, width, height).polygon)
