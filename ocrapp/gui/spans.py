"""Where each word of a page stands in its text, and back."""

from collections.abc import Sequence
from dataclasses import dataclass

from ocrapp.page import Page, Word


@dataclass(frozen=True, slots=True)
class Span:
    """One word in the text of its page.

    Attributes:
        start: First position, in UTF-16 code units as Qt's text cursors count.
        end: Position after the last.
        line: Index of the line on the page.
        word: The word itself.
    """

    start: int
    end: int
    line: int
    word: Word


def utf16_length(text: str) -> int:
    """Length as Qt counts it: signs outside the basic plane count twice."""
    return len(text) + sum(character > "\uffff" for character in text)


def lay_out(page: Page) -> tuple[Span, ...]:
    """The spans of all words in ``page.text``, in reading order."""
    spans: list[Span] = []
    position = line_index = 0
    for block in page.blocks:
        for line in block.lines:
            for word in line.words:
                end = position + utf16_length(word.text)
                spans.append(Span(position, end, line_index, word))
                position = end + 1  # the space; after the last word, the end of the line
            if not line.words:
                position += 1
            line_index += 1
        position += 1 if block.lines else 2  # the empty row between blocks
    return tuple(spans)


def touched(spans: Sequence[Span], start: int, end: int) -> tuple[int, ...]:
    """Indices of the words that a selection covers, even in part; of the word at a bare cursor."""
    if start == end:
        return tuple(index for index, span in enumerate(spans) if span.start <= start <= span.end)[:1]
    return tuple(index for index, span in enumerate(spans) if span.start < end and span.end > start)
