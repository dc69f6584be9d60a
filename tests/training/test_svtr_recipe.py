from pathlib import Path

import pytest
import torch

import ocrapp.training
from ocrapp.errors import InputNotFoundError, UsageError
from ocrapp.training.data.batches import DataConfig
from ocrapp.training.svtr_recipe import (
    GuidanceConfig,
    Recipe,
    TrainConfig,
    frame_weight,
    learning_rate,
)

RECIPES = sorted((Path(ocrapp.training.__file__).parent / "recipes").glob("svtrv2-*.toml"))
TRAIN = TrainConfig(samples=400, peak_lr=1e-3, warmup_samples=100, frame_samples=200)


def test_every_size_has_a_recipe():
    assert {p.stem for p in RECIPES} == {f"svtrv2-{v}" for v in ("nano", "micro", "tiny", "small", "base")}


@pytest.mark.parametrize("path", RECIPES, ids=lambda p: p.stem)
def test_shipped_recipes_can_be_built(path):
    recipe = Recipe.read(path)
    assert recipe.id == path.stem
    with torch.device("meta"):
        network, guidance = recipe.network(), recipe.guidance()
    assert network.head.fc.out_features == guidance.vocabulary.characters + 1
    assert recipe.train.warmup_samples >= 4_000 and recipe.sgm.warmup_samples >= 4_000
    assert recipe.sgm.peak_lr == pytest.approx(recipe.train.peak_lr / 2)
    assert (recipe.sgm.ctc_weight, recipe.sgm.weight, recipe.sgm.context) == (0.1, 1.0, 5)


def test_each_stage_is_one_cycle():
    recipe = Recipe("x", "nano", DataConfig(), TRAIN, GuidanceConfig(200, 5e-4, 50))
    rates = [learning_rate(recipe, seen) for seen in range(0, 601, 10)]
    first, second = rates[:40], rates[40:]
    for stage, peak, warm in ((first, 1e-3, 10), (second, 5e-4, 5)):
        assert stage[0] == pytest.approx(peak / 25)
        assert stage[warm] == max(stage) == pytest.approx(peak)
        assert stage[: warm + 1] == sorted(stage[: warm + 1])
        assert stage[warm:] == sorted(stage[warm:], reverse=True)
    assert rates[-1] == pytest.approx(5e-4 / 250_000)


def test_positions_come_first_then_ctc():
    assert [frame_weight(TRAIN, seen) for seen in (0, 100, 150, 200, 999)] == [1.0, 1.0, 0.5, 0.0, 0.0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[model]\nid = 'a'\nvariant = 'nano'\n[train]\nsample = 3", "sample"),
        ("[model]\nid = 'a'\nvariant = 'nano'", "train"),
        ("[model\n", "cannot be used"),
        (
            "[model]\nid = 'a'\nvariant = 'huge'\n[train]\nsamples = 3\npeak_lr = 1\nwarmup_samples = 1",
            "does not exist",
        ),
    ],
)
def test_a_wrong_recipe_is_refused_in_words(tmp_path, text, message):
    path = tmp_path / "r.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=message):
        Recipe.read(path)
    with pytest.raises(InputNotFoundError):
        Recipe.read(tmp_path / "none.toml")
