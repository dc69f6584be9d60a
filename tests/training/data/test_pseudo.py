"""Pseudo-labels: which regions are read, what is kept, and what a row says."""

import json
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocrapp.errors import OutputNotWritableError
from ocrapp.page import Polygon
from ocrapp.training.data.pseudo import Crop, label, unlabelled
from ocrapp.training.data.real import Pixels, Region, SceneSample
from ocrapp.training.peers import RapidOcr
from ocrapp.training.readers import CropKind, PageReading, ReaderInfo, Reading


class Teacher:
    """Reads "w9" where the crop is nine pixels wide, and is the surer the wider it is."""

    info = ReaderInfo("teacher", "2.1", "CPU", 1, "none")

    def read_crops(self, crops: Sequence[Pixels], kind: CropKind) -> list[Reading]:
        return [Reading(f"w{crop.shape[1]}", min(1.0, crop.shape[1] / 100)) for crop in crops]

    def read_image(self, pixels: Pixels, dpi: float | None = None, *, words: bool = False) -> PageReading:
        raise NotImplementedError


def box(x: float, y: float, width: float, height: float) -> Polygon:
    return ((x, y), (x + width, y), (x + width, y + height), (x, y + height))


def photo(path: Path, regions: tuple[Region, ...]) -> SceneSample:
    image = Image.new("RGB", (300, 100), "white")
    ImageDraw.Draw(image).text((20, 20), "Harbour", "black", ImageFont.load_default(40))
    path.write_bytes(cv2.imencode(".png", np.asarray(image))[1].tobytes())
    return SceneSample(path, 300, 100, regions, "photos")


def rows(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "labels.jsonl").read_text(encoding="utf-8").splitlines()]


def test_only_unread_regions_of_some_size_are_cut_out(tmp_path: Path) -> None:
    regions = (
        Region(box(0, 0, 50, 20), "known", False),
        Region(box(0, 0, 50, 20), None, True),
        Region(box(0, 0, 50, 20), None, False),
        Region(box(0, 0, 50, 5), None, False),
    )
    crops = list(unlabelled([photo(tmp_path / "a.png", regions), photo(tmp_path / "b.png", regions[:2])]))
    assert [(crop.source, crop.region) for crop in crops] == [("a.png", 2)]
    assert crops[0].pixels.shape[1] == 50


def test_sure_readings_are_kept_and_name_the_teacher(tmp_path: Path) -> None:
    crops = [Crop(np.full((10, width, 3), width, np.uint8), "a.jpg", width) for width in range(30, 100)]
    assert label(crops, Teacher(), tmp_path / "set", threshold=0.9) == (10, 70)
    written = rows(tmp_path / "set")
    assert [row["text"] for row in written] == [f"w{width}" for width in range(90, 100)]
    assert written[0] == {
        "image": "images/a_90.png",
        "text": "w90",
        "label": "pseudo",
        "teacher": "teacher 2.1",
        "confidence": 0.9,
        "source": "a.jpg",
        "region": 90,
    }
    with Image.open(tmp_path / "set" / "images" / "a_95.png") as image:
        assert image.size == (95, 10)
    with pytest.raises(OutputNotWritableError, match="exists already"):
        label(crops, Teacher(), tmp_path / "set")


@pytest.mark.skipif(find_spec("rapidocr") is None, reason="rapidocr is not installed")
def test_a_real_teacher(tmp_path: Path) -> None:
    sample = photo(tmp_path / "a.png", (Region(box(12, 20, 175, 55), None, False),))
    assert label(unlabelled([sample]), RapidOcr(), tmp_path / "set") == (1, 1)
    (row,) = rows(tmp_path / "set")
    assert row["text"] == "Harbour"
    assert row["teacher"].startswith("rapidocr 3.")
