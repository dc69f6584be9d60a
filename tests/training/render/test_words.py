from pathlib import Path

import numpy as np
import pytest

from ocrapp.training.corpus import CHARSET, Corpus
from ocrapp.training.fonts import FontLibrary
from ocrapp.training.render.words import WordRenderer


@pytest.fixture(scope="module")
def renderer():
    folder = Path("/usr/share/fonts/truetype/dejavu")
    if not folder.exists():
        pytest.skip("needs the Debian package fonts-dejavu-core")
    return WordRenderer(
        Corpus("The quick brown fox jumps over the lazy dog.", 500), FontLibrary.find(CHARSET, [folder]), []
    )


def test_same_seed_same_picture(renderer):
    a, b = (renderer.draw(np.random.default_rng(7)) for _ in range(2))
    assert a.text == b.text
    assert np.array_equal(a.pixels, b.pixels)
    other = renderer.draw(np.random.default_rng(8))
    assert other.pixels.shape != a.pixels.shape or not np.array_equal(other.pixels, a.pixels)


def test_crops_are_sane(renderer):
    rng = np.random.default_rng(1)
    for _ in range(60):
        word = renderer.draw(rng)
        assert word.pixels.dtype == np.uint8
        assert word.pixels.ndim == 3 and min(word.pixels.shape[:2]) >= 4
        assert set(word.text) <= set(CHARSET) and word.text.strip() == word.text
        assert len(word.centres) == len(word.text)
        inside = word.centres[np.isfinite(word.centres)]
        assert len(inside) >= 0.6 * len(word.text)
        assert (np.diff(inside) > -0.02).all()


def test_fonts_know_their_glyphs():
    fonts = FontLibrary.find(CHARSET, [Path("/usr/share/fonts/truetype/dejavu")])
    face = fonts.sample(np.random.default_rng(0), "Ünï")
    assert face.covers("Ünï €")
    assert not face.covers("中")
    assert not face.caps_only


def test_charset_has_no_repeats_and_starts_as_in_the_paper():
    assert len(set(CHARSET)) == len(CHARSET)
    assert CHARSET[:62] == "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    assert CHARSET[94] == " "
