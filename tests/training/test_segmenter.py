import numpy as np
import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from ocrapp.training.data.lines import join_ribbons, link_words, region_ribbon, scene_lines
from ocrapp.training.data.real import Region, SceneSample
from ocrapp.training.networks.segmenter import AttentionGate, AttentionUNet, SegmenterConfig
from ocrapp.training.render.labels import LineLabel, Ribbon
from ocrapp.training.segmenter_loss import LossOptions, segmenter_loss
from ocrapp.training.segmenter_targets import HeightLimits, draw_targets, shapes_of
from ocrapp.training.train_segmenter import Campaign, SegmenterRecipe, rate_at

IDENTITY = np.array([[1, 0, 0], [0, 1, 0]], np.float32)
SMALL = SegmenterConfig(widths=(8, 8, 8, 8, 8), gate_floor=4)


def word(left, top, right, bottom, *, text="word", ignore=False):
    return Region(((left, top), (right, top), (right, bottom), (left, bottom)), text, ignore)


def test_costs_at_most_8_gmac_at_1280x960():
    network = AttentionUNet().eval()
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        maps = network(torch.zeros(1, 3, 960, 1280))
    assert maps.shape == (1, 2, 480, 640)
    assert 1e9 < counter.get_total_flops() / 2 <= 8e9


def test_gate_has_one_channel_between_0_and_1():
    gate = AttentionGate(24, 16, 8).eval()
    with torch.no_grad():
        psi = gate.attention(torch.randn(2, 24, 5, 7), torch.randn(2, 16, 5, 7))
    assert psi.shape == (2, 1, 5, 7)
    assert 0 < float(psi.min()) < float(psi.max()) < 1


def test_words_of_a_line_are_linked_and_columns_are_not():
    words = [
        word(10, 10, 60, 30),
        word(68, 11, 120, 31),
        word(128, 12, 170, 30),
        word(300, 10, 360, 30),
        word(10, 34, 60, 54),
        word(68, 34, 100, 54),
    ]
    chains = link_words([region_ribbon(region) for region in words])
    assert sorted(chains) == [[0, 1, 2], [3], [4, 5]]


def test_a_small_note_does_not_join_a_large_word():
    words = [word(10, 10, 200, 90), word(205, 60, 240, 75)]
    assert len(link_words([region_ribbon(region) for region in words])) == 2


def test_text_that_runs_downwards_is_turned():
    ribbon = region_ribbon(word(10, 10, 30, 200, text="SIGN"))
    assert ribbon.length == pytest.approx(190)
    assert ribbon.height == pytest.approx(20)


def test_joined_words_become_a_rectangle_or_a_bent_strip():
    straight = join_ribbons([region_ribbon(word(10, 10, 60, 30)), region_ribbon(word(70, 12, 120, 31))])
    assert straight.top.shape == (2, 2)
    assert straight.height == pytest.approx(21, abs=1)
    bent = [Ribbon.of_box(x, y, x + 40, y + 20) for x, y in ((0, 20), (45, 0), (90, 20))]
    assert len(join_ribbons(bent).top) == 6


def test_dont_care_words_hold_a_line_together(tmp_path):
    regions = (word(10, 10, 60, 30), word(66, 10, 110, 30, text=None, ignore=True), word(116, 10, 170, 30))
    lines = scene_lines(SceneSample(tmp_path / "a.jpg", 200, 50, regions, "scenes_ic15_train"))
    assert [line.ignore for line in lines] == [False, True]
    assert lines[0].ribbon.length == pytest.approx(160)
    assert lines[0].text is None


def test_targets_hold_region_kernel_and_masks():
    line = LineLabel(Ribbon.of_box(20, 20, 120, 40), "text")
    ignored = LineLabel(Ribbon.of_box(20, 60, 60, 80), None, (), True)
    region, kernel, region_mask, kernel_mask = draw_targets(shapes_of([line, ignored]), IDENTITY, 128)
    assert region.sum() == pytest.approx(100 * 20 / 4, rel=0.15)
    assert kernel[15, 15:55].all()
    # Cells that the outline touches are filled as well, one row more than the 4.5 rows of the band.
    assert kernel.sum() == pytest.approx(46 * 6, abs=46)
    assert kernel.any(axis=1).sum() <= 6
    assert not kernel[:12].any()
    assert not region_mask[32:38, 12:28].any()
    assert not kernel_mask[32:38, 12:28].any()
    assert region_mask[10:20].all()


def test_tiny_text_counts_against_kernels_only_and_huge_text_not_at_all():
    line = LineLabel(Ribbon.of_box(20, 20, 120, 40), "text")
    small = draw_targets(shapes_of([line]), IDENTITY * 0.2, 64)
    assert not small[:2].any()
    assert small[3].all()
    assert not small[2].all()
    large = draw_targets(shapes_of([line]), IDENTITY, 128, HeightLimits(largest=15))
    assert not large[:2].any()
    assert not large[2:, 12, 30].any()


def test_loss_falls_with_the_truth_and_forgives_missing_labels():
    targets = torch.zeros(1, 4, 16, 16, dtype=torch.uint8)
    targets[:, :2, 4:8, 4:12] = 1
    targets[:, 2:] = 1
    right = (targets[:, :2].float() * 2 - 1) * 6
    complete = torch.tensor([True])
    options = LossOptions()
    good = segmenter_loss(right, targets, complete, options)[0]
    assert good < 0.1
    assert segmenter_loss(-right, targets, complete, options)[0] > 10
    extra = right.clone()
    extra[..., 12:15, 2:14] = 6.0
    assert segmenter_loss(extra, targets, complete, options)[0] > good + 0.5
    assert segmenter_loss(extra, targets, ~complete, options)[0] < good + 0.05


def test_schedule_rises_then_falls_over_samples():
    recipe = SegmenterRecipe(samples=1000, warmup=0.1, learning_rate=1.0)
    rates = [rate_at(recipe, seen) for seen in (0, 50, 100, 550, 1000, 2000)]
    assert rates[0] < rates[1] < rates[2] == pytest.approx(1.0)
    assert rates[2] > rates[3] > rates[4] == pytest.approx(rates[5])


def batch(size=2):
    image = torch.randint(0, 255, (size, 64, 64, 3), dtype=torch.uint8)
    targets = torch.ones(size, 4, 32, 32, dtype=torch.uint8)
    targets[:, :2, :16] = 0
    return {"image": image, "targets": targets, "complete": torch.ones(size, dtype=torch.bool)}


def test_a_campaign_goes_on_where_it_stopped(tmp_path):
    recipe = SegmenterRecipe(samples=100, batch=2, network=SMALL)
    first = Campaign(recipe, tmp_path)
    assert not first.resume()
    first.step(batch())
    first.save()
    second = Campaign(recipe, tmp_path)
    assert second.resume()
    assert (second.seen, second.steps, second.restarts) == (2, 1, 1)
    for name, value in first.average.state_dict().items():
        assert torch.equal(value, second.average.state_dict()[name])
    data = batch()
    torch.manual_seed(3)
    one = first.step(data)[0]
    two = second.step(data)[0]
    assert one == pytest.approx(two, abs=1e-5)
    assert first.step(data)[0] < one
