"""Campaigns: learning, both stages, interruption, and starting from weights, with tiny pictures."""

import dataclasses
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from ocrapp.errors import InputNotFoundError, ModelUnusableError, UsageError
from ocrapp.training.data.batches import DataConfig
from ocrapp.training.export_svtr import averaged_network
from ocrapp.training.svtr_campaign import Campaign, parameter_groups
from ocrapp.training.svtr_recipe import GuidanceConfig, Recipe, TrainConfig
from tests.training.drawn import batch

TRAIN = TrainConfig(samples=400, peak_lr=1e-3, warmup_samples=100, frame_samples=200)
GUIDED = GuidanceConfig(samples=200, peak_lr=5e-4, warmup_samples=50)
RECIPE = Recipe("tiny-test", "nano", DataConfig(), TRAIN)
WORDS = ("go", "noon")


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def same(first, second):
    return all(torch.equal(a, b) for a, b in zip(first.values(), second.values(), strict=True))


def test_it_learns_and_goes_on_from_a_checkpoint(tmp_path):
    campaign = Campaign(RECIPE, tmp_path)
    first = campaign.step(batch())
    for _ in range(60):
        last = campaign.step(batch())
    assert last["frame"] < 0.3 * first["frame"]
    assert 0 < last["encoder_grad"] <= last["grad"]
    campaign.save()

    resumed = Campaign(RECIPE, tmp_path)
    assert (resumed.seen, resumed.steps) == (122, 61)
    for _ in range(2):  # both go the same way from here
        campaign.step(batch())
    torch.set_rng_state(torch.load(tmp_path / "checkpoint.pt", weights_only=True)["random"])
    for _ in range(2):
        resumed.step(batch())
    assert same(campaign.model.state_dict(), resumed.model.state_dict())
    assert same(campaign.average, resumed.average)


def test_a_checkpoint_of_the_first_engine_is_resumed(tmp_path):
    campaign = Campaign(RECIPE, tmp_path)
    campaign.step(batch())
    campaign.save()
    state = torch.load(tmp_path / "checkpoint.pt", weights_only=True)
    old = {k: state[k] for k in ("model", "average", "optimiser", "seen", "steps", "random")}
    torch.save(old, tmp_path / "checkpoint.pt")
    resumed = Campaign(RECIPE, tmp_path)
    assert resumed.seen == 2
    assert same(resumed.model.state_dict(), old["model"])


def test_the_second_stage_adds_guidance_and_survives_interruption(tmp_path):
    recipe = dataclasses.replace(RECIPE, train=dataclasses.replace(TRAIN, samples=4), sgm=GUIDED)
    campaign = Campaign(recipe, tmp_path)
    assert "sgm" not in campaign.step(batch(WORDS))
    campaign.step(batch(WORDS))
    campaign.save()
    resumed = Campaign(recipe, tmp_path)  # between the stages
    values = [resumed.step(batch(WORDS)) for _ in range(30)]
    assert values[-1]["sgm"] < 0.8 * values[0]["sgm"]
    assert "frame" not in values[0]
    resumed.save()

    again = Campaign(recipe, tmp_path)
    assert same(again.guidance.state_dict(), resumed.guidance.state_dict())
    moments = again.optimiser.state_dict()["state"]
    assert len(moments) == len(list(again.learner.parameters()))
    exported, seen = averaged_network(recipe, tmp_path)
    assert seen == 64
    assert exported.state_dict().keys() == RECIPE.network().state_dict().keys()
    with pytest.raises(UsageError, match="second stage"):
        Campaign(RECIPE, tmp_path)


def test_it_starts_from_weights_with_the_curriculum_behind_it(tmp_path):
    torch.manual_seed(5)
    weights = RECIPE.network().state_dict()
    save_file(weights, tmp_path / "w.safetensors")
    campaign = Campaign(RECIPE, tmp_path / "run", tmp_path / "w.safetensors")
    assert same(campaign.model.state_dict(), weights)
    assert same(campaign.average, weights)
    assert campaign.step(batch())["lr"] == pytest.approx(TRAIN.peak_lr / 25)
    campaign.save()
    resumed = Campaign(RECIPE, tmp_path / "run", tmp_path / "w.safetensors")
    assert resumed.seen == 2
    assert "frame" not in resumed.step(batch())


def test_weights_that_do_not_fit_are_refused_in_words(tmp_path):
    with pytest.raises(InputNotFoundError):
        Campaign(RECIPE, tmp_path, Path("none.safetensors"))
    (tmp_path / "noise.safetensors").write_bytes(b"noise" * 9)
    save_file({"a": torch.zeros(1)}, tmp_path / "other.safetensors")
    for name in ("noise", "other"):
        with pytest.raises(ModelUnusableError, match="do not fit"):
            Campaign(RECIPE, tmp_path, tmp_path / f"{name}.safetensors")


def test_bf16_trains(tmp_path):
    recipe = dataclasses.replace(RECIPE, train=dataclasses.replace(TRAIN, precision="bf16"))
    campaign = Campaign(recipe, tmp_path)
    assert torch.isfinite(campaign.step(batch())["ctc"])
    assert all(p.dtype == torch.float32 for p in campaign.model.parameters())


def test_tokens_stem_and_transitions_do_not_decay():
    recipe = dataclasses.replace(RECIPE, sgm=GUIDED)
    module = torch.nn.ModuleDict({"network": recipe.network(), "guidance": recipe.guidance()})
    decayed, free = (set(map(id, g["params"])) for g in parameter_groups(module, 0.05))
    names = {id(p): n for n, p in module.named_parameters()}
    assert decayed | free == set(names) and not decayed & free
    assert "network.encoder.stages.0.blocks.0.mlp.fc1.weight" in {names[i] for i in decayed}
    for token in ("embedding.weight", "prompts", "queries"):
        assert f"guidance.{token}" in {names[i] for i in free}
    assert not any("downsample" in names[i] or "bias" in names[i] for i in decayed)
