"""Campaigns: the schedule, the losses, learning, resumption and export, with tiny pictures."""

import numpy as np
import pytest
import torch

from ocrapp.training.corpus import CHARSET
from ocrapp.training.data.batches import CLASS_OF, IGNORE, Batch, DataConfig
from ocrapp.training.export_svtr import averaged_network, export_graphs
from ocrapp.training.train_svtr import Campaign, Recipe, TrainConfig, frame_weight, learning_rate, losses


def batch(words=("go", "no"), seed=0):
    """Crops in which each letter is a column of its own colour: learnable in a few steps."""
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 30, (len(words), 32, 128, 3), dtype=np.uint8)
    frames = np.full((len(words), 32), IGNORE)
    for row, word in enumerate(words):
        for i, c in enumerate(word):
            x = 20 + 50 * i
            images[row, :, x : x + 24] = np.array([ord(c) * 2 % 255, ord(c) * 7 % 255, ord(c) * 13 % 255])
            frames[row, (x + 12) // 4] = CLASS_OF[c]
    targets = torch.tensor([CLASS_OF[c] for w in words for c in w])
    return Batch(
        torch.from_numpy(images), targets, torch.tensor([len(w) for w in words]), torch.from_numpy(frames)
    )


def recipe(samples=400):
    train = TrainConfig(samples=samples, peak_lr=1e-3, warmup_samples=100, frame_samples=200)
    return Recipe("tiny-test", "nano", DataConfig(), train)


def test_schedule_warms_up_slowly_and_ends_low():
    config = recipe().train
    rates = [learning_rate(config, seen) for seen in range(0, 401, 10)]
    assert max(rates) == pytest.approx(config.peak_lr)
    assert rates[0] < 0.03 * config.peak_lr
    assert rates[-1] < 0.02 * config.peak_lr
    assert rates[:10] == sorted(rates[:10])


def test_positions_come_first_then_ctc():
    config = recipe().train
    assert [frame_weight(config, seen) for seen in (0, 100, 150, 200, 999)] == [1.0, 1.0, 0.5, 0.0, 0.0]


def test_a_label_longer_than_the_canvas_gives_no_infinite_loss():
    b = batch()
    long = Batch(b.images[:1], torch.full((40,), 5), torch.tensor([40]), b.frames[:1])
    ctc, _ = losses(torch.randn(1, 32, len(CHARSET) + 1), long)
    assert torch.isfinite(ctc)


def test_it_learns_and_goes_on_from_a_checkpoint(tmp_path):
    torch.set_num_threads(1)
    campaign = Campaign(recipe(), tmp_path)
    campaign.model.train()
    first = campaign.step(batch())
    for _ in range(60):
        last = campaign.step(batch())
    assert last["frame"] < 0.3 * first["frame"]
    campaign.save()

    resumed = Campaign(recipe(), tmp_path)
    assert (resumed.seen, resumed.steps) == (122, 61)
    for a, b in zip(campaign.model.parameters(), resumed.model.parameters(), strict=True):
        assert torch.equal(a, b)
    moments = [s["exp_avg"] for s in resumed.optimiser.state_dict()["state"].values()]
    assert any(m.abs().sum() > 0 for m in moments)


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")  # the exporter's own
def test_the_exported_graphs_equal_the_network(tmp_path):
    campaign = Campaign(recipe(), tmp_path)
    campaign.save()
    network, seen = averaged_network(recipe(), tmp_path)
    assert seen == 0
    assert export_graphs(network, tmp_path / "e.onnx", tmp_path / "h.onnx") < 1e-3
    for name in ("e.onnx", "h.onnx"):
        data = (tmp_path / name).read_bytes()
        assert not any(trace in data for trace in (b"site-packages", b".py", b"/training/", b"stack_trace"))
