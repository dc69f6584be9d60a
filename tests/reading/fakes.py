"""Stand-ins for the models that follow the pipeline's protocols.

A line on a drawn page is a bar of one colour. Its red value names the text, a white end marks where reading
starts: the reader is sure of itself only if that end is on the left.
"""

import numpy as np

from ocrapp.geometry import to_array
from ocrapp.page import Polygon
from ocrapp.reading.ctc import Character, Reading
from ocrapp.reading.maps import TextLine
from ocrapp.reading.stages import Stage
from ocrapp.sources import PageImage

MARK = 255


def say(text, confidence):
    """A reading whose characters share the width evenly."""
    share = 1 / max(len(text), 1)
    characters = tuple(Character(c, i * share, (i + 1) * share, confidence) for i, c in enumerate(text))
    return Reading(text, confidence if text.strip() else 0.0, characters)


def bar(page, box, name, start="left"):
    """Paint a bar (left, top, right, bottom) onto a page and return its outline, upright."""
    left, top, right, bottom = box
    page[top:bottom, left:right] = (name, 0, 0)
    depth = max(2, min(right - left, bottom - top) // 2)
    mark = {
        "left": np.s_[top:bottom, left : left + depth],
        "right": np.s_[top:bottom, right - depth : right],
        "top": np.s_[top : top + depth, left:right],
        "bottom": np.s_[bottom - depth : bottom, left:right],
    }[start]
    page[mark] = (name, MARK, 0)
    return ((left, top), (right, top), (right, bottom), (left, bottom))


class BarFinder:
    """A segmenter that knows the answer for the page it sees first, and finds nothing on any other."""

    def __init__(self, *outlines: Polygon, scores: tuple[float, ...] = ()) -> None:
        self.outlines = outlines
        self.scores = scores or (0.9,) * len(outlines)
        self.shapes: list[tuple[int, ...]] = []

    def segment(self, pixels, cancel=None):
        self.shapes.append(pixels.shape)
        known = pixels.shape == self.shapes[0]
        found = zip(self.outlines, self.scores, strict=True) if known else ()
        return [TextLine(outline, outline, score) for outline, score in found]


class BarReader:
    """A recogniser that reads bars."""

    def __init__(self, texts: dict[int, str], poor: float = 0.3) -> None:
        self.texts = texts
        self.poor = poor
        self.batches: list[int] = []

    def read(self, crops, cancel=None):
        if cancel is not None:
            cancel.check()
        self.batches.append(len(crops))
        return [self._one(crop) for crop in crops]

    def _one(self, crop):
        name = int(np.median(crop[..., 0]))
        edge = max(1, min(crop.shape[:2]) // 4)
        left = crop[:, :edge, 1].mean()
        elsewhere = max(
            crop[:, -edge:, 1].mean(), crop[:edge, edge:, 1].mean(), crop[-edge:, edge:, 1].mean()
        )
        if left > 200 and elsewhere < 200:
            return say(self.texts[name], 0.95)
        return say("?" * len(self.texts[name]), self.poor)


def finds(*outlines):
    return Stage(BarFinder(*outlines), ("finder",), ("CPUExecutionProvider",))


def reads(texts, poor=0.3, minimum=0.4):
    return Stage(BarReader(texts, poor), ("encoder", "reader/ctc"), ("CPUExecutionProvider",) * 2, minimum)


def page_image(pixels, number=1):
    return PageImage(pixels, "drawn.png", number)


def middle(polygon):
    return to_array(polygon).mean(axis=0)
