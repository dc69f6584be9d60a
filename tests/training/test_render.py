from pathlib import Path

import cv2
import numpy as np
import pytest

from ocrapp.training.corpus import Corpus
from ocrapp.training.fonts import FontFace, FontLibrary
from ocrapp.training.render.blocks import BlockStyle, bent, make_block, place
from ocrapp.training.render.clutter import CLUTTER
from ocrapp.training.render.documents import DocumentOptions, render_document
from ocrapp.training.render.grounds import Photos, texture
from ocrapp.training.render.ink import draw_ink, widened
from ocrapp.training.render.labels import LineLabel, Rendered, Ribbon
from ocrapp.training.render.scenes import SceneOptions, render_scene
from ocrapp.training.render.screens import ScreenOptions, render_screen
from ocrapp.training.segmenter_data import Canvas, CanvasPool, CropOptions, Mixture, crop_matrix, cut

LETTERS = "".join(chr(code) for code in range(33, 127))


FAMILIES = ("DejaVuSans", "LiberationSerif-Regular", "LiberationSans-Regular", "OpenSans-Regular")


@pytest.fixture(scope="module")
def fonts():
    # Reading the coverage of all fonts of a machine takes half a minute; a few known ones do here.
    paths = [path for name in FAMILIES for path in Path("/usr/share/fonts").rglob(f"{name}.[to]tf")]
    if not paths:
        pytest.skip("none of the usual fonts is on this machine")
    return FontLibrary(FontFace(path, path.stem, frozenset(LETTERS)) for path in paths)


@pytest.fixture(scope="module")
def texts():
    return Corpus("It was a bright cold day in April, and the clocks were striking thirteen. " * 5, 500)


def test_ink_is_tight_and_knows_its_words(fonts):
    face: FontFace = fonts.sample(np.random.default_rng(0), "Hello brave world")
    ink = draw_ink(face.at(40), "Hello brave world")
    assert ink is not None
    assert ink.mask[0].any()
    assert ink.mask[-1].any()
    assert ink.mask[:, 0].any()
    assert [span[0] for span in ink.spans] == ["Hello", "brave", "world"]
    ends = [edge for _, left, right in ink.spans for edge in (left, right)]
    assert ends == sorted(ends)
    gap = ink.mask[:, int(ink.spans[0][2]) + 2 : int(ink.spans[1][1]) - 1]
    assert gap.mean() < ink.mask.mean()
    assert draw_ink(face.at(40), "   ") is None


def test_labels_follow_the_ink_through_bend_and_perspective(fonts, texts):
    rng = np.random.default_rng(4)
    for _ in range(6):
        block = make_block(rng, fonts, texts, BlockStyle(30, 2, 300, 13), (0, 0, 0))
        if block is None:
            continue
        block = bent(rng, block, 0.8)
        image = np.zeros((300, 400, 3), np.uint8)
        corners = np.array([[40, 60], [350, 30], [370, 250], [30, 270]], np.float32)
        lines = place(image, block, corners)
        inside = np.zeros(image.shape[:2], np.uint8)
        for line in lines:
            cv2.fillPoly(inside, [np.round(line.ribbon.polygon).astype(np.int32)], 1)
        bright = image.max(axis=2).astype(np.float64)
        assert bright.sum() > 0
        # Shadows and outlines may reach a little beyond the line.
        assert bright[inside > 0].sum() > 0.85 * bright.sum()


@pytest.mark.parametrize("kind", ["scene", "document", "screen"])
def test_pages_are_rendered_with_their_lines(kind, fonts, texts):
    rng = np.random.default_rng(11)
    photos = Photos([])
    lines = 0
    for _ in range(4):
        if kind == "scene":
            page = render_scene(rng, fonts, texts, photos, SceneOptions(300, 240, negative=0))
        elif kind == "document":
            page = render_document(rng, fonts, texts, photos, DocumentOptions(320, 300))
        else:
            page = render_screen(rng, fonts, texts, photos, ScreenOptions(320, 300))
        assert page.image.dtype == np.uint8
        assert page.image.shape[2] == 3
        for line in page.lines:
            assert line.text
            assert [word.text for word in line.words] == line.text.split()
            assert line.ribbon.height > 2
        lines += len(page.lines)
    assert lines > 3


def test_textures_fill_the_size_and_are_not_flat():
    rng = np.random.default_rng(2)
    for _ in range(12):
        image = texture(rng, 60, 90)
        assert image.shape == (60, 90, 3)
        assert image.std() > 0


def test_crops_come_from_the_pool_with_their_targets(fonts, texts):
    calls = []

    def screen(rng):
        calls.append(1)
        return render_screen(rng, fonts, texts, Photos([]), ScreenOptions(300, 260))

    rng = np.random.default_rng(0)
    pool = CanvasPool({"screens": screen}, Mixture({"screens": 1.0}, crops_per_rendering=4, pool=2))
    crops = [cut(rng, pool.draw(rng), CropOptions(size=96)) for _ in range(16)]
    assert 4 <= len(calls) <= 6
    assert all(crop.image.shape == (96, 96, 3) and crop.targets.shape == (4, 48, 48) for crop in crops)
    assert sum(int(crop.targets[0].sum()) for crop in crops) > 100
    assert len(Canvas.of(screen(rng)).levels) >= 1


def test_widened_lines_keep_ink_and_words_together(fonts):
    face = fonts.sample(np.random.default_rng(0), "to be or")
    ink = draw_ink(face.at(30), "to be or")
    wide = widened(ink, [12, 0])
    assert wide.width == ink.width + 12
    assert wide.mask.sum() == ink.mask.sum()
    for (word, left, right), (same, moved_left, moved_right) in zip(ink.spans, wide.spans, strict=True):
        assert word == same
        assert right - left == moved_right - moved_left
    assert [after[1] - before[1] for before, after in zip(ink.spans, wide.spans, strict=True)] == [0, 12, 12]
    assert (wide.centres - ink.centres).tolist() == pytest.approx([0, 0, 6, 12, 12, 12, 12, 12])


@pytest.mark.parametrize("maker", sorted(set(CLUTTER), key=lambda maker: maker.__name__))
def test_clutter_fills_the_size_at_any_seed(maker):
    for seed in range(4):
        image = maker(np.random.default_rng(seed), 70, 110)
        assert image.shape == (70, 110, 3)
        assert image.dtype == np.uint8
        assert image.std() > 1


def test_crops_look_at_decoys_rather_than_at_lines():
    image = np.zeros((2000, 2000, 3), np.uint8)
    image[1800:1820, 1700:1900] = (255, 0, 0)
    line = LineLabel(Ribbon.of_box(20, 20, 220, 40), "text")
    decoy = LineLabel(Ribbon.of_box(1700, 1800, 1900, 1820), None)
    canvas = Canvas.of(Rendered(image, (line,), decoys=(decoy,)))
    rng = np.random.default_rng(0)
    options = CropOptions(size=320, native=1.0)
    matrices = [crop_matrix(rng, canvas, options) for _ in range(20)]
    centre = np.array([1800.0, 1810.0])
    seen = [matrix[:, :2] @ centre + matrix[:, 2] for matrix in matrices]
    assert sum(bool((point > 0).all() and (point < 320).all()) for point in seen) > 10
    assert len(canvas.shapes) == 1
