"""Labels from a label and a reading: case, punctuation, and the true text of a piece of a page."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from ocrapp.training.data.mending import has_no_letters, true_piece, with_case, with_punctuation

PAGE = """The chemical composition of 15 ground-water samples
were reported by Blankennagel and Weir (1973).  As
of samples, ~ation 1,234.56  samples
1,111 1,112
"""


@pytest.mark.parametrize(
    ("label", "reading", "mended"),
    [
        ("RESTORAN WAN SHENG", "Restoran Wan Sheng", "Restoran Wan Sheng"),
        ("TAX INVOICE", "TAX INVOICE", "TAX INVOICE"),
        ("TOTAL (EXCLUDING GST):", "Total(Excluding GST):", "Total (Excluding GST):"),
        ("TOTAL :", "Total:", "Total :"),
        ("BANGUNAN TH, DAMANSARA", "Bangunan TH. Damansara", "Bangunan TH, Damansara"),
        ("CASHIER: THANDAR", "Cash1er: Thandar", "Cashier: Thandar"),
        ("MEDIUM FRIES", "Medim Fries", "Medium Fries"),
        ("2.20", "2.20", "2.20"),
        ("2.20", "2.80", None),
        ("TOTAL", "", None),
        ("", "Total", None),
        ("TOTAL", "Rounding", None),
        ("WEISS STRASSE", "Weiß Straße", None),
    ],
)
def test_case_is_the_teachers_and_the_rest_the_labels(label: str, reading: str, mended: str | None) -> None:
    assert with_case(label, reading) == mended


@given(st.text("abcXYZ 0.,é", min_size=1, max_size=20))
def test_a_right_reading_gives_back_the_print(text: str) -> None:
    text = " ".join(text.split())
    assert with_case(text.upper(), text) == (text or None)


def test_punctuation_is_taken_where_the_letters_agree() -> None:
    assert with_punctuation("DONT", "DON'T") == "DON'T"
    assert with_punctuation("4377", "4377") == "4377"
    assert with_punctuation("DONT", "Don't") is None
    assert with_punctuation("DONT", "DOM'T") is None
    assert with_punctuation("", "...") is None


def test_labels_without_letters_have_no_case() -> None:
    assert has_no_letters("-2.20 (6%)")
    assert not has_no_letters("2 X")
    assert not has_no_letters("")


@pytest.mark.parametrize(
    ("reading", "piece"),
    [
        ("Thechemical composition", "The chemical composition"),
        ("Blankennage1 and Weir (1973). As", "Blankennagel and Weir (1973). As"),
        ("ground-water samples", "ground-water samples"),
        ("samples", "samples"),  # several times the same
        ("chemica", None),  # cut within a word
        ("hemical", None),
        ("samples were", None),  # over the end of a line
        ("~ation", None),  # a character that nobody knows
        ("1,234.66", "1,234.56"),
        ("1,113", None),  # too far from both
        ("nothing like it", None),
        ("", None),
    ],
)
def test_the_truth_of_a_piece(reading: str, piece: str | None) -> None:
    assert true_piece(PAGE, reading) == piece


def test_two_equally_close_pieces_are_unsure() -> None:
    assert true_piece("page 1,111 page 1,112", "page 1,11?") is None
    assert true_piece("", "word") is None


words = st.lists(st.text("abc", min_size=1, max_size=4), min_size=1, max_size=6)


@settings(max_examples=200)
@given(words, st.text("abc", min_size=1, max_size=8))
def test_no_piece_is_closer_than_the_one_found(page: list[str], reading: str) -> None:
    runs = {" ".join(page[i:j]) for i in range(len(page)) for j in range(i + 1, len(page) + 1)}
    distances = {run: Levenshtein.distance(run.replace(" ", ""), reading) for run in runs}
    least = min(distances.values())
    best = {run for run, distance in distances.items() if distance == least}
    piece = true_piece(" ".join(page), reading, limit=1.0)
    if piece is not None:
        assert piece in best
    elif len(best) == 1 and least <= len(reading):
        (only,) = best
        assert (only[0], only[-1]) != (reading[0], reading[-1])
