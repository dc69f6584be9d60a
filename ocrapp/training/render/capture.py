"""What scanners, fax machines, thermal printers and cameras do to a printed sheet."""

import cv2
import numpy as np
import numpy.typing as npt

from ocrapp.training.render.colours import lit, noisy, smooth_field
from ocrapp.training.render.grounds import Photos
from ocrapp.training.render.labels import Pixels, Points, Rendered


def captured(rng: np.random.Generator, page: Rendered, photos: Photos) -> Rendered:
    """Printed, then scanned, faxed, faded on thermal paper or photographed on a table."""
    image = page.image
    kind = rng.random()
    if kind < 0.15:
        image = _bitonal(rng, image)
    elif kind < 0.3:
        image = _thermal(rng, image)
    elif kind < 0.45:
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


def _bitonal(rng: np.random.Generator, image: Pixels) -> Pixels:
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32)
    grey = cv2.GaussianBlur(grey, (0, 0), rng.uniform(0.3, 1.1)) + rng.normal(0, 1) * 12
    grey += (smooth_field(rng, *grey.shape, 5) - 0.5) * rng.uniform(0, 60)
    noise = rng.random((grey.shape[0] // 2 + 1, grey.shape[1] // 2 + 1)) < rng.uniform(0, 0.004)
    speck = np.repeat(np.repeat(noise, 2, 0), 2, 1)[: grey.shape[0], : grey.shape[1]]
    black = (grey < rng.uniform(100, 190)) ^ speck
    return np.repeat(np.where(black, 0, 255).astype(np.uint8)[..., None], 3, axis=2)


def _thermal(rng: np.random.Generator, image: Pixels) -> Pixels:
    """Ink fades in patches and along rows."""
    height, width = image.shape[:2]
    fade = rng.uniform(0.0, 0.75) * np.clip(smooth_field(rng, height, width, 4), 0, 1)
    fade += rng.uniform(0, 0.35) * (rng.random((height, 1)) < 0.15)
    paper = np.median(image[::8, ::8].reshape(-1, 3), axis=0)
    faded = image + (paper - image) * np.clip(fade, 0, 0.85)[..., None]
    return np.asarray(faded, np.float32).astype(np.uint8)


def _laid_down(rng: np.random.Generator, page: Rendered, photos: Photos, slant: float) -> Rendered:
    """The sheet, turned or slanted, on a scanner lid or a table."""
    height, width = page.image.shape[:2]
    if slant < 0.02 or rng.random() < 0.3:
        ground = np.full((height, width, 3), rng.choice([0, 20, 128, 250, 255]), np.uint8)
    else:
        ground = photos.sample(rng, height, width)
    source: npt.NDArray[np.float32] = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    angle = np.deg2rad(rng.normal(0, 1.5 if slant < 0.02 else 6))
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    shift = rng.uniform(-slant, slant, (4, 2)) * (width, height)
    target = (
        (source - (width / 2, height / 2)) * rng.uniform(0.85, 1.1) @ rotation.T
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
