"""How well a reader reads: words, whole texts, confusions.

Conventions, the same for every reader:

* *accuracy*: of words that are right once everything but ``0-9A-Za-z`` is dropped and case is ignored, the
  measure of the published tables (SVTRv2, section 4). Words without any such character do not count.
* *exact*: NFC text with the case and punctuation of the print, as far as the labels of the set know them.
* *CER and WER* of whole texts: NFC, every run of white space one space, ``~`` (an unknown character) dropped
  on both sides.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import jiwer
from rapidfuzz.distance import Levenshtein

from ocrapp.training.data.real import UNKNOWN_CHARACTER, Pixels

MAX_LABEL = 25
"""Longest label of the published word tests, in characters; longer ones are left out."""

_NOT_ALNUM = re.compile(r"[^0-9a-z]")
LENGTH_BUCKETS = ((1, 1), (2, 3), (4, 5), (6, 8), (9, 12), (13, MAX_LABEL))
ASPECT_BUCKETS = ((0.0, 1.5), (1.5, 2.5), (2.5, 3.5), (3.5, 4.5), (4.5, float("inf")))
"""Width over height, bounded like the canvases of SVTRv2's multi-size resizing."""


@dataclass(frozen=True, slots=True)
class WordResult:
    """A label and what was read.

    Attributes:
        label: The truth.
        reading: What the reader said.
        confidence: What the reader thinks of it, in [0, 1].
        aspect: Width over height of the crop.
        exact: False where the case of the label is unreliable.
        punctuation: False where the label lacks punctuation.
        name: Names the image, for example its file name.
        load: Gives the crop back, for reports.
    """

    label: str
    reading: str
    confidence: float
    aspect: float = 1.0
    exact: bool = True
    punctuation: bool = True
    name: str = ""
    load: Callable[[], Pixels] | None = field(default=None, compare=False, repr=False)

    @property
    def counts(self) -> bool:
        """Whether the word takes part in *accuracy*."""
        return bool(plain(self.label)) and len(self.label) <= MAX_LABEL

    @property
    def right(self) -> bool:
        """Right as letters and digits, case ignored."""
        return plain(self.label) == plain(self.reading)

    @property
    def right_exact(self) -> bool:
        """Right in case and punctuation too, as far as the label knows them."""
        return self.comparable(self.label) == self.comparable(self.reading)

    def comparable(self, text: str) -> str:
        """The text without what the label does not know."""
        text = " ".join(unicodedata.normalize("NFC", text).split())
        if not self.punctuation:
            text = "".join(character for character in text if character.isalnum())
        return text if self.exact else text.casefold()


@dataclass(frozen=True, slots=True)
class WordScores:
    """Scores of a set of words; all but the counts in [0, 1].

    Attributes:
        count: Words that take part in *accuracy*.
        accuracy: Letters and digits right, case ignored.
        exact: Case and punctuation right as well, over all words not longer than ``MAX_LABEL``.
        one_minus_ned: Mean of ``1 - edits / longer length`` on letters and digits.
        cer: Edits over characters of all labels, case and punctuation included.
    """

    count: int
    accuracy: float
    exact: float
    one_minus_ned: float
    cer: float


def plain(text: str) -> str:
    """Only ``0-9a-z`` of the lower-cased text: the convention of the published word tests."""
    return _NOT_ALNUM.sub("", text.lower())


def score_words(results: Iterable[WordResult]) -> WordScores:
    """Score words. An empty set scores NaN.

    Example:
        >>> score_words([WordResult("Café!", "caf", 0.9), WordResult("AB", "AC", 0.5)]).accuracy
        0.5
    """
    short = [result for result in results if len(result.label) <= MAX_LABEL]
    counting = [result for result in short if result.counts]
    pairs = [(result.comparable(result.label), result.comparable(result.reading)) for result in short]
    edits = sum(Levenshtein.distance(label, reading) for label, reading in pairs)
    return WordScores(
        count=len(counting),
        accuracy=_mean([result.right for result in counting]),
        exact=_mean([result.right_exact for result in short]),
        one_minus_ned=_mean(
            [Levenshtein.normalized_similarity(plain(r.label), plain(r.reading)) for r in counting]
        ),
        cer=_ratio(edits, sum(len(label) for label, _ in pairs)),
    )


