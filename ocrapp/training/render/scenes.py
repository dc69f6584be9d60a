"""Scenes: text on surfaces of photos, on signs, labels and posters, at any angle but mostly upright."""

from dataclasses import dataclass

import cv2
import numpy as np

from ocrapp.training.fonts import FontLibrary
from ocrapp.training.render.blocks import Block, BlockStyle, bent, make_block, place
from ocrapp.training.render.colours import lit, luminance
from ocrapp.training.render.grounds import Photos, halftone, panel, texture
from ocrapp.training.render.ink import TextSource
from ocrapp.training.render.labels import LineLabel, Pixels, Points, Rendered


@dataclass(frozen=True, slots=True)
class SceneOptions:
    """What rendered scenes look like.

    Attributes:
        width: Width in pixels.
        height: Height in pixels.
        blocks: Most blocks of text in one scene.
        smallest: Height of the smallest capitals, pixels.
        largest: Height of the largest capitals, pixels.
        negative: Share of scenes without any text.
        textured: Share of grounds that are pure texture instead of a photo.
    """

    width: int = 800
    height: int = 600
    blocks: int = 9
    smallest: float = 7.0
    largest: float = 220.0
    negative: float = 0.12
    textured: float = 0.15


def scene_ground(rng: np.random.Generator, photos: Photos, options: SceneOptions) -> Pixels:
    """A picture without text: a photo, at times printed in dots, or a texture."""
    height, width = options.height, options.width
    kind = rng.random()
    if kind < options.textured:
        return texture(rng, height, width)
    image = photos.sample(rng, height, width)
    if kind > 0.96:
        return halftone(rng, image)
    if rng.random() < 0.25:  # a textured thing within the photo
        _paste_texture(rng, image)
    return lit(rng, image, rng.uniform(0, 0.5)) if rng.random() < 0.25 else image


def render_scene(
    rng: np.random.Generator,
    fonts: FontLibrary,
    texts: TextSource,
    photos: Photos,
    options: SceneOptions | None = None,
) -> Rendered:
    """Render one scene.

    Args:
        rng: Source of randomness.
        fonts: Where fonts come from.
        texts: Where words come from.
        photos: Grounds.
        options: Size and density.

    Returns:
        The image with all its lines.
    """
    options = options or SceneOptions()
    image = scene_ground(rng, photos, options)
    if rng.random() < options.negative:
        return Rendered(image, ())
    return add_text(rng, image, fonts, texts, options)


def add_text(
    rng: np.random.Generator,
    image: Pixels,
    fonts: FontLibrary,
    texts: TextSource,
    options: SceneOptions,
    taken: tuple[LineLabel, ...] = (),
    complete: bool = True,
) -> Rendered:
    """Place blocks of text on an image (in place), clear of each other and of the lines already there."""
    lines = list(taken)
    occupied = [_bounds(line.ribbon.polygon, 4) for line in taken]
    variance = _roughness(image)
    for _ in range(int(rng.integers(1, options.blocks + 1))):
        found = _place_one(rng, image, fonts, texts, options, occupied, variance)
        lines.extend(found)
    return Rendered(image, tuple(lines), complete)


def _place_one(
    rng: np.random.Generator,
    image: Pixels,
    fonts: FontLibrary,
    texts: TextSource,
    options: SceneOptions,
    occupied: list[Points],
    roughness: Points,
) -> tuple[LineLabel, ...]:
    height, width = image.shape[:2]
    bend = rng.uniform(0.25, 1.5) if rng.random() < 0.18 else 0.0
    size = float(np.exp(rng.uniform(np.log(options.smallest), np.log(options.largest))))
    lines = 1 if size > 80 or (bend and rng.random() < 0.7) else int(min(rng.geometric(0.4), 7))
    style = BlockStyle(size, lines, width * rng.uniform(0.2, 0.95), 13 if bend else 2)
    spot = rng.integers(0, (width, height))
    ground = image[int(spot[1]), int(spot[0])]
    board = panel(rng, 48, 96) if rng.random() < 0.5 else None
    block = make_block(rng, fonts, texts, style, ground, board)
    if block is None or min(block.size) < 4:
        return ()
    if bend:
        block = bent(rng, block, bend)
    if block.size[0] * block.size[1] > 4 * width * height:
        return ()
    best, best_cost = None, np.inf
    for _ in range(6):
        corners = _corners(rng, block.size, (width, height))
        bounds = _bounds(corners, 2)
        if _collides(bounds, occupied):
            continue
        cost = rng.uniform(0, 0.3) if board is not None else _mean_roughness(roughness, bounds, image.shape)
        if cost < best_cost:
            best, best_cost = corners, cost
    if best is None:
        return ()
    if board is None and rng.random() < 0.9 and not _legible(image, block, best):
        return ()
    occupied.append(_bounds(best, 2))
    opacity = 1.0 if rng.random() < 0.85 else rng.uniform(0.55, 1.0)
    return place(image, block, best, opacity)


