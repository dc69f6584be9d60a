"""Parts of screens: bars, lists, code, prose, tables and controls with small crisp type."""

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from ocrapp.training.fonts import FontFace
from ocrapp.training.render.colours import Colour, luminance, random_colour
from ocrapp.training.render.ink import Ink
from ocrapp.training.render.pages import Sheet

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels."""
_SIGNS = (
    "=",
    "(",
    ")",
    "{",
    "}",
    "==",
    "->",
    ":",
    "+=",
    "if",
    "for",
    "return",
    "def",
    "//",
    "#",
    "0x1F",
    ";",
)


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours and type of one screen.

    Attributes:
        ground: Below everything.
        raised: Below bars and side lists.
        ink: Text.
        dim: Lesser text and lines.
        accent: Buttons, icons, selected rows.
        face: Of most text.
        mono: Of code.
        size: Of type, pixels an em.
    """

    ground: Colour
    raised: Colour
    ink: Colour
    dim: Colour
    accent: Colour
    face: FontFace
    mono: FontFace
    size: int


def _subpixel(sheet: Sheet, ink: Ink | None, x: float, baseline: float, colour: npt.ArrayLike) -> float:
    """Like ``Sheet.put``, with the colour fringes of LCD smoothing half of the time."""
    end = sheet.put(ink, x, baseline, colour)
    if ink is not None and end > x and sheet.rng.random() < 0.4:
        left, top = int(x), int(baseline - ink.rise)
        part = sheet.image[top : top + ink.height, left : left + ink.width]
        if part.shape[1] > 3:
            red, blue = part[..., 0].copy(), part[..., 2].copy()
            part[:, 1:, 0] = (red[:, 1:].astype(np.uint16) * 2 + red[:, :-1]) // 3
            part[:, :-1, 2] = (blue[:, :-1].astype(np.uint16) * 2 + blue[:, 1:]) // 3
    return end


def bars(sheet: Sheet, theme: Theme) -> int:
    """Title bar, menu and tool bar; returns where the body starts."""
    rng, size, y = sheet.rng, theme.size, 0
    for bar in range(int(rng.integers(0, 4))):
        tall = int(size * rng.uniform(1.4, 2.6))
        ground = theme.raised if rng.random() < 0.7 else theme.accent
        sheet.fill(0, y, sheet.width, y + tall, ground)
        ink = theme.ink if abs(luminance(ground) - luminance(theme.ink)) > 70 else 255 - theme.ink
        x = size * rng.uniform(0.5, 2)
        while x < sheet.width * rng.uniform(0.4, 1.0):
            if bar == 2 or rng.random() < 0.15:
                _icon(sheet, x, y + tall / 2, size, ink)
                x += size * 1.8
                continue
            drawn = sheet.ink(
                theme.face, size, sheet.texts.line(rng, int(rng.integers(3, 20))), sheet.width - x
            )
            x = _subpixel(sheet, drawn, x, y + tall / 2 + size * 0.35, ink) + size * rng.uniform(1.2, 3)
        y += tall
    return y


def _icon(sheet: Sheet, x: float, y: float, size: int, colour: npt.ArrayLike) -> None:
    """A small pictogram: no text."""
    rng = sheet.rng
    ink = np.asarray(colour, np.float32).tolist() if rng.random() < 0.6 else random_colour(rng).tolist()
    centre, reach = (int(x + size / 2), int(y)), max(2, int(size * rng.uniform(0.3, 0.6)))
    kind = int(rng.integers(4))
    if kind == 0:
        cv2.circle(sheet.image, centre, reach, ink, int(rng.choice([-1, 1, 2])), cv2.LINE_AA)
    elif kind == 1:
        corners = (centre[0] - reach, centre[1] - reach), (centre[0] + reach, centre[1] + reach)
        cv2.rectangle(sheet.image, *corners, ink, int(rng.choice([-1, 1, 2])))
    else:
        points = np.array(centre) + rng.uniform(-reach, reach, (int(rng.integers(3, 7)), 2))
        if kind == 2:
            cv2.fillPoly(sheet.image, [points.astype(np.int32)], ink, cv2.LINE_AA)
        else:
            cv2.polylines(
                sheet.image, [points.astype(np.int32)], False, ink, int(rng.integers(1, 3)), cv2.LINE_AA
            )


def listing(sheet: Sheet, theme: Theme, box: Box) -> None:
    """Rows of names, some with an icon and a note at the right, one now and then selected."""
    rng, size = sheet.rng, theme.size
    row = size * rng.uniform(1.15, 2.4)
    icons = rng.random() < 0.5
    y = box[1] + row
    while y < box[3] - size * 0.3:
        x = box[0] + size * rng.choice([0.6, 0.6, 1.6])
        ink = theme.ink
        if rng.random() < 0.06:
            sheet.fill(box[0], y - row * 0.7, box[2], y + row * 0.3, theme.accent)
            ink = np.full(3, 255.0) if luminance(theme.accent) < 140 else np.zeros(3)
        if icons:
            _icon(sheet, x, y - size * 0.35, size, theme.accent)
            x += size * 1.7
        drawn = sheet.ink(
            theme.face, size, sheet.texts.line(rng, int(rng.integers(3, 36))), (box[2] - x) * 0.7
        )
        end = _subpixel(sheet, drawn, x, y, ink)
        if rng.random() < 0.3:
            note = sheet.ink(theme.face, size, sheet.texts.word(rng), (box[2] - x) * 0.25)
            if note is not None and end + 1.2 * size < box[2] - size - note.width:
                _subpixel(sheet, note, box[2] - size - note.width, y, theme.dim)
        y += row


