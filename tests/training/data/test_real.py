"""Readers of the jsonl sets, on a small data folder made here."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from ocrapp.errors import InputEmptyError, InputNotFoundError, InputUnreadableError, UsageError
from ocrapp.training.data import real

NAMES = [f"word_{number}.png" for number in range(40)]


def write_set(root: Path, name: str, rows: list[dict]) -> Path:
    folder = root / name
    (folder / "images").mkdir(parents=True)
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    (folder / "labels.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_validation_is_a_matter_of_the_base_name() -> None:
    # The last digits of printf NAME | sha1sum.
    expected = {"word_15.jpg": "0", "11_11_2.jpg": "1", "word_2.jpg": "2", "word_17.jpg": "3", "abc": "d"}
    for name, last in expected.items():
        assert real.is_validation(name) == (last in "012")
        assert real.is_validation(Path("images") / name) == (last in "012")


def test_words_carry_what_the_labels_are_worth(tmp_path: Path) -> None:
    rows = [{"image": f"images/{name}", "text": "A"} for name in NAMES]
    write_set(tmp_path, "words_svt_train", rows)
    write_set(tmp_path, "words_iiit5k_train", rows)
    train = real.read_words("words_svt_train", "train", root=tmp_path)
    validation = real.read_words("words_svt_train", "validation", root=tmp_path)
    assert {s.path.name for s in train} | {s.path.name for s in validation} == set(NAMES)
    assert not {s.path.name for s in train} & {s.path.name for s in validation}
    assert len(real.read_words("words_svt_train", "all", root=tmp_path)) == len(NAMES)
    assert not train[0].exact
    assert train[0].punctuation
    everything = real.read_words("all", "all", root=tmp_path, missing="empty")
    assert {s.dataset for s in everything} == {"words_svt_train", "words_iiit5k_train"}
    iiit = next(s for s in everything if s.dataset == "words_iiit5k_train")
    assert iiit.exact
    assert not iiit.punctuation


def test_broken_letters_are_mended(tmp_path: Path) -> None:
    write_set(tmp_path, "words_ic03_train", [{"image": "images/a.jpg", "text": "Cafï¿½"}])
    assert real.read_words("words_ic03_train", "all", root=tmp_path)[0].text == "Café"


def test_scenes(tmp_path: Path) -> None:
    polygon = [[1.5, 2], [9, 2], [9, 5], [1.5, 5]]
    regions = [
        {"polygon": polygon, "text": "###", "ignore": True},
        {"polygon": polygon, "text": None, "ignore": False},
        {"polygon": polygon, "text": "IN", "ignore": False, "label": "pseudo"},
    ]
    write_set(tmp_path, "docs_sroie", [{"image": "images/a.jpg", "size": [20, 10], "regions": regions}])
    (scene,) = real.read_scenes("docs_sroie", "all", root=tmp_path)
    assert (scene.width, scene.height, scene.exact) == (20, 10, False)
    assert [r.text for r in scene.regions] == [None, None, "IN"]
    assert [r.ignore for r in scene.regions] == [True, False, False]
    assert [r.pseudo for r in scene.regions] == [False, False, True]
    assert scene.regions[0].polygon[0] == (1.5, 2.0)


def test_pages_and_backgrounds(tmp_path: Path) -> None:
    write_set(tmp_path, "pages_unlv", [{"image": "images/a.png", "size": [2, 2], "page_text": "a~c\n"}])
    assert [page.text for page in real.read_pages("all", root=tmp_path)] == ["a~c\n"]
    (tmp_path / "backgrounds").mkdir()
    (tmp_path / "backgrounds" / "1.jpg").write_bytes(b"-")
    assert [p.name for p in real.read_backgrounds("all", root=tmp_path)] == ["1.jpg"]


def test_absence_is_told_or_tolerated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCRAPP_DATA", str(tmp_path / "nowhere"))
    with pytest.raises(InputNotFoundError, match="OCRAPP_DATA"):
        real.read_words("words_svt_train")
    assert real.read_words(missing="empty") == []
    assert real.read_pages(missing="empty") == []
    assert real.read_backgrounds(missing="empty") == []
    with pytest.raises(UsageError, match="words_ic15_train"):
        real.read_words("words_xyz")


def test_a_broken_label_file_is_named(tmp_path: Path) -> None:
    folder = write_set(tmp_path, "pages_unlv", [])
    (folder / "labels.jsonl").write_text("{}\n", encoding="utf-8")
    with pytest.raises(InputUnreadableError, match="Line 1 of"):
        real.read_pages("all", root=tmp_path)


def test_pixels_are_rgb(tmp_path: Path) -> None:
    red = np.zeros((4, 6, 3), np.uint8)
    red[..., 2] = 255  # OpenCV writes BGR
    data = cv2.imencode(".png", red)[1].tobytes()
    path = tmp_path / "röt.png"
    path.write_bytes(data)
    for source in (path, data):
        pixels = real.load_pixels(source)
        assert pixels.shape == (4, 6, 3)
        assert pixels[0, 0].tolist() == [255, 0, 0]
    with pytest.raises(InputEmptyError):
        real.load_pixels(b"")
    with pytest.raises(InputUnreadableError):
        real.load_pixels(b"no image")
    with pytest.raises(InputNotFoundError):
        real.load_pixels(tmp_path / "none.png")
