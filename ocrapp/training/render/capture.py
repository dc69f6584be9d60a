"""What becomes of a printed sheet: scanned, faxed, faded on thermal paper, or photographed on a table."""

import cv2
import numpy as np
import numpy.typing as npt

from ocrapp.training.render.colours import grain, lit, noisy, smooth_field
from ocrapp.training.render.grounds import Photos
from ocrapp.training.render.labels import Pixels, Points, Rendered

_FINEST_SCAN = 15
"""Smallest type, pixels an em, that is legible at one bit a pixel."""


def captured(
    rng: np.random.Generator, page: Rendered, photos: Photos, size: int = 32, scans: float = 0.15
) -> Rendered:
    """A sheet on its way into the computer.

    Args:
        rng: Source of randomness.
        page: The sheet as printed.
        photos: What it may lie on.
        size: Its type, pixels an em.
        scans: Share of scans of one bit a pixel.
    """
    if rng.random() < scans and size >= _FINEST_SCAN:
        if rng.random() < 0.75:
            page = _laid_down(rng, page, photos, 0.002)
        return Rendered(_bitonal(rng, page.image, size), page.lines)
    image, kind = page.image, rng.random()
    if kind < 0.2:
        image = _thermal(rng, image)
    elif kind < 0.32:
        back = cv2.GaussianBlur(image[:, ::-1], (0, 0), 2)
        image = cv2.addWeighted(image, 0.88, back, 0.12, 0)
    if rng.random() < 0.5:
        image = lit(rng, image, rng.uniform(0, 0.4))
    if rng.random() < 0.5:
        image = noisy(rng, image, rng.uniform(0, 8))
    page = Rendered(np.asarray(image, np.uint8), page.lines)
    draw = rng.random()
    if draw < 0.3:
        return page
    return _laid_down(rng, page, photos, rng.uniform(0, 0.02) if draw < 0.7 else rng.uniform(0.02, 0.15))


def _bitonal(rng: np.random.Generator, image: Pixels, size: int) -> Pixels:
    """One bit a pixel: strokes break or flow together, edges are ragged; a fax has half the rows."""
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32)
    height, width = grey.shape
    grey = cv2.GaussianBlur(grey, (0, 0), float(np.clip(size * rng.uniform(0.01, 0.045), 0.3, 1.6)))
    dark, bright = np.percentile(grey[::7, ::7], (1, 90))
    span = np.float32(max(40.0, bright - dark))
    grey += (smooth_field(rng, height, width, 5) - 0.5) * span * np.float32(rng.uniform(0, 0.25))
    grey += grain(rng, height, width)[..., 0] * span * np.float32(rng.uniform(0, 0.008))
    black = grey < dark + span * rng.uniform(0.25, 0.76)
    if rng.random() < 0.5:
        noise = rng.random((height // 2 + 1, width // 2 + 1), np.float32) < rng.uniform(0, 0.003)
        black ^= np.repeat(np.repeat(noise, 2, 0), 2, 1)[:height, :width]
    if rng.random() < 0.12 and size >= 1.6 * _FINEST_SCAN:
        black = np.repeat(black[::2], 2, 0)[:height]
    return np.repeat(np.where(black, 0, 255).astype(np.uint8)[..., None], 3, axis=2)


def _thermal(rng: np.random.Generator, image: Pixels) -> Pixels:
    """Ink fades in patches and along rows."""
    height, width = image.shape[:2]
    fade = rng.uniform(0.0, 0.7) * np.clip(smooth_field(rng, height, width, 4), 0, 1)
    fade += rng.uniform(0, 0.35) * (rng.random((height, 1)) < 0.15)
    paper = np.median(image[::8, ::8].reshape(-1, 3), axis=0)
    faded = image + (paper - image) * np.clip(fade, 0, 0.8)[..., None]
    return np.asarray(faded, np.float32).astype(np.uint8)


def _laid_down(rng: np.random.Generator, page: Rendered, photos: Photos, slant: float) -> Rendered:
    """The sheet, turned or slanted, on a scanner lid or a table."""
    height, width = page.image.shape[:2]
    if slant < 0.02 or rng.random() < 0.3:
        ground = np.full((height, width, 3), rng.choice([0, 20, 128, 250, 255]), np.uint8)
    else:
        ground = photos.sample(rng, height, width)
    source: npt.NDArray[np.float32] = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    angle = np.deg2rad(rng.normal(0, 0.5 if slant < 0.005 else 1.5 if slant < 0.02 else 6))
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    shift = rng.uniform(-slant, slant, (4, 2)) * (width, height)
    target = (
        (source - (width / 2, height / 2)) * rng.uniform(0.9, 1.1) @ rotation.T
        + (width / 2, height / 2)
        + shift
    )
    matrix = cv2.getPerspectiveTransform(source, target.astype(np.float32))
    cv2.warpPerspective(
        page.image, matrix, (width, height), ground, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_TRANSPARENT
    )

    def moved(points: Points) -> Points:
        return cv2.perspectiveTransform(points[None].astype(np.float64), matrix)[0].astype(np.float32)

    return Rendered(ground, tuple(line.mapped(moved) for line in page.lines))
