import pytest
import torch

from ocrapp.training.networks.svtr import VARIANTS, CtcHead, Svtr


@pytest.mark.parametrize(
    ("variant", "encoder", "head"),
    [
        ("nano", 0.734, 0.243),
        ("micro", 2.295, 0.537),
        ("tiny", 4.183, 0.945),
        ("small", 9.145, 2.106),
        ("base", 17.650, 2.106),
    ],
)
def test_parameter_counts_reproduce_the_paper(variant, encoder, head):
    network = Svtr(VARIANTS[variant], classes=95)
    assert round(sum(p.numel() for p in network.encoder.parameters()) / 1e6, 3) == encoder
    assert round(sum(p.numel() for p in network.head.parameters()) / 1e6, 3) == head


@pytest.mark.parametrize(
    ("canvas", "feature_map"),
    [
        ((64, 64), (8, 16)),
        ((48, 96), (6, 24)),
        ((40, 112), (5, 28)),
        ((32, 128), (4, 32)),
        ((32, 256), (4, 64)),
    ],
)
def test_shapes_of_every_canvas(canvas, feature_map):
    network = Svtr(VARIANTS["nano"], classes=95).eval()
    with torch.no_grad():
        features = network.encoder(torch.zeros(2, 3, *canvas))
        assert features.shape == (2, 128, *feature_map)
        assert network.head(features).shape == (2, feature_map[1], 95)


def test_rows_are_mixed_alone_and_weighted_to_one():
    torch.manual_seed(0)
    head = CtcHead(64, 10).eval()
    features = torch.randn(1, 64, 4, 12)
    changed = features.clone()
    changed[:, :, 0] += 1.0
    with torch.no_grad():
        before = head.w_atten_block(features.permute(0, 2, 3, 1).reshape(4, 12, 64))
        after = head.w_atten_block(changed.permute(0, 2, 3, 1).reshape(4, 12, 64))
        _, weights = head.rearrange(features)
    assert not torch.allclose(before[0], after[0])
    assert torch.equal(before[1:], after[1:])
    assert weights.shape == (1, 12, 4)
    torch.testing.assert_close(weights.sum(-1), torch.ones(1, 12))
