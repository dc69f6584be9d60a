"""ocrapp under evaluation, with the shipped models."""

from difflib import SequenceMatcher

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocrapp.errors import ModelUnusableError
from ocrapp.training.data.real import Pixels
from ocrapp.training.ours import Ocrapp

FONT = ImageFont.load_default(32)


def draw(text: str, margin: int) -> Pixels:
    image = Image.new("RGB", (round(FONT.getlength(text)) + 2 * margin, 40 + 2 * margin), "white")
    ImageDraw.Draw(image).text((margin, margin), text, "black", FONT)
    return np.asarray(image)


def alike(text: str, expected: str) -> bool:
    """Nine characters in ten agree: what a small model must reach on clean print."""
    return SequenceMatcher(None, text.lower(), expected.lower(), autojunk=False).ratio() >= 0.9


@pytest.fixture(scope="module")
def reader() -> Ocrapp:
    try:
        return Ocrapp("cpu")
    except ModelUnusableError as error:
        pytest.skip(str(error))


def test_crops_come_back_in_order(reader: Ocrapp) -> None:
    words = ["Harbour", "Station", "Museum"]
    readings = reader.read_crops([draw(word, 4) for word in words], "word")
    assert all(alike(reading.text, word) for reading, word in zip(readings, words, strict=True))
    (line,) = reader.read_crops([draw("Museum of the harbour", 4)], "line")
    assert alike(line.text, "Museum of the harbour")


def test_turned_words_are_read_as_the_command_reads_them(reader: Ocrapp) -> None:
    turned = np.ascontiguousarray(np.rot90(draw("Museum", 4)))
    (reading,) = reader.read_crops([turned], "word")
    assert alike(reading.text, "Museum")


def test_pages_have_words_in_place(reader: Ocrapp) -> None:
    reading = reader.read_image(draw("Museum harbour", 80), words=True)
    assert len(reading.words) == 2
    assert alike(reading.words[0].text, "Museum")
    assert alike(reading.words[1].text, "harbour")
    xs = [x for x, _ in reading.words[1].polygon]
    assert 80 + FONT.getlength("Museum") < sum(xs) / len(xs) < 80 + FONT.getlength("Museum harbour")
    assert len(reader.info.models) == 3
