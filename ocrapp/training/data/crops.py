"""Crops for a teacher, cut from the training parts of the real sets as the pipeline would cut them."""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ocrapp.errors import InputUnreadableError
from ocrapp.geometry import rectify, to_array, to_polygon
from ocrapp.page import Polygon
from ocrapp.training.data.pseudo import Crop
from ocrapp.training.data.real import PageSample, Pixels, SceneSample, WordSample

SMALLEST = 8
"""Regions with fewer pixels in width or height are left out: nobody can check them."""
SAME_PHOTO = 0.95
"""Correlation of thumbnails from which two photos count as the same."""
_THUMBNAIL = 24

Margin = tuple[float, float]
"""Smallest and largest shift of each side of a quad outwards, in heights of the quad; drawn for each side."""
TIGHT: Margin = (0.0, 0.05)
LABELLED: Margin = (0.02, 0.18)
"""For the receipts' labelled lines: our segmenter's are 1.14 to 1.24 times as high."""
MASKED: Margin = (0.02, 0.14)
"""For quads that were rebuilt from masks: some cut into their words."""
LOOSE: Margin = (-0.12, 0.02)
"""For PP-OCR's detector on pages: its lines are 1.33 times as high as our segmenter's."""

Finder = Callable[[Pixels], Iterable[Polygon]]
"""Finds the lines of a page: quads in its pixels."""


def unlabelled(samples: Iterable[SceneSample]) -> Iterator[Crop]:
    """The regions without text; don't-cares are not among them, they were marked as illegible."""
    return _regions(samples, lambda text: text is None, (0.0, 0.0))


def labelled(samples: Iterable[SceneSample], margin: Margin) -> Iterator[Crop]:
    """The regions with text, whoever read it."""
    return _regions(samples, bool, margin)


def words(samples: Iterable[WordSample]) -> Iterator[Crop]:
    """Word crops as they are."""
    for sample in samples:
        yield Crop(sample.load(), sample.path.name, 0, sample.text)


def page_lines(pages: Iterable[PageSample], find: Finder, margin: Margin) -> Iterator[Crop]:
    """What a finder finds on scanned pages; each crop knows the text of its whole page."""
    for page in pages:
        pixels = page.load()
        for number, polygon in enumerate(find(pixels)):
            crop = _cut(pixels, polygon, margin, f"{page.path.name} {number}")
            if min(crop.shape[:2]) >= SMALLEST:
                yield Crop(crop, page.path.name, number, page.text)


def without_copies(
    samples: Sequence[SceneSample], others: Iterable[SceneSample]
) -> tuple[list[SceneSample], list[tuple[str, str]]]:
    """Leave out photos that are among other photos as well, by the correlation of grey thumbnails.

    Args:
        samples: Photos to look through.
        others: Photos of which none may remain.

    Returns:
        The samples without copies, and the file names of each copy and its twin.
    """
    twins = list(others)
    if not samples or not twins:
        return list(samples), []
    likeness = np.stack([thumbnail(s.path) for s in samples]) @ np.stack([thumbnail(s.path) for s in twins]).T
    nearest = likeness.argmax(axis=1)
    same = likeness.max(axis=1) >= SAME_PHOTO
    copies = [
        (sample.path.name, twins[twin].path.name)
        for sample, twin, copied in zip(samples, nearest.tolist(), same.tolist(), strict=True)
        if copied
    ]
    return [sample for sample, copied in zip(samples, same.tolist(), strict=True) if not copied], copies


def widened(polygon: Polygon, margin: Margin, seed: str) -> Polygon:
    """A quad in reading order with each side moved outwards by a random share of its height.

    Args:
        polygon: Four points; others are returned as they are.
        margin: See ``Margin``.
        seed: The same seed moves the sides the same way.
    """
    if len(polygon) != 4:
        return polygon
    rng = random.Random(seed)
    top, right, bottom, left = (rng.uniform(*margin) for _ in range(4))
    quad = to_array(polygon)
    along, down = quad[1] + quad[2] - quad[0] - quad[3], quad[2] + quad[3] - quad[0] - quad[1]
    height = float(np.hypot(*down)) / 2
    along, down = (side / max(1e-6, float(np.hypot(*side))) * height for side in (along, down))
    moves = [(-left, -top), (right, -top), (right, bottom), (-left, bottom)]
    return to_polygon(quad + np.stack([x * along + y * down for x, y in moves]))


def _regions(
    samples: Iterable[SceneSample], wanted: Callable[[str | None], bool], margin: Margin
) -> Iterator[Crop]:
    for sample in samples:
        numbers = [n for n, region in enumerate(sample.regions) if wanted(region.text) and not region.ignore]
        if not numbers:
            continue
        pixels = sample.load()
        for number in numbers:
            region = sample.regions[number]
            crop = _cut(pixels, region.polygon, margin, f"{sample.path.name} {number}")
            if min(crop.shape[:2]) >= SMALLEST:
                yield Crop(crop, sample.path.name, number, region.text or "")


def _cut(pixels: Pixels, polygon: Polygon, margin: Margin, seed: str) -> Pixels:
    return rectify(pixels, widened(polygon, margin, seed)).pixels


def thumbnail(path: Path) -> NDArray[np.float32]:
    """Grey thumbnail of an image file of zero mean and unit length, float32 (576,).

    Raises:
        InputUnreadableError: Not an image.
    """
    data = np.frombuffer(path.read_bytes(), np.uint8)
    grey = cv2.imdecode(data, cv2.IMREAD_REDUCED_GRAYSCALE_4)  # a quarter of the size, and of the time
    if grey is None:
        raise InputUnreadableError(f"{path} cannot be decoded as an image.", "Fetch the data set again.")
    small = cv2.resize(grey, (_THUMBNAIL, _THUMBNAIL), interpolation=cv2.INTER_AREA).astype(np.float32)
    centred = small.ravel() - small.mean()
    return np.asarray(centred / max(1e-6, float(np.linalg.norm(centred))), np.float32)
