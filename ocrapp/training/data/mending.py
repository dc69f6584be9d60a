"""What a label and a teacher's reading of the same crop say together: texts only, no pixels.

Every function answers with the text to train on, or None where the two do not agree well enough.
"""

import unicodedata

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from ocrapp.training.data.real import UNKNOWN_CHARACTER

LIMIT = 0.15
"""Largest share of wrong characters, spaces and case aside, at which label and reading mean the same print."""

_BARRIER = "\n"
_FAR = 1 << 20


def with_case(label: str, reading: str, limit: float = LIMIT) -> str | None:
    """A label whose case is unreliable, in the case that the teacher saw.

    Characters and spaces are those of the label. Letters that the teacher took for something else follow the
    letter before or after them.

    Args:
        label: Right but for its case.
        reading: What the teacher read.
        limit: Largest share of differing characters.

    Returns:
        The label with its letters in the case of the print, or None where the two differ too much.
    """
    label, reading = _tidy(label), _tidy(reading)
    letters = [index for index, character in enumerate(label) if not character.isspace()]
    ours = [_plain(label[index]) for index in letters]
    theirs = [character for character in reading if not character.isspace()]
    edits = Levenshtein.editops(ours, [_plain(character) for character in theirs])
    if not ours or len(edits) > limit * max(len(ours), len(theirs)):
        return None
    cases: list[bool | None] = [None] * len(label)
    for block in edits.as_matching_blocks():
        for offset in range(block.size):
            cases[letters[block.a + offset]] = _is_upper(theirs[block.b + offset])
    for edit in edits:
        if edit.tag == "replace":
            cases[letters[edit.src_pos]] = _is_upper(theirs[edit.dest_pos])
    return "".join(_in_case(label, cases, index) for index in range(len(label)))


def with_punctuation(label: str, reading: str) -> str | None:
    """The reading, where its letters and digits are those of a label that lost its punctuation.

    Args:
        label: Letters and digits in the case of the print.
        reading: What the teacher read.

    Returns:
        The reading, or None where a letter or digit differs.
    """
    reading = _tidy(reading)
    kept = "".join(character for character in reading if character.isalnum())
    return reading if kept and kept == _tidy(label) else None


def has_no_letters(label: str) -> bool:
    """Whether a label is as true as its author, because there is no case to ask for."""
    return bool(label) and not any(character.isalpha() for character in label)


def true_piece(page: str, reading: str, limit: float = LIMIT) -> str | None:
    """The piece of a page's true text that a teacher read, in the words and spaces of the truth.

    The closest run of whole words within one line of the truth is looked for (Sellers' algorithm: approximate
    matching with free ends), spaces aside. First and last character have to agree, because a crop may end
    within a word; so have all closest runs where there are several.

    Args:
        page: The text of the page, one line each line of print.
        reading: What the teacher read.
        limit: Largest share of differing characters.

    Returns:
        The piece, or None where nothing is close enough, or the closest is unsure.
    """
    pattern = _tidy(reading).replace(" ", "")
    truth, at = _without_spaces(page)
    if not pattern or not at:
        return None
    ends, starts, errors = _closest(pattern, truth, page, at)
    if not len(ends) or errors > limit * len(pattern):
        return None
    found = {
        _tidy(page[at[start] : at[end] + 1])
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
        if end >= start
    }
    if len(found) != 1:
        return None
    piece = found.pop()
    ends_agree = bool(piece) and piece[0] == pattern[0] and piece[-1] == pattern[-1]
    return piece if ends_agree and UNKNOWN_CHARACTER not in piece else None


def _closest(
    pattern: str, truth: str, page: str, at: list[int]
) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """Last and first indices in ``truth`` of the runs of words that are closest to a pattern; their errors."""
    characters = np.array([ord(character) for character in truth])
    begins = np.array([index == 0 or page[index - 1].isspace() for index in at])
    finishes = np.array([index + 1 == len(page) or page[index + 1].isspace() for index in at])
    wall = characters == ord(_BARRIER)
    count = len(truth)
    # What it costs to pass over all characters of the truth before one; no way leads across a line's end.
    passed = np.append(0, np.cumsum(1 + wall * _FAR))
    # cost[j]: errors of the pattern so far against truth[start[j]:j], for the best start of all.
    cost = np.where(np.append(begins, False), 0, _FAR)
    cost, start = _passing(cost, np.arange(count + 1), passed)
    for character in pattern:
        change = cost[:-1] + np.where(wall, _FAR, characters != ord(character))
        extra = cost + 1
        take = np.append(False, change <= extra[1:])
        cost, start = (
            np.where(take, np.append(_FAR, change), extra),
            np.where(take, np.append(0, start[:-1]), start),
        )
        cost, start = _passing(cost, start, passed)
    final = np.where(finishes & ~wall, cost[1:], _FAR)
    errors = int(final.min())
    ends = np.flatnonzero(final == errors)
    return ends, start[ends + 1], errors


def _passing(
    cost: NDArray[np.int64], start: NDArray[np.int64], passed: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Costs and starts when characters of the truth that the pattern lacks may be passed over."""
    best = np.minimum.accumulate(cost - passed)
    # Of two ways that cost the same the longer run: the other may have no character at all.
    better = cost - passed < np.append(_FAR, best[:-1])
    origin = np.maximum.accumulate(np.where(better, np.arange(len(cost)), 0))
    return np.minimum(best + passed, _FAR), start[origin]


def _without_spaces(page: str) -> tuple[str, list[int]]:
    """The text without spaces but with line ends, and where each of its characters stands in the page."""
    at = [index for index, character in enumerate(page) if character == _BARRIER or not character.isspace()]
    return "".join(page[index] for index in at), at


def _tidy(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _plain(character: str) -> str:
    return character.casefold()


def _is_upper(character: str) -> bool | None:
    return character.isupper() if character.isalpha() else None


def _in_case(label: str, cases: list[bool | None], index: int) -> str:
    character = label[index]
    if not character.isalpha():
        return character
    nearest = sorted(range(len(label)), key=lambda other: (abs(other - index), other < index))
    upper = next((case for other in nearest if (case := cases[other]) is not None), character.isupper())
    changed = character.upper() if upper else character.lower()
    return changed if len(changed) == 1 else character
