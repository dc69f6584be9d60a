"""Labels with the help of a teacher: crops and a ``labels.jsonl`` that names it.

What a model reads with high confidence is mostly right, and what is wrong is at least plausible; still it is
no truth: the rows say so, and the model card of whatever is trained on them has to.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2

from ocrapp.errors import InputNotFoundError, OutputNotWritableError
from ocrapp.training.data.jsonl import read_jsonl
from ocrapp.training.data.real import Pixels, WordSample, is_validation
from ocrapp.training.readers import CHUNK, AnyReader, CropKind, Reading

THRESHOLD = 0.93
"""Confidence from which RapidOCR's word readings were taken in the sets we train on."""

Accept = Callable[[str, str], str | None]
"""From what is known about a crop and what the teacher read to the label; None: the crop is dropped."""


@dataclass(frozen=True, slots=True)
class Crop:
    """A crop to be labelled.

    Attributes:
        pixels: RGB uint8 (h, w, 3).
        source: File name of the image that it was cut from.
        region: Number of the region within that image.
        known: What its set says about its text: a label, or the text of the whole page; empty for nothing.
    """

    pixels: Pixels
    source: str
    region: int
    known: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """How a reading becomes a label.

    Attributes:
        accept: See ``Accept``.
        name: What the rows say about their label, for example ``pseudo``.
        threshold: Smallest confidence of the teacher.
        kind: What the crops show.
        certain: Whether what is known is the label already, so that nobody needs to read the crop.
        author: Who wrote such labels, a person if empty.
    """

    accept: Accept
    name: str
    threshold: float
    kind: CropKind
    certain: Callable[[str], bool] = lambda _known: False
    author: str = ""


def as_read(_known: str, reading: str) -> str | None:
    """Nothing is known, the teacher is believed."""
    return reading.strip() or None


def label(crops: Iterable[Crop], rule: Rule, teacher: AnyReader, folder: Path) -> tuple[int, int]:
    """Let a teacher read crops and write those with a label as a set; rows can be used as soon as they stand.

    Args:
        crops: What to read.
        rule: Which readings are kept, and as what.
        teacher: Who reads; its name and version go into every row.
        folder: New folder for ``images/`` and ``labels.jsonl``.

    Returns:
        How many crops were labelled, and how many were seen.

    Raises:
        OutputNotWritableError: The folder has labels already, or cannot be written.
    """
    path = folder / "labels.jsonl"
    if path.exists():
        raise OutputNotWritableError(f"{path} exists already.", "Choose a new folder.")
    try:
        (folder / "images").mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8") as file:
            kept = seen = 0
            for part in _parts(crops):
                seen += len(part)
                rows = [json.dumps(row, ensure_ascii=False) for row in _rows(part, rule, teacher, folder)]
                file.write("".join(f"{row}\n" for row in rows))
                file.flush()
                kept += len(rows)
    except OSError as error:
        raise OutputNotWritableError(
            f"{folder} cannot be written ({error.strerror}).", "Choose another folder."
        ) from error
    return kept, seen


def read_folder(folder: Path) -> list[WordSample]:
    """The crops of a folder that ``label`` wrote, with their texts exactly as they stand there.

    Crops of images that are kept out of training are left out, should somebody have made such a folder.

    Args:
        folder: Holds ``images/`` and ``labels.jsonl``; its name becomes that of the set.

    Raises:
        InputNotFoundError: There is no label file.
        InputUnreadableError: A line of it is no label.
    """
    path = folder / "labels.jsonl"
    if not path.is_file():
        raise InputNotFoundError(f"{path} does not exist.", "Make it with `python -m ocrapp.training label`.")
    rows = read_jsonl(
        path,
        lambda row: (folder / row["image"], row["text"], row.get("source", row["image"])),
        "label",
        "Delete it, or label the crops again.",
    )
    return [WordSample(image, text, folder.name) for image, text, source in rows if not is_validation(source)]


def _rows(part: Sequence[Crop], rule: Rule, teacher: AnyReader, folder: Path) -> Iterator[dict[str, object]]:
    unsure = [crop for crop in part if not rule.certain(crop.known)]
    readings = dict(
        zip(map(id, unsure), teacher.read_crops([crop.pixels for crop in unsure], rule.kind), strict=True)
    )
    for crop in part:
        reading = readings.get(id(crop))
        row = _given(crop, rule) if reading is None else _read(crop, reading, rule, teacher)
        if row:
            yield {"image": _write(crop, folder), **row, "source": crop.source, "region": crop.region}


def _given(crop: Crop, rule: Rule) -> dict[str, object]:
    return {"text": crop.known, "label": rule.name, "teacher": rule.author or None, "confidence": None}


def _read(crop: Crop, reading: Reading, rule: Rule, teacher: AnyReader) -> dict[str, object]:
    text = rule.accept(crop.known, reading.text) if reading.confidence >= rule.threshold else None
    if not text:
        return {}
    return {
        "text": text,
        "label": rule.name,
        "teacher": f"{teacher.info.name} {teacher.info.version}",
        "confidence": round(reading.confidence, 4),
    }


def _write(crop: Crop, folder: Path) -> str:
    """Save a crop, grey where it has no colours, and return its path within the folder."""
    name = f"images/{Path(crop.source).stem}_{crop.region}.png"
    grey = bool((crop.pixels == crop.pixels[..., :1]).all())
    pixels = crop.pixels[..., 0] if grey else cv2.cvtColor(crop.pixels, cv2.COLOR_RGB2BGR)
    (folder / name).write_bytes(cv2.imencode(".png", pixels)[1].tobytes())
    return name


def _parts(crops: Iterable[Crop]) -> Iterator[Sequence[Crop]]:
    part: list[Crop] = []
    for crop in crops:
        part.append(crop)
        if len(part) == CHUNK:
            yield part
            part = []
    if part:
        yield part
