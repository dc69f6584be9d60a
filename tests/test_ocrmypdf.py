"""OCRmyPDF with our engine: PDF/A, turned and skewed pages."""

import importlib.util
import math
import shutil
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pikepdf
import pytest
from ocrmypdf._plugin_manager import get_plugin_manager
from ocrmypdf.builtin_plugins.tesseract_ocr import TesseractOcrEngine
from PIL import Image

from ocrapp import ocrmypdf_engine
from ocrapp.errors import InputUnreadableError
from ocrapp.ocrmypdf_engine import Engine, page_element, skew
from tests.export.pages import LETTER, line, page
from tests.export.test_pdf import assert_same_words, pdfium_words, truth

SAMPLE = Path(__file__).parents[1] / "assets" / "samples" / "receipt.png"
ENTRY = [found for found in entry_points(group="ocrmypdf") if found.value == "ocrapp.ocrmypdf_plugin"]
PLUGIN = "ocrapp" if ENTRY else "ocrapp.ocrmypdf_plugin"

ghostscript = pytest.mark.skipif(
    shutil.which("gs") is None, reason="Ghostscript, which OCRmyPDF needs, is not installed"
)


class Options:
    """What an engine is asked with."""

    def __init__(self, *plugins):
        self.plugins = plugins
        self.ocr_engine = "auto"


@pytest.fixture
def reads(monkeypatch):
    """Makes the engine read a page that is known."""

    def use(page_):
        monkeypatch.setattr(ocrmypdf_engine, "read_file", lambda _path: (page_, 150.0))

    return use


def test_another_engine_is_left_alone_unless_we_are_asked_for():
    manager = get_plugin_manager([] if ENTRY else ["ocrapp.ocrmypdf_plugin"])
    assert isinstance(manager.get_ocr_engine(options=Options()), TesseractOcrEngine)
    assert isinstance(manager.get_ocr_engine(options=Options("elsewhere.plugin")), TesseractOcrEngine)
    assert str(manager.get_ocr_engine(options=Options("ocrapp"))).startswith("ocrapp ")


@pytest.mark.skipif(not ENTRY, reason="ocrapp is not installed, so it has no entry points")
def test_the_entry_point_does_not_collide_with_the_name_on_the_command_line():
    manager = get_plugin_manager(["ocrapp"])
    assert isinstance(manager.get_ocr_engine(options=Options("ocrapp")), Engine)


def test_a_page_as_a_tree():
    tree = page_element(LETTER, 300, 4)
    assert [word.text for word in tree.words] == [word.text for word in LETTER.words]
    assert [len(paragraph.children) for paragraph in tree.paragraphs] == [1, 2, 2]
    assert (tree.dpi, tree.page_number, tree.bbox.right) == (300, 4, LETTER.width)
    box = tree.words[0].bbox
    assert (box.left, box.top, box.right, box.bottom) == (100, 100, 232, 148)
    level, _, skewed, down, over = tree.lines
    assert level.baseline.intercept == pytest.approx(-0.22 * 48)
    assert skewed.baseline.slope == pytest.approx(math.tan(math.radians(1.5)))
    assert (down.textangle, abs(over.textangle)) == (pytest.approx(-90), pytest.approx(180))


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_orientation_comes_from_most_of_the_text(reads, turned):
    lines = [line("eine lange Zeile mit Text", 600, 600 + 50 * index, angle=turned) for index in range(3)]
    reads(page([*lines, line("quer", 10, 10, angle=turned + 90)]))
    orientation = Engine.get_orientation(Path("any.png"), Options())
    assert orientation.angle == -turned % 360
    assert orientation.confidence > 14


def test_little_text_gives_little_confidence(reads):
    reads(page([line("ab", 600, 600, angle=90)]))
    assert Engine.get_orientation(Path("any.png"), Options()).confidence < 5
    reads(page())
    assert tuple(Engine.get_orientation(Path("any.png"), Options())) == (0, 0)


def test_skew_is_that_of_the_long_lines():
    lines = [line("eine lange Zeile mit Text", 100, 100 + 50 * index, angle=2.5) for index in range(3)]
    assert skew([*lines, line("schräg", 10, 10, angle=40), line("kurz", 0, 0)]) == pytest.approx(2.5)
    assert skew([line("hochkant", 10, 10, angle=90)]) == 0


