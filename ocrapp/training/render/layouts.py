"""Layouts of printed sheets: columns of prose, tables, receipts, forms and slides."""

from collections.abc import Callable

import cv2
import numpy as np

from ocrapp.training.fonts import FontFace
from ocrapp.training.render.clutter import chart
from ocrapp.training.render.colours import Colour, random_colour
from ocrapp.training.render.grounds import Photos, barcode, halftone, panel
from ocrapp.training.render.ink import Ink, widened
from ocrapp.training.render.pages import Sheet
from ocrapp.training.render.receipts import set_receipt

Layout = Callable[[Sheet, int, Colour, Photos], None]
"""Sets a whole sheet: the sheet, the size of its type in pixels an em, the ink, and photos."""


def _body_face(sheet: Sheet) -> FontFace:
    return sheet.face(plain=True)


def _prose(sheet: Sheet, size: int, ink: Colour, photos: Photos) -> None:
    rng = sheet.rng
    columns = int(rng.choice([1, 1, 2, 3])) if sheet.width > 26 * size else 1
    margin = rng.uniform(0.5, 4) * size
    gutter = rng.uniform(1.2, 3) * size
    width = (sheet.width - 2 * margin - gutter * (columns - 1)) / columns
    leading = size * rng.uniform(0.95, 1.7)
    face = _body_face(sheet)
    justify, typed = bool(rng.random() < 0.5), bool(rng.random() < 0.35)
    for column in range(columns):
        x = margin + column * (width + gutter)
        y = margin * rng.uniform(0.5, 1) + size
        while y < sheet.height - margin / 2:
            draw = rng.random()
            if draw < 0.06:
                y = _heading(sheet, x, y, width, size, ink)
            elif draw < 0.09:
                y = _figure(sheet, x, y, width, photos)
            elif draw < 0.11:
                sheet.fill(x, y, x + width, y + rng.integers(1, 4), ink)
            elif draw < 0.22:
                y += leading * rng.uniform(0.3, 1)
                text = sheet.texts.line(rng, int(width / size * rng.uniform(0.2, 1.5)) + 2)
                sheet.put(sheet.ink(face, size, text, width), x, y, ink)
            else:
                text = sheet.texts.line(rng, int(width / size * 3) + 4)
                indent = size if rng.random() < 0.1 else 0
                drawn = sheet.ink(face, size, text, width - indent)
                if drawn is not None:
                    drawn = _spaced(rng, drawn, size, width - indent, justify, typed)
                end = sheet.put(drawn, x + indent, y, ink)
                if rng.random() < 0.03:  # underlined, through the descenders
                    low = y + size * rng.uniform(0.08, 0.2)
                    sheet.fill(x + indent, low, end, low + max(1, size // 14), ink)
            y += leading


def _spaced(rng: np.random.Generator, ink: Ink, size: int, width: float, justify: bool, typed: bool) -> Ink:
    """Spaces as print has them: stretched to fill the column, wider after a sentence, now and then wide."""
    count = len(ink.spans) - 1
    room = int(width) - ink.width
    if count < 1 or room < 1:
        return ink
    gaps = np.zeros(count, int)
    if typed:
        ends = np.array([word[-1] in ".!?:;" for word, _, _ in ink.spans[:-1]])
        gaps[ends | (rng.random(count) < 0.06)] = int(size * rng.uniform(0.4, 0.75))
    room -= int(gaps.sum())
    if justify and 0 < room < 0.7 * size * count:
        gaps += room // count
    return widened(ink, gaps.tolist()) if gaps.sum() <= int(width) - ink.width else ink


def _heading(sheet: Sheet, x: float, y: float, width: float, size: int, ink: Colour) -> float:
    rng = sheet.rng
    large = int(size * rng.uniform(1.1, 3.0))
    y += large * 0.8
    text = sheet.texts.line(rng, int(rng.integers(5, 40)))
    text = text.upper() if rng.random() < 0.3 else text
    drawn = sheet.ink(sheet.face(), large, text, width)
    centre = (width - drawn.width) / 2 if drawn is not None and rng.random() < 0.4 else 0
    colour = ink if rng.random() < 0.7 else random_colour(rng, (0, 0.6))
    sheet.put(drawn, x + centre, y, colour)
    return y + large * 0.3


def _figure(sheet: Sheet, x: float, y: float, width: float, photos: Photos) -> float:
    rng = sheet.rng
    height = int(width * rng.uniform(0.2, 0.8))
    if height < 16 or y + height >= sheet.height or width < 16:
        return y
    kind = rng.random()
    if kind < 0.2:
        height = min(height, 90)
        picture = barcode(rng, height, int(width * rng.uniform(0.3, 1)))
    elif kind < 0.4:
        picture = chart(rng, height, int(width))
    else:
        picture = photos.sample(rng, height, int(width))
        if kind < 0.7:
            picture = halftone(rng, picture)
    top, left = int(y), int(x)
    part = picture[:, : sheet.width - left]
    sheet.image[top : top + part.shape[0], left : left + part.shape[1]] = part
    return y + height + 4


def _table(sheet: Sheet, size: int, ink: Colour, photos: Photos) -> None:
    del photos
    rng = sheet.rng
    columns = int(rng.integers(2, max(3, min(9, sheet.width // (size * 4) + 1))))
    edges = np.cumsum(rng.uniform(0.6, 2, columns + 1))
    edges = (edges - edges[0]) / (edges[-1] - edges[0]) * (sheet.width - 2 * size) + size
    row = size * rng.uniform(1.05, 2.4)
    face = _body_face(sheet)
    ruled = rng.random(2) < 0.55
    right = rng.random(columns) < 0.5
    shade = np.clip(255 - rng.uniform(0, 50), 0, 255)
    y = rng.uniform(0, 3) * size
    if rng.random() < 0.5:
        y = _heading(sheet, size, y + size, sheet.width - 2 * size, size, ink) + size
    start, number = y, 0
    while y + row < sheet.height:
        if number % 2 and rng.random() < 0.4:
            sheet.fill(edges[0], y, edges[-1], y + row, np.full(3, shade))
        if ruled[0]:
            sheet.fill(edges[0], y, edges[-1], y + 1 + size // 24, ink)
        for column in range(columns):
            if rng.random() < 0.1:
                continue
            room = edges[column + 1] - edges[column] - size * 1.1
            text = (
                sheet.texts.word(rng)
                if rng.random() < 0.6
                else sheet.texts.line(rng, int(rng.integers(3, 30)))
            )
            drawn = sheet.ink(face, size, text, room)
            if drawn is not None and drawn.width <= room:
                shift = room - drawn.width if right[column] else 0
                sheet.put(drawn, edges[column] + size * 0.4 + shift, y + row / 2 + size * 0.35, ink)
        y += row
        number += 1
    if ruled[1]:
        for edge in edges:
            sheet.fill(edge, start, edge + 1 + size // 24, y, ink)


def _form(sheet: Sheet, size: int, ink: Colour, photos: Photos) -> None:
    del photos
    rng = sheet.rng
    label_face, entry_face = _body_face(sheet), sheet.face()
    entry_ink = ink if rng.random() < 0.5 else random_colour(rng, (0.1, 0.6))
    y = size * rng.uniform(1, 3)
    columns = int(rng.integers(1, 3))
    width = (sheet.width - 2 * size) / columns
    while y < sheet.height - size:
        for column in range(columns):
            x = size + column * width
            name = (
                sheet.texts.entry(rng)
                if rng.random() < 0.4
                else sheet.texts.line(rng, int(rng.integers(4, 22)))
            )
            label = sheet.ink(label_face, size, name, width * 0.5)
            end = sheet.put(label, x, y, ink)
            start, stop = end + size * rng.uniform(1.3, 2.5), x + width - size
            if stop - start < 2 * size:
                continue
            if rng.random() < 0.6:
                sheet.fill(start, y + size * 0.25, stop, y + size * 0.25 + 1 + size // 20, ink)
            else:
                corner = (int(start - size * 0.4), int(y - size)), (int(stop), int(y + size * 0.5))
                cv2.rectangle(sheet.image, *corner, ink.tolist(), 1 + size // 24)
            if rng.random() < 0.6:
                large = int(size * rng.uniform(0.8, 1.3))
                entry = sheet.ink(
                    entry_face, large, sheet.texts.line(rng, int(rng.integers(3, 25))), stop - start
                )
                sheet.put(entry, start, y, entry_ink)
        if rng.random() < 0.2:
            side = int(size * 0.7)
            corner = (int(size * 0.1), int(y - side)), (int(size * 0.1) + side, int(y))
            cv2.rectangle(sheet.image, *corner, ink.tolist(), 1)
        y += size * rng.uniform(1.6, 3)


def _slide(sheet: Sheet, size: int, ink: Colour, photos: Photos) -> None:
    rng = sheet.rng
    size = int(np.clip(size * 1.5, 18, 80))
    sheet.image[:] = panel(rng, sheet.height, sheet.width) if rng.random() < 0.7 else sheet.image
    dark = sheet.image.mean() < 120
    colour = np.clip(255 - ink, 0, 255) if dark else ink
    y = (
        _heading(sheet, size, size * rng.uniform(1, 2), sheet.width - 2 * size, int(size * 1.2), colour)
        + size
    )
    face = _body_face(sheet)
    while y < sheet.height - size:
        x = size * rng.choice([1.0, 1.0, 2.0])
        if rng.random() < 0.6:
            cv2.circle(
                sheet.image,
                (int(x - size * 0.5), int(y - size * 0.3)),
                size // 7,
                colour.tolist(),
                -1,
                cv2.LINE_AA,
            )
        text = sheet.texts.line(rng, int(rng.integers(6, 60)))
        sheet.put(sheet.ink(face, size, text, sheet.width - x - size), x, y, colour)
        y += size * rng.uniform(1.1, 2.2)
        if rng.random() < 0.08:
            y = _figure(sheet, x, y, sheet.width * 0.4, photos) + size


LAYOUTS: dict[str, Layout] = {
    "prose": _prose,
    "table": _table,
    "receipt": set_receipt,
    "form": _form,
    "slide": _slide,
}
