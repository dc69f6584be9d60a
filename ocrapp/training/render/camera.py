"""What lens, sensor, light and file format do to a crop, in the order in which they do it."""

import cv2
import numpy as np

from ocrapp.training.render.colours import grain
from ocrapp.training.render.images import Mask, Pixels, compressed


def covered(rng: np.random.Generator, image: Pixels) -> Pixels:
    """Things in front and light from the side: branches, poles, glare, shadows, moiré. Changes ``image``."""
    height, width = image.shape[:2]
    draw = rng.random()
    if draw < 0.03:
        for _ in range(int(rng.integers(1, 4))):
            ends = rng.uniform(-0.1, 1.1, (2, 2)) * (width, height)
            thick = max(1, int(height * rng.uniform(0.01, 0.08)))
            points = [(int(x), int(y)) for x, y in ends]
            cv2.line(image, points[0], points[1], rng.uniform(0, 255, 3).tolist(), thick, cv2.LINE_AA)
    elif draw < 0.045:
        centre = (int(rng.uniform(0, width)), int(rng.choice((0.0, 1.0)) * height))
        axes = (max(1, int(height * rng.uniform(0.1, 0.4))), max(1, int(height * rng.uniform(0.1, 0.3))))
        cv2.ellipse(
            image, centre, axes, rng.uniform(0, 180), 0, 360, rng.uniform(0, 255, 3).tolist(), -1, cv2.LINE_AA
        )
    elif draw < 0.08:
        image = _glare(rng, image)
    elif draw < 0.13:
        image = _edge_of_light(rng, image)
    elif draw < 0.15:
        image = _moire(rng, image)
    return image


def _glare(rng: np.random.Generator, image: Pixels) -> Pixels:
    height, width = image.shape[:2]
    x = (np.arange(width, dtype=np.float32) - np.float32(rng.uniform(0, width))) / np.float32(
        height * rng.uniform(0.4, 2)
    )
    y = (np.arange(height, dtype=np.float32) - np.float32(rng.uniform(0, height))) / np.float32(
        height * rng.uniform(0.2, 0.8)
    )
    light = np.exp(-(x * x)[None, :] - (y * y)[:, None]) * np.float32(rng.uniform(60, 190))
    return np.asarray(cv2.add(image, cv2.merge([light.astype(np.uint8)] * 3)))


def _edge_of_light(rng: np.random.Generator, image: Pixels) -> Pixels:
    height, width = image.shape[:2]
    slope, start = rng.normal(0, 0.6), rng.uniform(0.15, 0.85) * width
    side = (
        np.arange(width, dtype=np.float32)[None, :]
        - start
        + slope * np.arange(height, dtype=np.float32)[:, None]
    )
    soft = np.clip(side / max(1.0, height * rng.uniform(0.02, 0.6)), 0, 1) * np.float32(
        128 * rng.uniform(-0.6, 0.45)
    )
    gain = (128 + soft).clip(0, 255).astype(np.uint8)
    return np.asarray(cv2.multiply(image, cv2.merge([gain] * 3), scale=1 / 128))


def _moire(rng: np.random.Generator, image: Pixels) -> Pixels:
    height, width = image.shape[:2]
    period, angle = rng.uniform(2.2, 7), rng.uniform(0, np.pi)
    phase = np.arange(width, dtype=np.float32)[None, :] * np.float32(
        np.cos(angle) * 2 * np.pi / period
    ) + np.arange(height, dtype=np.float32)[:, None] * np.float32(np.sin(angle) * 2 * np.pi / period)
    gain = (128 + np.sin(phase) * np.float32(rng.uniform(8, 40))).astype(np.uint8)
    return np.asarray(cv2.multiply(image, cv2.merge([gain] * 3), scale=1 / 128))


def taken(rng: np.random.Generator, image: Pixels, calm: bool, size: float) -> Pixels:
    """Resolution, blur, exposure, noise, sharpening and JPEG.

    Args:
        rng: Source of randomness.
        image: What stood before the lens, uint8 (H, W, 3).
        calm: A scan or screen, not a photo from afar.
        size: Height of the letters in ``image``, ascender to descender, pixels.
    """
    snap = not calm and rng.random() < 0.34  # a telephone's photo of a street, the word far away in it
    height = image.shape[0]
    low, high = (9.0, 34.0) if snap else (12.0, 56.0)
    target = float(np.exp(rng.uniform(np.log(low), np.log(high))))
    image = _resized(rng, image, target / size)
    size = min(size, target)
    image = _blurred(rng, image, size, strong=snap)
    if snap or rng.random() < 0.3:
        image = _exposed(rng, image, snap)
    if rng.random() < (0.6 if snap else 0.4):
        image = _noisy(rng, image, rng.uniform(1, 9) if rng.random() < 0.88 else rng.uniform(8, 20))
    if rng.random() < (0.45 if snap else 0.12):
        soft = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.7, 1.6))
        amount = rng.uniform(0.4, 2.2)
        image = cv2.addWeighted(image, 1 + amount, soft, -amount, 0)
    if rng.random() < (0.6 if snap else 0.45):
        image = compressed(image, int(rng.integers(15, 88)))
    if rng.random() < 0.1:
        image = cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    if rng.random() < 0.08 and image.shape[0] < 0.8 * height:  # enlarged again
        scale = rng.uniform(1.3, 2.5)
        image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR)
    return np.asarray(image, np.uint8)