def test_what_cannot_be_read_is_an_error_that_ocrmypdf_knows(tmp_path):
    (tmp_path / "broken.png").write_bytes(b"no image")
    with pytest.raises(ocrmypdf_engine.InputFileError, match=r"broken\.png"):
        Engine.generate_ocr(tmp_path / "broken.png", Options())
    assert issubclass(InputUnreadableError, Exception)


def test_text_alone_for_the_sandwich_renderer(reads, tmp_path):
    reads(LETTER)
    pdf, text = tmp_path / "text.pdf", tmp_path / "text.txt"
    Engine.generate_pdf(Path("any.png"), pdf, text, Options())
    found = pdfium_words(pdf.read_bytes())
    assert_same_words(sorted(found), sorted(truth(LETTER, dpi=150)))
    assert text.read_text(encoding="utf-8") == LETTER.text


def run_ocrmypdf(tmp_path, image, *options):
    """Run the program on a PDF of an image; returns the path of the result."""
    source, out = tmp_path / "in.pdf", tmp_path / "out.pdf"
    image.save(source, resolution=150)
    command = [
        sys.executable,
        "-m",
        "ocrmypdf",
        "-j",
        "1",
        "--plugin",
        PLUGIN,
        *options,
        str(source),
        str(out),
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[1], timeout=280
    )
    assert done.returncode == 0, done.stderr
    return out


def sample():
    """The middle of a receipt, with white around."""
    image = Image.open(SAMPLE).convert("RGB").crop((60, 330, 760, 800))
    wide = Image.new("RGB", (900, 660), "white")
    wide.paste(image, (100, 95))
    return wide


def words_of(path):
    return [word for word, _ in pdfium_words(path.read_bytes())]


@ghostscript
def test_a_scan_becomes_pdf_a_with_its_words(tmp_path):
    out = run_ocrmypdf(tmp_path, sample(), "--output-type", "pdfa")
    with pikepdf.open(out) as pdf, pdf.open_metadata() as metadata:
        assert metadata.pdfa_status == "2B"
        assert "ocrapp" in str(pdf.docinfo.Creator)
    assert {"bread", "Butter"} <= set(words_of(out))


@ghostscript
@pytest.mark.skipif(
    importlib.util.find_spec("ocrapp.reading.orientation") is None, reason="the reader does not turn pages"
)
def test_a_page_on_its_side_is_turned_upright(tmp_path):
    lying = sample().transpose(Image.Transpose.ROTATE_270)
    out = run_ocrmypdf(tmp_path, lying, "--rotate-pages", "--output-type", "pdf")
    with pikepdf.open(out) as pdf:
        left, bottom, right, top = (float(value) for value in pdf.pages[0].mediabox)
        turned = int(pdf.pages[0].obj.get("/Rotate", 0)) % 360
        size = (right - left, top - bottom) if turned % 180 == 0 else (top - bottom, right - left)
    assert size[0] > size[1]
    found = dict(pdfium_words(out.read_bytes()))
    assert {"bread", "Butter"} <= set(found)
    assert found["bread"][2] - found["bread"][0] > found["bread"][3] - found["bread"][1]


@ghostscript
def test_a_skewed_page_is_levelled(tmp_path):
    skewed = sample().rotate(-3, resample=Image.Resampling.BICUBIC, fillcolor="white")
    out = run_ocrmypdf(tmp_path, skewed, "--deskew", "--pdf-renderer", "sandwich", "--output-type", "pdf")
    assert abs(slope(out)) < 1.5  # degrees; the receipt of the sample lies a little aslant by itself
    (tmp_path / "as it is").mkdir()
    left = run_ocrmypdf(tmp_path / "as it is", skewed, "--pdf-renderer", "sandwich", "--output-type", "pdf")
    assert abs(slope(left)) > 4


def slope(pdf):
    """Degrees by which the line from Sourdough to bread falls or rises."""
    found = dict(pdfium_words(pdf.read_bytes()))
    first, last = (((x0 + x1) / 2, (y0 + y1) / 2) for x0, y0, x1, y1 in (found["Sourdough"], found["bread"]))
    return math.degrees(math.atan2(last[1] - first[1], last[0] - first[0]))
