"""Words as a table: one row a word, with position and confidence, as CSV (RFC 4180) or separated by tabs."""

import csv
from collections.abc import Iterator
from io import StringIO

from ocrapp.export.base import TextFormat
from ocrapp.export.outlines import pixel_box
from ocrapp.page import Page

COLUMNS = (
    *("source", "page", "block", "line", "word", "text", "confidence"),
    *("left", "top", "right", "bottom", "polygon", "reader"),
)
"""Names of the columns.

Pages, blocks, lines and words count from 1, lines within their block and words within their line. Boxes are
whole pixels; ``polygon`` has ``x,y`` pairs in tenths of a pixel, separated by spaces. Both are empty where a
word has no position.
"""


def render(page: Page, delimiter: str = ",") -> str:
    """One row a word."""
    return _table(_rows(page), delimiter)


def _rows(page: Page) -> Iterator[tuple[object, ...]]:
    for block_number, block in enumerate(page.blocks, 1):
        for line_number, line in enumerate(block.lines, 1):
            for word_number, word in enumerate(line.words, 1):
                box: tuple[object, ...] = ("",) * 4
                if word.polygon:
                    found = pixel_box([word.polygon], page)
                    box = (found.left, found.top, found.right, found.bottom)
                yield (
                    *(page.source, page.number, block_number, line_number, word_number),
                    *(word.text, f"{word.confidence:.4f}", *box),
                    " ".join(f"{x:.1f},{y:.1f}" for x, y in word.polygon),
                    word.reader,
                )


def _table(rows: Iterator[tuple[object, ...]], delimiter: str) -> str:
    text = StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return text.getvalue()


CSV = TextFormat("csv", ".csv", render, head=_table(iter([COLUMNS]), ","))
TSV = TextFormat("tsv", ".tsv", lambda page: render(page, "\t"), head=_table(iter([COLUMNS]), "\t"))