def _legible(image: Pixels, block: Block, corners: Points, least: float = 30.0) -> bool:
    """Whether bare letters differ enough in luma from what lies below them."""
    x0, y0, x1, y1 = np.clip(_bounds(corners, 0), 0, None).astype(int)
    under = image[y0 : y1 + 1 : 3, x0 : x1 + 1 : 3].reshape(-1, 3)
    inked = block.picture[block.alpha > 128]
    if not len(under) or not len(inked):
        return False
    return abs(luminance(under.mean(axis=0)) - luminance(inked.mean(axis=0))) > least


def _corners(rng: np.random.Generator, size: tuple[int, int], within: tuple[int, int]) -> Points:
    """Where a block's corners go: turned, slanted, and mostly inside the image."""
    width, height = size
    draw = rng.random()
    if draw < 0.55:
        angle = rng.normal(0, 4)
    elif draw < 0.85:
        angle = rng.normal(0, 18)
    elif draw < 0.93:
        angle = rng.uniform(-180, 180)
    else:
        angle = rng.choice([-90.0, 90.0]) + rng.normal(0, 3)
    half = np.array([[-width, -height], [width, -height], [width, height], [-width, height]], np.float32) / 2
    slant = rng.uniform(0, 0.12) if rng.random() < 0.6 else rng.uniform(0, 0.3)
    # Perspective and foreshortening: every corner moves inwards by up to ``slant`` of the smaller side.
    half *= 1 - rng.uniform(0, slant, (4, 2)) * (min(1.0, height / width * 2), 1.0)
    if rng.random() < 0.4:
        half[:, 0] *= rng.uniform(0.6, 1.0)
    turn = np.deg2rad(angle)
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]], np.float32)
    quad = half @ rotation.T
    reach = np.abs(quad).max(axis=0)
    bounds = np.array(within, np.float32)
    low, high = np.minimum(reach, bounds / 2), np.maximum(bounds - reach, bounds / 2)
    centre = rng.uniform(low, high)
    if rng.random() < 0.1:  # cut by the border of the image
        centre = rng.uniform(0, bounds)
    return (quad + centre).astype(np.float32)


def _bounds(polygon: Points, air: float) -> Points:
    return np.concatenate([polygon.min(axis=0) - air, polygon.max(axis=0) + air])


def _collides(box: Points, others: list[Points]) -> bool:
    if not others:
        return False
    every = np.stack(others)
    apart = (
        (every[:, 2] <= box[0]) | (every[:, 0] >= box[2]) | (every[:, 3] <= box[1]) | (every[:, 1] >= box[3])
    )
    return not bool(apart.all())


_CELL = 8
"""Side of a cell of the roughness map, pixels."""


def _roughness(image: Pixels) -> Points:
    """Gradient energy in cells of 8x8 pixels, scaled to about [0, 1]: where it is low, signs hang."""
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    edges = np.abs(cv2.Laplacian(grey, cv2.CV_16S)).astype(np.float32)
    size = (image.shape[1] // _CELL, image.shape[0] // _CELL)
    return np.asarray(np.minimum(cv2.resize(edges, size, interpolation=cv2.INTER_AREA) / 60, 1), np.float32)


def _mean_roughness(roughness: Points, box: Points, shape: tuple[int, ...]) -> float:
    del shape
    x0, y0, x1, y1 = (np.clip(box / _CELL, 0, None)).astype(int)
    part = roughness[y0 : y1 + 1, x0 : x1 + 1]
    return float(part.mean()) if part.size else 1.0


def _paste_texture(rng: np.random.Generator, image: Pixels) -> None:
    height, width = image.shape[:2]
    h, w = int(height * rng.uniform(0.15, 0.6)), int(width * rng.uniform(0.15, 0.6))
    y, x = int(rng.integers(height - h)), int(rng.integers(width - w))
    image[y : y + h, x : x + w] = texture(rng, h, w)
