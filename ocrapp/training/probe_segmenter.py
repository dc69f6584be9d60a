"""How many drawn lines the segmenter finds, by their height, the angle of the page and their bend.

``python -m ocrapp.training probe-segmenter MODEL`` prints a table. The pages are drawn with fonts that most
machines have, so the figures need no data folder.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import ImageFont

from ocrapp.errors import UsageError
from ocrapp.geometry import to_polygon
from ocrapp.reading.segmenter import Segmenter, SegmenterParams
from ocrapp.runtime import Session, choose_device
from ocrapp.training.detection import match
from ocrapp.training.render.blocks import Block, bent
from ocrapp.training.render.ink import draw_ink, paint
from ocrapp.training.render.labels import LineLabel, Points, Rendered

FONTS = ("DejaVuSans.ttf", "LiberationSerif-Regular.ttf", "DejaVuSansMono.ttf", "LiberationSans-Bold.ttf")
HEIGHTS = (8, 10, 12, 16, 24, 36, 54, 80, 120, 180, 270, 400)
"""Heights of lines in pixels, from the top of an ``l`` to the bottom of a ``p``."""
ANGLES = (0, 5, 10, 15, 20, 30, 45, 90)
"""Degrees against the clock."""
SIZE = (1280, 800)
BENDS = (0.4, 0.8, 1.2)
"""Radians that a bent line's arc subtends."""
_POINTS = 13
"""Points along each side of an outline."""
PROSE = (
    "The happy harbour pilot keeps a log of every ship that comes by night or fog and helps them through "
    "heavy squalls with plenty of light; people in the old quarter help, too."
)
WORDS = PROSE.split()
INKS = (((20, 20, 30), (250, 250, 245)), ((245, 245, 240), (40, 60, 110)), ((90, 30, 20), (205, 200, 170)))


@dataclass(frozen=True, slots=True)
class Recall:
    """Lines drawn, lines found at IoU 0.5, and found lines that match none."""

    drawn: int
    found: int
    extra: int


def face(index: int, height: float) -> ImageFont.FreeTypeFont:
    """A common font in which a line is about ``height`` pixels high; Pillow's own where there is none.

    Raises:
        UsageError: This build of Pillow has no FreeType.
    """
    size = max(5, round(height * 0.86))
    for name in (FONTS[index % len(FONTS)], *FONTS):
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    default = ImageFont.load_default(size)
    if not isinstance(default, ImageFont.FreeTypeFont):
        raise UsageError("This build of Pillow draws no outline fonts.", "Install Pillow from its wheel.")
    return default


def drawn_page(index: int, height: float, size: tuple[int, int] = SIZE, leading: float = 1.35) -> Rendered:
    """A page full of lines of one height, or with a single one where no more fit.

    Args:
        index: Chooses font, colours and words.
        height: Of the lines in pixels.
        size: Width and height of the page in pixels.
        leading: From line to line, in heights, before two more pixels.
    """
    ink, ground = INKS[index % len(INKS)]
    image = np.full((size[1], size[0], 3), ground, np.uint8)
    font = face(index, height)
    margin = max(6.0, height / 3)
    lines: list[LineLabel] = []
    word, y = index, margin
    while y + height < size[1] - 1:
        text = ""
        while font.getlength(f"{text} {WORDS[word % len(WORDS)]}") < size[0] - 2 * margin:
            text, word = f"{text} {WORDS[word % len(WORDS)]}".strip(), word + 1
        line = draw_ink(font, text or "help"[: 2 + index % 3])
        word += 0 if text else 1
        if line is not None:
            paint(image, line.mask, int(margin), int(y), ink)
            lines.append(line.label(int(margin), int(y), _POINTS))
        y += leading * height + 2
    return Rendered(image, tuple(lines))


def turned(page: Rendered, degrees: float) -> Rendered:
    """The page turned against the clock, on a canvas that holds all of it."""
    height, width = page.image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    cos, sin = abs(matrix[0, 0]), abs(matrix[0, 1])
    size = int(height * sin + width * cos), int(height * cos + width * sin)
    matrix[:, 2] += ((size[0] - width) / 2, (size[1] - height) / 2)
    ground = page.image[0, 0].tolist()
    image = cv2.warpAffine(page.image, matrix, size, flags=cv2.INTER_AREA, borderValue=ground)

    def moved(points: Points) -> Points:
        return np.asarray(points @ matrix[:, :2].T + matrix[:, 2], np.float32)

    return Rendered(np.asarray(image, np.uint8), tuple(line.mapped(moved) for line in page.lines))


def bowed(page: Rendered, radians: float) -> Rendered:
    """The page bent along an arc, on its own colour."""
    height, width = page.image.shape[:2]
    block = Block(page.image, np.full((height, width), 255, np.uint8), page.lines)
    arched = bent(np.random.default_rng(0), block, radians)
    image = np.where(arched.alpha[..., None] > 127, arched.picture, page.image[0, 0])
    return Rendered(image.astype(np.uint8), arched.lines)


def recall(segmenter: Segmenter, pages: Sequence[Rendered]) -> Recall:
    """Match what is found on pages with what was drawn."""
    drawn = found = extra = 0
    for page in pages:
        lines = [line.polygon for line in segmenter.segment(page.image)]
        pairs = match([to_polygon(line.ribbon.polygon) for line in page.lines], lines)
        drawn, found, extra = drawn + len(page.lines), found + len(pairs), extra + len(lines) - len(pairs)
    return Recall(drawn, found, extra)


def probe(segmenter: Segmenter, count: int = 3) -> Iterator[tuple[str, Recall]]:
    """Recall by height on upright pages, by angle and by bend; ``count`` pages each."""
    for height in HEIGHTS:
        yield f"{height} px", recall(segmenter, [drawn_page(index, height) for index in range(count)])
    for angle in ANGLES:
        pages = [turned(drawn_page(index, 24, (640, 480)), angle) for index in range(count)]
        yield f"{angle} degrees", recall(segmenter, pages)
    for bend in BENDS:
        pages = [bowed(drawn_page(index, 32, (640, 120)), bend) for index in range(count)]
        yield f"bend {bend}", recall(segmenter, pages)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print how many drawn lines of each height, angle and bend a model finds."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("model", type=Path, help="ONNX file")
    parser.add_argument("--pages", type=int, default=3, help="pages for each figure")
    parser.add_argument("--params", type=json.loads, default={}, help="JSON object of segmenter parameters")
    options = parser.parse_args(arguments)
    session = Session(options.model, choose_device("cpu"), 1)
    segmenter = Segmenter(session, SegmenterParams.of(options.params))
    for name, result in probe(segmenter, options.pages):
        sys.stdout.write(f"{name:12} {result.found:4}/{result.drawn:<4} extra {result.extra}\n")


if __name__ == "__main__":
    main()
