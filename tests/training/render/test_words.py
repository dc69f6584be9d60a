from pathlib import Path

import numpy as np
import pytest

from ocrapp.training.corpus import CHARSET, Corpus
from ocrapp.training.fonts import FontLibrary
from ocrapp.training.render.camera import legible
from ocrapp.training.render.glyphs import Lettering, set_letters
from ocrapp.training.render.warps import Pose, laid
from ocrapp.training.render.words import WordRenderer


@pytest.fixture(scope="module")
def make():
    folder = Path("/usr/share/fonts/truetype/dejavu")
    if not folder.exists():
        pytest.skip("needs the Debian package fonts-dejavu-core")
    corpus = Corpus("The quick brown fox jumps over the lazy dog.", 500)
    fonts = FontLibrary.find(CHARSET, [folder])
    return lambda **shares: WordRenderer(corpus, fonts, [], **shares)


@pytest.fixture(scope="module")
def renderer(make):
    return make(turned_share=0.0)


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


def test_turned_words_are_tall_or_slanted_and_standing_ones_have_no_centres(make):
    rng = np.random.default_rng(2)
    renderer = make(line_share=0.0, turned_share=1.0)
    words = [renderer.draw(rng) for _ in range(120)]
    tall = [w for w in words if len(w.text) > 4 and w.pixels.shape[0] > 2 * w.pixels.shape[1]]
    assert 8 < len(tall) < 80
    assert all(np.isnan(word.centres).all() for word in tall)
    assert any(np.isfinite(word.centres).all() for word in words)


@pytest.mark.parametrize(
    "style", [Lettering(), Lettering(tracking=0.4), Lettering(smaller=0.7), Lettering(bounce=0.1)]
)
def test_centres_stand_on_the_letters_they_name(make, style):
    faces = [face for faces in make().fonts.packages.values() for face in faces]
    face = next(face for face in faces if face.path.stem == "DejaVuSans")
    letters = set_letters(np.random.default_rng(0), "IIII", face, style)
    assert letters is not None
    columns = letters.mask.max(axis=0) > 128
    starts = np.flatnonzero(np.diff(columns.astype(int)) == 1) + 1
    ends = np.flatnonzero(np.diff(columns.astype(int)) == -1) + 1
    assert len(starts) == 4
    assert np.allclose((starts + ends) / 2, letters.centres[:, 0], atol=0.06 * style.size)


def test_an_arc_carries_box_and_centres_with_the_ink(make):
    face = make().fonts.sample(np.random.default_rng(0), "HIM")
    flat = set_letters(np.random.default_rng(0), "HIMMEH", face, Lettering())
    assert flat is not None
    for arc in (-1.6, 1.6):
        bent = laid(np.random.default_rng(0), flat, Pose(arc=arc))
        rows, columns = np.nonzero(bent.mask > 128)
        assert abs(columns.min() - bent.box[:, 0].min()) < 7
        assert abs(columns.max() - bent.box[:, 0].max()) < 7
        assert abs(rows.min() - bent.box[:, 1].min()) < 7
        assert abs(rows.max() - bent.box[:, 1].max()) < 7
        middle, ends = bent.centres[2:4, 1].mean(), bent.centres[[0, -1], 1].mean()
        assert (middle < ends - 5) if arc > 0 else (middle > ends + 5)


def test_what_cannot_be_seen_is_not_legible():
    mask = np.zeros((30, 80), np.uint8)
    mask[8:22, 10:70:6] = 255
    seen = np.repeat((255 - mask)[..., None], 3, axis=2)
    assert legible(seen, mask)
    assert not legible(np.full((30, 80, 3), 200, np.uint8), mask)
    noise = np.random.default_rng(0).integers(0, 255, (30, 80, 3)).astype(np.uint8)
    assert not legible(noise, mask)


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
