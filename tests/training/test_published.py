"""Published checkpoints, as random weights under the published names."""

import numpy as np
import pytest
import torch

from ocrapp.errors import ModelUnusableError
from ocrapp.training.networks.svtr import VARIANTS, Svtr
from ocrapp.training.published import PAPER_CHARSET, from_published, load_published, published_names

BLOCKS = {
    "tiny": ([0, 1, 2], [0, 1, 2, 4, 5, 6], [0, 1, 2]),
    "base": (range(6), [0, 1, 3, 4, 5, 6], range(6)),
}
CONV = ("mixer.0.weight", "mixer.0.bias", "mixer.1.weight", "mixer.1.bias")
ATTENTION = ("mixer.qkv.weight", "mixer.qkv.bias", "mixer.proj.weight", "mixer.proj.bias")
SHARED = [
    f"{part}.{kind}" for part in ("norm1", "norm2", "mlp.fc1", "mlp.fc2") for kind in ("weight", "bias")
]
NORM = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")


def published_keys(variant: str, decoder: str = "decoder") -> set[str]:
    """The names of the specification, section 12, written out independently of the mapping."""
    keys = {f"encoder.pope.patch_embed.{i}.conv.weight" for i in (0, 1)}
    keys |= {f"encoder.pope.patch_embed.{i}.norm.{name}" for i in (0, 1) for name in NORM}
    kinds = VARIANTS[variant].mixers
    for stage, (numbers, kind) in enumerate(zip(BLOCKS[variant], kinds, strict=True)):
        for number, letter in zip(numbers, kind, strict=True):
            names = [*SHARED, *(CONV if letter == "L" else ATTENTION)]
            keys |= {f"encoder.stages.{stage}.blocks.{number}.{name}" for name in names}
    for stage in (0, 1):
        for part in ("conv", "norm"):
            keys |= {f"encoder.stages.{stage}.downsample.{part}.{kind}" for kind in ("weight", "bias")}
    head = ["char_token", "fc_kv.weight", "fc_kv.bias", "fc.weight", "fc.bias"]
    head += [f"w_atten_block.{name}" for name in SHARED]
    head += [f"w_atten_block.attn.{name}" for name in ("qkv.weight", "proj.weight", "proj.bias")]
    return keys | {f"{decoder}.{name}" for name in head}


def random_checkpoint(variant: str, classes: int = 95, *, guided: bool = False) -> dict[str, torch.Tensor]:
    torch.manual_seed(5)
    ours = Svtr(VARIANTS[variant], classes).state_dict()
    names = published_names(VARIANTS[variant], ours, guided=guided)
    weights = {
        names[key]: torch.rand_like(value) + 0.1 if value.is_floating_point() else value + 3
        for key, value in ours.items()
    }
    if guided:
        weights["decoder.gtc_decoder.embedding.weight"] = torch.rand(99, 8)
    return weights


@pytest.mark.parametrize("variant", ["tiny", "base"])
@pytest.mark.parametrize("guided", [False, True])
def test_every_published_key_is_mapped_once(variant, guided):
    ours = Svtr(VARIANTS[variant], 95).state_dict()
    names = published_names(VARIANTS[variant], ours, guided=guided)
    assert len(set(names.values())) == len(ours)
    assert set(names.values()) == published_keys(variant, "decoder.ctc_decoder" if guided else "decoder")


@pytest.mark.parametrize("guided", [False, True])
def test_weights_arrive_where_they_belong(guided):
    weights = random_checkpoint("tiny", guided=guided)
    network = from_published(weights, "tiny")
    assert not network.training
    arrived = network.state_dict()
    decoder = "decoder.ctc_decoder" if guided else "decoder"
    pairs = {
        "encoder.patch_embed.1.norm.running_var": "encoder.pope.patch_embed.1.norm.running_var",
        "encoder.stages.1.blocks.2.mixer.1.weight": "encoder.stages.1.blocks.2.mixer.1.weight",
        "encoder.stages.1.blocks.3.mixer.qkv.bias": "encoder.stages.1.blocks.4.mixer.qkv.bias",
        "encoder.stages.2.blocks.2.mlp.fc2.bias": "encoder.stages.2.blocks.2.mlp.fc2.bias",
        "head.w_atten_block.attn.qkv.weight": f"{decoder}.w_atten_block.attn.qkv.weight",
        "head.char_token": f"{decoder}.char_token",
    }
    for ours, theirs in pairs.items():
        assert torch.equal(arrived[ours], weights[theirs])


def test_a_training_state_on_disk_is_read(tmp_path):
    path = tmp_path / "best.pth"
    state = {"epoch": 20, "state_dict": random_checkpoint("tiny"), "metrics": {"acc": np.float64(0.97)}}
    torch.save(state, path)
    network = load_published(path, "tiny")
    with torch.no_grad():
        assert network(torch.zeros(1, 3, 32, 64)).shape == (1, 16, len(PAPER_CHARSET) + 1)


def test_what_does_not_fit_is_told():
    weights = random_checkpoint("tiny")
    lacking = {k: v for k, v in weights.items() if k != "decoder.fc.bias"}
    with pytest.raises(ModelUnusableError, match=r"missing decoder\.fc\.bias\."):
        from_published(lacking, "tiny")
    with pytest.raises(ModelUnusableError, match=r"unknown neck\.weight\."):
        from_published(weights | {"neck.weight": torch.zeros(1)}, "tiny")
    with pytest.raises(ModelUnusableError, match=r"no SVTRv2 base .* and \d+ more"):
        from_published(weights, "base")
    with pytest.raises(ModelUnusableError, match="needs"):
        from_published(weights, "small")
    with pytest.raises(ModelUnusableError, match=r"38 classes, but the charset of 94"):
        from_published(random_checkpoint("tiny", classes=38), "tiny")


def test_files_that_are_no_weights_are_refused(tmp_path):
    path = tmp_path / "best.pth"
    with pytest.raises(ModelUnusableError, match="no checkpoint"):
        load_published(path, "tiny")
    path.write_bytes(b"nonsense")
    with pytest.raises(ModelUnusableError, match="damaged"):
        load_published(path, "tiny")
    torch.save({"state_dict": random_checkpoint("tiny"), "config": tmp_path}, path)  # an object with code
    with pytest.raises(ModelUnusableError, match="more than weights"):
        load_published(path, "tiny")
    torch.save([1, 2], path)
    with pytest.raises(ModelUnusableError, match="no state_dict"):
        load_published(path, "tiny")
