"""Labels from a teacher for regions that nobody has read: crops and a ``labels.jsonl`` that names it.

What a model reads with high confidence is mostly right, and what is wrong is at least plausible; still it is
no truth: the rows say so, and the model card of whatever is trained on them has to.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import cv2
import typer

from ocrapp.errors import OutputNotWritableError
from ocrapp.geometry import rectify
from ocrapp.training.data.real import Pixels, SceneSample, read_scenes
from ocrapp.training.peers import RapidOcr
from ocrapp.training.readers import CHUNK, AnyReader, Reading

THRESHOLD = 0.93
"""Confidence from which RapidOCR's word readings were taken in the sets we train on."""
SMALLEST = 8
"""Regions with fewer pixels in width or height are left out: nobody can check them."""


@dataclass(frozen=True, slots=True)
class Crop:
    """A region without label: straightened pixels, and where it comes from (photo, number of the region)."""

    pixels: Pixels
    source: str
    region: int


def unlabelled(samples: Iterable[SceneSample]) -> Iterator[Crop]:
    """Cut out the regions without text; don't-cares are not among them, they were marked as illegible."""
    for sample in samples:
        wanted = [n for n, region in enumerate(sample.regions) if region.text is None and not region.ignore]
        if not wanted:
            continue
        pixels = sample.load()
        for number in wanted:
            crop = rectify(pixels, sample.regions[number].polygon).pixels
            if min(crop.shape[:2]) >= SMALLEST:
                yield Crop(crop, sample.path.name, number)


def label(
    crops: Iterable[Crop], teacher: AnyReader, folder: Path, threshold: float = THRESHOLD
) -> tuple[int, int]:
    """Let a teacher read crops and write those it is sure of as a set of words.

    Args:
        crops: Regions without label.
        teacher: Who reads; its name and version go into every row.
        folder: New folder for ``images/`` and ``labels.jsonl``.
        threshold: Smallest confidence.

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
                readings = teacher.read_crops([crop.pixels for crop in part], "word")
                for crop, reading in zip(part, readings, strict=True):
                    if reading.text.strip() and reading.confidence >= threshold:
                        file.write(
                            json.dumps(_write(crop, reading, teacher, folder), ensure_ascii=False) + "\n"
                        )
                        kept += 1
    except OSError as error:
        raise OutputNotWritableError(
            f"{folder} cannot be written ({error.strerror}).", "Choose another folder."
        ) from error
    return kept, seen


def main(
    out: Annotated[Path, typer.Argument(help="New folder for images/ and labels.jsonl.")],
    *,
    dataset: Annotated[
        str, typer.Option("--set", help="A set of photos with regions.")
    ] = "scenes_mlt17_boxes",
    threshold: Annotated[float, typer.Option(min=0, max=1, help="Smallest confidence.")] = THRESHOLD,
    data: Annotated[Path | None, typer.Option(help="Data folder; else $OCRAPP_DATA.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many photos.")] = None,
    threads: Annotated[int, typer.Option(min=0, help="CPU threads of the teacher; 0: let it decide.")] = 1,
) -> None:
    """Label unread regions of the training photos with RapidOCR where it is sure."""
    samples = read_scenes(dataset, "train", root=data)[:limit]
    kept, seen = label(unlabelled(samples), RapidOcr(threads), out, threshold)
    typer.echo(f"{kept} of {seen} regions labelled: {out}")


def _write(crop: Crop, reading: Reading, teacher: AnyReader, folder: Path) -> dict[str, object]:
    name = f"images/{Path(crop.source).stem}_{crop.region}.png"
    bgr = cv2.cvtColor(crop.pixels, cv2.COLOR_RGB2BGR)
    (folder / name).write_bytes(cv2.imencode(".png", bgr)[1].tobytes())
    return {
        "image": name,
        "text": reading.text.strip(),
        "label": "pseudo",
        "teacher": f"{teacher.info.name} {teacher.info.version}",
        "confidence": round(reading.confidence, 4),
        "source": crop.source,
        "region": crop.region,
    }


def _parts(crops: Iterable[Crop]) -> Iterator[Sequence[Crop]]:
    part: list[Crop] = []
    for crop in crops:
        part.append(crop)
        if len(part) == CHUNK:
            yield part
            part = []
    if part:
        yield part