def _code(sheet: Sheet, theme: Theme, box: Box) -> None:
    """Indented lines of coloured tokens with line numbers; the line is one label, the number another."""
    rng, size = sheet.rng, theme.size
    row = size * rng.uniform(1.0, 1.6)
    dark = luminance(theme.ground) < 128
    colours = [random_colour(rng, (0.7, 1.0) if dark else (0.1, 0.55)) for _ in range(5)] + [theme.ink]
    y, number, depth = box[1] + row, int(rng.integers(1, 900)), 0
    numbered = rng.random() < 0.6
    while y < box[3] - size * 0.3:
        x = box[0] + size
        if numbered:
            sheet.put(sheet.ink(theme.mono, size, str(number)), x, y, theme.dim)
            x += size * 3.5
        depth = int(np.clip(depth + rng.integers(-1, 2), 0, 5))
        if rng.random() > 0.15:
            words = [
                str(rng.choice(_SIGNS)) if rng.random() < 0.4 else sheet.texts.word(rng)
                for _ in range(int(rng.integers(1, 10)))
            ]
            drawn = sheet.ink(theme.mono, size, " ".join(words), box[2] - x - depth * size - size)
            _tokens(sheet, drawn, x + depth * size * 1.6, y, colours)
        y += row
        number += 1


def _tokens(sheet: Sheet, drawn: Ink | None, x: float, y: float, colours: list[Colour]) -> None:
    """Paint a line, each word in a colour of its own."""
    if drawn is None:
        return
    picture = np.empty((*drawn.mask.shape, 3), np.float32)
    picture[:] = colours[-1]
    for _, left, right in drawn.spans:
        picture[:, int(left) : int(right) + 1] = colours[int(sheet.rng.integers(len(colours)))]
    sheet.put(drawn, x, y, picture)


def _prose(sheet: Sheet, theme: Theme, box: Box) -> None:
    rng, size = sheet.rng, theme.size
    row = size * rng.uniform(1.1, 1.7)
    y, x = box[1] + row, box[0] + size
    while y < box[3] - size:
        large = int(size * rng.uniform(1.3, 2.4)) if rng.random() < 0.1 else size
        y += (large - size) * 1.1
        wide = box[2] - x - size
        drawn = sheet.ink(theme.face, large, sheet.texts.line(rng, int(wide / size * 2.5) + 2), wide)
        _subpixel(sheet, drawn, x, y, theme.accent if rng.random() < 0.08 else theme.ink)
        y += row * (1 if rng.random() < 0.85 else 2)


def _grid(sheet: Sheet, theme: Theme, box: Box) -> None:
    rng, size = sheet.rng, theme.size
    columns = int(rng.integers(2, 8))
    row = int(size * rng.uniform(1.3, 2.2))
    edges = np.linspace(box[0], box[2] - 2, columns + 1).astype(int)
    for y in range(box[1], box[3] - row, row):
        for left, right in pairwise(edges):
            cv2.rectangle(sheet.image, (int(left), y), (int(right), y + row), theme.dim.tolist(), 1)
            drawn = sheet.ink(
                theme.face, size, sheet.texts.line(rng, int(rng.integers(2, 18))), right - left - size
            )
            if drawn is not None and drawn.width < right - left - size:
                _subpixel(sheet, drawn, left + size * 0.5, y + row / 2 + size * 0.35, theme.ink)


def _controls(sheet: Sheet, theme: Theme, box: Box) -> None:
    """Labels, fields, buttons and check boxes."""
    rng, size = sheet.rng, theme.size
    y = box[1] + size * 2
    while y < box[3] - 2 * size:
        x = box[0] + size
        while x < box[2] - 6 * size:
            drawn = sheet.ink(
                theme.face, size, sheet.texts.line(rng, int(rng.integers(3, 18))), box[2] - x - size
            )
            if drawn is None:
                break
            kind = rng.random()
            if kind < 0.4:
                filled = rng.random() < 0.5
                colour = theme.accent if filled else theme.dim
                corners = (
                    (int(x - size * 0.7), int(y - size * 1.2)),
                    (int(x + drawn.width + size * 0.7), int(y + size * 0.6)),
                )
                cv2.rectangle(sheet.image, *corners, colour.tolist(), -1 if filled else 1)
                bright = luminance(theme.accent) > 140
                ink = (np.zeros(3) if bright else np.full(3, 255.0)) if filled else theme.ink
            else:
                ink = theme.ink
                if kind < 0.55:
                    _icon(sheet, x, y - size * 0.35, size, theme.dim)
                    x += 1.6 * size
            x = _subpixel(sheet, drawn, x, y, ink) + size * rng.uniform(2, 6)
        y += size * rng.uniform(1.8, 3.2)


FILLERS = (listing, _code, _code, _prose, _grid, _controls, _controls)
"""What may fill a screen; each is called with the sheet, the theme and its box."""
