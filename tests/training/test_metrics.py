"""Text metrics on cases small enough to count by hand."""

import math

import pytest

from ocrapp.training import metrics
from ocrapp.training.metrics import WordResult


def test_published_convention_ignores_case_and_signs() -> None:
    assert metrics.plain("It´s 9 O'Clock-é") == "its9oclock"
    assert WordResult("EXIT", "exit!", 1.0).right
    assert not WordResult("EXIT", "EX1T", 1.0).right


@pytest.mark.parametrize(
    ("label", "reading", "exact", "punctuation", "right"),
    [
        ("Exit!", "Exit!", True, True, True),
        ("Exit!", "Exit", True, True, False),
        ("Exit", "exit", True, True, False),
        ("EXIT", "Exit", False, True, True),  # SVT: case unknown
        ("EXIT", "Exit!", False, True, False),
        ("Its", "It's", True, False, True),  # IIIT5K: punctuation dropped
        ("Its", "it's", True, False, False),
        ("Cafe\u0301", "Café", True, True, True),  # NFC
    ],
)
def test_exact_asks_for_what_the_label_knows(
    label: str, reading: str, exact: bool, punctuation: bool, right: bool
) -> None:
    assert WordResult(label, reading, 1.0, exact=exact, punctuation=punctuation).right_exact == right


def test_word_scores() -> None:
    results = [
        WordResult("abcd", "ABCD", 1.0),
        WordResult("abcd", "abXd", 1.0),
        WordResult("&", "8", 1.0),  # counts for exact and CER only
        WordResult("x" * 26, "", 1.0),  # longer than the published tests
    ]
    scores = metrics.score_words(results)
    assert scores.count == 2
    assert scores.accuracy == 0.5
    assert scores.exact == 0.0
    assert scores.one_minus_ned == pytest.approx((1 + 0.75) / 2)
    assert scores.cer == pytest.approx((4 + 1 + 1) / 9)
    assert math.isnan(metrics.score_words([]).accuracy)


def test_breakdowns_cover_all_counting_words_once() -> None:
    results = [
        WordResult("a" * length, "a" * length, 1.0, aspect)
        for length in range(1, 26)
        for aspect in (0.2, 1.5, 2.49, 3.5, 30)
    ]
    lengths, aspects = metrics.by_length(results), metrics.by_aspect(results)
    assert sum(scores.count for scores in lengths.values()) == len(results)
    assert sum(scores.count for scores in aspects.values()) == len(results)
    assert lengths["1"].count == 5
    assert aspects["1.5-2.5"].count == 50
    assert aspects[">4.5"].count == 25


def test_confusions_come_from_alignments() -> None:
    pairs = metrics.confusions(
        [WordResult("Ol0", "O10", 1.0), WordResult("ab", "abb", 1.0), WordResult("ab", "a", 1.0)]
    )
    assert pairs[("l", "1")] == 1
    assert pairs[("b", "")] == 1
    assert pairs[("", "b")] == 1
    assert sum(pairs.values()) == 3


def test_error_rates_ignore_layout_and_the_unknown_sign() -> None:
    assert metrics.character_error_rate(["a~b\n\nc"], ["ab  c"]) == 0.0
    assert metrics.character_error_rate(["abcd"], ["abXd"]) == 0.25
    assert metrics.character_error_rate(["ABCD"], ["abcd"], case=False) == 0.0
    assert metrics.word_error_rate(["one two", "three"], ["one too", ""]) == pytest.approx(2 / 3)
    assert math.isnan(metrics.character_error_rate(["~"], ["x"]))


def test_bag_of_words_does_not_ask_for_order() -> None:
    assert metrics.bag_of_words_f1("a b c", "c b a") == 1.0
    assert metrics.bag_of_words_f1("a a b", "a") == 0.5
    assert metrics.bag_of_words_f1("", "") == 1.0
