"""Colours and smooth random fields for rendering."""

import colorsys
import functools

import cv2
import numpy as np
import numpy.typing as npt

from ocrapp.training.render.labels import Pixels

Colour = npt.NDArray[np.float32]
"""(3,) RGB in 0..255."""


def random_colour(rng: np.random.Generator, value: tuple[float, float] = (0.0, 1.0)) -> Colour:
    """A colour whose HSV value lies in ``value``; a third of them is nearly grey."""
    saturation = rng.uniform(0, 0.12) if rng.random() < 0.35 else rng.uniform(0, 1) ** 0.8
    rgb = colorsys.hsv_to_rgb(rng.random(), saturation, rng.uniform(*value))
    return np.array(rgb, np.float32) * 255


def luminance(colour: npt.ArrayLike) -> float:
    """Rec. 601 luma of an RGB colour, 0..255."""
    red, green, blue = np.asarray(colour, np.float32)[:3]
    return float(0.299 * red + 0.587 * green + 0.114 * blue)


def contrasting(rng: np.random.Generator, ground: npt.ArrayLike, faint: float = 0.12) -> Colour:
    """An ink colour that can be seen on ``ground``; with probability ``faint`` only barely.

    Args:
        rng: Source of randomness.
        ground: RGB colour of what lies below.
        faint: Share of inks whose luma differs by only 18 to 45 of 255.
    """
    base = luminance(ground)
    low, high = (18.0, 45.0) if rng.random() < faint else (60.0, 256.0)
    for _ in range(12):
        colour = random_colour(rng) if rng.random() < 0.5 else extreme(rng)
        if low <= abs(luminance(colour) - base) <= high:
            return colour
    return extreme(rng, dark=base > 127)


def extreme(rng: np.random.Generator, dark: bool | None = None) -> Colour:
    """Nearly black or nearly white, which most print is."""
    if dark is None:
        dark = rng.random() < 0.5
    level = rng.uniform(0, 60) if dark else rng.uniform(200, 255)
    return np.clip(level + rng.normal(0, 6, 3), 0, 255).astype(np.float32)


def smooth_field(
    rng: np.random.Generator, height: int, width: int, cells: int = 3
) -> npt.NDArray[np.float32]:
    """A slowly varying field in [0, 1], shape (height, width)."""
    seeds = rng.random((cells, cells)).astype(np.float32)
    return np.asarray(cv2.resize(seeds, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)


def lit(rng: np.random.Generator, image: Pixels, strength: float) -> Pixels:
    """Uneven light: the image times a smooth field between ``1 - strength`` and ``1 + strength / 4``."""
    field = 1 - strength + 1.25 * strength * np.clip(smooth_field(rng, *image.shape[:2]), 0, 1)
    scaled = np.clip(field * 128, 0, 255).astype(np.uint8)
    return np.asarray(cv2.multiply(image, cv2.merge([scaled] * 3), scale=1 / 128), np.uint8)


def grain(rng: np.random.Generator, height: int, width: int) -> npt.NDArray[np.int16]:
    """Normal noise with standard deviation 16, (height, width, 3), cut from a fixed tile: drawing is slow.

    Sides beyond the tile's 1024 pixels repeat it.
    """
    tile = _noise_tile()
    side = tile.shape[0]
    if max(height, width) > side:
        tile = np.tile(tile, (-(-height // side), -(-width // side), 1))
    y = int(rng.integers(tile.shape[0] - height + 1))
    x = int(rng.integers(tile.shape[1] - width + 1))
    return tile[y : y + height, x : x + width]


@functools.cache
def _noise_tile() -> npt.NDArray[np.int16]:
    return np.random.default_rng(1).normal(0, 16, (1024, 1024, 3)).astype(np.int16)


def noisy(rng: np.random.Generator, image: Pixels, sigma: float) -> Pixels:
    """The image with normal noise of standard deviation ``sigma``."""
    noise = grain(rng, *image.shape[:2]).astype(np.float32) * (sigma / 16)
    return np.clip(image + noise, 0, 255).astype(np.uint8)
