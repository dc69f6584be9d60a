"""SVTRv2: post-norm backbone, feature rearrangement module and CTC classifier (arXiv 2411.15858).

Shapes in comments: N batch, D width, H' = H/8 and W' = W/4 the extent of the feature map F, L labels.
The semantic guidance branch, which exists only in training, is in ``semantic_guidance.py``.
"""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as fn


@dataclass(frozen=True, slots=True)
class SvtrConfig:
    """Sizes of one variant.

    Attributes:
        dims: Channels of the three stages.
        heads: Attention heads of the stages, and groups of their convolutions.
        mixers: One letter a block, ``L`` local (two grouped convolutions) or ``G`` global (attention).
        drop_path: Stochastic depth of the last block; grows linearly from 0.
    """

    dims: tuple[int, int, int]
    heads: tuple[int, int, int]
    mixers: tuple[str, str, str]
    drop_path: float = 0.1


VARIANTS: dict[str, SvtrConfig] = {
    "nano": SvtrConfig((32, 64, 128), (2, 4, 4), ("LL", "LLGG", "GG"), drop_path=0.0),
    "micro": SvtrConfig((48, 96, 192), (3, 6, 6), ("LLL", "LLLGGG", "GGG")),
    "tiny": SvtrConfig((64, 128, 256), (2, 4, 8), ("LLL", "LLLGGG", "GGG")),
    "small": SvtrConfig((96, 192, 384), (3, 6, 12), ("LLL", "LLLGGG", "GGG")),
    "base": SvtrConfig((128, 256, 384), (4, 8, 12), ("LLLLLL", "LLGGGG", "GGGGGG")),
}


class DropPath(nn.Module):
    """Stochastic depth: drops a whole residual branch for some samples."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.rate == 0.0:
            return x
        keep = x.new_empty((x.shape[0],) + (1,) * (x.ndim - 1)).bernoulli_(1.0 - self.rate)
        return x * keep / (1.0 - self.rate)


class Mlp(nn.Module):
    """Linear, GELU, linear, with hidden width four times ``dim``."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.fc1 = nn.Linear(dim, 4 * dim)
        self.fc2 = nn.Linear(4 * dim, dim)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc2(fn.gelu(self.fc1(x)))