def by_length(results: Sequence[WordResult]) -> dict[str, WordScores]:
    """Scores by the number of letters and digits of the label; buckets without words are left out."""
    buckets = {f"{low}-{high}" if low < high else str(low): (low, high) for low, high in LENGTH_BUCKETS}
    return _buckets(results, buckets, lambda result: len(plain(result.label)))


def by_aspect(results: Sequence[WordResult]) -> dict[str, WordScores]:
    """Scores by width over height of the crop; buckets without words are left out."""
    buckets = {
        (f"{low}-{high}" if high < float("inf") else f">{low}"): (low, high - 1e-9)
        for low, high in ASPECT_BUCKETS
    }
    return _buckets(results, buckets, lambda result: result.aspect)


def confusions(results: Iterable[WordResult]) -> Counter[tuple[str, str]]:
    """Count pairs (character of the label, character read) that differ, from optimal alignments.

    A missed character is read as ``""``; an invented one has the label ``""``.
    """
    pairs: Counter[tuple[str, str]] = Counter()
    for result in results:
        label, reading = result.comparable(result.label), result.comparable(result.reading)
        for operation in Levenshtein.editops(label, reading):
            of_label = "" if operation.tag == "insert" else label[operation.src_pos]
            of_reading = "" if operation.tag == "delete" else reading[operation.dest_pos]
            pairs[of_label, of_reading] += 1
    return pairs


def clean_text(text: str, *, case: bool = True) -> str:
    """A text as it is compared: NFC, single spaces, no ``~``; without case unless ``case``."""
    text = " ".join(unicodedata.normalize("NFC", text).replace(UNKNOWN_CHARACTER, "").split())
    return text if case else text.casefold()


def character_error_rate(labels: Sequence[str], readings: Sequence[str], *, case: bool = True) -> float:
    """Edits over label characters, all texts together; NaN where there are no labels. May exceed 1."""
    pairs = _text_pairs(labels, readings, case=case)
    return float(jiwer.cer([p[0] for p in pairs], [p[1] for p in pairs])) if pairs else float("nan")


def word_error_rate(labels: Sequence[str], readings: Sequence[str], *, case: bool = True) -> float:
    """Like ``character_error_rate`` with words between spaces instead of characters."""
    pairs = _text_pairs(labels, readings, case=case)
    return float(jiwer.wer([p[0] for p in pairs], [p[1] for p in pairs])) if pairs else float("nan")


def bag_of_words_f1(label: str, reading: str, *, case: bool = True) -> float:
    """F1 of the words as a bag, which does not ask for the reading order. Two empty texts score 1."""
    wanted, found = (Counter(clean_text(text, case=case).split()) for text in (label, reading))
    both = sum((wanted & found).values())
    total = sum(wanted.values()) + sum(found.values())
    return 2 * both / total if total else 1.0


def _text_pairs(labels: Sequence[str], readings: Sequence[str], *, case: bool) -> list[tuple[str, str]]:
    pairs = [
        (clean_text(label, case=case), clean_text(reading, case=case))
        for label, reading in zip(labels, readings, strict=True)
    ]
    # jiwer refuses empty references; they have no characters that an error rate could be of.
    return [pair for pair in pairs if pair[0]]


def _buckets(
    results: Sequence[WordResult],
    buckets: Mapping[str, tuple[float, float]],
    measure: Callable[[WordResult], float],
) -> dict[str, WordScores]:
    scores = {}
    for name, (low, high) in buckets.items():
        inside = [result for result in results if result.counts and low <= measure(result) <= high]
        if inside:
            scores[name] = score_words(inside)
    return scores


def _mean(values: Sequence[float]) -> float:
    return _ratio(sum(values), len(values))


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")
