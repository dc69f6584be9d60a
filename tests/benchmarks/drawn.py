"""Images drawn on the fly with whatever common fonts this machine has: words and clean screenshots."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ocrapp.training.data.real import Pixels

FILES = (
    "segoeui.ttf", "arial.ttf", "times.ttf", "consola.ttf",  # Windows
    "Helvetica.ttc", "Menlo.ttc",  # macOS
    "DejaVuSans.ttf", "DejaVuSerif.ttf", "DejaVuSansMono.ttf", "LiberationSans-Regular.ttf",
    "LiberationSerif-Regular.ttf", "NotoSans-Regular.ttf", "Roboto-Regular.ttf", "Ubuntu-R.ttf",
)  # fmt: skip
WORDS = (
    "Harbour", "STATION", "museum", "Quay 7", "Exit", "parking", "Library", "42,50", "no-reply", "Zürich",
    "Open", "closed", "THEATRE", "Bakery", "2026", "platform", "Garden", "west", "Kitchen", "OCR",
)  # fmt: skip
THEMES = (("white", "#202020"), ("#f3f3f3", "#1a3f7a"), ("#1e1e1e", "#d4d4d4"), ("#0b2239", "#ffffff"))
SCREEN = (
    "File Edit View Insert Format Tools Help",
    "Release notes",
    "Version 2.14 of the editor opens large files in half the time.",
    "Search now remembers the last twenty queries, and the results",
    "can be copied with Ctrl+Shift+C. Settings that nobody changed",
    "(about 60 % of them) moved to the page “Advanced”.",
    "Known problems",
    "1. On some laptops the window flickers after waking up.",
    "2. Printing to A5 needs the option --fit-page; see issue #1187.",
    "3. The price of € 19.90 is shown without tax in Café Zoë’s shop.",
    "Send questions to support@example.org or call +49 30 1234567.",
    "OK Cancel Apply",
)


@dataclass(frozen=True, slots=True)
class Screen:
    """A drawn screenshot and its text in reading order."""

    pixels: Pixels
    text: str


def font_names() -> list[str]:
    """The fonts that are drawn with."""
    return list(_fonts()) or ["the one inside Pillow"]


def drawn_words(angle: int, size: int = 36) -> Iterator[tuple[Pixels, str]]:
    """Words in every font, turned counter-clockwise by ``angle`` degrees, cropped close to the ink."""
    for name in font_names():
        for number, word in enumerate(WORDS):
            ground, ink = THEMES[number % len(THEMES)]
            font = _font(name, size)
            left, top, right, bottom = font.getbbox(word)
            margin = size // 6
            box = (round(right - left) + 2 * margin, round(bottom - top) + 2 * margin)
            image = Image.new("RGB", box, ground)
            ImageDraw.Draw(image).text((margin - left, margin - top), word, ink, font)
            turned = image.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=ground)
            yield np.asarray(turned), word


def drawn_screens() -> list[Screen]:
    """One screenshot for each font and three sizes of type, themes in turn."""
    screens = []
    for number, name in enumerate(font_names()):
        for size in (13, 16, 22):
            ground, ink = THEMES[(number + size) % len(THEMES)]
            font = _font(name, size)
            width = 60 + round(max(font.getlength(line) for line in SCREEN))
            height = 40 + round(len(SCREEN) * size * 1.9)
            image = Image.new("RGB", (width, height), ground)
            draw = ImageDraw.Draw(image)
            for row, line in enumerate(SCREEN):
                draw.text((30, 20 + row * size * 1.9), line, ink, font)
            screens.append(Screen(np.asarray(image), "\n".join(SCREEN)))
    return screens


@cache
def _fonts() -> tuple[str, ...]:
    found = []
    for name in FILES:
        try:
            ImageFont.truetype(name, 20)
        except OSError:
            continue
        found.append(name)
    return tuple(found)


def _font(name: str, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.truetype(name, size) if name in _fonts() else ImageFont.load_default(size)
