"""Attention-gated U-Net that finds text lines, reduced to work at stride 4 (segmenter spec, 1.1 and 7.1).

The published network decodes at full resolution with a ResNet-50 encoder. This one keeps its parts - plain
encoder at strides 2 to 32, BN bottleneck, additive attention gates with a one-channel map on every skip,
nearest upsampling with a 1x1 convolution, concatenation - but spends its width at stride 4 and below and
reaches stride 2 by a sub-pixel convolution, so that a 1280x960 image costs less than 8 GMAC.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

STRIDE = 32
"""Height and width of the input must be multiples of this number of pixels."""

OUTPUT_STRIDE = 2
"""Input pixels per pixel of the maps, along each axis."""


@dataclass(frozen=True, slots=True)
class SegmenterConfig:
    """Widths of the network.

    Attributes:
        widths: Channels at strides 2, 4, 8, 16 and 32.
        gate_floor: Smallest inner width of an attention gate, in channels.
    """

    widths: tuple[int, int, int, int, int] = (16, 32, 64, 96, 128)
    gate_floor: int = 16


def conv_bn(inputs: int, outputs: int, kernel: int = 3, stride: int = 1) -> nn.Sequential:
    """Convolution without bias, batch norm, ReLU."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


class Residual(nn.Module):
    """A 3x3 convolution added to its input: ``relu(x + bn(conv(x)))``."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(width)

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, C, H, W) to the same shape."""
        return functional.relu(x + self.norm(self.conv(x)))


class AttentionGate(nn.Module):
    """Additive attention on a skip (spec 1.1): psi = sigmoid(BN(W relu(BN(Wg g) + BN(Wx x)))), output x * psi.

    psi has one channel, whatever the widths of skip and gating signal are.
    """

    def __init__(self, gating: int, skip: int, inner: int) -> None:
        super().__init__()
        self.gating = nn.Sequential(nn.Conv2d(gating, inner, 1, bias=False), nn.BatchNorm2d(inner))
        self.skip = nn.Sequential(nn.Conv2d(skip, inner, 1, bias=False), nn.BatchNorm2d(inner))
        self.psi = nn.Sequential(nn.Conv2d(inner, 1, 1, bias=False), nn.BatchNorm2d(1), nn.Sigmoid())
        # The BN in front of the sigmoid starts at a half-open gate, which halves every skip; opening it a
        # little spares the first epochs that relearning.
        norm = self.psi[1]
        assert isinstance(norm, nn.BatchNorm2d)  # noqa: S101 - narrows the type for mypy
        nn.init.constant_(norm.bias, 1.0)

    def attention(self, gating: Tensor, skip: Tensor) -> Tensor:
        """The gate's map (N, 1, H, W) in (0, 1)."""
        psi: Tensor = self.psi(functional.relu(self.gating(gating) + self.skip(skip)))
        return psi

    def forward(self, gating: Tensor, skip: Tensor) -> Tensor:
        """Weigh the skip (N, C, H, W); the gating signal has the same height and width."""
        return skip * self.attention(gating, skip)


class Up(nn.Module):
    """One decoder stage: 1x1 projection, nearest upsampling, gated skip, concatenation, fusion."""

    def __init__(self, deep: int, skip: int, gate_floor: int) -> None:
        super().__init__()
        # Projecting before upsampling gives the same result as after it, at a quarter of the cost.
        self.project = conv_bn(deep, skip, kernel=1)
        self.gate = AttentionGate(skip, skip, max(skip // 2, gate_floor))
        self.fuse = conv_bn(2 * skip, skip, kernel=1)
        self.refine = Residual(skip)

    def forward(self, deep: Tensor, skip: Tensor) -> Tensor:
        """Bring ``deep`` (N, D, H/2, W/2) to the skip's (N, C, H, W)."""
        raised = functional.interpolate(self.project(deep), scale_factor=2.0, mode="nearest")
        fused: Tensor = self.refine(self.fuse(torch.cat([raised, self.gate(raised, skip)], dim=1)))
        return fused


class AttentionUNet(nn.Module):
    """Text line segmenter.

    Input: float (N, 3, H, W), RGB in [0, 1], H and W multiples of 32. Output: logits (N, 2, H/2, W/2);
    channel 0 is the region of text lines (full outline), channel 1 the kernel (the core band of each line).
    """

    def __init__(self, config: SegmenterConfig | None = None) -> None:
        super().__init__()
        self.config = config or SegmenterConfig()
        w2, w4, w8, w16, w32 = self.config.widths
        self.stem = conv_bn(3, w2, stride=2)
        self.stage4 = nn.Sequential(conv_bn(w2, w4, stride=2), Residual(w4))
        self.stage8 = nn.Sequential(conv_bn(w4, w8, stride=2), Residual(w8))
        self.stage16 = nn.Sequential(conv_bn(w8, w16, stride=2), Residual(w16), Residual(w16))
        self.stage32 = nn.Sequential(conv_bn(w16, w32, stride=2), Residual(w32), Residual(w32))
        floor = self.config.gate_floor
        self.up16 = Up(w32, w16, floor)
        self.up8 = Up(w16, w8, floor)
        self.up4 = Up(w8, w4, floor)
        self.head = nn.Conv2d(w4, 2 * OUTPUT_STRIDE**2, 3, padding=1)
        self.shuffle = nn.PixelShuffle(OUTPUT_STRIDE)
        # Text covers a tenth of a typical image: start from that prior instead of one half.
        bias = self.head.bias
        assert bias is not None  # noqa: S101 - narrows the type for mypy
        nn.init.constant_(bias, -2.0)

    def forward(self, image: Tensor) -> Tensor:
        """Map images to logits; see the class for shapes."""
        x4 = self.stage4(self.stem(image - 0.5))
        x8 = self.stage8(x4)
        x16 = self.stage16(x8)
        x32 = self.stage32(x16)
        y4 = self.up4(self.up8(self.up16(x32, x16), x8), x4)
        maps: Tensor = self.shuffle(self.head(y4))
        return maps
