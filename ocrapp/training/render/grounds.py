"""What lies below text, or pretends to be text: photos, panels, and textures that must stay quiet."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from ocrapp.training.data.real import load_pixels
from ocrapp.training.render.clutter import CLUTTER, slanted
from ocrapp.training.render.colours import lit, noisy, random_colour, smooth_field
from ocrapp.training.render.labels import Pixels


class Photos:
    """Photos without text, kept encoded in memory (a few tens of MB) and decoded when drawn.

    Args:
        paths: Image files; none at all is allowed, then textures stand in.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self._encoded = [path.read_bytes() for path in paths]

    def __len__(self) -> int:
        return len(self._encoded)

    def sample(self, rng: np.random.Generator, height: int, width: int) -> Pixels:
        """A random part of a random photo, mirrored or turned at times, at (height, width)."""
        if not self._encoded:
            return texture(rng, height, width)
        photo = load_pixels(self._encoded[int(rng.integers(len(self._encoded)))])
        if rng.random() < 0.5:
            photo = photo[:, ::-1]
        if rng.random() < 0.2:
            photo = np.rot90(photo)
        scale = max(height / photo.shape[0], width / photo.shape[1]) * rng.uniform(1.0, 1.8)
        cut_height, cut_width = int(height / scale), int(width / scale)
        y = int(rng.integers(photo.shape[0] - cut_height + 1))
        x = int(rng.integers(photo.shape[1] - cut_width + 1))
        cut = np.ascontiguousarray(photo[y : y + cut_height, x : x + cut_width])
        large = cv2.resize(cut, (width, height), interpolation=cv2.INTER_CUBIC)
        if scale > 1.3 and rng.random() < 0.7:
            # An enlarged photo is soft while drawn text is crisp; without this, crispness means text.
            soft = cv2.GaussianBlur(large, (0, 0), 1.2 * scale)
            large = cv2.addWeighted(large, 2.2, soft, -1.2, 0)
        return noisy(rng, np.asarray(large, np.uint8), rng.uniform(0, 8))


def panel(rng: np.random.Generator, height: int, width: int) -> Pixels:
    """A sign's face: one colour, a gradient or two colours, slightly uneven."""
    base = random_colour(rng, (0.05, 1.0))
    kind = rng.random()
    if kind < 0.5:
        face = np.broadcast_to(base, (height, width, 3)).astype(np.uint8).copy()
    elif kind < 0.85:
        other = np.clip(base + rng.normal(0, 45, 3), 0, 255)
        weight = smooth_field(rng, height, width, 2)[..., None]
        face = np.clip(base * weight + other * (1 - weight), 0, 255).astype(np.uint8)
    else:
        face = stripes(rng, height, width, contrast=rng.uniform(8, 30))
    return lit(rng, face, rng.uniform(0, 0.35)) if rng.random() < 0.4 else face


def stripes(rng: np.random.Generator, height: int, width: int, contrast: float | None = None) -> Pixels:
    """Parallel bars of any direction: fences, gratings, shutters, barcodes, cloth."""
    first = random_colour(rng)
    second = random_colour(rng) if contrast is None else np.clip(first + contrast, 0, 255)
    angle = rng.choice([0.0, np.pi / 2, rng.uniform(0, np.pi)])
    period = np.exp(rng.uniform(np.log(3), np.log(60)))
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    phase = (x * np.cos(angle) + y * np.sin(angle)) / period
    if rng.random() < 0.4:
        phase += 0.5 * smooth_field(rng, height, width, 4) * rng.uniform(0, 3)
    if rng.random() < 0.3:
        wave = 0.5 + 0.5 * np.sin(2 * np.pi * phase)
    else:
        wave = ((phase % 1) < rng.uniform(0.15, 0.85)).astype(np.float32)
    return (first * wave[..., None] + second * (1 - wave[..., None])).astype(np.uint8)


