"""Labels by a teacher: what is kept, what a row says, and reading such a folder."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from ocrapp.errors import InputNotFoundError, InputUnreadableError, OutputNotWritableError
from ocrapp.training.data.mending import with_case
from ocrapp.training.data.pseudo import Crop, Rule, as_read, label, read_folder
from ocrapp.training.data.real import Pixels, is_validation
from ocrapp.training.readers import CropKind, PageReading, ReaderInfo, Reading

SURE = Rule(as_read, "pseudo", 0.9, "word")


class Teacher:
    """Reads "w9" where the crop is nine pixels wide, and is the surer the wider it is."""

    info = ReaderInfo("teacher", "2.1", "CPU", 1, "none")

    def read_crops(self, crops: Sequence[Pixels], kind: CropKind) -> list[Reading]:
        return [Reading(f"w{crop.shape[1]}", min(1.0, crop.shape[1] / 100)) for crop in crops]

    def read_image(self, pixels: Pixels, dpi: float | None = None, *, words: bool = False) -> PageReading:
        raise NotImplementedError


def rows(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "labels.jsonl").read_text(encoding="utf-8").splitlines()]


def crop(width: int, known: str = "", source: str = "a.jpg") -> Crop:
    return Crop(np.full((10, width, 3), width, np.uint8), source, width, known)


def test_sure_readings_are_kept_and_name_the_teacher(tmp_path: Path) -> None:
    crops = [crop(width) for width in range(30, 100)]
    assert label(crops, SURE, Teacher(), tmp_path / "set") == (10, 70)
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
    with pytest.raises(OutputNotWritableError, match="exists already"):
        label(crops, SURE, Teacher(), tmp_path / "set")


def test_what_is_known_decides_with_the_reading(tmp_path: Path) -> None:
    rule = Rule(with_case, "case", 0.0, "word")
    assert label([crop(50, "W50"), crop(51, "W99"), crop(52)], rule, Teacher(), tmp_path / "set") == (1, 3)
    (row,) = rows(tmp_path / "set")
    assert (row["text"], row["label"], row["region"]) == ("w50", "case", 50)


def test_what_is_certain_is_not_read(tmp_path: Path) -> None:
    rule = Rule(with_case, "case", 0.0, "word", certain=str.isdigit, author="somebody")
    assert label([crop(50, "W50"), crop(51, "99")], rule, Teacher(), tmp_path / "set") == (2, 2)
    read, given = rows(tmp_path / "set")
    assert (read["text"], read["teacher"]) == ("w50", "teacher 2.1")
    assert (given["text"], given["teacher"], given["confidence"]) == ("99", "somebody", None)


def test_grey_crops_are_saved_grey_and_colours_stay(tmp_path: Path) -> None:
    red = np.zeros((12, 95, 3), np.uint8)
    red[..., 0] = 200
    label([crop(91), Crop(red, "b.jpg", 7)], SURE, Teacher(), tmp_path)
    with Image.open(tmp_path / "images" / "a_91.png") as image:
        assert (image.mode, image.size, image.getpixel((0, 0))) == ("L", (91, 10), 91)
    with Image.open(tmp_path / "images" / "b_7.png") as image:
        assert (image.mode, image.getpixel((0, 0))) == ("RGB", (200, 0, 0))


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputNotWritableError, match="cannot be written"):
        label([crop(95)], SURE, Teacher(), tmp_path / "file" / "set")


def test_reading_a_folder_keeps_texts_exactly_and_leaves_held_out_images(tmp_path: Path) -> None:
    folder = tmp_path / "lines_a"
    (folder / "images").mkdir(parents=True)
    (folder / "images" / "1.png").write_bytes(cv2.imencode(".png", np.zeros((3, 5), np.uint8))[1].tobytes())
    held_out = next(f"{n}.jpg" for n in range(100) if is_validation(f"{n}.jpg"))
    trained = next(f"{n}.jpg" for n in range(100) if not is_validation(f"{n}.jpg"))
    labels = [
        {"image": "images/1.png", "text": "a  B\u0301 ", "source": trained},
        {"image": "images/2.png", "text": "no", "source": held_out},
    ]
    text = "".join(json.dumps(row) + "\n" for row in labels)
    (folder / "labels.jsonl").write_text(text, encoding="utf-8")
    (sample,) = read_folder(folder)
    assert (sample.text, sample.dataset, sample.exact, sample.punctuation) == (
        "a  B\u0301 ",
        "lines_a",
        True,
        True,
    )
    assert sample.load().shape == (3, 5, 3)


def test_a_missing_or_broken_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputNotFoundError, match="does not exist"):
        read_folder(tmp_path)
    (tmp_path / "labels.jsonl").write_text('{"image": "1.png", "text": "a"}\n{"image"', encoding="utf-8")
    with pytest.raises(InputUnreadableError, match="Line 2"):
        read_folder(tmp_path)
