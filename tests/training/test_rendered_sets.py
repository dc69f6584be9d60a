"""Words drawn for evaluation: the same again, readable, turned by any angle."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from ocrapp.training import rendered_sets
from ocrapp.training.corpus import CHARSET, Corpus
from ocrapp.training.data.real import Pixels
from ocrapp.training.evaluation import Plan, evaluate
from ocrapp.training.fonts import FontLibrary
from ocrapp.training.metrics import plain
from ocrapp.training.readers import CropKind, ReaderInfo, Reading
from ocrapp.training.render.words import WordRenderer
from ocrapp.training.rendered_sets import rendered_words, turned
from ocrapp.training.report import contact_sheet
from ocrapp.training.scores import catalog_scores


@pytest.fixture(autouse=True)
def few_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path("/usr/share/fonts/truetype/dejavu")
    if not folder.exists():
        pytest.skip("needs the Debian package fonts-dejavu-core")
    renderer = WordRenderer(
        Corpus("", 300), FontLibrary.find(CHARSET, [folder]), [], line_share=0.0, turned_share=0.0
    )
    monkeypatch.setattr(rendered_sets, "_renderer", lambda root: renderer)


def test_sets_are_the_same_again_and_a_limit_takes_the_first() -> None:
    first, again = rendered_words("rotated", 6), rendered_words("rotated", 4)
    assert [word.path for word in again] == [word.path for word in first[:4]]
    assert np.array_equal(first[2].pixels, again[2].load())
    assert all(plain(word.text) and len(word.text) <= 25 for word in first)


def test_rotated_words_are_the_rendered_ones_turned() -> None:
    upright, rotated = rendered_words("rendered", 12), rendered_words("rotated", 12)
    assert [word.text for word in upright] == [word.text for word in rotated]
    shapes = [(u.pixels.shape, r.pixels.shape) for u, r in zip(upright, rotated, strict=True)]
    assert sum(u != r for u, r in shapes) >= 11
    tall = sum(r[0] > r[1] for _, r in shapes)
    assert 2 <= tall <= 10


class Knowing:
    """Knows all words but the first, and is asked for words alone."""

    info = ReaderInfo("knowing", "1", "CPU", 1, "none")

    def __init__(self) -> None:
        self.known = {word.pixels.tobytes(): word.text for word in rendered_words("rotated", 4)[1:]}

    def read_crops(self, crops: Sequence[Pixels], kind: CropKind) -> list[Reading]:
        assert kind == "word"
        return [Reading(self.known.get(crop.tobytes(), "?"), 0.8) for crop in crops]


def test_they_are_evaluated_and_shown_like_real_words() -> None:
    evaluation = evaluate(Knowing(), ["rotated"], Plan(limit=4))  # type: ignore[arg-type]  # reads no pages
    results = evaluation.words["rotated"]
    assert [result.right for result in results] == [False, True, True, True]
    assert contact_sheet(results).startswith(b"\x89PNG")
    assert catalog_scores(evaluation)["rotated accuracy"] == 0.75
    assert "all words accuracy" not in catalog_scores(evaluation)  # that is of real ones


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_right_angles_move_pixels_only(degrees: int) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (20, 60, 3), np.uint8)
    pixels = np.kron(pixels[::4, ::4], np.ones((4, 4, 1), np.uint8))
    expected = np.rot90(pixels, degrees // 90)
    found = turned(pixels, degrees)
    assert found.shape == expected.shape
    assert np.abs(found.astype(int) - expected)[2:-2, 2:-2].max() <= 2


def test_the_ground_goes_on_into_the_corners() -> None:
    pixels = np.full((24, 80, 3), (200, 40, 90), np.uint8)
    found = turned(pixels, 37)
    assert found.shape == (round(24 * 0.79863 + 80 * 0.60182), round(80 * 0.79863 + 24 * 0.60182), 3)
    assert np.abs(found.astype(int) - (200, 40, 90)).max() <= 3