def barcode(rng: np.random.Generator, height: int, width: int) -> Pixels:
    """Bars of random widths, as on a price tag; or a matrix of modules."""
    light, dark = rng.uniform(200, 255), rng.uniform(0, 60)
    module = max(1, int(rng.integers(1, 5)))
    if rng.random() < 0.35:
        cells = rng.random((height // module + 1, width // module + 1)) < 0.5
    else:
        cells = np.broadcast_to(
            rng.random((1, width // module + 1)) < 0.5, (height // module + 1, width // module + 1)
        )
    code = np.where(cells, dark, light).astype(np.uint8)
    code = np.repeat(np.repeat(code, module, 0), module, 1)[:height, :width]
    return np.repeat(code[..., None], 3, axis=2)


def bricks(rng: np.random.Generator, height: int, width: int) -> Pixels:
    """A brick or tile wall with joints, every brick of its own shade."""
    tall = int(rng.integers(8, 60))
    wide = int(tall * rng.uniform(1.0, 3.5)) + 1
    joint = max(1, int(tall * rng.uniform(0.04, 0.2)))
    base, mortar = random_colour(rng, (0.25, 0.9)), random_colour(rng, (0.2, 1.0))
    y, x = np.mgrid[0:height, 0:width]
    row = y // tall
    shifted = x + (row % 2) * (wide // 2) * int(rng.random() < 0.8)
    column = shifted // wide
    shades = rng.normal(1, rng.uniform(0.03, 0.2), (height // tall + 2, width // wide + 3)).astype(np.float32)
    face = base * shades[row, column][..., None]
    joints = ((y % tall) < joint) | ((shifted % wide) < joint)
    face[joints] = mortar
    return noisy(rng, np.clip(face, 0, 255).astype(np.uint8), rng.uniform(2, 14))


def foliage(rng: np.random.Generator, height: int, width: int) -> Pixels:
    """Layered leaf-like blobs and blades: dense high-contrast clutter without letters."""
    image = noisy(rng, np.full((height, width, 3), random_colour(rng, (0.05, 0.4)), np.uint8), 12)
    size = np.exp(rng.uniform(np.log(3), np.log(24)))
    count = int(min(1500, 1.2 * height * width / (size * size * 4)))
    hue = random_colour(rng, (0.3, 1.0))
    for _ in range(count):
        centre = (int(rng.integers(width)), int(rng.integers(height)))
        axes = (max(1, int(size * rng.uniform(0.5, 2))), max(1, int(size * rng.uniform(0.15, 0.6))))
        colour = np.clip(hue * rng.uniform(0.3, 1.2), 0, 255).tolist()
        cv2.ellipse(image, centre, axes, float(rng.uniform(0, 360)), 0, 360, colour, -1, cv2.LINE_AA)
    return image


def halftone(rng: np.random.Generator, picture: Pixels) -> Pixels:
    """The picture as printed dots, black or in its own colours."""
    height, width = picture.shape[:2]
    pitch = rng.uniform(3, 9)
    angle = rng.uniform(0, np.pi / 2)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    u = (x * np.cos(angle) + y * np.sin(angle)) * (2 * np.pi / pitch)
    v = (-x * np.sin(angle) + y * np.cos(angle)) * (2 * np.pi / pitch)
    threshold = 127 + 60 * (np.sin(u) + np.sin(v))
    if rng.random() < 0.7:
        grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
        dots = np.where(grey > threshold, 245, 25).astype(np.uint8)
        dots = np.repeat(dots[..., None], 3, axis=2)
    else:
        dots = np.where(picture > threshold[..., None], 250, 30).astype(np.uint8)
    return np.asarray(cv2.GaussianBlur(dots, (0, 0), rng.uniform(0.4, 1.0)), np.uint8)


def scribbles(rng: np.random.Generator, height: int, width: int) -> Pixels:
    """Random curves, rings and polygons on a plain ground: ornaments, cables, cracks, icons."""
    image = panel(rng, height, width)
    for _ in range(int(rng.integers(6, 60))):
        centre = rng.uniform(0, 1, 2) * (width, height)
        reach = np.exp(rng.uniform(np.log(8), np.log(150)))
        points = (centre + rng.normal(0, reach, (int(rng.integers(2, 9)), 2))).astype(np.int32)
        colour = random_colour(rng).tolist()
        thickness = int(rng.integers(1, 7))
        if rng.random() < 0.25:
            cv2.fillPoly(image, [points], colour, cv2.LINE_AA)
        elif rng.random() < 0.4:
            cv2.circle(image, tuple(int(c) for c in centre), int(reach), colour, thickness, cv2.LINE_AA)
        else:
            cv2.polylines(image, [points], bool(rng.random() < 0.5), colour, thickness, cv2.LINE_AA)
    return image


def barcode_label(rng: np.random.Generator, height: int, width: int) -> Pixels:
    """A barcode with its quiet zone on a label, on a ground of one colour."""
    image = panel(rng, height, width)
    tall, wide = int(height * rng.uniform(0.25, 0.9)), int(width * rng.uniform(0.3, 0.95))
    y, x = int(rng.integers(height - tall + 1)), int(rng.integers(width - wide + 1))
    image[y : y + tall, x : x + wide] = rng.uniform(200, 255)
    edge = min(tall, wide) // int(rng.integers(8, 20)) + 1
    inner = barcode(rng, max(2, tall - 2 * edge), max(2, wide - 2 * edge))
    image[y + edge : y + edge + inner.shape[0], x + edge : x + edge + inner.shape[1]] = inner
    return image


def texture(rng: np.random.Generator, height: int, width: int) -> Pixels:
    """One of the textures and things that must stay quiet."""
    plain = (stripes, barcode, barcode_label, bricks, bricks, foliage, foliage, scribbles)
    makers = plain if rng.random() < 0.45 else CLUTTER
    image = makers[int(rng.integers(len(makers)))](rng, height, width)
    if rng.random() < 0.3:
        image = slanted(rng, image)
    if rng.random() < 0.5:
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), rng.uniform(0.4, 2.0)), np.uint8)
    return image
