"""Till receipts: what stands on a narrow strip of paper."""

import cv2
import numpy as np

from ocrapp.training.fonts import FontFace
from ocrapp.training.render.colours import Colour
from ocrapp.training.render.grounds import Photos, barcode
from ocrapp.training.render.pages import Sheet


def set_receipt(sheet: Sheet, size: int, ink: Colour, photos: Photos) -> None:
    """A strip of print, tall and narrow letters as thermal printers have them, prices at the right."""
    del photos
    rng = sheet.rng
    face = sheet.face(plain=True)
    sheet.stretch = float(rng.uniform(1.1, 1.7)) if rng.random() < 0.45 else 1.0
    narrow = min(sheet.width, int(size * rng.uniform(14, 30)))
    x0 = int(rng.uniform(0, sheet.width - narrow))
    leading = size * rng.uniform(0.95, 1.5) * sheet.stretch
    y, margin = leading, size * rng.uniform(0.2, 1.5)
    left, width = x0 + margin, narrow - 2 * margin
    capitals = rng.random() < 0.4
    while y < sheet.height:
        draw = rng.random()
        pale = rng.uniform(0.35, 0.9) if rng.random() < 0.12 else 1.0
        if draw < 0.1:
            _dashes(sheet, left, y - size * 0.3, width, size, ink)
        elif draw < 0.13:
            y = _printed_code(sheet, left, y, width, size, ink)
        elif draw < 0.5:
            text = (
                sheet.texts.entry(rng)
                if rng.random() < 0.65
                else sheet.texts.line(rng, int(rng.integers(6, 40)))
            )
            text = text.upper() if capitals or rng.random() < 0.3 else text
            large = int(size * rng.uniform(1.2, 2)) if rng.random() < 0.12 else size
            y += max(0, large - size) * sheet.stretch
            drawn = sheet.ink(face, large, text, width)
            if drawn is not None:
                sheet.put(drawn, left + (width - drawn.width) / 2 * (rng.random() < 0.6), y, ink, pale)
        else:
            _item(sheet, face, size, (left, y, width), ink, pale, capitals)
        y += leading
    sheet.stretch = 1.0


def _item(
    sheet: Sheet,
    face: FontFace,
    size: int,
    place: tuple[float, float, float],
    ink: Colour,
    pale: float,
    capitals: bool,
) -> None:
    """What was bought and what it costs, the price a line of its own."""
    rng, (left, y, width) = sheet.rng, place
    text = sheet.texts.entry(rng) if rng.random() < 0.4 else sheet.texts.line(rng, int(rng.integers(4, 24)))
    drawn = sheet.ink(face, size, text.upper() if capitals else text, width * 0.62)
    sheet.put(drawn, left, y, ink, pale)
    amount = f"{10 ** rng.uniform(-0.5, 3):.2f}" + str(rng.choice(["", "", "", " s", " SR", " *", "-"]))
    price = sheet.ink(face, size, amount, width * 0.3)
    if price is not None and drawn is not None and drawn.width + price.width < width - 1.2 * size:
        sheet.put(price, left + width - price.width, y, ink, pale)


def _printed_code(sheet: Sheet, x: float, y: float, width: float, size: int, ink: Colour) -> float:
    """A barcode with its number right below it; returns the number's baseline."""
    rng = sheet.rng
    face = sheet.face(plain=True)
    number = sheet.ink(face, size, " ".join(str(part) for part in rng.integers(0, 99999, 3)), width)
    tall, wide = int(size * rng.uniform(1.5, 6)), int(width * rng.uniform(0.4, 1.0))
    base = y - size + tall + size * rng.uniform(0.95, 1.3)
    if number is None or wide < 8 or base >= sheet.height or number.width > wide:
        return y
    left, top = int(x + (width - wide) / 2), max(0, int(y - size))
    code = barcode(rng, tall, wide)
    part = sheet.image[top : top + tall, left : left + wide]
    part[:] = code[: part.shape[0], : part.shape[1]]
    sheet.put(number, left + (wide - number.width) / 2, base, ink)
    return base


def _dashes(sheet: Sheet, x: float, y: float, width: float, size: int, ink: Colour) -> None:
    """A rule made of hyphens, stars, equals signs or a solid line: no text."""
    rng = sheet.rng
    kind = int(rng.integers(4))
    thick = max(1, size // 12)
    if kind == 0:
        sheet.fill(x, y, x + width, y + thick, ink)
        return
    pitch, long = size * rng.uniform(0.4, 0.7), size * rng.uniform(0.2, 0.4)
    for left in np.arange(x, x + width - pitch, pitch):
        if kind == 3:
            cv2.circle(sheet.image, (int(left), int(y)), max(1, size // 7), ink.tolist(), -1)
            continue
        for row in range(kind):
            top = y + row * size * 0.25
            sheet.fill(left, top, left + long, top + thick, ink)
