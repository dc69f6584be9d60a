from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from ocrapp.errors import UsageError
from ocrapp.training import ablation
from ocrapp.training.ablation import ARMS, ablate, batches, drawn, occluded, rotated
from ocrapp.training.corpus import CHARSET
from ocrapp.training.data.batches import DataConfig
from ocrapp.training.svtr_recipe import GuidanceConfig, Recipe, TrainConfig


@pytest.fixture
def recipe(pico):
    train = TrainConfig(samples=1, peak_lr=1e-3, warmup_samples=16)
    return Recipe("x", pico, DataConfig(batch=8), train, GuidanceConfig(1, 5e-4, 8))


def labels(batch):
    return [
        "".join(CHARSET[i - 1] for i in part.tolist()) for part in batch.targets.split(batch.lengths.tolist())
    ]


def test_arms_differ_in_one_part_and_share_budget_and_schedule(recipe):
    recipes = [arm.recipe(recipe, 90) for arm in ARMS]
    assert {r.samples for r in recipes} == {90}
    assert {
        (r.train.samples, r.sgm.samples, r.train.warmup_samples, r.sgm.warmup_samples) for r in recipes
    } == {(60, 30, 6, 3)}
    assert [r.head for r in recipes] == ["frm", "frm", "mean", "frm"]
    assert [(r.sgm.weight, r.sgm.ctc_weight) for r in recipes] == [(1.0, 0.1)] * 3 + [(0.0, 1.0)]
    assert [arm.multi_size for arm in ARMS] == [True, False, True, True]
    with pytest.raises(UsageError, match="sgm"):
        ARMS[0].recipe(replace(recipe, sgm=None), 90)


def test_every_arm_sees_the_same_crops(dejavu_renderer):
    pool = drawn(dejavu_renderer, np.random.default_rng(0), 24)
    fixed = list(islice(batches(pool, ARMS[1], 8, seed=3), 3))
    assert {tuple(b.images.shape[1:3]) for b in fixed} == {(32, 128)}
    assert sorted(text for b in fixed for text in labels(b)) == sorted(w.text for w in pool)
    several = list(islice(batches(pool, ARMS[0], 8, seed=3), 6))
    assert len({tuple(b.images.shape[1:3]) for b in several}) > 1
    again = list(islice(batches(pool, ARMS[2], 8, seed=3), 6))
    assert [labels(b) for b in again] == [labels(b) for b in several]


def test_rotated_and_occluded_words_keep_their_text(dejavu_renderer):
    rng = np.random.default_rng(2)
    for word in drawn(dejavu_renderer, rng, 20):
        turned, hidden = rotated(rng, word), occluded(rng, word)
        assert turned.text == hidden.text == word.text
        assert turned.pixels.shape[0] >= 0.9 * min(word.pixels.shape[:2])
        assert np.isnan(turned.centres).all()
        changed = (hidden.pixels != word.pixels).any((0, 2)).mean()
        assert hidden.pixels.shape == word.pixels.shape
        assert 0 < changed < 0.6


def test_the_command_prints_a_table(dejavu_renderer, recipe, tmp_path, monkeypatch):
    monkeypatch.setattr(ablation, "ARMS", ARMS[::3])
    found = ablate(recipe, dejavu_renderer, tmp_path, samples=48, tested=8).splitlines()
    assert found[0].startswith(
        "| pico, 48 crops | words (8) | narrower than 1.5 (8) | rotated (8) | occluded ("
    )
    assert [row.split(" | ")[0].strip("| ") for row in found[2:]] == ["everything", "without guidance"]
    assert all(0 <= float(cell) <= 100 for row in found[2:] for cell in row.strip("| ").split(" | ")[1:])
    again = ablate(recipe, dejavu_renderer, tmp_path, samples=48, tested=8).splitlines()
    assert again == found  # an arm that has ended is not trained again
