"""False alarms of a segmenter on training images become places that training looks at again.

``python -m ocrapp.training mine-segmenter MODEL RUN/mined.jsonl`` writes one JSON object a line:
``{"set", "image", "polygon"}``. Only photos whose text is labelled completely, or that show none, are searched.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from ocrapp.page import Polygon
from ocrapp.reading.segmenter import Segmenter, SegmenterParams
from ocrapp.runtime import Session, choose_device
from ocrapp.training.data.jsonl import read_jsonl
from ocrapp.training.data.lines import labelled_scene
from ocrapp.training.data.real import BACKGROUND_SET, SceneSample, load_pixels, read_backgrounds, read_scenes
from ocrapp.training.render.labels import LineLabel, Rendered, Ribbon

PHOTO_SETS = ("scenes_ic15_train", "scenes_ic03_train")
"""Photos in which what has no label is no text (ICDAR marks what nobody can read)."""

MIN_SCORE = 0.5
"""Lower than in use: what nearly fires today fires tomorrow."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """One false alarm: the set, the image's path and the outline in pixels of the image."""

    dataset: str
    path: Path
    polygon: Polygon


def false_alarms(segmenter: Segmenter, path: Path, sample: SceneSample | None) -> list[Polygon]:
    """Lines found in one image that touch no labelled region.

    Args:
        segmenter: With a low ``min_score``.
        path: The image.
        sample: Its labels, None for an image without text.
    """
    pixels = load_pixels(path)
    labelled = shapely.unary_union(
        [shapely.Polygon(region.polygon).buffer(4) for region in sample.regions] if sample else []
    )
    lines = [line.polygon for line in segmenter.segment(pixels)]
    return [polygon for polygon in lines if not shapely.Polygon(polygon).buffer(0).intersects(labelled)]


def read_alarms(path: Path, root: Path) -> list[Alarm]:
    """What a search wrote; images that are not on disk are left out.

    Raises:
        InputUnreadableError: A line is no alarm.
    """

    def parse(row: Any) -> Alarm:
        polygon = tuple((float(x), float(y)) for x, y in row["polygon"])
        return Alarm(row["set"], root / row["set"] / row["image"], polygon)

    alarms = read_jsonl(path, parse, "false alarm", "Search for them again: mine-segmenter.")
    return [alarm for alarm in alarms if alarm.path.exists()]


def alarmed_scene(alarm: Alarm, sample: SceneSample | None) -> Rendered:
    """The image with its lines and with the false alarm as a decoy."""
    points = np.asarray(alarm.polygon, np.float32)
    half = len(points) // 2
    decoy = LineLabel(Ribbon(points[:half], points[half:][::-1].copy()), None)
    if sample is None:
        return Rendered(load_pixels(alarm.path), (), decoys=(decoy,))
    scene = labelled_scene(sample)
    return Rendered(scene.image, scene.lines, scene.complete, (decoy,))


def _images() -> Iterator[tuple[str, Path, SceneSample | None]]:
    for path in read_backgrounds("train"):
        yield BACKGROUND_SET, path, None
    for name in PHOTO_SETS:
        for sample in read_scenes(name, "train"):
            yield name, sample.path, sample


def main(arguments: Sequence[str] | None = None) -> None:
    """Search the training images for false alarms of a model."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("model", type=Path, help="ONNX file")
    parser.add_argument("out", type=Path, help="JSON lines; training reads RUN_DIR/mined.jsonl")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args(arguments)
    session = Session(options.model, choose_device("cpu"), options.threads)
    segmenter = Segmenter(session, SegmenterParams(min_score=MIN_SCORE))
    count = 0
    with options.out.open("w", encoding="utf-8") as file:
        for name, path, sample in _images():
            for polygon in false_alarms(segmenter, path, sample):
                rounded = [[round(x, 1), round(y, 1)] for x, y in polygon]
                relative = path.relative_to(path.parents[1] if sample else path.parent).as_posix()
                file.write(json.dumps({"set": name, "image": relative, "polygon": rounded}) + "\n")
                count += 1
    sys.stderr.write(f"{count} false alarms\n")


if __name__ == "__main__":
    main()
