"""Training crops of the segmenter: a pool of large labelled images, from which augmented squares are cut.

Rendering a whole scene costs some tens of milliseconds, a crop of it a few: every image serves several crops,
and crops of many images are interleaved.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch.utils.data import IterableDataset

from ocrapp.training.render.colours import noisy
from ocrapp.training.render.images import compressed
from ocrapp.training.render.labels import Pixels, Points, Rendered
from ocrapp.training.segmenter_images import Maker, build_makers
from ocrapp.training.segmenter_targets import Shape, draw_targets, shapes_of


@dataclass(frozen=True, slots=True)
class CropOptions:
    """How crops are cut and spoiled.

    Attributes:
        size: Side in pixels, a multiple of 32.
        native: Share of crops near the image's own scale; the others are scaled so that one of the lines
            gets a height drawn from ``heights``.
        heights: Smallest and largest line height in pixels aimed at, drawn log-uniformly.
        rotated: Share of crops turned by any angle.
    """

    size: int = 320
    native: float = 0.5
    heights: tuple[float, float] = (7.0, 150.0)
    rotated: float = 0.08


@dataclass(frozen=True, slots=True)
class Mixture:
    """Weights of the kinds of images, and how many crops one image serves."""

    weights: dict[str, float] = field(
        default_factory=lambda: {
            "scenes": 0.26,
            "documents": 0.15,
            "screens": 0.11,
            "photos": 0.26,
            "mixed": 0.08,
            "receipts": 0.08,
            "negatives": 0.06,
        }
    )
    crops_per_rendering: int = 10
    crops_per_photo: int = 3
    pool: int = 6


@dataclass(frozen=True, slots=True)
class Canvas:
    """An image ready for cropping: the picture at full, half and quarter size, and its polygons.

    Attributes:
        levels: RGB images, each half the size of the one before.
        shapes: Region and kernel of every line.
        complete: False where text may lack a label.
        focus: What crops are centred on: decoys where there are any, else the lines that are no don't-cares.
    """

    levels: tuple[Pixels, ...]
    shapes: tuple[Shape, ...]
    complete: bool
    focus: tuple[Shape, ...]

    @classmethod
    def of(cls, rendered: Rendered) -> "Canvas":
        """Prepare an image."""
        levels = [rendered.image]
        while min(levels[-1].shape[:2]) > 200 and len(levels) < 4:
            height, width = levels[-1].shape[:2]
            half = cv2.resize(levels[-1], (width // 2, height // 2), interpolation=cv2.INTER_AREA)
            levels.append(np.asarray(half, np.uint8))
        shapes = tuple(shapes_of(rendered.lines))
        focus = shapes_of(rendered.decoys) or [shape for shape in shapes if not shape.ignore]
        return cls(tuple(levels), shapes, rendered.complete, tuple(focus))


@dataclass(frozen=True, slots=True)
class Crop:
    """One training example: image uint8 (S, S, 3), targets uint8 (4, S/2, S/2), and whether all text is labelled."""

    image: Pixels
    targets: npt.NDArray[np.uint8]
    complete: bool


def crop_matrix(rng: np.random.Generator, canvas: Canvas, options: CropOptions) -> Points:
    """A similarity (2, 3) from canvas to crop pixels that shows, mostly, some text at a useful size."""
    height, width = canvas.levels[0].shape[:2]
    shape = canvas.focus[int(rng.integers(len(canvas.focus)))] if canvas.focus else None
    if shape is None or rng.random() < options.native:
        scale = float(np.exp(rng.normal(0, 0.35)))
    else:
        aim = np.exp(rng.uniform(*np.log(options.heights)))
        scale = float(np.clip(aim / max(shape.height, 1), 0.2, 4.0))
    if shape is not None and rng.random() < 0.85:
        weights = rng.dirichlet(np.ones(len(shape.region)))
        centre = weights @ shape.region + rng.normal(0, 0.2 * options.size / scale, 2)
    else:
        centre = rng.uniform(0, 1, 2) * (width, height)
    half = options.size / scale / 2
    low, high = np.minimum(half, np.array([width, height]) / 2), np.array([width, height]) - half
    if rng.random() < 0.85:  # else the crop may show what lies beyond the image
        centre = np.clip(centre, low, np.maximum(low, high))
    draw = rng.random()
    if draw < options.rotated:
        angle = rng.uniform(-np.pi, np.pi)
    else:
        angle = np.deg2rad(rng.normal(0, 1.5 if draw < 0.6 else 9))
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    linear = np.array([[cos, -sin], [sin, cos]])
    offset = options.size / 2 - linear @ centre
    return np.concatenate([linear, offset[:, None]], axis=1).astype(np.float32)


def cut(rng: np.random.Generator, canvas: Canvas, options: CropOptions) -> Crop:
    """Cut one augmented crop."""
    matrix = crop_matrix(rng, canvas, options)
    targets = draw_targets(canvas.shapes, matrix, options.size)
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    level = int(np.clip(np.floor(-np.log2(scale) + 0.3), 0, len(canvas.levels) - 1))
    source = canvas.levels[level]
    ratio = canvas.levels[0].shape[1] / source.shape[1]
    warp = np.asarray(matrix, np.float64).copy()
    warp[:, :2] *= ratio
    ground = int(rng.choice([0, 127, 127, 127, 255]))
    image = cv2.warpAffine(
        source,
        warp,
        (options.size, options.size),
        flags=cv2.INTER_LINEAR,
        borderValue=(ground, ground, ground),
    )
    return Crop(spoil(rng, np.asarray(image, np.uint8)), targets, canvas.complete)


def spoil(rng: np.random.Generator, image: Pixels) -> Pixels:
    """What cameras and codecs do: colour, contrast, blur, noise, loss of resolution, JPEG."""
    if rng.random() < 0.6:
        gamma = np.exp(rng.normal(0, 0.3))
        gain, lift = rng.uniform(0.55, 1.2), rng.normal(0, 15)
        tint = rng.normal(1, 0.06, 3) if rng.random() < 0.5 else np.ones(3)
        ramp = (np.arange(256) / 255.0) ** gamma * 255 * gain + lift
        table = np.clip(ramp[:, None] * tint, 0, 255).astype(np.uint8)
        image = np.asarray(cv2.LUT(image, table[None]), np.uint8)
    draw = rng.random()
    if draw < 0.1:
        grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
        image = np.asarray(cv2.merge([grey, grey, grey]), np.uint8)
    elif draw < 0.18:
        image = np.asarray(255 - image, np.uint8)
    draw = rng.random()
    if draw < 0.2:
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), rng.uniform(0.4, 1.6)), np.uint8)
    elif draw < 0.25:
        image = _shaken(rng, image)
    elif draw < 0.33:
        size = image.shape[0]
        small = cv2.resize(
            image, None, fx=rng.uniform(0.5, 0.9), fy=rng.uniform(0.5, 0.9), interpolation=cv2.INTER_AREA
        )
        image = np.asarray(cv2.resize(small, (size, size), interpolation=cv2.INTER_LINEAR), np.uint8)
    if rng.random() < 0.3:
        image = noisy(rng, image, rng.uniform(1, 16))
    if rng.random() < 0.35:
        image = compressed(image, int(rng.integers(20, 92)))
    return image


def _shaken(rng: np.random.Generator, image: Pixels) -> Pixels:
    length = int(rng.integers(3, 8))
    kernel = np.zeros((length, length), np.float32)
    end = (int(rng.integers(length)), length - 1)
    cv2.line(kernel, (length - 1 - end[0], 0), end, 1.0)
    return np.asarray(cv2.filter2D(image, -1, kernel / kernel.sum()), np.uint8)


class CanvasPool:
    """Draws kinds of images by weight and keeps a few images of each at hand.

    Args:
        makers: Function a kind that makes an image.
        mixture: Weights and reuse.
        photo_kinds: Kinds that are read from disk and not rendered.
    """

    def __init__(
        self,
        makers: dict[str, Maker],
        mixture: Mixture,
        photo_kinds: Sequence[str] = ("photos", "receipts", "alarms"),
    ) -> None:
        self._makers = {name: make for name, make in makers.items() if mixture.weights.get(name, 0) > 0}
        weights = np.array([mixture.weights[name] for name in self._makers])
        self._names, self._weights = list(self._makers), weights / weights.sum()
        self._mixture, self._photo_kinds = mixture, photo_kinds
        self._held: dict[str, list[tuple[Canvas, int]]] = {name: [] for name in self._names}

    def draw(self, rng: np.random.Generator) -> Canvas:
        """The next image to crop."""
        name = self._names[int(rng.choice(len(self._names), p=self._weights))]
        held = self._held[name]
        if len(held) < self._mixture.pool:
            photo = name in self._photo_kinds
            uses = self._mixture.crops_per_photo if photo else self._mixture.crops_per_rendering
            held.append((Canvas.of(self._makers[name](rng)), uses))
        index = int(rng.integers(len(held)))
        canvas, left = held[index]
        if left <= 1:
            held.pop(index)
        else:
            held[index] = (canvas, left - 1)
        return canvas


class CropStream(IterableDataset[dict[str, torch.Tensor]]):
    """An endless stream of crops; the random state depends on ``seed`` and the number of samples seen so far.

    Args:
        options: How crops are cut.
        mixture: Which images.
        seed: Changes the whole stream.
        root: Data folder, the default one if None.
        mined: False alarms of an earlier model.
    """

    def __init__(
        self,
        options: CropOptions,
        mixture: Mixture,
        seed: int,
        root: Path | None = None,
        mined: Path | None = None,
    ) -> None:
        self._options, self._mixture, self._seed, self._root = options, mixture, seed, root
        self._mined = mined

    def __iter__(self) -> Iterator[dict[str, torch.Tensor]]:
        cv2.setNumThreads(1)
        torch.set_num_threads(1)
        rng = np.random.default_rng(self._seed)
        pool = CanvasPool(build_makers(self._root, self._mined), self._mixture)
        while True:
            crop = cut(rng, pool.draw(rng), self._options)
            yield {
                "image": torch.from_numpy(np.ascontiguousarray(crop.image)),
                "targets": torch.from_numpy(crop.targets),
                "complete": torch.tensor(crop.complete),
            }