def _resized(rng: np.random.Generator, image: Pixels, scale: float) -> Pixels:
    if scale >= 1:
        return image
    size = (max(4, round(image.shape[1] * scale)), max(4, round(image.shape[0] * scale)))
    how = cv2.INTER_AREA if rng.random() < 0.85 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(image, size, interpolation=how))


def _blurred(rng: np.random.Generator, image: Pixels, size: float, strong: bool) -> Pixels:
    draw = rng.random()
    if draw < (0.4 if strong else 0.25):
        return np.asarray(cv2.GaussianBlur(image, (0, 0), rng.uniform(0.4, 0.04 * size + 0.45)))
    if draw < (0.55 if strong else 0.33):
        length = int(rng.integers(2, max(3, int(size) // 7) + 1))
        kernel = np.zeros((length, length), np.float32)
        angle = rng.uniform(0, np.pi) if rng.random() < 0.5 else 0.0
        reach = (length - 1) / 2 * np.array([np.cos(angle), np.sin(angle)])
        middle = (length - 1) / 2
        ends = [(round(middle + s * reach[0]), round(middle + s * reach[1])) for s in (-1, 1)]
        cv2.line(kernel, ends[0], ends[1], 1.0)
        return np.asarray(cv2.filter2D(image, -1, kernel / kernel.sum()))
    return image


def _exposed(rng: np.random.Generator, image: Pixels, snap: bool) -> Pixels:
    draw = rng.random()
    if draw < 0.3 and snap:  # a lit sign: the bright parts clip and bleed
        gain, lift = rng.uniform(1.1, 2.2), rng.uniform(-30, 30)
        image = cv2.add(cv2.convertScaleAbs(image, alpha=gain), (lift, lift, lift, 0.0))
        bleed = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.5, 0.08 * image.shape[0] + 0.5))
        return np.asarray(cv2.max(image, cv2.convertScaleAbs(bleed, alpha=rng.uniform(0.8, 1.05))))
    if draw < 0.75:  # dull or hazy
        gain, lift = rng.uniform(0.25, 0.9), rng.uniform(-10, 80)
    else:
        gain, lift = rng.uniform(0.6, 1.3), rng.uniform(-40, 40)
    table = np.clip(
        np.arange(256, dtype=np.float32)[:, None] * gain * (1 + rng.normal(0, 0.05, 3)) + lift, 0, 255
    )
    return np.asarray(cv2.LUT(image, table.astype(np.uint8)[None]))


def _noisy(rng: np.random.Generator, image: Pixels, sigma: float) -> Pixels:
    noise = grain(rng, *image.shape[:2])
    if rng.random() < 0.5:  # the same in all channels
        noise = np.broadcast_to(noise[..., :1], noise.shape)
    noise = np.ascontiguousarray(noise)
    if rng.random() < 0.3:  # coarse, as after a telephone's noise filter
        noise = cv2.GaussianBlur(noise.astype(np.float32), (0, 0), 0.8).astype(np.int16)
        sigma *= 2
    return np.asarray(
        cv2.addWeighted(image.astype(np.int16), 1.0, noise, sigma / 16, 0).clip(0, 255).astype(np.uint8)
    )


def legible(image: Pixels, mask: Mask) -> bool:
    """Whether the letters can be told from what lies around them.

    Args:
        image: The crop, uint8 (h, w, 3).
        mask: Coverage of the letters in the crop, uint8, of any size.
    """
    height, width = image.shape[:2]
    inside = cv2.resize(mask, (width, height), interpolation=cv2.INTER_AREA)
    threshold = min(128.0, 0.6 * float(inside.max()))
    ink = (inside > threshold).astype(np.uint8)
    paper = (inside <= 0.25 * threshold).astype(np.uint8)
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    level, spread = (float(v[0, 0]) for v in cv2.meanStdDev(grey, mask=paper))
    apart = abs(float(cv2.mean(grey, mask=ink)[0]) - level)
    return apart > 9 + 0.35 * spread
