"""Ground truth files in the forms of the ICDAR tasks."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from ocrapp.errors import InputNotFoundError, InputUnreadableError
from ocrapp.training.data.icdar import crop_words, read_icdar_scene, read_icdar_words, read_regions

QUAD = ((1.0, 2.0), (9.0, 2.0), (9.0, 6.0), (1.0, 6.0))


@pytest.mark.parametrize(
    ("line", "text", "ignore"),
    [
        ("1,2,9,2,9,6,1,6,Genaxis Theatre", "Genaxis Theatre", False),
        ("1,2,9,2,9,6,1,6,###", None, True),
        ("1,2,9,2,9,6,1,6,$1,234", "$1,234", False),
        ("1,2,9,2,9,6,1,6,Latin,11,5", "11,5", False),
        ("1,2,9,2,9,6,1,6,None,###", None, True),
        ('1, 2, 9, 6, "Tiredness"', "Tiredness", False),
        ('1 2 9 6 "a \\"b\\""', 'a "b"', False),
        ("1,2,9,6,plain, text", "plain, text", False),
    ],
)
def test_forms_of_lines(tmp_path: Path, line: str, text: str | None, ignore: bool) -> None:
    path = tmp_path / "gt.txt"
    path.write_text(f"{line}\r\n\r\n", encoding="utf-8-sig")
    (region,) = read_regions(path)
    assert (region.polygon, region.text, region.ignore) == (QUAD, text, ignore)


def test_words_are_cut_out_of_a_photo(tmp_path: Path) -> None:
    pixels = np.zeros((40, 60, 3), np.uint8)
    pixels[10:20, 20:50] = (0, 0, 255)  # red, BGR
    (tmp_path / "img_1.png").write_bytes(cv2.imencode(".png", pixels)[1].tobytes())
    truth = tmp_path / "gt_img_1.txt"
    truth.write_text("20,10,50,10,50,20,20,20,EXIT\n0,0,5,0,5,5,0,5,###\n", encoding="utf-8")
    scene = read_icdar_scene(tmp_path / "img_1.png", truth, "ic15")
    assert (scene.width, scene.height, len(scene.regions)) == (60, 40, 2)
    (word,) = crop_words(scene)
    assert (word.text, word.name, word.dataset) == ("EXIT", "img_1.png#1", "ic15")
    crop = word.load()
    assert word.size == (crop.shape[1], crop.shape[0])
    assert crop.shape[1] / crop.shape[0] == pytest.approx(3, rel=0.1)
    assert crop[crop.shape[0] // 2, crop.shape[1] // 2].tolist() == [255, 0, 0]


def test_lists_of_word_crops(tmp_path: Path) -> None:
    (tmp_path / "word_1.png").write_bytes(b"x")
    truth = tmp_path / "gt.txt"
    truth.write_text('word_1.png, "Joint, \\"s"\nword_2.png, "###"\n', encoding="utf-8-sig")
    (word,) = read_icdar_words(truth, tmp_path)
    assert (word.name, word.text, word.data) == ("word_1.png", 'Joint, "s', b"x")
    truth.write_text('word_9.png, "a"\n', encoding="utf-8")
    with pytest.raises(InputNotFoundError, match=r"word_9\.png"):
        list(read_icdar_words(truth, tmp_path))


def test_faults_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputNotFoundError):
        read_regions(tmp_path / "none.txt")
    path = tmp_path / "gt.txt"
    path.write_text("1,2,3,4\n", encoding="utf-8")
    with pytest.raises(InputUnreadableError, match="Line 1 of"):
        read_regions(path)
    path.write_bytes(b"1,2,3,4,\xff\xfe")
    with pytest.raises(InputUnreadableError, match="UTF-8"):
        read_regions(path)
