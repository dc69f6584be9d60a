from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocrapp.reading.ctc import decode
from ocrapp.reading.svtr import Recognizer, SvtrParams, msr_canvas

CHARSET = "abc "


@pytest.mark.parametrize(
    ("ratio", "canvas"),
    [
        (0.3, (64, 64)), (1.49, (64, 64)), (1.5, (48, 96)), (2.5, (48, 96)), (2.51, (40, 112)),
        (3.5, (32, 128)), (4.5, (32, 128)), (7.6, (32, 256)), (40, (32, 384)),
    ],
)  # fmt: skip
def test_canvas_by_aspect_ratio(ratio, canvas):
    assert msr_canvas(round(ratio * 100), 100, k_max=12) == canvas


def path(symbols, sure=0.9):
    """Probabilities whose argmax path is ``symbols``; ``_`` is the blank."""
    table = np.full((len(symbols), len(CHARSET) + 1), (1 - sure) / len(CHARSET), np.float32)
    for step, symbol in enumerate(symbols):
        table[step, 0 if symbol == "_" else CHARSET.index(symbol) + 1] = sure
    return table


def test_decode_collapses_repeats_and_keeps_positions():
    reading = decode(path("_aa_a__b_"), CHARSET)
    assert reading.text == "aab"
    assert reading.confidence == pytest.approx(0.9)
    spans = [(c.start, c.end) for c in reading.characters]
    assert all(a[1] == pytest.approx(b[0]) for a, b in pairwise(spans))
    assert spans[0][0] < 2 / 9 < spans[0][1]
    assert spans[2][0] < 7.5 / 9 < spans[2][1] <= 1


def test_decode_tidies_spaces():
    assert decode(path(" _a_ _ _b _ "), CHARSET).text == "a b"
    assert decode(path("_ _ _"), CHARSET).text == ""
    assert decode(path("____"), CHARSET).confidence == 0.0


class StripeNetwork:
    """Reads stripes: a column of grey level 50, 100, 150 is a, b, c. Stands for a perfect recogniser."""

    def run(self, feeds, cancel=None):
        if "image" in feeds:
            return [feeds["image"]]
        image = feeds["features"]
        grey = (image[:, 0].mean(1) + 1) * 127.5
        steps = grey.reshape(len(grey), -1, 4)[..., 1:3].mean(-1)
        logits = np.full((*steps.shape, len(CHARSET) + 1), -4.0, np.float32)
        classes = np.select([np.abs(steps - v) < 12 for v in (50, 100, 150)], [1, 2, 3], 0)
        np.put_along_axis(logits, classes[..., None], 4.0, -1)
        return [logits]


@pytest.mark.parametrize("letters", [3, 20, 59, 60, 61, 200])
def test_wide_crops_are_read_in_windows_without_losing_or_doubling(letters):
    rng = np.random.default_rng(letters)
    text = "".join(rng.choice(list("abc"), letters))
    crop = np.full((32, 16 * letters, 3), 255, np.uint8)
    for i, c in enumerate(text):
        crop[:, 16 * i + 4 : 16 * i + 12] = {"a": 50, "b": 100, "c": 150}[c]
    network = StripeNetwork()
    reading = Recognizer(network, network, CHARSET, SvtrParams(k_max=12)).read([crop])[0]
    assert reading.text == text
    for i, character in enumerate(reading.characters):
        assert character.start < (i + 0.5) / letters < character.end


class ShortSightedNetwork(StripeNetwork):
    """Reads as the other, but takes whatever stands next to the ends of a window for a "c"."""

    def run(self, feeds, cancel=None):
        (result,) = super().run(feeds, cancel)
        if "features" in feeds:
            for end in (result[:, :3], result[:, -3:]):
                end[end[..., 0] < 0] = (-4, -4, -4, 4, -4)
        return [result]


glyphs = st.tuples(st.sampled_from("ab"), st.sampled_from((8, 12, 20, 28)), st.sampled_from((4, 8, 12, 28)))


@given(st.lists(glyphs, min_size=16, max_size=100).filter(lambda line: sum(w + g for _, w, g in line) >= 480))
def test_no_seam_drops_or_doubles_a_letter(line):
    """Letters of all widths at all distances, on lines 15 to 120 times as wide as high."""
    columns = [np.full(12, 255)]
    for letter, width, gap in line:
        columns += [np.full(width, {"a": 50, "b": 100}[letter]), np.full(gap, 255)]
    row = np.concatenate([*columns, np.full(12, 255)]).astype(np.uint8)
    crop = np.broadcast_to(row[None, :, None], (32, len(row), 3))
    network = ShortSightedNetwork()
    reading = Recognizer(network, network, CHARSET, SvtrParams(k_max=12)).read([crop])[0]
    assert reading.text == "".join(letter for letter, _, _ in line)


def test_order_is_kept_and_empty_crops_are_harmless():
    crops = [np.full((32, w, 3), 50, np.uint8) for w in (32, 300, 64)] + [np.zeros((0, 5, 3), np.uint8)]
    network = StripeNetwork()
    readings = Recognizer(network, network, CHARSET).read(crops)
    assert [r.text for r in readings] == ["a", "a", "a", ""]
