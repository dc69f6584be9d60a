"""The peers on images that are drawn here; skipped where a peer is not installed."""

import shutil
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocrapp.errors import ModelUnusableError
from ocrapp.training.data.real import Pixels
from ocrapp.training.detection import match
from ocrapp.training.peers import RapidOcr, Tesseract
from ocrapp.training.readers import AnyReader

needs_tesseract = pytest.mark.skipif(not shutil.which("tesseract"), reason="tesseract is not installed")
needs_rapidocr = pytest.mark.skipif(find_spec("rapidocr") is None, reason="rapidocr is not installed")

FONT = ImageFont.load_default(32)


def draw(text: str, size: tuple[int, int], at: tuple[int, int] = (8, 4)) -> Pixels:
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).text(at, text, "black", FONT)
    return np.asarray(image)


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(Tesseract, marks=needs_tesseract),
        pytest.param(RapidOcr, marks=needs_rapidocr),
    ],
)
def reader(request: pytest.FixtureRequest) -> AnyReader:
    return request.param(threads=1)


def test_crops_come_back_in_order(reader: AnyReader) -> None:
    words = ["Harbour", "Station", "Museum"]
    crops = [draw(word, (round(FONT.getlength(word)) + 16, 48)) for word in words]
    readings = reader.read_crops(crops, "word")
    assert [reading.text for reading in readings] == words
    assert all(0.3 < reading.confidence <= 1 for reading in readings)
    (line,) = reader.read_crops([draw("Museum of the harbour", (400, 48))], "line")
    assert line.text == "Museum of the harbour"
    assert reader.read_crops([], "word") == []


def test_pages_have_lines_and_words_in_place(reader: AnyReader) -> None:
    page = draw("Museum of the harbour\n\nOpen daily", (600, 300), (50, 60))
    reading = reader.read_image(page, words=True)
    assert reading.text.split() == ["Museum", "of", "the", "harbour", "Open", "daily"]
    assert [line.text for line in reading.lines] == ["Museum of the harbour", "Open daily"]
    assert [word.text for word in reading.words] == reading.text.split()
    first = ((50.0, 60.0), (180.0, 60.0), (180.0, 105.0), (50.0, 105.0))  # roughly where "Museum" was drawn
    assert match([first], [reading.words[0].polygon], iou=0.4)


def test_an_empty_page_has_no_text(reader: AnyReader) -> None:
    assert reader.read_image(np.full((200, 300, 3), 255, np.uint8), words=True).text.strip() == ""


def test_the_reader_can_be_named_in_a_report(reader: AnyReader) -> None:
    assert reader.info.version[0].isdigit()
    assert reader.info.models
    assert all(len(model.sha256) == 64 for model in reader.info.models)


def test_a_missing_program_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ModelUnusableError, match="not installed"):
        Tesseract()
