from pathlib import Path

import numpy as np
import pytest

from ocrapp.training.corpus import CHARSET, Corpus
from ocrapp.training.fonts import FontFace, FontLibrary
from ocrapp.training.render.crops import CutStyle, PageCrops, cut_piece
from ocrapp.training.render.grounds import Photos
from ocrapp.training.render.ink import draw_ink, paint
from ocrapp.training.render.kinds import page_makers
from ocrapp.training.render.labels import LineLabel, Rendered, Ribbon, WordLabel

FAMILIES = ("DejaVuSans", "DejaVuSansMono", "LiberationSerif-Regular", "LiberationSans-Regular")


@pytest.fixture(scope="module")
def fonts():
    paths = [path for name in FAMILIES for path in Path("/usr/share/fonts").rglob(f"{name}.[to]tf")]
    if not paths:
        pytest.skip("none of the usual fonts is on this machine")
    return FontLibrary(FontFace(path, path.stem, frozenset(CHARSET[:94])) for path in paths)


@pytest.fixture(scope="module")
def makers(fonts):
    prose = "It was a bright cold day in April, and the clocks were striking thirteen. " * 5
    return page_makers(fonts, Corpus(prose, 500), Photos([]))


@pytest.fixture(scope="module")
def long_line(fonts) -> Rendered:
    face = fonts.sample(np.random.default_rng(0), "abc")
    ink = draw_ink(
        face.at(30), "seven wet bricks lay beside the quiet river and nobody came to fetch them at all"
    )
    image = np.full((120, ink.width + 80, 3), 255, np.uint8)
    paint(image, ink.mask, 40, 40, (0, 0, 0))
    return Rendered(image, (ink.label(40, 40),))


@pytest.mark.parametrize("kind", ["documents", "receipts", "screens", "scenes"])
def test_every_kind_yields_readable_crops(makers, kind):
    rng = np.random.default_rng(3)
    crops = PageCrops(makers[kind], pool=2)
    words = [crops.draw(rng) for _ in range(40)]
    for word in words:
        assert word.pixels.dtype == np.uint8
        assert min(word.pixels.shape[:2]) >= 3
        assert word.pixels.shape[1] <= CutStyle().longest * word.pixels.shape[0]
        assert word.text == word.text.strip() != ""
        assert set(word.text) <= set(CHARSET)
        assert len(word.centres) == len(word.text)
        known = word.centres[np.isfinite(word.centres)]
        assert len(known) >= 0.8 * len(word.text)
        assert (np.diff(known) >= -0.02).all()
    assert len({word.text for word in words}) > 15


def test_the_same_seed_gives_the_same_crops(makers):
    first, second = (
        [PageCrops(makers["receipts"], pool=1).draw(rng) for _ in range(3)]
        for rng in (np.random.default_rng(9), np.random.default_rng(9))
    )
    for one, other in zip(first, second, strict=True):
        assert one.text == other.text
        assert np.array_equal(one.pixels, other.pixels)


def test_long_lines_are_split_at_gaps_and_the_centres_stand_on_ink(long_line):
    style = CutStyle(words=0.0, loose=0.0, reduced=0.0)
    rng = np.random.default_rng(1)
    crops = PageCrops(lambda _: long_line, style, pool=1)
    text = long_line.lines[0].text
    seen = set()
    for _ in range(60):
        word = crops.draw(rng)
        assert f" {word.text} " in f" {text} "
        seen.add(word.text)
        columns = word.pixels.min(axis=(0, 2))
        inked = [
            columns[max(0, int((x - 0.006) * len(columns))) : int((x + 0.006) * len(columns)) + 2].min() < 160
            for x, c in zip(word.centres, word.text, strict=True)
            if c != " " and np.isfinite(x)
        ]
        assert np.mean(inked) > 0.8
    assert max(len(part) for part in seen) > 12
    assert max(len(part) for part in seen) < len(text)


def test_a_piece_shows_its_own_words_and_not_the_neighbours(long_line):
    line: LineLabel = long_line.lines[0]
    style = CutStyle(loose=0.0, reduced=0.0)
    rng = np.random.default_rng(0)
    whole = sum(word.ribbon.length for word in line.words[2:4])
    for _ in range(10):
        word = cut_piece(rng, long_line.image, line, 2, 3, style)
        assert word is not None
        assert word.text == "bricks lay"
        ink = np.flatnonzero((word.pixels[..., 0] < 128).any(axis=0))
        scale = word.pixels.shape[0] / 30
        assert 0.8 * whole < (ink[-1] - ink[0]) / scale < 1.4 * whole


def test_lines_that_nobody_can_see_are_left_out():
    image = np.full((60, 200, 3), 240, np.uint8)
    ribbon = Ribbon.of_box(20, 20, 120, 40)
    line = LineLabel(ribbon, "gone", (WordLabel("gone", ribbon),))
    assert cut_piece(np.random.default_rng(0), image, line, 0, 0, CutStyle()) is None
