"""Words from a line's reading: split at spaces, each with its outline on the page."""

from itertools import groupby

from ocrapp.geometry import Crop
from ocrapp.page import Word
from ocrapp.reading.ctc import Character, Reading

TALL = 1.5
"""Height of a crop in widths from which it holds stacked letters, if it is read as it stands."""
_SNAP = 0.5
"""The first and the last word reach to the end of their line if it is at most this many heights away."""


def split_words(crop: Crop, reading: Reading, reader: str) -> tuple[Word, ...]:
    """Words of a line in reading order.

    Args:
        crop: The straightened line.
        reading: What it says, with the span of each character.
        reader: Id of the model that read it.

    Returns:
        One word for each run of characters between spaces. Outlines follow the line where it is curved.
    """
    runs = [
        tuple(run)
        for is_space, run in groupby(reading.characters, lambda c: c.text.isspace())
        if not is_space
    ]
    if crop.height > TALL * crop.width:
        return _stacked(crop, runs, reader)
    snap = _SNAP * crop.height / crop.width
    words = []
    for run in runs:
        start, end = max(0.0, run[0].start), min(1.0, run[-1].end)
        if run is runs[0] and start < snap:
            start = 0.0
        if run is runs[-1] and end > 1 - snap:
            end = 1.0
        words.append(Word(_text(run), crop.outline(start, end), _confidence(run), reader))
    return tuple(words)


def one_word(crop: Crop, reading: Reading, reader: str) -> tuple[Word, ...]:
    """The whole crop as one word: what was read without its spaces."""
    visible = tuple(character for character in reading.characters if not character.text.isspace())
    return (Word(_text(visible), crop.outline(), _confidence(visible), reader),) if visible else ()


def _stacked(crop: Crop, runs: list[tuple[Character, ...]], reader: str) -> tuple[Word, ...]:
    """Letters below each other: their spans in x say nothing, so each character gets the same share."""
    total = sum(len(run) for run in runs)
    words = []
    done = 0
    for run in runs:
        top, bottom = done / total, (done + len(run)) / total
        words.append(Word(_text(run), crop.outline(top=top, bottom=bottom), _confidence(run), reader))
        done += len(run)
    return tuple(words)


def _text(run: tuple[Character, ...]) -> str:
    return "".join(character.text for character in run)


def _confidence(run: tuple[Character, ...]) -> float:
    return sum(character.confidence for character in run) / len(run)
