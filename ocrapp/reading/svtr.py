"""SVTRv2 in ONNX Runtime: crops of any width to readings (arXiv 2411.15858; sections of our specification).

Crops are stretched to a few canvases chosen by aspect ratio (multi-size resizing, section 3), so that shapes
repeat and batches need no padding. A crop wider than the widest canvas is read in overlapping windows of that
canvas; their CTC steps are joined where both are surest that no character stands.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
import numpy.typing as npt

from ocrapp.reading.ctc import BLANK, Reading, decode, softmax
from ocrapp.runtime import Cancel

Pixels = npt.NDArray[np.uint8]
STEP = 4
"""Canvas pixels a CTC step."""
BASE_CANVASES = {1: (64, 64), 2: (48, 96), 3: (40, 112), 4: (32, 128)}
HEIGHT = 32
"""Canvas height of every ratio above 4."""


class Runs(Protocol):
    """The part of :class:`ocrapp.runtime.Session` that is used here."""

    def run(
        self, feeds: dict[str, npt.NDArray[np.generic]], cancel: Cancel | None = None
    ) -> list[npt.NDArray[np.float32]]:
        """Runs the graph and returns its outputs."""
        ...


@dataclass(frozen=True, slots=True)
class SvtrParams:
    """Numbers of the recogniser, from the catalog.

    Attributes:
        k_max: Largest canvas ratio; wider crops are read in windows of this ratio.
        overlap: Width two neighbouring windows share, in canvas pixels.
        batch_pixels: Canvas pixels a batch holds at most, which bounds memory.
    """

    k_max: int = 12
    overlap: int = 96
    batch_pixels: int = 64 * 32 * 128


def bucket(ratio: float, k_max: int) -> int:
    """The canvas number for an aspect ratio (width / height): round half to even, within [1, k_max]."""
    return min(max(round(ratio), 1), k_max)


def canvas(k: int) -> tuple[int, int]:
    """Height and width in pixels of canvas ``k``."""
    return BASE_CANVASES.get(k, (HEIGHT, HEIGHT * k))


def msr_canvas(width: int, height: int, k_max: int = 12) -> tuple[int, int]:
    """Height and width of the canvas for a crop (section 3)."""
    return canvas(bucket(width / max(height, 1), k_max))


def stretch(crop: Pixels, size: tuple[int, int]) -> Pixels:
    """Resizes to ``size`` (height, width) without keeping the aspect; strong reduction averages areas."""
    height, width = size
    shrinks = crop.shape[0] > 1.5 * height or crop.shape[1] > 1.5 * width
    resized = cv2.resize(crop, (width, height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)
    return np.asarray(resized, np.uint8)


def normalise(batch: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """N x H x W x 3 uint8 to contiguous N x 3 x H x W in [-1, 1]."""
    return np.ascontiguousarray(batch.transpose(0, 3, 1, 2), np.float32) / 127.5 - 1.0


class Recognizer:
    """Reads crops of words and lines.

    Args:
        encoder: Session of role ``svtr-encoder``: ``image`` N x 3 x H x W to ``features`` N x D x H/8 x W/4.
        head: Session of role ``svtr-ctc``: ``features`` to ``logits`` N x W/4 x (1 + characters).
        charset: Characters in the order of the classes, blank not included.
        params: Numbers of the model.
    """

    def __init__(self, encoder: Runs, head: Runs, charset: str, params: SvtrParams | None = None) -> None:
        self.encoder = encoder
        self.head = head
        self.charset = charset
        self.params = params or SvtrParams()

    def read(self, crops: Sequence[Pixels], cancel: Cancel | None = None) -> list[Reading]:
        """One reading a crop, in the order given; crops without pixels give an empty reading."""
        pieces: dict[tuple[int, int], list[tuple[int, int, Pixels]]] = defaultdict(list)
        steps: list[list[npt.NDArray[np.float32]]] = []
        starts: list[list[int]] = []
        for index, crop in enumerate(crops):
            cut = self._windows(crop) if min(crop.shape[:2]) > 0 else []
            steps.append([np.empty((0, 0), np.float32)] * len(cut))
            starts.append([start for start, _ in cut])
            for part, (_, window) in enumerate(cut):
                pieces[window.shape[0], window.shape[1]].append((index, part, window))
        for size, items in pieces.items():
            most = max(1, self.params.batch_pixels // (size[0] * size[1]))
            for start in range(0, len(items), most):
                batch = items[start : start + most]
                for (index, part, _), logits in zip(
                    batch, self._logits([b[2] for b in batch], cancel), strict=True
                ):
                    steps[index][part] = softmax(logits)
        return [
            decode(self._join(parts, begins), self.charset) if parts else Reading("", 0.0, ())
            for parts, begins in zip(steps, starts, strict=True)
        ]

    def _logits(self, batch: list[Pixels], cancel: Cancel | None) -> npt.NDArray[np.float32]:
        features = self.encoder.run({"image": normalise(np.stack(batch))}, cancel)[0]
        return self.head.run({"features": features}, cancel)[0]

    def _windows(self, crop: Pixels) -> list[tuple[int, Pixels]]:
        """Canvases to read and the CTC step of the crop at which each begins."""
        height, width = crop.shape[:2]
        widest = canvas(self.params.k_max)
        if width / height <= self.params.k_max + 0.5:
            return [(0, stretch(crop, msr_canvas(width, height, self.params.k_max)))]
        total = round(width / height * HEIGHT / STEP) * STEP
        count = max(2, int(np.ceil((total - self.params.overlap) / (widest[1] - self.params.overlap))))
        strip = stretch(crop, (HEIGHT, total))
        starts = [round(i * (total - widest[1]) / (count - 1) / STEP) for i in range(count)]
        return [(s, np.ascontiguousarray(strip[:, s * STEP : s * STEP + widest[1]])) for s in starts]

    def _join(self, parts: list[npt.NDArray[np.float32]], starts: list[int]) -> npt.NDArray[np.float32]:
        """Joins the steps of overlapping windows, each seam at the surest gap within the overlap."""
        gap = [BLANK, self.charset.index(" ") + 1] if " " in self.charset else [BLANK]
        joined = []
        begin = 0
        for i in range(1, len(parts)):
            shared = starts[i - 1] + len(parts[i - 1]) - starts[i]
            margin = shared // 4  # steps next to a window's end see half a character
            left = parts[i - 1][-shared:, gap].sum(-1)
            right = parts[i][:shared, gap].sum(-1)
            seam = margin + int((left + right)[margin : shared - margin].argmax())
            joined.append(parts[i - 1][begin : len(parts[i - 1]) - shared + seam])
            begin = seam
        return np.concatenate([*joined, parts[-1][begin:]])
