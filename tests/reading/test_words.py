import numpy as np
import pytest

from ocrapp.geometry import Box, bounds, rectify
from ocrapp.reading.ctc import Character, Reading
from ocrapp.reading.words import one_word, split_words
from tests.reading.fakes import say

PAGE = np.zeros((200, 600, 3), np.uint8)


def crop(left, top, right, bottom):
    return rectify(PAGE, Box(left, top, right, bottom).polygon)


def test_words_stand_where_their_characters_stand():
    words = split_words(crop(100, 50, 500, 70), say("ab cd efgh", 0.8), "r")
    assert [word.text for word in words] == ["ab", "cd", "efgh"]
    assert [bounds(word.polygon).left for word in words] == pytest.approx([100, 220, 340])
    assert [bounds(word.polygon).right for word in words] == pytest.approx([180, 300, 500])
    assert {word.reader for word in words} == {"r"}


def test_outer_words_reach_to_the_ends_of_a_tight_line_but_not_over_a_margin():
    characters = (
        Character("a", 0.02, 0.3, 0.9),
        Character(" ", 0.3, 0.4, 0.9),
        Character("b", 0.4, 0.7, 0.5),
    )
    words = split_words(crop(100, 50, 500, 70), Reading("a b", 0.7, characters), "r")
    assert bounds(words[0].polygon).left == pytest.approx(100)
    assert bounds(words[1].polygon).right == pytest.approx(380)
    assert [word.confidence for word in words] == [0.9, 0.5]


def test_stacked_letters_are_split_from_top_to_bottom():
    words = split_words(crop(100, 20, 120, 170), say("ab c", 0.8), "r")
    assert [(bounds(w.polygon).top, bounds(w.polygon).bottom) for w in words] == [
        pytest.approx((20, 120)),
        pytest.approx((120, 170)),
    ]


def test_one_word_has_no_spaces_and_the_whole_outline():
    (word,) = one_word(crop(100, 50, 500, 70), say("a b c", 0.8), "r")
    assert word.text == "abc"
    assert bounds(word.polygon) == Box(100, 50, 500, 70)


def test_nothing_read_gives_no_words():
    assert one_word(crop(0, 0, 50, 20), say("", 0), "r") == ()
    assert split_words(crop(0, 0, 50, 20), say("", 0), "r") == ()
    assert split_words(crop(0, 0, 20, 50), say("", 0), "r") == ()
