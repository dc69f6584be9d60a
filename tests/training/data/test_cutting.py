import cv2
import numpy as np
import pytest

from ocrapp.training.data.cutting import cut_line, word_gaps

WORDS = ("INVOICE", "No.", "2041", "of", "March")


def line(space: int = 30) -> tuple[np.ndarray, list[int]]:
    """A printed line, and the column at which each word begins."""
    picture = np.full((50, 900, 3), 255, np.uint8)
    x, starts = 10, []
    for word in WORDS:
        cv2.putText(picture, word, (x, 36), cv2.FONT_HERSHEY_SIMPLEX, 1, (0, 0, 0), 2)
        starts.append(x)
        x += cv2.getTextSize(word, cv2.FONT_HERSHEY_SIMPLEX, 1, 2)[0][0] + space
    return picture[:, : x - space + 10], starts


@pytest.mark.parametrize("inverse", [False, True])
def test_gaps_lie_before_each_word(inverse: bool) -> None:
    picture, starts = line()
    gaps = word_gaps(255 - picture if inverse else picture, len(WORDS) - 1)
    assert gaps is not None
    for (_, behind), start in zip(gaps, starts[1:], strict=True):
        assert abs(behind - start) < 8


def test_no_gaps_where_words_stand_as_near_as_letters() -> None:
    assert word_gaps(line(space=0)[0], len(WORDS) - 1) is None


def test_pieces_are_whole_words_and_short_enough() -> None:
    picture, _ = line()
    rng = np.random.default_rng(0)
    seen = set()
    for _ in range(40):
        piece = cut_line(rng, picture, " ".join(WORDS), 6.0)
        assert piece is not None
        pixels, text = piece
        assert pixels.shape[1] <= 6.0 * pixels.shape[0]
        first = WORDS.index(text.split(" ")[0])
        assert " ".join(WORDS[first : first + len(text.split(" "))]) == text
        # The piece shows what it says: ink of its width lies in it.
        assert (pixels < 128).any(axis=(0, 2)).sum() > 10 * len(text)
        seen.add(text)
    assert len(seen) > 4


def test_line_of_one_long_word_is_refused() -> None:
    picture, _ = line()
    assert cut_line(np.random.default_rng(0), picture, "INVOICE", 6.0) is None
