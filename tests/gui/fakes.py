"""A reader that needs no model: it says what it is told to, on the engine's thread as the real one."""

import threading
import time
from pathlib import Path

from ocrapp.page import Block, Line, Page, Word

TEXT = "Hello wörld\nsecond line 42"
WAIT_S = 10.0


def quad(left, top, right, bottom):
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def page_of(text, width=400, height=300, *, source="page.png", number=1, confidences=None):
    """A page whose words stand in a grid: 20 pixels a line, 10 a sign, from (10, 10)."""
    scores = iter(confidences or [])
    lines = []
    for row, row_text in enumerate(text.split("\n")):
        words, left = [], 10
        for word in row_text.split():
            right = left + 10 * len(word)
            polygon = quad(left, 10 + 20 * row, right, 26 + 20 * row)
            words.append(Word(word, polygon, next(scores, 0.97), "fake/ctc"))
            left = right + 10
        outline = quad(8, 8 + 20 * row, left, 28 + 20 * row)
        lines.append(Line(tuple(words), outline, min((word.confidence for word in words), default=1.0)))
    blocks = (Block(tuple(lines)),) if text else ()
    return Page(source, number, width, height, blocks, "CPUExecutionProvider", ("fake",), 0.25)


class FakeReader:
    """Reads ``texts`` by file name, else ``TEXT``.

    Args:
        texts: What to read in which file.
        errors: What to raise for which file.
        gate: If given, each page waits for it (and stops when cancelled meanwhile).
        work: Called for each page with its image.
    """

    def __init__(self, texts=None, errors=None, gate=None, work=None):
        self.texts, self.errors, self.gate, self.work = texts or {}, errors or {}, gate, work
        self.threads = set()
        self.read_pages = []

    def __call__(self):
        self.threads.add(threading.current_thread().name)
        return self

    def read(self, page_image, *, cancel=None, progress=None):
        self.threads.add(threading.current_thread().name)
        name = Path(page_image.source).name
        self.read_pages.append((name, page_image.number))
        progress(1, 2, "reading")
        end = time.monotonic() + WAIT_S
        while self.gate is not None and not self.gate.wait(0.005):
            cancel.check()
            assert time.monotonic() < end
        cancel.check()
        if self.work:
            self.work(page_image)
        if name in self.errors:
            raise self.errors[name]
        progress(2, 2, "reading")
        text = self.texts.get(name, TEXT)
        return page_of(
            text, page_image.width, page_image.height, source=page_image.source, number=page_image.number
        )
