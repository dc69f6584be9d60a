"""How well the segmenter finds lines on the labelled validation images.

The labels of photos are words, ours are lines: labelled words are linked into lines by geometry
(`ocrapp.training.data.lines`) and lines are matched one to one at IoU 0.5. Because that linking is a guess,
words are counted as well: found where one line covers most of the word, and a line is right where labelled
words cover most of what it would need.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np
import shapely

from ocrapp.geometry import to_polygon
from ocrapp.reading.segmenter import Level, Segmenter, SegmenterParams, TextLine
from ocrapp.runtime import Session, choose_device
from ocrapp.training.data.lines import region_ribbon, scene_lines
from ocrapp.training.data.real import (
    BACKGROUND_SET,
    SCENE_SETS,
    Region,
    SceneSample,
    load_pixels,
    read_backgrounds,
    read_scenes,
)
from ocrapp.training.detection import Found, RegionCounts, score_scene
from ocrapp.training.render.labels import LineLabel

WORD_COVER = 0.6
"""Share of a word's area that one line must cover."""
LINE_COVER = 0.4
"""Share of a found line's area that labelled words must cover; spaces between words are not labelled."""


@dataclass(frozen=True, slots=True)
class SegmenterScores:
    """Counts over images; add them up before taking ratios.

    Attributes:
        lines: One-to-one matches of lines at IoU 0.5.
        words: Labelled words wanted, and found by coverage.
        precise: Found lines, and those that lie on labelled words.
        overlap: Cells of the region map that are right, don't-cares left out.
        union: Cells that are labelled or found.
        seconds: Time of the segmenter alone.
        images: Number of images.
    """

    lines: RegionCounts = field(default_factory=RegionCounts)
    words: RegionCounts = field(default_factory=RegionCounts)
    precise: RegionCounts = field(default_factory=RegionCounts)
    overlap: int = 0
    union: int = 0
    seconds: float = 0.0
    images: int = 0

    def __add__(self, other: "SegmenterScores") -> "SegmenterScores":
        return SegmenterScores(
            self.lines + other.lines,
            self.words + other.words,
            self.precise + other.precise,
            self.overlap + other.overlap,
            self.union + other.union,
            self.seconds + other.seconds,
            self.images + other.images,
        )

    def table(self) -> dict[str, float]:
        """The ratios, for people and for the catalog."""
        recall = self.words.recall
        precision = self.precise.matched / max(self.precise.found, 1)
        return {
            "pixel_iou": round(self.overlap / max(self.union, 1), 4),
            "line_precision": round(self.lines.precision, 4),
            "line_recall": round(self.lines.recall, 4),
            "line_hmean": round(self.lines.hmean, 4),
            "word_recall": round(recall, 4),
            "cover_precision": round(precision, 4),
            "cover_hmean": round(2 * precision * recall / max(precision + recall, 1e-9), 4),
            "images": self.images,
            "seconds_per_image": round(self.seconds / max(self.images, 1), 3),
        }


def score_sample(segmenter: Segmenter, sample: SceneSample) -> SegmenterScores:
    """Score one image."""
    pixels = sample.load()
    started = time.perf_counter()
    levels = segmenter.maps(pixels)
    found = segmenter.lines(pixels, levels)
    seconds = time.perf_counter() - started
    return replace(score_lines(sample, levels[0], found, segmenter.params), seconds=seconds)


def score_lines(
    sample: SceneSample, level: Level, found: Sequence[TextLine], params: SegmenterParams
) -> SegmenterScores:
    """Score what was found in one image, given its finest maps."""
    labels = scene_lines(sample)
    regions = [
        Region(to_polygon(line.ribbon.polygon), line.text, line.ignore, pseudo=False) for line in labels
    ]
    lines = score_scene(regions, [Found(line.polygon) for line in found]).detection
    words, precise = _coverage(sample, found)
    overlap, union = _cells(level, labels, params.region_threshold)
    return SegmenterScores(lines, words, precise, overlap, union, images=1)


def score_samples(segmenter: Segmenter, samples: Iterable[SceneSample]) -> SegmenterScores:
    """Score many images."""
    return sum((score_sample(segmenter, sample) for sample in samples), SegmenterScores())


def count_false_lines(segmenter: Segmenter, paths: Iterable[Path]) -> dict[str, int]:
    """False lines on photos without text: how many photos show any, and how many lines these are."""
    counts = [len(segmenter.segment(load_pixels(path))) for path in paths]
    return {"images": len(counts), "with_lines": sum(map(bool, counts)), "lines": sum(counts)}


def _coverage(sample: SceneSample, found: Sequence[TextLine]) -> tuple[RegionCounts, RegionCounts]:
    words = [_valid(region_ribbon(region).polygon) for region in sample.regions]
    lines = [_valid(np.asarray(line.polygon)) for line in found]
    wanted = [shape for shape, region in zip(words, sample.regions, strict=True) if not region.ignore]
    excused = shapely.union_all(
        [shape for shape, region in zip(words, sample.regions, strict=True) if region.ignore]
    )
    tree = shapely.STRtree(lines)
    hits = sum(
        any(word.intersection(lines[index]).area > WORD_COVER * word.area for index in tree.query(word))
        for word in wanted
    )
    every = shapely.union_all(wanted)
    counted = right = 0
    for line in lines:
        if line.intersection(excused).area > LINE_COVER * line.area:
            continue
        counted += 1
        right += line.intersection(every).area > LINE_COVER * line.area
    return RegionCounts(len(wanted), len(lines), hits), RegionCounts(len(wanted), counted, right)


def _cells(level: Level, labels: Sequence[LineLabel], threshold: float) -> tuple[int, int]:
    truth = np.zeros(level.region.shape, np.uint8)
    for keep in (False, True):  # don't-cares last: they win where they overlap
        for line in labels:
            if line.ignore is keep:
                cells = line.ribbon.polygon / level.cell - 0.5
                cv2.fillPoly(truth, [np.round(cells * 16).astype(np.int32)], 2 if keep else 1, shift=4)
    found = level.region > 255 * threshold
    counted = truth < 2
    return int((found & (truth == 1)).sum()), int(((found | (truth == 1)) & counted).sum())


def _valid(points: np.ndarray) -> shapely.Polygon:
    shape = shapely.Polygon(points)
    return shape if shape.is_valid else shapely.convex_hull(shape)


def main(arguments: Sequence[str] | None = None) -> None:
    """Score a model on labelled images and on photos without text; write the tables as JSON to stdout."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("model", type=Path, help="ONNX file")
    parser.add_argument("--sets", nargs="+", default=list(SCENE_SETS))
    parser.add_argument("--split", choices=("train", "validation"), default="validation")
    parser.add_argument("--limit", type=int, default=None, help="first images of each set only")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--params", type=json.loads, default={}, help="JSON object of segmenter parameters")
    options = parser.parse_args(arguments)
    session = Session(options.model, choose_device("cpu"), options.threads)
    segmenter = Segmenter(session, SegmenterParams.of(options.params))
    result = {"params": asdict(segmenter.params)}
    for name in options.sets:
        samples = read_scenes(name, options.split)[: options.limit]
        result[name] = score_samples(segmenter, samples).table()
    quiet = read_backgrounds(options.split)[: options.limit]
    result[BACKGROUND_SET] = count_false_lines(segmenter, quiet)
    sys.stdout.write(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
