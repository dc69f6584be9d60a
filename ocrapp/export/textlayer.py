"""The invisible text of a PDF page: each word fitted to its place."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np
from numpy.typing import NDArray
from pikepdf import Array, Dictionary, Name, Object
from pikepdf import Page as PdfPage

from ocrapp.export.glyphless import ADVANCE, DESCENT, Glyphless
from ocrapp.geometry import direction, enclosing_quad, to_array
from ocrapp.page import Page, Polygon, Word

_INVISIBLE = 3
"""Text rendering mode: neither filled nor stroked."""
_STEEP = math.tan(math.radians(5))
"""Slope up to which words are written level."""
_OFF = 1.5
"""Points that the box of such a word may be off."""
_SMALLEST = 1e-3
"""Words that are thinner, in points, have no place."""


@dataclass(frozen=True, slots=True)
class Placement:
    """How the image of a page lies on a PDF page.

    Attributes:
        matrix: (2, 3), from pixels of the upright image to the PDF page's user space.
    """

    matrix: NDArray[np.float64]

    @classmethod
    def of(cls, pdf_page: PdfPage, width: float, height: float) -> "Placement":
        """For an image of so many pixels that shows the page as a viewer shows it."""
        left, bottom, right, top = visible_box(pdf_page)
        across, up = right - left, top - bottom
        matrix = {
            0: ((across / width, 0, left), (0, -up / height, top)),
            90: ((0, across / height, left), (up / width, 0, bottom)),
            180: ((-across / width, 0, right), (0, up / height, bottom)),
            270: ((0, -across / height, right), (-up / width, 0, top)),
        }[rotation(pdf_page)]
        return cls(np.array(matrix, dtype=np.float64))

    def __call__(self, polygon: Polygon) -> NDArray[np.float64]:
        """The points (N, 2) of an outline in user space."""
        return to_array(polygon) @ self.matrix[:, :2].T + self.matrix[:, 2]


def rotation(pdf_page: PdfPage) -> int:
    """By how many degrees clockwise a viewer turns the page: 0, 90, 180 or 270."""
    node: Object | None = pdf_page.obj
    while node is not None and Name.Rotate not in node:
        node = node.get(Name.Parent)
    return round(float(node[Name.Rotate]) / 90) * 90 % 360 if node is not None else 0


def visible_box(pdf_page: PdfPage) -> tuple[float, float, float, float]:
    """Left, bottom, right and top of what a viewer shows of the page, in user space."""
    media, crop = (_sorted_box(box) for box in (pdf_page.mediabox, pdf_page.cropbox))
    left, bottom = (max(media[side], crop[side]) for side in (0, 1))
    right, top = (min(media[side], crop[side]) for side in (2, 3))
    return (left, bottom, right, top) if left < right and bottom < top else media


def _sorted_box(box: Array) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = (float(value) for value in box)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def word_quad(word: Word) -> Polygon:
    """Four corners from reading start, also of a word on a curve."""
    return word.polygon if len(word.polygon) in {0, 4} else enclosing_quad([word.polygon])


def add_text(pdf_page: PdfPage, page: Page, font: Glyphless) -> None:
    """Put the words of a page under its content, invisibly.

    Under it, because the graphics state is known there; what lies above is not changed.

    Args:
        pdf_page: A page that looks like the image that was read.
        page: What was read.
        font: Embedded in the same PDF.
    """
    place = Placement.of(pdf_page, page.width, page.height)
    lines = [[_Fit.of(word, place) for word in line.words if _has_place(word, place)] for line in page.lines]
    shown = "\n".join(_show_line(fits, font) for fits in lines if fits)
    if shown:
        name = _add_font(pdf_page, font)
        content = f"q\nBT\n{_INVISIBLE} Tr\n{name} 1 Tf\n{shown}\nET\nQ\n"
        pdf_page.contents_add(content.encode("ascii"), prepend=True)


def _has_place(word: Word, place: Placement) -> bool:
    if not word.text or len(word.polygon) < 3:
        return False
    along, up = _axes(place(word_quad(word)))
    return bool(min(np.hypot(*along), np.hypot(*up)) > _SMALLEST)


def _axes(corners: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean directions along the text and up, as long as the quad is there."""
    start_top, end_top, end_bottom, start_bottom = corners
    along = (end_top - start_top + end_bottom - start_bottom) / 2
    up = (start_top - start_bottom + end_top - end_bottom) / 2
    return along, up


def _levelled(
    along: NDArray[np.float64], up: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The axes of a word, turned to those of the page where the word is almost level.

    Poppler takes a word apart where its baseline climbs by half a point. Levelled about its middle, the box of
    a word is off by half of what it climbs; so that it is off by `_OFF` at most, long words become higher.
    """
    main = int(np.argmax(np.abs(along)))
    climb = abs(along[1 - main])
    if climb > _STEEP * abs(along[main]):
        return along, up
    level, upright = np.zeros(2), np.zeros(2)
    level[main] = math.copysign(np.hypot(*along), along[main])
    upright[1 - main] = math.copysign(np.hypot(*up) + max(0.0, climb - 2 * _OFF), up[1 - main])
    return level, upright


@dataclass(frozen=True, slots=True)
class _Fit:
    """A word on a PDF page: glyphs are one em high and equally wide, so that an affine map fits their boxes.

    Attributes:
        word: What is written.
        across: One em along the baseline, in points of user space.
        up: One em upwards.
        origin: Where the baseline begins.
    """

    word: Word
    across: NDArray[np.float64]
    up: NDArray[np.float64]
    origin: NDArray[np.float64]

    @classmethod
    def of(cls, word: Word, place: Placement) -> "_Fit":
        """The map that takes the glyphs of a word to its quad."""
        corners = place(word_quad(word))
        along, up = _levelled(*_axes(corners))
        origin = corners.mean(axis=0) - along / 2 - up * (0.5 - DESCENT)
        return cls(word, along / (ADVANCE * len(word.text)), up, origin)


def _show_line(fits: Sequence[_Fit], font: Glyphless) -> str:
    """Operators that show the words of a line, each with a space behind it.

    The spaces are real, because programs do not see a narrow gap as one. PDFium sorts what begins on one level
    from left to right, even upside down: words that run to the left therefore all begin where the first one
    does, with the space, from which they get to their places by an offset.
    """
    rows = []
    for fit in fits:
        ems = 0.0
        if abs(direction(fit.word.polygon)) > 90:
            ems = float((fit.origin - fits[0].origin) @ fit.across / (fit.across @ fit.across))
        start = fit.origin - ems * fit.across
        numbers = " ".join(_number(value) for value in (*fit.across, *fit.up, *start))
        if ems:
            shown = f"[{font.code(' ')} {_number(1000 * (ADVANCE - ems))} {font.code(fit.word.text)}] TJ"
        else:
            shown = f"{font.code(fit.word.text + ' ')} Tj"
        rows.append(f"{numbers} Tm {shown}")
    return "\n".join(rows)


def _number(value: float) -> str:
    """A PDF number: no exponents, no trailing zeros."""
    return f"{value:.4f}".rstrip("0").rstrip(".") or "0"


def _add_font(pdf_page: PdfPage, font: Glyphless) -> Name:
    taken = pdf_page.resources.get(Name.Font, Dictionary())
    number = next(number for number in count(1) if f"/F{number}" not in taken)
    return pdf_page.add_resource(font.font, Name.Font, Name(f"/F{number}"))
