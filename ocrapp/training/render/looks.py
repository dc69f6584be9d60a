"""What letters are made of and what they stand on: paint, signs, print, displays."""

import cv2
import numpy as np
import numpy.typing as npt

from ocrapp.training.render.colours import extreme, random_colour
from ocrapp.training.render.images import Mask, Pixels

Colour = npt.NDArray[np.float32]


def shaped(rng: np.random.Generator, mask: Mask) -> Mask:
    """Letters of lamps, stencils, worn or swollen letters: what happens to them before they are seen askew."""
    draw = rng.random()
    if draw < 0.03:
        return _lamps(rng, mask)
    if draw < 0.055:  # stencil: bridges cut through
        mask = mask.copy()
        pitch = max(6, int(mask.shape[0] * rng.uniform(0.3, 0.7)))
        for x in range(int(rng.integers(pitch)), mask.shape[1], pitch):
            mask[:, x : x + max(1, mask.shape[0] // 40)] = 0
        return mask
    if draw < 0.1:  # bolder
        return np.asarray(cv2.dilate(mask, np.ones((2, 2 + int(rng.random() < 0.5)), np.uint8)))
    if draw < 0.14:  # worn: patches are missing
        return _worn(rng, mask, rng.uniform(0.2, 0.7))
    return mask


def _lamps(rng: np.random.Generator, mask: Mask) -> Mask:
    """A matrix of lamps or pixels."""
    height, width = mask.shape
    cell = max(2, round(height / rng.uniform(18, 30)))
    small = cv2.resize(mask, (max(1, width // cell), max(1, height // cell)), interpolation=cv2.INTER_AREA)
    small = np.where(small > rng.uniform(45, 100), 255, 0).astype(np.uint8)
    large = cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST)
    if rng.random() < 0.35:
        return np.asarray(large)
    y, x = np.arange(height) % cell - (cell - 1) / 2, np.arange(width) % cell - (cell - 1) / 2
    lit = (y * y)[:, None] + (x * x)[None, :] <= (cell * rng.uniform(0.4, 0.55)) ** 2
    return np.where(lit, large, large // int(rng.integers(2, 9))).astype(np.uint8)


def _worn(rng: np.random.Generator, mask: Mask, strength: float) -> Mask:
    height, width = mask.shape
    cells = (max(2, width // int(rng.integers(2, 6))), max(2, height // int(rng.integers(2, 6))))
    field = cv2.resize(
        rng.integers(0, 256, cells[::-1], np.uint8), (width, height), interpolation=cv2.INTER_LINEAR
    )
    keep = np.clip((field.astype(np.float32) - 255 * strength * 0.5) * (4.0 / 255) + 0.45, 0, 1)
    return (mask * keep).astype(np.uint8)


def printed(rng: np.random.Generator, mask: Mask) -> Pixels:
    """Dark on light paper, or a screen; sometimes inverse; scans, thermal paper and dot matrix among them."""
    paper = np.clip(rng.uniform(205, 255) + rng.normal(0, 4, 3), 0, 255)
    ink = np.clip(rng.uniform(0, 95) + rng.normal(0, 10, 3), 0, 255)
    if rng.random() < 0.15:
        paper, ink = ink, paper
    kind = rng.random()
    if kind < 0.16:
        mask = _worn(rng, mask, rng.uniform(0.1, 0.7))
        ink = ink + (paper - ink) * rng.uniform(0, 0.6)
    elif kind < 0.36:
        mask = _bitonal(rng, mask)
    elif kind < 0.42:
        cell = max(2, mask.shape[0] // 14)
        y, x = np.arange(mask.shape[0]) % cell - cell / 2, np.arange(mask.shape[1]) % cell - cell / 2
        mask = mask * ((y * y)[:, None] + (x * x)[None, :] < (cell * 0.55) ** 2)
    return flat(mask, paper, ink)


def _bitonal(rng: np.random.Generator, mask: Mask) -> Mask:
    """A scan of one bit a pixel: strokes break or flow together."""
    soft = cv2.GaussianBlur(mask, (0, 0), rng.uniform(0.5, 1.2)).astype(np.float32)
    rough = np.empty(mask.shape, np.float32)
    cv2.randn(_seeded(rng, rough), 0, rng.uniform(4, 22))
    return np.where(soft + rough > rng.uniform(70, 170), 255, 0).astype(np.uint8)


def _seeded(rng: np.random.Generator, array: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """OpenCV's generator draws normal numbers five times faster than numpy's; ours sets its seed."""
    cv2.setRNGSeed(int(rng.integers(2**31 - 1)))
    return array


def flat(mask: Mask, paper: npt.NDArray[np.floating], ink: npt.NDArray[np.floating]) -> Pixels:
    """One ink on one paper."""
    share = np.arange(256, dtype=np.float32)[:, None] / 255
    table = np.clip(paper + (ink - paper) * share + 0.5, 0, 255).astype(np.uint8)
    return table[mask]


def blend(image: Pixels, mask: Mask, colour: npt.NDArray[np.floating] | Pixels) -> Pixels:
    """Paint a colour (3,) or a picture (H, W, 3) through a mask."""
    over = colour if colour.ndim == 3 else np.broadcast_to(colour.astype(np.uint8), image.shape)
    weight = mask.astype(np.float32) * np.float32(1 / 255)
    return np.asarray(cv2.blendLinear(np.ascontiguousarray(over), image, weight, 1 - weight))


class Painter:
    """Paints letters as they stand on signs, posters, shirts and screens.

    Args:
        photos: Photos without text, used as grounds and fills; may be empty.
    """

    def __init__(self, photos: list[Pixels]) -> None:
        self._photos = photos

    def painted(self, rng: np.random.Generator, mask: Mask) -> Pixels:
        """uint8 (H, W, 3) of a mask (H, W)."""
        height, width = mask.shape
        image, mean = self._ground(rng, height, width)
        ink = contrasting(rng, mean)
        draw = rng.random()
        if draw < 0.14:  # drop shadow, or a raised letter's lit and dark side
            image = _shadowed(rng, image, mask, ink)
        elif draw < 0.27:  # outline or glow
            image = _outlined(rng, image, mask, ink)
        elif draw < 0.295:  # outline only
            size = max(1, int(height * 0.03))
            mask = cv2.subtract(cv2.dilate(mask, np.ones((2 * size + 1,) * 2, np.uint8)), mask)
        if rng.random() < 0.14:  # gradient or photo as fill
            fill, _ = self._ground(rng, height, width)
            tinted = cv2.addWeighted(fill, 0.35, np.broadcast_to(ink.astype(np.uint8), fill.shape), 0.65, 0)
            return blend(image, mask, np.asarray(tinted))
        if rng.random() < 0.3:
            mask = cv2.convertScaleAbs(mask, alpha=rng.uniform(0.7, 1.0))
        return blend(image, mask, ink)

    def _ground(self, rng: np.random.Generator, height: int, width: int) -> tuple[Pixels, Colour]:
        """A ground and its mean colour."""
        draw = rng.random()
        if draw < 0.33 and self._photos:
            return self._photo(rng, height, width)
        base = _colour(rng)
        if draw < 0.72:
            return np.broadcast_to(base.astype(np.uint8), (height, width, 3)).copy(), base
        other = np.clip(base + rng.normal(0, 45, 3), 0, 255)
        corners = np.stack([base, other])[None] if rng.random() < 0.5 else np.stack([base, other])[:, None]
        if draw > 0.95:  # two fields, as where a sign ends
            share = rng.uniform(0.05, 0.95)
            image = np.broadcast_to(base.astype(np.uint8), (height, width, 3)).copy()
            far = np.clip(base + rng.normal(0, 60, 3), 0, 255)
            if rng.random() < 0.6:
                image[: int(height * min(share, 0.3))] = far
            else:
                image[:, : int(width * min(share, 0.2))] = far
            return image, base
        ramp = cv2.resize(corners.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
        return ramp.astype(np.uint8), ((base + other) / 2).astype(np.float32)

    def _photo(self, rng: np.random.Generator, height: int, width: int) -> tuple[Pixels, Colour]:
        photo = self._photos[int(rng.integers(len(self._photos)))]
        h = int(min(photo.shape[0], max(8, height * rng.uniform(0.4, 2.5))))
        w = int(min(photo.shape[1], max(8, width * rng.uniform(0.4, 2.5))))
        y, x = int(rng.integers(photo.shape[0] - h + 1)), int(rng.integers(photo.shape[1] - w + 1))
        patch = cv2.resize(photo[y : y + h, x : x + w], (width, height))
        mean = np.array(cv2.mean(patch)[:3], np.float32)
        calm = rng.uniform(0.1, 0.9)
        return np.asarray(
            cv2.convertScaleAbs(
                cv2.addWeighted(patch, calm, np.broadcast_to(mean.astype(np.uint8), patch.shape), 1 - calm, 0)
            )
        ), mean


def _shadowed(rng: np.random.Generator, image: Pixels, mask: Mask, ink: Colour) -> Pixels:
    shift = max(1, int(mask.shape[0] * rng.uniform(0.02, 0.08)))
    moved = np.roll(mask, (shift, shift if rng.random() < 0.7 else -shift), (0, 1))
    if rng.random() < 0.6:
        moved = cv2.GaussianBlur(moved, (0, 0), max(0.6, shift * 0.7))
    opposite = contrasting(rng, ink)
    image = blend(image, cv2.convertScaleAbs(moved, alpha=rng.uniform(0.4, 1.0)), opposite)
    if rng.random() < 0.3:  # embossed: light from one side
        back = np.roll(mask, (-shift, -shift), (0, 1))
        image = blend(image, back, np.clip(255 - opposite, 0, 255))
    return image


def _outlined(rng: np.random.Generator, image: Pixels, mask: Mask, ink: Colour) -> Pixels:
    size = max(1, int(mask.shape[0] * rng.uniform(0.02, 0.09)))
    thick = cv2.dilate(mask, np.ones((2 * size + 1, 2 * size + 1), np.uint8))
    if rng.random() < 0.35:
        thick = cv2.GaussianBlur(thick, (0, 0), size * 1.2)
    return blend(image, np.asarray(thick), contrasting(rng, ink))


def _colour(rng: np.random.Generator) -> Colour:
    draw = rng.random()
    if draw < 0.15:
        return extreme(rng)
    if draw < 0.7:
        level, tint = rng.uniform(10, 245), rng.normal(0, 6 if draw < 0.5 else 45, 3)
        return np.minimum(np.maximum(level + tint, 0), 255).astype(np.float32)
    return random_colour(rng)


def contrasting(rng: np.random.Generator, ground: npt.NDArray[np.floating]) -> Colour:
    """A colour whose lightness differs from the ground, mostly a lot, sometimes barely."""
    least = 28 if rng.random() < 0.14 else 70
    level = sum(ground.tolist()) / 3
    for _ in range(20):
        colour = _colour(rng) if rng.random() < 0.6 else extreme(rng)
        if abs(sum(colour.tolist()) / 3 - level) > least:
            return colour
    return np.full(3, 250.0 if level < 128 else 5.0, np.float32)
