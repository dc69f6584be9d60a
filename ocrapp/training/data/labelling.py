"""The command that has a teacher label real crops: ``python -m ocrapp.training label RECIPE OUT``."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
import typer

from ocrapp.errors import UsageError
from ocrapp.page import Polygon
from ocrapp.reading.stages import load_segmenter
from ocrapp.runtime import choose_device, load_catalog
from ocrapp.training.data.crops import (
    LABELLED,
    LOOSE,
    MASKED,
    TIGHT,
    labelled,
    page_lines,
    unlabelled,
    without_copies,
    words,
)
from ocrapp.training.data.mending import has_no_letters, true_piece, with_case, with_punctuation
from ocrapp.training.data.pseudo import THRESHOLD, Crop, Rule, as_read, label
from ocrapp.training.data.real import Pixels, read_pages, read_scenes, read_words
from ocrapp.training.peers import RapidOcr

DETECTION_SIDE = 1088
"""Longer sides of a page are reduced to so many pixels before PP-OCR looks for lines."""

FROM_PHOTOS = ("scenes_ic15_train", "scenes_ic03_train")
"""Photos whose words are in the word sets, held-out ones among them: nothing may be cut from these."""


@dataclass(frozen=True, slots=True)
class Job:
    """Where a recipe finds its material.

    Attributes:
        teacher: Who finds and reads.
        data: Data folder; None for ``data_folder()``.
        limit: At most so many images.
        skip: So many images are left out at the beginning.
    """

    teacher: RapidOcr
    data: Path | None
    limit: int | None
    skip: int = 0

    @property
    def part(self) -> slice:
        """Which images."""
        return slice(self.skip, None if self.limit is None else self.skip + self.limit)


@dataclass(frozen=True, slots=True)
class Recipe:
    """A set that can be made.

    Attributes:
        crops: What is read.
        rule: What becomes a label.
        what: One line about it.
    """

    crops: Callable[[Job], Iterator[Crop]]
    rule: Rule
    what: str


def receipts(job: Job) -> Iterator[Crop]:
    """Labelled lines of the receipts."""
    return labelled(read_scenes("docs_sroie", root=job.data)[job.part], LABELLED)


def pages(job: Job) -> Iterator[Crop]:
    """Whole lines of the scanned pages, as the teacher's detector finds them."""

    def find(pixels: Pixels) -> list[Polygon]:
        scale = min(1.0, DETECTION_SIDE / max(pixels.shape[:2]))
        small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        found = job.teacher.find_lines(np.asarray(small, np.uint8))
        return [tuple((x / scale, y / scale) for x, y in line) for line in found]

    return page_lines(read_pages(root=job.data)[job.part], find, LOOSE)


def pieces(job: Job) -> Iterator[Crop]:
    """Lines and pieces of lines of the scanned pages, as our segmenter finds them."""
    segmenter = load_segmenter(load_catalog(), choose_device("cpu")).worker

    def find(pixels: Pixels) -> list[Polygon]:
        return [line.polygon for line in segmenter.segment(pixels)]

    return page_lines(read_pages(root=job.data)[job.part], find, TIGHT)


def photos(job: Job) -> Iterator[Crop]:
    """Words of MLT 2017 that a teacher has read before, of photos that no other set holds."""
    samples = read_scenes("scenes_mlt17_boxes", root=job.data)
    others = [photo for name in FROM_PHOTOS for photo in read_scenes(name, "all", root=job.data)]
    kept, copies = without_copies(samples, others)
    for copy, twin in copies:
        typer.echo(f"left out: {copy} is {twin}", err=True)
    return labelled(kept[job.part], MASKED)


RECIPES: dict[str, Recipe] = {
    "receipts": Recipe(
        receipts,
        Rule(with_case, "case", 0.9, "line", certain=has_no_letters),
        "lines of docs_sroie; case by the teacher",
    ),
    "pages": Recipe(
        pages, Rule(true_piece, "matched", 0.5, "line"), "lines of pages_unlv; text of the page's truth"
    ),
    "pieces": Recipe(pieces, Rule(true_piece, "matched", 0.5, "line"), "the same, cut as our segmenter does"),
    "photos": Recipe(
        photos,
        Rule(as_read, "pseudo", THRESHOLD, "word", certain=bool, author="PP-OCRv6 small, as the set says"),
        "words of scenes_mlt17_boxes as labelled there",
    ),
    "svt": Recipe(
        lambda job: words(read_words("words_svt_train", root=job.data)[job.part]),
        Rule(with_case, "case", 0.8, "word"),
        "words_svt_train; case by the teacher",
    ),
    "iiit5k": Recipe(
        lambda job: words(read_words("words_iiit5k_train", root=job.data)[job.part]),
        Rule(with_punctuation, "punctuation", 0.9, "word"),
        "words_iiit5k_train; punctuation by the teacher",
    ),
    "unread": Recipe(
        lambda job: unlabelled(read_scenes("scenes_mlt17_boxes", root=job.data)[job.part]),
        Rule(as_read, "pseudo", THRESHOLD, "word"),
        "words of scenes_mlt17_boxes without a label",
    ),
}


def main(
    recipe: Annotated[str, typer.Argument(help="; ".join(f"{k}: {r.what}" for k, r in RECIPES.items()))],
    out: Annotated[Path, typer.Argument(help="New folder for images/ and labels.jsonl.")],
    *,
    data: Annotated[Path | None, typer.Option(help="Data folder; else $OCRAPP_DATA.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many images.")] = None,
    skip: Annotated[int, typer.Option(min=0, help="Leave out so many images first.")] = 0,
    threads: Annotated[int, typer.Option(min=0, help="CPU threads of the teacher; 0: let it decide.")] = 1,
) -> None:
    """Label crops of the training images with RapidOCR, or mend the labels that they have."""
    if recipe not in RECIPES:
        raise UsageError(f"There is no recipe {recipe!r}.", f"Choose among: {', '.join(RECIPES)}.")
    chosen = RECIPES[recipe]
    teacher = RapidOcr(threads)
    kept, seen = label(chosen.crops(Job(teacher, data, limit, skip)), chosen.rule, teacher, out)
    typer.echo(f"{kept} of {seen} crops labelled: {out}")


if __name__ == "__main__":
    typer.run(main)