class Attention(nn.Module):
    """Multi-head self-attention over the second dimension; head width ``dim / heads``."""

    def __init__(self, dim: int, heads: int, qkv_bias: bool = True) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(dim, 3 * dim, bias=qkv_bias)
        self.proj = nn.Linear(dim, dim)

    def forward(self, x: Tensor) -> Tensor:
        N, L, D = x.shape
        qkv = self.qkv(x).reshape(N, L, 3, self.heads, D // self.heads).permute(2, 0, 3, 1, 4)
        out = fn.scaled_dot_product_attention(qkv[0], qkv[1], qkv[2])
        return self.proj(out.transpose(1, 2).reshape(N, L, D))


class ConvMixer(nn.Sequential):
    """Two 3x3 grouped convolutions with nothing in between (local mixing)."""

    def __init__(self, dim: int, groups: int) -> None:
        super().__init__(
            nn.Conv2d(dim, dim, 3, padding=1, groups=groups), nn.Conv2d(dim, dim, 3, padding=1, groups=groups)
        )


class Block(nn.Module):
    """Post-norm block: ``LN(x + mixer(x))`` then ``LN(y + MLP(y))``. Works on N x H x W x D."""

    def __init__(self, dim: int, heads: int, kind: str, drop_path: float) -> None:
        super().__init__()
        self.local = kind == "L"
        if self.local:
            self.mixer: nn.Module = ConvMixer(dim, heads)
        else:
            self.mixer = Attention(dim, heads)
        self.norm1 = nn.LayerNorm(dim, eps=1e-6)
        self.norm2 = nn.LayerNorm(dim, eps=1e-6)
        self.mlp = Mlp(dim)
        self.drop_path = DropPath(drop_path)

    def forward(self, x: Tensor) -> Tensor:
        if self.local:
            # N x H x W x D seen as channels-last N x D x H x W: the permutations copy nothing.
            mixed = self.mixer(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
        else:
            mixed = self.mixer(x.flatten(1, 2)).unflatten(1, x.shape[1:3])
        x = self.norm1(x + self.drop_path(mixed))
        return self.norm2(x + self.drop_path(self.mlp(x)))


class Downsample(nn.Module):
    """3x3 convolution and LayerNorm between stages; the first transition keeps the resolution."""

    def __init__(self, dim_in: int, dim_out: int, stride: tuple[int, int]) -> None:
        super().__init__()
        self.conv = nn.Conv2d(dim_in, dim_out, 3, stride=stride, padding=1)
        self.norm = nn.LayerNorm(dim_out)

    def forward(self, x: Tensor) -> Tensor:
        return self.norm(self.conv(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1))


class StemConv(nn.Module):
    """3x3 stride-2 convolution without bias, batch norm, GELU."""

    def __init__(self, dim_in: int, dim_out: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(dim_in, dim_out, 3, stride=2, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(dim_out)

    def forward(self, x: Tensor) -> Tensor:
        return fn.gelu(self.norm(self.conv(x)))


class Stage(nn.Module):
    """Blocks of one width, then the transition to the next stage if there is one."""

    def __init__(self, blocks: list[Block], downsample: Downsample | None) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(blocks)
        self.downsample = downsample

    def forward(self, x: Tensor) -> Tensor:
        for block in self.blocks:
            x = block(x)
        return x if self.downsample is None else self.downsample(x)


class SvtrEncoder(nn.Module):
    """Image to feature map F: N x 3 x H x W in [-1, 1] to N x D2 x H/8 x W/4 (section 4)."""

    def __init__(self, config: SvtrConfig) -> None:
        super().__init__()
        dims, depths = config.dims, [len(m) for m in config.mixers]
        rates = [config.drop_path * i / max(1, sum(depths) - 1) for i in range(sum(depths))]
        self.patch_embed = nn.Sequential(StemConv(3, dims[0] // 2), StemConv(dims[0] // 2, dims[0]))
        strides = ((1, 1), (2, 1))
        stages = []
        for i, mixers in enumerate(config.mixers):
            start = sum(depths[:i])
            blocks = [
                Block(dims[i], config.heads[i], kind, rates[start + j]) for j, kind in enumerate(mixers)
            ]
            stages.append(Stage(blocks, Downsample(dims[i], dims[i + 1], strides[i]) if i < 2 else None))
        self.stages = nn.ModuleList(stages)
        self.apply(init_weights)

    def forward(self, image: Tensor) -> Tensor:
        x = self.patch_embed(image).permute(0, 2, 3, 1)
        for stage in self.stages:
            x = stage(x)
        return x.permute(0, 3, 1, 2)


class RowBlock(nn.Module):
    """Horizontal rearranging: one pre-norm transformer block in which every row is its own sequence."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(dim)
        self.attn = Attention(dim, dim // 32, qkv_bias=False)
        self.norm2 = nn.LayerNorm(dim)
        self.mlp = Mlp(dim)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attn(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class CtcHead(nn.Module):
    """Feature rearrangement module and CTC classifier: N x D x H' x W' to N x W' x classes (section 5).

    Args:
        dim: Width D of the feature map.
        classes: Characters plus one; class 0 is the blank.
    """

    def __init__(self, dim: int, classes: int) -> None:
        super().__init__()
        self.w_atten_block = RowBlock(dim)
        self.char_token = nn.Parameter(torch.zeros(1, 1, dim))
        self.fc_kv = nn.Linear(dim, 2 * dim)
        self.fc = nn.Linear(dim, classes)
        self.apply(init_weights)
        nn.init.trunc_normal_(self.char_token, std=0.02)
        nn.init.trunc_normal_(self.fc.weight, std=0.02)

    def rearrange(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Returns the sequence N x W' x D and the row weights N x W' x H', which sum to 1 over H'."""
        N, D, H, W = features.shape
        rows = self.w_atten_block(features.permute(0, 2, 3, 1).reshape(N * H, W, D))
        columns = rows.reshape(N, H, W, D).transpose(1, 2)  # N, W', H', D
        keys, values = self.fc_kv(columns).chunk(2, dim=-1)
        weights = (keys * self.char_token[0, 0]).sum(-1).softmax(-1)  # N, W', H'; no scaling (section 5)
        return (weights.unsqueeze(-1) * values).sum(2), weights

    def forward(self, features: Tensor) -> Tensor:
        return self.fc(self.rearrange(features)[0])


class MeanHead(nn.Module):
    """The ablation baseline: mean over rows and a two-layer classifier (section 5, last paragraph)."""

    def __init__(self, dim: int, classes: int) -> None:
        super().__init__()
        self.neck = nn.Linear(dim, 256, bias=False)
        self.fc = nn.Linear(256, classes)
        self.apply(init_weights)
        nn.init.trunc_normal_(self.fc.weight, std=0.02)

    def forward(self, features: Tensor) -> Tensor:
        return self.fc(
            fn.dropout(fn.hardswish(self.neck(features.mean(2).transpose(1, 2))), 0.1, self.training)
        )


class Svtr(nn.Module):
    """Encoder and CTC head together: N x 3 x H x W to logits N x W/4 x classes."""

    def __init__(self, config: SvtrConfig, classes: int, head: Literal["frm", "mean"] = "frm") -> None:
        super().__init__()
        self.encoder = SvtrEncoder(config)
        dim = config.dims[-1]
        self.head: nn.Module = CtcHead(dim, classes) if head == "frm" else MeanHead(dim, classes)

    def forward(self, image: Tensor) -> Tensor:
        return self.head(self.encoder(image))


def init_weights(module: nn.Module) -> None:
    """Truncated normal for linear layers, Kaiming fan-out for convolutions (section 4).

    The paper's fixed deviation of 0.02 is far too small for narrow layers: branches then add nothing to the
    residual path and ``nano`` still predicts letter frequencies where, scaled by the layer's width, it reads.
    """
    if isinstance(module, nn.Linear):
        nn.init.trunc_normal_(module.weight, std=module.in_features**-0.5)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
    elif isinstance(module, nn.Conv2d):
        nn.init.kaiming_normal_(module.weight, mode="fan_out")
        if module.bias is not None:
            nn.init.zeros_(module.bias)
