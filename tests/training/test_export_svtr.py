"""Export of a campaign."""

import pytest

from ocrapp.training.data.batches import DataConfig
from ocrapp.training.export_svtr import averaged_network, export_graphs
from ocrapp.training.svtr_campaign import Campaign
from ocrapp.training.svtr_recipe import Recipe, TrainConfig


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")  # the exporter's own
def test_the_exported_graphs_equal_the_network(tmp_path):
    recipe = Recipe("tiny-test", "nano", DataConfig(), TrainConfig(400, 1e-3, 100))
    campaign = Campaign(recipe, tmp_path)
    campaign.save()
    network, seen = averaged_network(recipe, tmp_path)
    assert seen == 0
    assert export_graphs(network, tmp_path / "e.onnx", tmp_path / "h.onnx") < 1e-3
    for name in ("e.onnx", "h.onnx"):
        data = (tmp_path / name).read_bytes()
        assert not any(trace in data for trace in (b"site-packages", b".py", b"/training/", b"stack_trace"))
