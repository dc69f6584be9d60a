"""Words drawn on the fly for evaluation, always the same for the same fonts and photos.

* ``rendered``: as training draws them, from another seed.
* ``rotated``: the same, turned by any angle, uniformly; the crop is the upright box around the turned word with
  blurred ground in its corners, as somebody marks it who has no turned rectangle.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from ocrapp.training.data.real import Pixels, data_folder
from ocrapp.training.material import Material
from ocrapp.training.metrics import MAX_LABEL, plain
from ocrapp.training.render.words import WordRenderer

RENDERED_SETS = ("rendered", "rotated")
COUNT = 500
"""Words of a set unless a limit asks for fewer."""

_SEED = 20_411


@dataclass(frozen=True, slots=True)
class RenderedWord:
    """One drawn word, with the interface of ``WordSample``.

    Attributes:
        path: Names it: set, number and a checksum of its pixels, so that readings of other fonts are not mixed in.
        text: Label.
        pixels: RGB uint8 (H, W, 3).
        exact: The case is that of the print, always.
        punctuation: The label has the punctuation, always.
    """

    path: Path
    text: str
    pixels: Pixels
    exact: bool = True
    punctuation: bool = True

    def load(self) -> Pixels:
        """The crop."""
        return self.pixels


def rendered_words(dataset: str, limit: int | None = None, *, root: Path | None = None) -> list[RenderedWord]:
    """The first ``limit`` words of a set (``COUNT`` if None).

    Args:
        dataset: One of ``RENDERED_SETS``.
        limit: How many.
        root: Data folder for photos (as grounds) and prose; both may be missing.
    """
    words = []
    renderer = _renderer(root or data_folder())
    for number in range(limit or COUNT):
        rng = np.random.default_rng((_SEED, number))
        text, pixels = _upright(renderer, rng)
        if dataset == "rotated":
            pixels = turned(pixels, rng.uniform(0, 360))
        digest = hashlib.sha256(pixels.tobytes()).hexdigest()[:8]
        words.append(RenderedWord(Path(f"{dataset}-{number:05d}-{digest}"), text, pixels))
    return words


def turned(pixels: Pixels, degrees: float) -> Pixels:
    """The upright box around a word turned counter-clockwise; the ground goes on, blurred, into its corners.

    Args:
        pixels: RGB uint8 (h, w, 3).
        degrees: Any angle.
    """
    height, width = pixels.shape[:2]
    radians = np.deg2rad(degrees)
    cos, sin = abs(np.cos(radians)), abs(np.sin(radians))
    box = round(width * cos + height * sin), round(width * sin + height * cos)
    pad = int(np.hypot(width, height) / 2) + 2
    wide = cv2.copyMakeBorder(pixels, pad, pad, pad, pad, cv2.BORDER_REPLICATE)
    soft = cv2.GaussianBlur(wide, (0, 0), height / 4)
    inside = np.zeros(wide.shape[:2], np.float32)
    inside[pad : pad + height, pad : pad + width] = 1.0
    # The word's own pixels stay as they are; the blur begins outside, over two pixels.
    share = np.clip(cv2.GaussianBlur(cv2.dilate(inside, np.ones((5, 5))), (0, 0), 1.0), 0, 1)[..., None]
    ground = np.rint(wide * share + soft * (1 - share)).astype(np.uint8)
    # OpenCV counts from the centre of the first pixel.
    centre = np.array((2 * pad + width - 1, 2 * pad + height - 1)) / 2
    matrix = np.array(cv2.getRotationMatrix2D((float(centre[0]), float(centre[1])), degrees, 1.0), np.float64)
    matrix[:, 2] += (np.array(box) - 1) / 2 - centre
    return np.asarray(
        cv2.warpAffine(ground, matrix, box, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )


def _upright(renderer: WordRenderer, rng: np.random.Generator) -> tuple[str, Pixels]:
    """The first word that counts in the published measure."""
    while True:
        word = renderer.draw(rng)
        if plain(word.text) and len(word.text) <= MAX_LABEL:
            return word.text, np.asarray(word.pixels, np.uint8)


@lru_cache(maxsize=1)
def _renderer(root: Path) -> WordRenderer:
    return Material.of(root, "validation").words(line_share=0.0, turned_share=0.0)
