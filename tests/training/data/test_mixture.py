import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from ocrapp.training.corpus import CHARSET, Corpus
from ocrapp.training.data.augment import augmented
from ocrapp.training.data.batches import DataConfig, WordBatches
from ocrapp.training.data.mixture import Mixture, RealCrops, read_crops
from ocrapp.training.fonts import FontLibrary
from ocrapp.training.render.words import WordImage


class Solid:
    """A source whose crops tell where they came from."""

    def __init__(self, name: str) -> None:
        self.name = name

    def draw(self, rng: np.random.Generator, ease: float = 0.0) -> WordImage:
        return WordImage(np.zeros((32, 64, 3), np.uint8), self.name, np.zeros(len(self.name), np.float32))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of two labelled crops: a word, and one with a character that we do not know."""
    (tmp_path / "set" / "images").mkdir(parents=True)
    rows = []
    for name, text in (("a", "Grün"), ("b", "汉")):
        picture = np.full((40, 100, 3), 200, np.uint8)
        cv2.putText(picture, "Gr", (5, 30), cv2.FONT_HERSHEY_SIMPLEX, 1, (0, 0, 0), 2)
        (tmp_path / "set" / "images" / f"{name}.png").write_bytes(cv2.imencode(".png", picture)[1].tobytes())
        rows.append(json.dumps({"image": f"images/{name}.png", "text": text}))
    (tmp_path / "set" / "labels.jsonl").write_text("\n".join(rows), encoding="utf-8")
    return tmp_path


def test_sources_are_drawn_by_weight() -> None:
    mixture = Mixture({"a": (Solid("a"), 3.0), "b": (Solid("b"), 1.0)})
    rng = np.random.default_rng(0)
    texts = [mixture.draw(rng).text for _ in range(2000)]
    assert texts.count("a") / 2000 == pytest.approx(0.75, abs=0.04)


def test_labelled_folder_is_read_and_unknown_characters_are_left_out(folder: Path) -> None:
    crops = RealCrops(read_crops("set", folder), 12.0)
    assert len(crops) == 1
    drawn = crops.draw(np.random.default_rng(0))
    assert drawn.text == "Grün"
    assert np.isnan(drawn.centres).all()


def test_missing_folder_is_empty(tmp_path: Path) -> None:
    assert read_crops("nowhere", tmp_path) == []


def test_augmentation_changes_pixels_but_hardly_the_aspect() -> None:
    rng = np.random.default_rng(3)
    picture = rng.integers(0, 255, (48, 160, 3), dtype=np.uint8)
    changed = 0
    for _ in range(50):
        other = augmented(rng, picture)
        assert other.dtype == np.uint8
        assert other.shape[1] / other.shape[0] == pytest.approx(160 / 48, rel=0.12)
        changed += other.shape != picture.shape or bool((other != picture).any())
    assert changed > 40


def test_batches_of_a_recipe_hold_real_crops_too(folder: Path) -> None:
    if not len(FontLibrary.find(CHARSET)):
        pytest.skip("no fonts are installed")
    config = DataConfig({"words": 0.5, "set": 0.5, "nowhere": 1.0}, batch=8)
    stream = WordBatches(config, 1, [folder])
    seen = 0
    for batch in stream:
        assert batch.images.shape[0] == len(batch.lengths)
        assert int(batch.lengths.sum()) == len(batch.targets)
        seen += sum(
            "".join(CHARSET[c - 1] for c in part) == "Grün"
            for part in batch.targets.split(batch.lengths.tolist())
        )
        if seen >= 3:
            break
    assert seen >= 3


def test_corpus_without_prose_still_speaks() -> None:
    assert Corpus.from_file(None).word(np.random.default_rng(0))
