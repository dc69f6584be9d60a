"""Pages whose words and places are known exactly."""

import math

from ocrapp.page import Block, Line, Page, Word

WORD_GAP = 0.3
"""In heights."""


def box(left, top, right, bottom):
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def quad(x, y, width, height, angle=0.0):
    """A rectangle whose reading start (top) is at ``(x, y)``, turned clockwise on screen by degrees."""
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    corners = (0, 0), (width, 0), (width, height), (0, height)
    return tuple((x + a * cos - b * sin, y + a * sin + b * cos) for a, b in corners)


def line(text, x, y, height=30.0, angle=0.0, confidence=0.9, advance=0.55):
    """A line of words; each letter is ``advance`` heights wide."""
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    words, at = [], 0.0
    for word in text.split():
        width = len(word) * advance * height
        outline = quad(x + at * cos, y + at * sin, width, height, angle)
        words.append(Word(word, outline, confidence, "svtr/ctc"))
        at += width + WORD_GAP * height
    return Line(tuple(words), quad(x, y, at - WORD_GAP * height, height, angle), confidence)


def page(*blocks, source="scan.png", number=1, width=1240, height=1754, **more):
    """A page of blocks, each a list of lines."""
    return Page(
        source,
        number,
        width,
        height,
        tuple(Block(tuple(lines)) for lines in blocks),
        "CPUExecutionProvider",
        ("segmenter", "svtr"),
        0.5,
        **more,
    )


LETTER = page(
    [line("Grüße & <Küsse> “zitiert”", 100, 100, 48)],
    [line("Erste Zeile, 12 €", 100, 220), line("zweite Zeile", 102, 260, angle=1.5)],
    [line("am Rand", 1200, 800, angle=90), line("kopfüber", 600, 1500, angle=180)],
)
"""Level, skewed and turned lines, and characters that need escaping."""
