"""What crop renderers hand on."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[Any]  # uint8 H x W x 3; OpenCV and arithmetic widen what numpy's types promise
Mask = npt.NDArray[Any]  # float H x W in [0, 1]


@dataclass(frozen=True, slots=True)
class WordImage:
    """A rendered crop.

    Attributes:
        pixels: uint8 H x W x 3, RGB.
        text: What it says, spaces included.
        centres: Horizontal centre of each character as a fraction of the width; NaN where it stands outside,
            or where the text does not run from left to right.
    """

    pixels: Pixels
    text: str
    centres: npt.NDArray[np.float32]


def compressed(pixels: Pixels, quality: int) -> Pixels:
    """The picture after JPEG at a quality of 1 to 100, uint8 H x W x 3."""
    data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
