"""Crops of lines and words out of rendered pages, cut as the reading pipeline cuts what its segmenter finds.

A page costs tens of milliseconds, a crop of it less than one. So pages wait in a pool, every line is split into
pieces that fit the reader's widest canvas, and each draw takes one piece of a random page of the pool.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from ocrapp.geometry import rectify
from ocrapp.geometry.rectify import Crop
from ocrapp.training.render.images import Pixels, WordImage, compressed
from ocrapp.training.render.labels import LineLabel, Points, Rendered

_LEAST = 36
"""Crops that a page should serve: with fewer lines, each is cut several times."""
_REPEATS = 5
Maker = Callable[[np.random.Generator], Rendered]
_NODES = np.linspace(0, 1, 257)
"""Positions along a crop at which its way back to the page is sampled to find characters."""


@dataclass(frozen=True, slots=True)
class CutStyle:
    """How pieces are cut; lengths in heights of the line.

    Attributes:
        longest: Widest crop; longer lines are split at gaps between words.
        words: Share of pieces that are one word.
        smallest: Lines of fewer pixels are left out: nobody reads them.
        air: Mean and spread of the distance between the line's outline and the cut.
        loose: Share of pieces that are cut far off, with parts of the neighbours.
        reduced: Share of pieces that are shrunk, as from a smaller scan or screenshot.
    """

    longest: float = 13.0
    words: float = 0.12
    smallest: float = 7.0
    air: tuple[float, float] = (0.03, 0.05)
    loose: float = 0.12
    reduced: float = 0.25


@dataclass(frozen=True, slots=True)
class _Piece:
    line: LineLabel
    first: int
    last: int


@dataclass(slots=True)
class _Held:
    image: Pixels
    pieces: list[_Piece]


class PageCrops:
    """Draws crops with their texts from pages of one kind, which are rendered when needed.

    Args:
        maker: Renders a page.
        style: How pieces are cut.
        pool: Pages at hand at a time.
        most: Crops taken from one page.
    """

    def __init__(self, maker: Maker, style: CutStyle | None = None, pool: int = 12, most: int = 40) -> None:
        self._maker = maker
        self._style = style or CutStyle()
        self._pool, self._most = pool, most
        self._held: list[_Held] = []
        self._fresh = pool

    def draw(self, rng: np.random.Generator, ease: float = 0.0) -> WordImage:
        """The next crop.

        Args:
            rng: Source of everything random.
            ease: Not used; there as in the other sources of crops.
        """
        while True:
            if len(self._held) < self._pool:
                page = self._maker(rng)
                pieces = _pieces(rng, page, self._style)
                if not pieces:
                    continue
                pieces *= int(np.clip(_LEAST / len(pieces), 1, _REPEATS))
                rng.shuffle(pieces)
                keep = min(len(pieces), self._most)
                if self._fresh > 0:  # the first pages serve fewer crops, lest all run out at once
                    self._fresh -= 1
                    keep = int(rng.integers(1, keep + 1))
                self._held.append(_Held(page.image, pieces[:keep]))
            index = int(rng.integers(len(self._held)))
            source = self._held[index]
            piece = source.pieces.pop()
            if not source.pieces:
                self._held.pop(index)
            drawn = cut_piece(rng, source.image, piece.line, piece.first, piece.last, self._style)
            if drawn is not None:
                return drawn


def _pieces(rng: np.random.Generator, page: Rendered, style: CutStyle) -> list[_Piece]:
    """All lines of a page, long ones split at gaps between words."""
    height, width = page.image.shape[:2]
    pieces = []
    for line in page.lines:
        tall = line.ribbon.height
        if line.ignore or not line.text or not line.words or tall < style.smallest:
            continue
        low, high = line.ribbon.polygon.min(axis=0), line.ribbon.polygon.max(axis=0)
        slack = 0.15 * tall
        if (low < -slack).any() or high[0] > width + slack or high[1] > height + slack:
            continue
        ends = _ends(line)
        limit = 0.92 * style.longest * tall
        first = 0
        while first < len(line.words):
            room = limit * (1.0 if rng.random() < 0.6 else rng.uniform(0.15, 1.0))
            last = first
            if rng.random() >= style.words:
                while last + 1 < len(line.words) and ends[last + 1, 1] - ends[first, 0] <= room:
                    last += 1
            if ends[last, 1] - ends[first, 0] <= 1.08 * limit:
                pieces.append(_Piece(line, first, last))
            first = last + 1
    return pieces


def _ends(line: LineLabel) -> Points:
    """(words, 2): where each word begins and ends along the line's chord, in pixels."""
    starts = np.array([word.ribbon.top[0] for word in line.words], np.float32)
    ends = np.array([word.ribbon.top[-1] for word in line.words], np.float32)
    chord = ends[-1] - starts[0]
    chord /= max(float(np.hypot(*chord)), 1e-3)
    return np.stack([(starts - starts[0]) @ chord, (ends - starts[0]) @ chord], axis=1)


