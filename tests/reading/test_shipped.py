"""The whole way of an image with the models that ocrapp ships."""

import difflib
import doctest
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocrapp import Reader
from ocrapp.errors import ModelUnusableError
from ocrapp.geometry import bounds, direction
from ocrapp.reading import pipeline
from ocrapp.reading.stages import load_recognizer, load_segmenter
from ocrapp.runtime import choose_device, load_catalog
from ocrapp.runtime.catalog import models_folder
from ocrapp.sources import open_pages
from tests.reading.fakes import page_image

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "assets" / "samples"

pytestmark = pytest.mark.skipif(
    not (models_folder() / "catalog.toml").exists(), reason="this source tree has no models"
)


@pytest.fixture(scope="module")
def reader():
    return Reader(device="cpu")


def typeface(size):
    try:
        return ImageFont.truetype("DejaVuSans.ttf", size)
    except OSError:
        return ImageFont.load_default(size)  # Pillow's own, where no fonts are installed


def drawn(lines, size=(760, 320), at=(40, 40), pitch=44):
    page = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(page)
    for index, text in enumerate(lines):
        pen.text((at[0], at[1] + pitch * index), text, "black", typeface(28))
    return page


def likeness(text, expected):
    """Share of characters that agree, case ignored: 1.0 for the same text."""
    return difflib.SequenceMatcher(None, text.lower(), expected.lower(), autojunk=False).ratio()


PROSE = (
    "The train leaves at nine in the",
    "morning and arrives before noon.",
    "Please bring your own sandwiches.",
)


@pytest.mark.parametrize("role", ["segmenter", "svtr-encoder", "svtr-ctc"])
def test_catalog_has_a_model_for_every_stage(role):
    load_catalog().default(role).verify()


def test_limits_of_noise_come_from_the_catalog():
    catalog, device = load_catalog(), choose_device("cpu")
    said = {"min_confidence": 0.1, "doubtful_confidence": 0.2, "sure_score": 0.3}
    entries = tuple(replace(entry, params={**entry.params, **said}) for entry in catalog)
    recognizer = load_recognizer(replace(catalog, entries=entries), device)
    assert (recognizer.min_confidence, recognizer.doubtful_confidence) == (0.1, 0.2)
    assert load_segmenter(replace(catalog, entries=entries), device).sure_score == 0.3


def test_examples_in_docstrings_run(monkeypatch):
    monkeypatch.chdir(ROOT)
    done = doctest.testmod(pipeline)
    assert done.attempted > 5 and done.failed == 0


def test_models_are_loaded_ahead_of_the_first_page(tmp_path):
    folder = shutil.copytree(models_folder(), tmp_path / "models")
    early, late = (Reader(device="cpu", catalog=load_catalog(folder)) for _ in range(2))
    early.load()
    shutil.rmtree(folder)
    blank = page_image(np.full((64, 64, 3), 255, np.uint8))
    assert early.read(blank).blocks == ()
    for use in (late.load, lambda: late.read(blank)):
        with pytest.raises(ModelUnusableError):
            use()


def test_drawn_page_is_read_in_order(reader):
    page = reader.read(page_image(np.asarray(drawn(PROSE))))
    assert likeness(page.text, "\n".join(PROSE)) > 0.95
    assert page.provider == "CPUExecutionProvider"
    assert len(page.models) == 3
    box = bounds(next(word.polygon for word in page.words if word.text == "train"))
    assert abs(box.top - 40) < 12 and 85 < box.left < 115 and 150 < box.right < 190


@pytest.mark.parametrize("angle", [-5, 5, 90, 180, 270, 85, 184, 274])
def test_turned_page_is_read_all_the_same(reader, angle):
    pixels = np.asarray(drawn(PROSE).rotate(-angle, Image.Resampling.BICUBIC, expand=True, fillcolor="white"))
    page = reader.read(page_image(pixels))
    assert likeness(page.text, "\n".join(PROSE)) > 0.9
    assert (page.width, page.height) == (pixels.shape[1], pixels.shape[0])
    for line in page.lines:
        assert abs((direction(line.polygon) - angle + 180) % 360 - 180) < 3
    first = next(page.lines)
    box, ink = bounds(first.polygon), np.argwhere(pixels[..., 0] < 128)[:, ::-1]
    along = ink @ [np.sin(np.radians(-angle)), np.cos(np.radians(angle))]  # how far down, seen by the reader
    top = ink[np.argmin(along)]
    assert box.left - 4 <= top[0] <= box.right + 4 and box.top - 4 <= top[1] <= box.bottom + 4


@pytest.mark.parametrize("pitch", [44, 56], ids=["on the same baselines", "on their own"])
def test_two_columns_are_read_one_after_the_other(reader, pitch):
    page = drawn(("Bread and butter", "Milk and honey", "Salt and pepper"), (1000, 240))
    page.paste(drawn(("Rain and wind", "Sun and moon", "Land and water"), (480, 240), pitch=pitch), (520, 0))
    text = reader.read(page_image(np.asarray(page))).text
    expected = "Bread and butter Milk and honey Salt and pepper Rain and wind Sun and moon Land and water"
    assert likeness(" ".join(text.split()), expected) > 0.95
    assert text.find("and") < text.find("pper") < text.find("ind") < text.find("oon")


@pytest.mark.parametrize("layout", ["line", "word"])
def test_single_line_and_word(reader, layout):
    picture = drawn(("Harbour station",), (236, 40), (6, 4))
    text = reader.read(page_image(np.asarray(picture)), layout).text
    assert likeness(text, "Harbour station") > 0.85
    assert (" " in text) == (layout == "line")


@pytest.mark.parametrize("repeats", [1, 2, 4])
def test_long_line_is_read_whole(reader, repeats):
    """Lines 16 to 60 times as wide as high are read in windows."""
    sentence = " ".join([PROSE[0]] * repeats)
    width = round(typeface(28).getlength(sentence))
    picture = drawn((sentence,), (width + 12, 34), (6, 1))
    page = reader.read(page_image(np.asarray(picture)), "line")
    assert page.width > 12.5 * repeats * page.height
    assert likeness(page.text, sentence) > 0.95
    assert abs(len(page.text) - len(sentence)) <= 0.05 * len(sentence)


def test_white_page_is_empty(reader):
    assert reader.read(page_image(np.full((400, 300, 3), 255, np.uint8))).blocks == ()


@pytest.mark.parametrize("shape", [(1, 1), (1, 20000), (20000, 1), (7, 9)])
def test_odd_sizes_do_not_crash(reader, shape):
    for layout in ("auto", "line", "word"):
        assert reader.read(page_image(np.zeros((*shape, 3), np.uint8)), layout).text == ""


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("sign.jpg", ("Cheese toast", "5.20")),
        ("receipt.png", ("bread", "7.80", "Butter 250", "2.95", "eggs 3.48", "TOTAL EUR 27.54")),
        ("screenshot.png", ("Travel", "photographs from", "Sunday Cycling to the vineyards", "river cruise")),
    ],
)
def test_samples_are_read(reader, name, parts):
    """Each part must be found somewhere on the page, but for a letter or two."""
    (image,) = open_pages(SAMPLES / name)
    text = reader.read(image).text.lower().replace("\n", " ")
    for part in parts:
        windows = [text[i : i + len(part)] for i in range(max(1, len(text) - len(part) + 1))]
        assert max(likeness(window, part) for window in windows) >= 0.85, f"{part} is not in {text}"
