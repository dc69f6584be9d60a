"""What evaluation asks of any reader, ours or a peer's, and a cache of readings for the slow ones."""

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

from ocrapp.training.data.real import Pixels
from ocrapp.training.detection import Found

CropKind = Literal["word", "line"]
CHUNK = 64
"""Crops that are decoded and handed to a reader at once."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file that took part in reading: its name and the SHA-256 of its bytes, hex."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ReaderInfo:
    """Who reads, so that a number can be repeated.

    Attributes:
        name: Short name: ``ocrapp``, ``tesseract``, ``rapidocr``.
        version: Version of the program or package.
        provider: What computes, for example ``CPUExecutionProvider``.
        threads: CPU threads it may use; 0 where it decides alone.
        settings: What differs from its defaults, in words.
        models: The model files.
    """

    name: str
    version: str
    provider: str
    threads: int
    settings: str
    models: tuple[ModelFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """Text of one crop and the reader's confidence in it, in [0, 1]."""

    text: str
    confidence: float


@dataclass(frozen=True, slots=True)
class PageReading:
    """Text of one image in the reader's order, and where lines and words are (pixels of that image)."""

    text: str
    lines: tuple[Found, ...] = ()
    words: tuple[Found, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One image to read: its name within its set, how to get its pixels, and its resolution if known."""

    name: str
    load: Callable[[], Pixels]
    dpi: float | None = None


class AnyReader(Protocol):
    """A reader under evaluation."""

    @property
    def info(self) -> ReaderInfo:
        """Who reads."""

    def read_crops(self, crops: Sequence[Pixels], kind: CropKind) -> list[Reading]:
        """Read crops of one word or one line each: RGB uint8 (h, w, 3), one reading a crop."""

    def read_image(self, pixels: Pixels, dpi: float | None = None, *, words: bool = False) -> PageReading:
        """Read a page or photo: RGB uint8 (H, W, 3). ``words`` asks for word outlines as well."""


@dataclass(frozen=True, slots=True)
class Cache:
    """Readings on disk, one JSON file for each reader and set.

    The file's folder carries the reader's version, settings and models: another version reads anew.
    """

    folder: Path

    def get(self, info: ReaderInfo, dataset: str) -> dict[str, Any]:
        """Readings by image name; empty where there are none yet."""
        path = self._path(info, dataset)
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    def put(self, info: ReaderInfo, dataset: str, readings: dict[str, Any]) -> None:
        """Replace the readings of a set."""
        path = self._path(info, dataset)
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        unfinished.write_text(json.dumps(readings, ensure_ascii=False, indent=0), encoding="utf-8")
        unfinished.replace(path)

    def _path(self, info: ReaderInfo, dataset: str) -> Path:
        identity = repr((info.settings, [model.sha256 for model in info.models]))
        digest = hashlib.sha256(identity.encode()).hexdigest()[:8]
        version = re.sub(r"[^\w.]+", "_", info.version)
        return self.folder / f"{info.name}-{version}-{digest}" / f"{dataset}.json"


def read_crops(
    reader: AnyReader,
    crops: Sequence[Item],
    kind: CropKind,
    dataset: str,
    cache: Cache | None = None,
) -> list[Reading]:
    """Read named crops, decoding few at a time and asking the reader only for those not in the cache."""
    known = cache.get(reader.info, dataset) if cache else {}
    missing = [item for item in crops if item.name not in known]
    for start in range(0, len(missing), CHUNK):
        part = missing[start : start + CHUNK]
        readings = reader.read_crops([item.load() for item in part], kind)
        for item, reading in zip(part, readings, strict=True):
            known[item.name] = [reading.text, reading.confidence]
    if cache and missing:
        cache.put(reader.info, dataset, known)
    return [Reading(*known[item.name]) for item in crops]


def read_image(reader: AnyReader, image: Item, dataset: str, cache: Cache | None = None) -> PageReading:
    """Read one named image with word outlines, through the cache."""
    known = cache.get(reader.info, dataset) if cache else {}
    if image.name in known:
        return _page_reading(known[image.name])
    reading = reader.read_image(image.load(), image.dpi, words=True)
    if cache:
        known[image.name] = {
            "text": reading.text,
            "lines": [[item.polygon, item.text] for item in reading.lines],
            "words": [[item.polygon, item.text] for item in reading.words],
        }
        cache.put(reader.info, dataset, known)
    return reading


def sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _page_reading(row: dict[str, Any]) -> PageReading:
    lines, words = (
        tuple(Found(tuple((x, y) for x, y in polygon), text) for polygon, text in row[key])
        for key in ("lines", "words")
    )
    return PageReading(row["text"], lines, words)
