"""Till receipts: what stands on a narrow strip of paper."""

import cv2
import numpy as np

from ocrapp.training.render.colours import Colour
from ocrapp.training.render.grounds import Photos, barcode
from ocrapp.training.render.pages import Sheet


def set_receipt(sheet: Sheet, size: int, ink: Colour, photos: Photos) -> None:
    """Centred headings, items with prices at the right edge, rules and barcodes, on a narrow strip."""
    del photos
    rng = sheet.rng
    face = sheet.face(plain=True)
    narrow = min(sheet.width, int(size * rng.uniform(14, 30)))
    x0 = int(rng.uniform(0, sheet.width - narrow))
    leading = size * rng.uniform(0.95, 1.5)
    y, margin = leading, size * rng.uniform(0.2, 1.5)
    left, width = x0 + margin, narrow - 2 * margin
    while y < sheet.height:
        draw = rng.random()
        if draw < 0.12:
            _dashes(sheet, left, y - size * 0.3, width, size, ink)
        elif draw < 0.16:
            y = _printed_code(sheet, left, y, width, size, ink)
        elif draw < 0.4:
            text = sheet.texts.line(rng, int(rng.integers(6, 40)))
            text = text.upper() if rng.random() < 0.5 else text
            large = int(size * rng.uniform(1.2, 2)) if rng.random() < 0.12 else size
            y += max(0, large - size)
            drawn = sheet.ink(face, large, text, width)
            if drawn is not None:
                sheet.put(drawn, left + (width - drawn.width) / 2 * (rng.random() < 0.7), y, ink)
        else:
            drawn = sheet.ink(face, size, sheet.texts.line(rng, int(rng.integers(4, 24))), width * 0.62)
            sheet.put(drawn, left, y, ink)
            price = sheet.ink(face, size, f"{10 ** rng.uniform(0, 3):.2f}", width * 0.3)
            if price is not None and drawn is not None and drawn.width + price.width < width - 1.2 * size:
                sheet.put(price, left + width - price.width, y, ink)
        y += leading


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
