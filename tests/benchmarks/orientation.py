"""Which way up pages are: share of pages whose orientation is found, turned by quarters and skewed.

    python -m tests.benchmarks.orientation --pages 50

Pages are rendered here with common fonts of this machine; receipts and photos come from the data folder
($OCRAPP_DATA). Photos stand on their feet already: here a page that is turned is a mistake.
"""

import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
import typer

from ocrapp.reading.orientation import View, find_view
from ocrapp.reading.stages import Pixels, load_recognizer, load_segmenter
from ocrapp.runtime import choose_device, load_catalog
from ocrapp.training.corpus import Corpus
from ocrapp.training.data.real import SCENE_SETS, data_folder, read_backgrounds, read_scenes
from ocrapp.training.fonts import SYSTEM_FOLDERS, FontFace, FontLibrary
from ocrapp.training.render.documents import DocumentOptions, render_document
from ocrapp.training.render.grounds import Photos
from ocrapp.training.render.screens import ScreenOptions, render_screen
from ocrapp.training.report import percent, table
from tests.benchmarks.drawn import FILES
from tests.benchmarks.side_by_side import document

SKEWS = (0.0, -5.0, 5.0)
"""Degrees, in turns; clockwise."""
COLUMNS = ["pages", "turned by", "number", "right %", "s / page (median)", "tried on its side %"]
GLYPHS = frozenset(map(chr, range(33, 127)))
LONGEST_SIDE = 1280


@dataclass(slots=True)
class Score:
    """What became of the pages of one kind and orientation."""

    right: list[bool] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    looks: list[int] = field(default_factory=list)

    def row(self, name: str, turn: int) -> list[object]:
        twice = statistics.mean(looks > 1 for looks in self.looks)
        share = statistics.mean(self.right)
        seconds = f"{statistics.median(self.seconds):.2f}"
        return [name, f"{turn}°", len(self.right), percent(share), seconds, percent(twice)]


class Finder:
    """Finds the orientation with the shipped models, as the pipeline does."""

    def __init__(self, device: str) -> None:
        catalog, chosen = load_catalog(), choose_device(device)
        self._segmenter = load_segmenter(catalog, chosen).worker
        self._recognizer = load_recognizer(catalog, chosen).worker
        self.looks = 0

    def find(self, pixels: Pixels) -> View:
        self.looks = 0
        return find_view(pixels, self._segment, self._recognizer.read)

    def _segment(self, pixels: Pixels) -> list:
        self.looks += 1
        return self._segmenter.segment(pixels)


def main(
    pages: Annotated[int, typer.Option(min=1, help="Pages of each kind.")] = 30,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda:N.")] = "auto",
) -> None:
    finder = Finder(device)
    rows = []
    for name, images in (
        ("documents", documents()),
        ("screens", screens()),
        ("docs_sroie", real("docs_sroie")),
    ):
        scores = {turn: Score() for turn in (0, 90, 180, 270)}
        for number, image in enumerate(islice(images, pages)):
            for turn, score in scores.items():
                measure(finder, turned(image, turn, SKEWS[number % len(SKEWS)]), turn, score)
        rows += [score.row(name, turn) for turn, score in scores.items() if score.right]
        typer.echo(f"{name}: done", err=True)
    for name in SCENE_SETS:
        score = Score()
        for image in islice(real(name), pages) if name != "docs_sroie" else ():
            measure(finder, image, 0, score)
        rows += [score.row(name, 0)] if score.right else []
    notes = (
        [] if data_folder().is_dir() else [f"Receipts and photos are missing: there is no {data_folder()}."]
    )
    skews = ", ".join(f"{skew:g}°" for skew in SKEWS)
    typer.echo(
        document(
            "Page orientation", [*notes, f"Every page is skewed by one of {skews}.", table(COLUMNS, rows)]
        )
    )


def measure(finder: Finder, pixels: Pixels, turn: int, score: Score) -> None:
    began = time.perf_counter()
    view = finder.find(pixels)
    score.seconds.append(time.perf_counter() - began)
    score.looks.append(finder.looks)
    # A page that was turned clockwise by 90 degrees has to be turned by three more quarters.
    undone = 90 * view.sideways + 180 * view.head_down
    score.right.append((turn + undone) % 360 == 0 and bool(view.lines or not turn))


def turned(image: Pixels, degrees: int, skew: float) -> Pixels:
    """The image turned clockwise by quarters, and by a few degrees more on ground of its own colour."""
    pixels = np.rot90(image, -degrees // 90)
    height, width = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -skew, 1.0)
    cos, sin = abs(matrix[0, :2])
    size = round(width * cos + height * sin), round(width * sin + height * cos)
    matrix[:, 2] += (size[0] - width) / 2, (size[1] - height) / 2
    ground = np.median(pixels.reshape(-1, 3)[::7], axis=0).tolist()
    leaning = cv2.warpAffine(
        np.ascontiguousarray(pixels), matrix, size, flags=cv2.INTER_CUBIC, borderValue=ground
    )
    return np.asarray(leaning, np.uint8)


def documents() -> Iterator[Pixels]:
    """Columns, tables, receipts, forms and slides."""
    fonts, texts, photos = _sources()
    for seed in range(10_000):
        options = DocumentOptions(800, 1000, smallest=14, largest=40)
        page = render_document(np.random.default_rng(seed), fonts, texts, photos, options)
        if len(page.lines) > 2:
            yield page.image


def screens() -> Iterator[Pixels]:
    fonts, texts, photos = _sources()
    for seed in range(10_000):
        options = ScreenOptions(1000, 700, smallest=12, largest=24)
        yield render_screen(np.random.default_rng(seed), fonts, texts, photos, options).image


def real(name: str) -> Iterator[Pixels]:
    """Held-out images that stand on their feet; none without the data folder."""
    for sample in read_scenes(name, "validation", missing="empty"):
        image = sample.load()
        scale = LONGEST_SIDE / max(image.shape[:2])
        if scale < 1:
            image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        yield np.asarray(image, np.uint8)


def _sources() -> tuple[FontLibrary, Corpus, Photos]:
    found = {
        path.name: path for folder in SYSTEM_FOLDERS for path in folder.rglob("*.ttf") if path.name in FILES
    }
    fonts = FontLibrary(FontFace(Path(path), path.stem, GLYPHS) for path in found.values())
    return fonts, Corpus(), Photos(read_backgrounds("validation", missing="empty")[:40])


if __name__ == "__main__":
    typer.run(main)
