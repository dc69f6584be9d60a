"""A real crop under another camera (section 7): so that few labelled crops last for a long campaign."""

import cv2
import numpy as np

from ocrapp.training.data.real import Pixels
from ocrapp.training.render.images import compressed


def augmented(rng: np.random.Generator, pixels: Pixels) -> Pixels:
    """Another shot of a crop: view, resolution, light, blur, noise and JPEG, each sometimes.

    Args:
        rng: Source of everything random.
        pixels: uint8 H x W x 3.

    Returns:
        uint8 h x w x 3 of about the same aspect.
    """
    if rng.random() < 0.65:
        pixels = _reviewed(rng, pixels)
    if rng.random() < 0.5:
        gain = rng.uniform(0.5, 1.3, 3 if rng.random() < 0.5 else 1)
        pixels = np.clip(pixels * gain + rng.normal(0, 22), 0, 255).astype(np.uint8)
    if rng.random() < 0.1:
        pixels = 255 - pixels
    if rng.random() < 0.3 and pixels.shape[0] > 14:
        pixels = _coarser(rng, pixels)
    draw = rng.random()
    if draw < 0.15:
        spread = rng.uniform(0.4, 0.03 * pixels.shape[0] + 0.5)
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), spread), np.uint8)
    elif draw < 0.25:
        pixels = _shaken(rng, pixels)
    if rng.random() < 0.25:
        noise = rng.normal(0, rng.uniform(2, 14), pixels.shape)
        pixels = np.clip(pixels + noise, 0, 255).astype(np.uint8)
    if rng.random() < 0.2:
        pixels = compressed(pixels, int(rng.integers(20, 80)))
    return pixels


def _reviewed(rng: np.random.Generator, pixels: Pixels) -> Pixels:
    """Small rotation, shear, shift, scale and perspective; long lines turn less, or they would leave the crop."""
    height, width = pixels.shape[:2]
    calm = min(1.0, 3.0 * height / width)
    angle, shear, scale = (
        np.deg2rad(rng.normal(0, 3.5 * calm)),
        rng.normal(0, 0.12),
        np.exp(rng.normal(0, 0.06, 2)),
    )
    linear = np.array(
        [[scale[0], shear * scale[1]], [np.sin(angle) * scale[0], np.cos(angle) * scale[1]]], np.float64
    )
    middle = np.array([width / 2, height / 2])
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    moved = (corners - middle) @ linear.T + middle + rng.normal(0, 0.03, 2) * (min(width, 3 * height), height)
    if rng.random() < 0.4:
        moved += rng.normal(0, 0.04, (4, 2)) * height
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), moved.astype(np.float32))
    return np.asarray(
        cv2.warpPerspective(pixels, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE), np.uint8
    )


def _coarser(rng: np.random.Generator, pixels: Pixels) -> Pixels:
    height, width = pixels.shape[:2]
    target = float(np.exp(rng.uniform(np.log(11), np.log(height))))
    size = (max(4, round(width * target / height)), max(4, round(target)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def _shaken(rng: np.random.Generator, pixels: Pixels) -> Pixels:
    """Motion blur along one direction."""
    length = int(rng.integers(2, max(3, pixels.shape[0] // 7) + 1))
    kernel = np.zeros((length, length), np.float32)
    end = rng.normal(0, 1, 2)
    end = end / np.linalg.norm(end) * length / 2
    middle = (length - 1) / 2
    points = np.rint(np.array([middle - end, middle + end])).astype(int)
    cv2.line(kernel, tuple(map(int, points[0])), tuple(map(int, points[1])), 1.0)
    return np.asarray(cv2.filter2D(pixels, -1, kernel / max(1e-6, kernel.sum())), np.uint8)
