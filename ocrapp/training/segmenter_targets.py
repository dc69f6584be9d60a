"""Training targets of the segmenter: line regions, kernels and where the loss looks."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocrapp.training.networks.segmenter import OUTPUT_STRIDE
from ocrapp.training.render.labels import LineLabel, Points

KERNEL_SHARE = 0.45
"""Height of the kernel in heights of the line."""
KERNEL_PULL = 0.25
"""How far the kernel's ends are pulled in, in heights of the line."""

_SHIFT = 4
"""Fractional bits of the polygon corners given to OpenCV."""


@dataclass(frozen=True, slots=True)
class HeightLimits:
    """Text heights at the network's input, in pixels, that the loss asks for.

    Attributes:
        smallest: Below, the region is a don't-care and the kernel is negative: a page of specks, seen
            coarsely, must not grow into lines.
        largest: Above, region and kernel are don't-cares: the coarser scale finds such text.
    """

    smallest: float = 5.0
    largest: float = 200.0


@dataclass(frozen=True, slots=True)
class Shape:
    """Polygons of one line in image pixels, ready to be drawn."""

    region: Points
    kernel: Points
    height: float
    ignore: bool


def shapes_of(lines: Sequence[LineLabel]) -> list[Shape]:
    """Outline and kernel of every line; any affine map of the image may be applied to both."""
    return [
        Shape(
            line.ribbon.polygon,
            line.ribbon.band(KERNEL_SHARE, KERNEL_PULL),
            line.ribbon.height,
            line.ignore,
        )
        for line in lines
    ]


def draw_targets(
    shapes: Sequence[Shape], matrix: Points, size: int, limits: HeightLimits | None = None
) -> npt.NDArray[np.uint8]:
    """Draw the targets of one square crop.

    Args:
        shapes: Lines of the image.
        matrix: (2, 3) affine map from image to crop pixels, a similarity.
        size: Side of the crop in pixels, a multiple of ``OUTPUT_STRIDE``.
        limits: Heights that the loss asks for.

    Returns:
        uint8 (4, size/2, size/2) of 0 and 1: region, kernel, loss mask of the region, of the kernel.
    """
    limits = limits or HeightLimits()
    side = size // OUTPUT_STRIDE
    planes = np.zeros((4, side, side), np.uint8)
    planes[2:] = 1
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    drawn = []
    for shape in shapes:
        region = shape.region @ matrix[:, :2].T + matrix[:, 2]
        low, high = region.min(axis=0), region.max(axis=0)
        if high.min() > 0 and low.max() < size:
            drawn.append((shape, region))
    for shape, region in drawn:
        height = shape.height * scale
        if shape.ignore or height > limits.largest:
            continue
        if height < limits.smallest:
            _fill(planes[2], region, 0)
            continue
        _fill(planes[0], region, 1)
        _fill(planes[1], shape.kernel @ matrix[:, :2].T + matrix[:, 2], 1)
    for shape, region in drawn:
        if shape.ignore or shape.height * scale > limits.largest:
            _fill(planes[2], region, 0)
            _fill(planes[3], region, 0)
    return planes


def _fill(plane: npt.NDArray[np.uint8], polygon: Points, value: int) -> None:
    """Fill a polygon given in crop pixels; the plane has ``OUTPUT_STRIDE`` crop pixels a cell."""
    cells = polygon / OUTPUT_STRIDE - 0.5
    cv2.fillPoly(plane, [np.round(cells * 2**_SHIFT).astype(np.int32)], value, shift=_SHIFT)
