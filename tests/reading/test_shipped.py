"""The whole way of an image with the models that ocrapp ships."""

import difflib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocrapp import Reader
from ocrapp.geometry import bounds
from ocrapp.runtime import load_catalog
from ocrapp.runtime.catalog import models_folder
from ocrapp.sources import open_pages
from tests.reading.fakes import page_image

SAMPLES = Path(__file__).parents[2] / "assets" / "samples"

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
    return difflib.SequenceMatcher(None, text.split(), expected.split(), autojunk=False).ratio()


PROSE = (
    "The train leaves at nine in the",
    "morning and arrives before noon.",
    "Please bring your own sandwiches.",
)


@pytest.mark.parametrize("role", ["segmenter", "svtr-encoder", "svtr-ctc"])
def test_catalog_has_a_model_for_every_stage(role):
    load_catalog().default(role).verify()


def test_drawn_page_is_read_in_order(reader):
    page = reader.read(page_image(np.asarray(drawn(PROSE))))
    assert likeness(page.text, " ".join(PROSE)) > 0.85
    assert page.provider == "CPUExecutionProvider"
    assert len(page.models) == 3
    box = bounds(next(word.polygon for word in page.words if word.text == "train"))
    assert abs(box.top - 40) < 12 and 85 < box.left < 115 and 150 < box.right < 190


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_turned_page_is_read_all_the_same(reader, angle):
    pixels = np.asarray(drawn(PROSE).rotate(angle, expand=True))
    assert likeness(reader.read(page_image(pixels)).text, " ".join(PROSE)) > 0.8


def test_two_columns_are_read_one_after_the_other(reader):
    page = drawn(("Bread and butter", "Milk and honey", "Salt and pepper"), (1000, 240))
    page.paste(drawn(("Rain and wind", "Sun and moon", "Land and water"), (480, 240)), (520, 0))
    text = reader.read(page_image(np.asarray(page))).text
    assert text.find("honey") < text.find("pepper") < text.find("wind") < text.find("moon")


@pytest.mark.parametrize(("layout", "text"), [("line", "Open daily"), ("word", "Opendaily")])
def test_single_line_and_word(reader, layout, text):
    picture = drawn(("Open daily",), (230, 60), (20, 12))
    assert reader.read(page_image(np.asarray(picture)), layout).text == text


def test_white_page_is_empty(reader):
    assert reader.read(page_image(np.full((400, 300, 3), 255, np.uint8))).blocks == ()


@pytest.mark.parametrize("shape", [(1, 1), (1, 20000), (20000, 1), (7, 9)])
def test_odd_sizes_do_not_crash(reader, shape):
    for layout in ("auto", "line", "word"):
        assert reader.read(page_image(np.zeros((*shape, 3), np.uint8)), layout).text == ""


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("sign.jpg", ("FRESH", "Kettle", "1924", "TODAY", "Tomato soup 4.50", "Plum cake 3.80")),
        (
            "receipt.png",
            ("GREENFIELD MARKET", "Sourdough bread 7.80", "eggs 3.48", "TOTAL EUR 27.54", "visit!"),
        ),
        (
            "screenshot.png",
            ("Weekend in Lyon", "photographs from", "Sunday Cycling to the vineyards", "Reply"),
        ),
    ],
)
def test_samples_are_read(reader, name, parts):
    (image,) = open_pages(SAMPLES / name)
    text = reader.read(image).text
    missing = [part for part in parts if part not in text]
    assert len(missing) <= 1, f"{missing} not in {text}"