def cut_piece(
    rng: np.random.Generator, image: Pixels, line: LineLabel, first: int, last: int, style: CutStyle
) -> WordImage | None:
    """Cut some words of a line as the pipeline would: near its outline, never exactly on it.

    Args:
        rng: Source of randomness.
        image: The page, uint8 (H, W, 3).
        line: The line; its words are in reading order.
        first: Index of the first word.
        last: Index of the last word.
        style: How to cut.

    Returns:
        The straightened crop, None where it is too small to be read.
    """
    outline = _outline(rng, line, first, last, style)
    crop = rectify(image, tuple((float(x), float(y)) for x, y in outline))
    if min(crop.height, 2 * crop.width) < style.smallest or crop.width > style.longest * crop.height:
        return None
    if not _shows_something(crop.pixels):
        return None
    text = " ".join(word.text for word in line.words[first : last + 1])
    start = len(" ".join(word.text for word in line.words[:first])) + (first > 0)
    known = line.centres is not None and line.text == " ".join(word.text for word in line.words)
    centres = np.full(len(text), np.nan, np.float32)
    if known and line.centres is not None:
        centres = _along(crop, line.centres[start : start + len(text)])
    return WordImage(_reduced(rng, crop.pixels, style), text, centres)


def _outline(rng: np.random.Generator, line: LineLabel, first: int, last: int, style: CutStyle) -> Points:
    ribbons = [word.ribbon for word in line.words[first : last + 1]]
    bent = len(ribbons[0].top) > 2
    upper = np.concatenate([ribbon.top for ribbon in ribbons])
    lower = np.concatenate([ribbon.bottom for ribbon in ribbons])
    if not bent:
        upper, lower = upper[[0, -1]], lower[[0, -1]]
    height = line.ribbon.height
    down = (lower - upper) / np.maximum(np.linalg.norm(lower - upper, axis=1, keepdims=True), 1e-3)
    above, below = rng.normal(*style.air, 2)
    draw = rng.random()
    if draw < style.loose:
        above, below = rng.uniform(-0.05, 0.45, 2)
    elif draw < style.loose + 0.05:
        above, below = rng.uniform(-0.1, 0.02, 2)
    turn = np.linspace(-1, 1, len(upper))[:, None] * rng.normal(0, 0.025)
    upper = upper - down * height * (above + turn)
    lower = lower + down * height * (below - turn)
    before = line.words[first - 1].ribbon if first > 0 else None
    after = line.words[last + 1].ribbon if last + 1 < len(line.words) else None
    left = _reach(rng, ribbons[0].top[0], None if before is None else before.top[-1], height, style)
    right = _reach(rng, ribbons[-1].top[-1], None if after is None else after.top[0], height, style)
    for edge in (upper, lower):
        step = edge[1] - edge[0]
        edge[0] -= step / max(float(np.linalg.norm(step)), 1e-3) * left
        step = edge[-1] - edge[-2]
        edge[-1] += step / max(float(np.linalg.norm(step)), 1e-3) * right
    return np.concatenate([upper, lower[::-1]])


def _reach(
    rng: np.random.Generator, end: Points, neighbour: Points | None, height: float, style: CutStyle
) -> float:
    """How far a cut lies beyond a word's end, in pixels: within the gap to its neighbour, if there is one."""
    if neighbour is not None:
        return float(np.linalg.norm(end - neighbour)) * rng.uniform(0.05, 0.85)
    if rng.random() < style.loose:
        return height * rng.uniform(0, 0.8)
    return height * float(np.maximum(rng.normal(0.06, 0.07), -0.06))


def _along(crop: Crop, points: Points) -> Points:
    """Where page points lie in the crop as a share of its width; NaN beyond it."""
    line = crop.mapping(_NODES, np.full(len(_NODES), 0.5))
    distance = ((points[:, None, :] - line[None, :, :]) ** 2).sum(axis=2)
    nearest = distance.argmin(axis=1)
    x = _NODES[nearest].astype(np.float32)
    x[(nearest == 0) | (nearest == len(_NODES) - 1)] = np.nan
    return x


def _shows_something(pixels: Pixels, least: float = 18.0) -> bool:
    """Whether dark and bright differ on more than a few specks: print fades away on some pages."""
    levels = np.bincount(pixels[..., 1].ravel(), minlength=256).cumsum()
    low, high = np.searchsorted(levels, (0.04 * levels[-1], 0.96 * levels[-1]))
    return bool(high - low >= least)


def _reduced(rng: np.random.Generator, pixels: Pixels, style: CutStyle) -> Pixels:
    height, width = pixels.shape[:2]
    if rng.random() < style.reduced:
        target = np.exp(rng.uniform(np.log(10), np.log(30)))
        if target < height:
            size = (max(4, round(width * target / height)), max(4, round(target)))
            how = cv2.INTER_AREA if rng.random() < 0.8 else cv2.INTER_LINEAR
            pixels = np.asarray(cv2.resize(pixels, size, interpolation=how), np.uint8)
    if rng.random() < 0.15:
        pixels = compressed(pixels, int(rng.integers(20, 85)))
    return pixels
