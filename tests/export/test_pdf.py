"""The searchable PDF as other programs see it: PDFium and Poppler find the words where they stand."""

import ctypes
import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2 as pdfium
import pytest
from lxml import etree
from PIL import Image
from reportlab.pdfgen import canvas

from ocrapp.errors import InputEncryptedError, InputNotFoundError, InputUnreadableError
from ocrapp.export import FORMATS
from ocrapp.export.pdf import with_sources
from ocrapp.page import Block, Line, Page, Word
from ocrapp.sources import OpenOptions, open_pages
from tests.export.pages import line, page, quad

PDF = FORMATS["pdf"]
DPI = 150
LIMIT = 2.0
"""Points that an edge of a word's box may be off."""
ROOT = Path(__file__).parents[2]
CHARSET = (ROOT / "models" / "latin.charset").read_text(encoding="utf-8").replace("\n", "").replace(" ", "")

poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")


def pdfium_words(data, number=0):
    """Words and their boxes in points from the top left corner, as PDFium finds and shows them."""
    document = pdfium.PdfDocument(data)
    shown = document[number]
    text = shown.get_textpage()
    words, letters, boxes = [], "", []
    for index in range(text.count_chars()):
        letter = text.get_text_range(index, 1)
        if not letter.strip():
            if letters:
                words.append((letters, boxes))
            letters, boxes = "", []
            continue
        letters += letter
        boxes.append(text.get_charbox(index))
    if letters:
        words.append((letters, boxes))
    found = []
    for word, parts in words:
        boxes = np.array(parts)
        corners = [on_screen(shown, *boxes[:, :2].min(axis=0)), on_screen(shown, *boxes[:, 2:].max(axis=0))]
        found.append((word, (*np.min(corners, axis=0), *np.max(corners, axis=0))))
    text.close()
    shown.close()
    document.close()
    return found


def on_screen(shown, x, y):
    """A point of the page as a viewer shows it, in points from the top left corner."""
    fine = 100  # PDFium gives whole pixels
    width, height = (round(size * fine) for size in shown.get_size())
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium.raw.FPDF_PageToDevice(shown, 0, 0, width, height, 0, x, y, across, down)
    return across.value / fine, down.value / fine


def poppler_text(data, *options):
    done = subprocess.run(
        ["pdftotext", *options, "-", "-"], input=data, capture_output=True, check=True, timeout=60
    )
    return done.stdout.decode()


def poppler_words(data):
    """Words and their boxes in points from the top left corner, as Poppler finds them."""
    tree = etree.fromstring(poppler_text(data, "-bbox").encode())
    return [
        (node.text, tuple(float(node.get(key)) for key in ("xMin", "yMin", "xMax", "yMax")))
        for node in tree.iterfind(".//{*}word")
    ]


def truth(page_, dpi=DPI):
    """Words and their boxes in points."""
    boxes = []
    for word in page_.words:
        points = np.array(word.polygon) * 72 / dpi
        boxes.append((word.text, (*points.min(axis=0), *points.max(axis=0))))
    return boxes


def assert_same_words(found, expected, limit=LIMIT):
    assert [word for word, _ in found] == [word for word, _ in expected]
    off = np.abs(np.array([box for _, box in found]) - np.array([box for _, box in expected]))
    assert off.max() <= limit, f"{off.max():.2f} pt at {found[int(off.max(axis=1).argmax())][0]}"


@pytest.fixture
def scan(tmp_path):
    """Makes an image file of the size of a page; returns its path."""

    def make(page_, name="scan.png", dpi=DPI, **more):
        rng = np.random.default_rng(7)
        pixels = rng.integers(180, 255, (page_.height // 50 + 1, page_.width // 50 + 1, 3), np.uint8)
        image = Image.fromarray(pixels).resize((page_.width, page_.height), Image.Resampling.NEAREST)
        path = tmp_path / name
        image.save(path, dpi=(dpi, dpi), **more)
        return str(path)

    return make


def at(page_, source, number=1):
    return Page(source, number, page_.width, page_.height, page_.blocks, "cpu", ("m",), 0.1)


LEVEL = page(
    [line("Grüße aus „Łódź“ für 12 €", 50, 40, 48)],
    [line("Erste Zeile mit Wörtern", 50, 130), line("zweite Zeile, (klein)", 50, 166)],
    [line("fi ffl ½ © ™ ² … — –", 50, 260)],
    width=900,
    height=450,
)
SKEWED = page(
    [line("ein schiefer Satz mit Wörtern", 200, 600, 40, angle=3), line("noch einer", 200, 680, 40, 3)]
)


def test_pdfium_finds_the_words_in_order_where_they_stand(scan):
    data = PDF.encode([at(LEVEL, scan(LEVEL))])
    assert_same_words(pdfium_words(data), truth(LEVEL), limit=0.5)


@poppler
def test_poppler_finds_the_words_in_order_where_they_stand(scan):
    data = PDF.encode([at(LEVEL, scan(LEVEL))])
    assert_same_words(poppler_words(data), truth(LEVEL))
    assert poppler_text(data).split() == [word.text for word in LEVEL.words]


@pytest.mark.parametrize("angle", [0, 3, -8, 45, 90, 170, 178, 180, -179, 200, 270])
def test_turned_lines(scan, angle):
    turned = page([line("Wörter auf einer gedrehten Zeile", 750, 750, 36, angle)], width=1500, height=1500)
    data = PDF.encode([at(turned, scan(turned))])
    assert_same_words(pdfium_words(data), truth(turned))


@poppler
@pytest.mark.parametrize("angle", [1, 3, -3, 90, 180, 270])
def test_turned_lines_in_poppler(scan, angle):
    turned = page([line("Wörter auf einer gedrehten Zeile", 750, 750, 36, angle)], width=1500, height=1500)
    data = PDF.encode([at(turned, scan(turned))])
    assert_same_words(poppler_words(data), truth(turned))


def test_a_word_on_a_curve_is_written_along_its_chord(scan):
    arc = ((100, 120), (200, 100), (300, 120), (300, 160), (200, 140), (100, 160))
    bent = page([Line((Word("Bogen", arc, 0.9, "r"),), arc, 0.9)])
    assert_same_words(pdfium_words(PDF.encode([at(bent, scan(bent))])), truth(bent), limit=0.5)


def test_words_without_place_or_extent_are_left_out(scan):
    point = ((5, 5),) * 4
    words = tuple(Word(text, outline, 1.0, "r") for text, outline in [("nowhere", ()), ("point", point)])
    nowhere = page([Line(words, (), 1.0)])
    assert pdfium_words(PDF.encode([at(nowhere, scan(nowhere))])) == []


@pytest.mark.parametrize("reader", [pdfium_words, pytest.param(poppler_words, marks=poppler)])
def test_every_character_comes_back(scan, reader):
    rows = [CHARSET[start : start + 20] for start in range(0, len(CHARSET), 20)]
    every = page([line(row, 80, 60 + 60 * index) for index, row in enumerate(rows)])
    assert [word for word, _ in reader(PDF.encode([at(every, scan(every))]))] == rows


@poppler
def test_characters_outside_the_charset_come_back(scan):
    rare = page([line("Ω漢字 x😀", 80, 60)])
    data = PDF.encode([at(rare, scan(rare))])
    assert "Ω漢字" in [word for word, _ in pdfium_words(data)]  # which does not know what lies beyond U+FFFF
    assert "x😀" in poppler_text(data)


# Images


def image_streams(data):
    with pikepdf.open(BytesIO(data)) as pdf:
        return [
            drawing.read_raw_bytes()
            for pdf_page in pdf.pages
            for drawing in pdf_page.resources.get("/XObject", {}).values()
        ]


def test_a_jpeg_is_embedded_as_it_is(scan):
    source = scan(LEVEL, "scan.jpg", quality=70)
    assert image_streams(PDF.encode([at(LEVEL, source)])) == [Path(source).read_bytes()]


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("scan.png", {}),
        ("scan.tif", {"compression": "tiff_lzw"}),
        ("scan.bmp", {}),
        ("scan.webp", {"lossless": True}),
        ("scan.gif", {}),
    ],
)
def test_the_pixels_stay(scan, name, more):
    source = scan(LEVEL, name, **more)
    with Image.open(source) as image:
        expected = np.asarray(image.convert("RGB"))
    data = PDF.encode([at(LEVEL, source)])
    shown = pdfium.PdfDocument(data)[0]
    drawn = np.asarray(shown.render(scale=(LEVEL.width - 1e-6) / shown.get_width()).to_pil().convert("RGB"))
    assert drawn.shape == expected.shape
    assert np.abs(drawn.astype(int) - expected).max() <= 1
    assert [word for word, _ in pdfium_words(data)] == [word.text for word in LEVEL.words]


def test_an_image_with_transparency_is_shown_on_white(tmp_path):
    path = tmp_path / "clear.png"
    Image.new("RGBA", (400, 200), (255, 0, 0, 0)).save(path)
    clear = page([line("Wort", 20, 20, 40)], source=str(path), width=400, height=200)
    data = PDF.encode([clear])
    assert pdfium.PdfDocument(data)[0].render().to_pil().getpixel((50, 100)) == (255, 255, 255)
    assert [word for word, _ in pdfium_words(data)] == ["Wort"]


@pytest.mark.parametrize("orientation", [1, 2, 3, 5, 6, 8])
def test_a_photo_that_was_taken_sideways(scan, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = page(width=600, height=400)
    source = scan(stored, "photo.jpg", exif=exif, quality=90)
    (image,) = open_pages(source)
    upright = page([line("Wort daneben", 50, 60, 40)], source=source, width=image.width, height=image.height)
    data = PDF.encode([upright])
    assert_same_words(pdfium_words(data), truth(upright))
    shown = pdfium.PdfDocument(data)[0]
    drawn = np.asarray(shown.render(scale=(image.width - 1e-6) / shown.get_width()).to_pil().convert("RGB"))
    assert np.abs(drawn.astype(int) - image.pixels).mean() < 2
    if orientation in {1, 3, 6, 8}:  # turned, but not mirrored
        assert image_streams(data) == [Path(source).read_bytes()]


def test_frames_become_pages(tmp_path):
    frames = [Image.new("1", (300 + 10 * index, 200), 1) for index in range(3)]
    path = tmp_path / "fax.tif"
    frames[0].save(path, save_all=True, append_images=frames[1:], compression="group4", dpi=(204, 98))
    pages = [
        page([line(f"Seite{number}", 10, 20)], source=str(path), number=number, width=width, height=200)
        for number, width in [(1, 300), (3, 320)]
    ]
    data = PDF.encode(pages)
    document = pdfium.PdfDocument(data)
    assert len(document) == 2
    assert document[1].get_size() == pytest.approx((320 * 72 / 204, 200 * 72 / 98), abs=0.1)
    assert [word for index in range(2) for word, _ in pdfium_words(data, index)] == ["Seite1", "Seite3"]


@pytest.mark.parametrize(
    ("size", "dpi", "expected"),
    [
        ((4000, 3000), 72, (842, 631.5)),  # a camera: nothing is known about paper
        ((1000, 500), 96, (750, 375)),
        ((2480, 3508), 300, (595.2, 841.9)),
        ((30000, 10), 100, (14400, 4.8)),
    ],
)
def test_sizes_of_pages(tmp_path, size, dpi, expected):
    path = tmp_path / "any.png"
    Image.new("L", size, 200).save(path, dpi=(dpi, dpi))
    shown = pdfium.PdfDocument(PDF.encode([page(source=str(path), width=size[0], height=size[1])]))[0]
    assert shown.get_size() == pytest.approx(expected, abs=0.5)


def test_several_files_in_one_document(scan, tmp_path):
    second = page([line("Zweites Bild", 50, 60)], width=700, height=300)
    born, _ = born_digital(tmp_path)
    pages = [at(LEVEL, scan(LEVEL, "a.jpg")), at(second, scan(second, "b.png")), at(page(), born, 2)]
    data = PDF.encode(pages)
    assert len(pdfium.PdfDocument(data)) == 3
    assert [word for word, _ in pdfium_words(data, 1)] == ["Zweites", "Bild"]
    assert [word for word, _ in pdfium_words(data, 2)] == ["Born", "digital", "2"]


# Documents that are PDFs already


def born_digital(tmp_path, name="born.pdf", pages=3):
    """A PDF with text and metadata; returns its path and where the words are in points from the top left."""
    path = tmp_path / name
    drawing = canvas.Canvas(str(path), pagesize=(600, 400))
    drawing.setTitle("Born digital")
    for number in range(1, pages + 1):
        drawing.bookmarkPage(f"p{number}")
        drawing.addOutlineEntry(f"Page {number}", f"p{number}")
        drawing.setFont("Helvetica", 20)
        drawing.drawString(50, 300, f"Born digital {number}")
        drawing.setFillGray(0.8)
        drawing.rect(50, 50, 200, 100, fill=1)
        drawing.showPage()
    drawing.save()
    return str(path), (50, 80, 200, 105)


def read_pdf(path, words, number=1, dpi=150, **options):
    """A page as it would be read: its size in pixels, and words at places in points from the top left."""
    image = next(open_pages(path, OpenOptions(pages=str(number), dpi=dpi, **options)))
    scale = image.dpi / 72
    found = tuple(Word(text, quad(*(value * scale for value in place)), 0.9, "r") for text, place in words)
    blocks = (Block((Line(found, found[0].polygon, 0.9),)),) if found else ()
    return Page(path, number, image.width, image.height, blocks, "cpu", ("m",), 0.1), image


def test_a_pdf_stays_as_it_is_but_for_the_words(tmp_path):
    path, _ = born_digital(tmp_path)
    read, before = read_pdf(path, [("Scan", (60, 290, 80, 20))])
    others = [read_pdf(path, [], number)[0] for number in (2, 3)]
    data = PDF.encode([read, *others])
    written = tmp_path / "out.pdf"
    written.write_bytes(data)
    after = next(open_pages(written, OpenOptions(dpi=150)))
    assert np.array_equal(before.pixels, after.pixels)
    assert [word for word, _ in pdfium_words(data)] == ["Scan", "Born", "digital", "1"]
    with pikepdf.open(written) as pdf:
        assert str(pdf.docinfo.Title) == "Born digital"
        with pdf.open_outline() as outline:
            assert [item.title for item in outline.root] == ["Page 1", "Page 2", "Page 3"]


@pytest.mark.parametrize("rotate", [0, 90, 180, 270, -90])
@pytest.mark.parametrize("crop", [None, (100, 50, 500, 350)], ids=["whole", "cropped"])
def test_turned_and_cropped_pages(tmp_path, rotate, crop):
    plain = tmp_path / "plain.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(600, 400))
        pdf.pages[0].obj.MediaBox = [20, 10, 620, 410]
        pdf.pages[0].obj.Rotate = rotate
        if crop:
            pdf.pages[0].obj.CropBox = list(crop)
        pdf.save(plain)
    places = [("Erstes", (30, 40, 60, 14)), ("Wort,", (95, 40, 50, 14)), ("hoch", (30, 120, 14, 60, 0))]
    read, _ = read_pdf(str(plain), places)
    expected = [(text, (x, y, x + width, y + height)) for text, (x, y, width, height, *_) in places]
    assert_same_words(pdfium_words(PDF.encode([read])), expected, limit=1)
    if shutil.which("pdftotext") and not crop:
        assert_same_words(poppler_words(PDF.encode([read])), expected)


def test_words_that_a_pdf_has_already_are_not_written_again(tmp_path):
    path, (left, top, right, bottom) = born_digital(tmp_path)
    half = (right - left) / 3
    again = [("Born", (left, top, half, bottom - top)), ("new", (300, 200, 60, 20))]
    read, _ = read_pdf(path, again)
    once = PDF.encode([read])
    assert sorted(word for word, _ in pdfium_words(once)) == ["1", "Born", "digital", "new"]
    (tmp_path / "once.pdf").write_bytes(once)
    read, _ = read_pdf(str(tmp_path / "once.pdf"), again)
    twice = PDF.encode([read])
    assert sorted(word for word, _ in pdfium_words(twice)) == ["1", "Born", "digital", "new"]


def test_only_pages_that_were_read_are_kept(tmp_path):
    path, _ = born_digital(tmp_path)
    data = PDF.encode([read_pdf(path, [("neu", (300, 200, 60, 20))], number)[0] for number in (3, 2)])
    assert [word for word, _ in pdfium_words(data, 0)] == ["neu", "Born", "digital", "3"]
    assert [word for word, _ in pdfium_words(data, 1)] == ["neu", "Born", "digital", "2"]


def test_inherited_and_shared_resources_stay_in_use(tmp_path):
    path, _ = born_digital(tmp_path)
    shared = tmp_path / "shared.pdf"
    with pikepdf.open(path) as pdf:
        resources = pdf.pages[0].obj.Resources
        for pdf_page in pdf.pages:
            del pdf_page.obj["/Resources"]
        pdf.Root.Pages.Resources = pdf.make_indirect(resources)
        pdf.save(shared)
    before = [image.pixels for image in open_pages(shared, OpenOptions(dpi=72))]
    data = PDF.encode(
        [read_pdf(str(shared), [("neu", (300, 200, 60, 20))], number)[0] for number in (1, 2, 3)]
    )
    (tmp_path / "out.pdf").write_bytes(data)
    after = [image.pixels for image in open_pages(tmp_path / "out.pdf", OpenOptions(dpi=72))]
    assert all(np.array_equal(one, other) for one, other in zip(before, after, strict=True))
    assert [word for word, _ in pdfium_words(data, 2)] == ["neu", "Born", "digital", "3"]


def test_an_encrypted_pdf_needs_its_password_and_stays_encrypted(tmp_path):
    path, _ = born_digital(tmp_path)
    locked = str(tmp_path / "locked.pdf")
    with pikepdf.open(path) as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(owner="o", user="secret"))
    read, _ = read_pdf(locked, [("neu", (300, 200, 60, 20))], password="secret")
    with pytest.raises(InputEncryptedError, match="password"):
        PDF.encode([read])
    with pytest.raises(InputEncryptedError, match="password"):
        with_sources("wrong").encode([read])
    data = with_sources("secret").encode([read])
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(BytesIO(data))
    document = pdfium.PdfDocument(data, password="secret")
    assert "neu" in document[0].get_textpage().get_text_range()


# Failures and habits


def test_a_source_that_is_gone(tmp_path):
    with pytest.raises(InputNotFoundError, match=r"cannot be opened again.*Give a file"):
        PDF.encode([page(source=str(tmp_path / "gone.png"))])
    with pytest.raises(InputNotFoundError, match="standard input"):
        PDF.encode([page(source="standard input")])


@pytest.mark.parametrize("name", ["scan.jpg", "scan.webp"])
def test_a_source_that_is_in_memory(scan, name):
    data = Path(scan(LEVEL, name)).read_bytes()
    pdf = with_sources(originals={"standard input": data})
    found = pdfium_words(pdf.encode([at(LEVEL, "standard input")]))
    assert [word for word, _ in found] == [word.text for word in LEVEL.words]


def test_a_source_that_is_another_one_now(scan, tmp_path):
    source = scan(LEVEL)
    with pytest.raises(InputUnreadableError, match="not the image any more"):
        PDF.encode([page(source=source, width=77, height=77)])
    path, _ = born_digital(tmp_path)
    with pytest.raises(InputUnreadableError, match="fewer pages"):
        PDF.encode([page(source=path, number=9)])
    (tmp_path / "born.pdf").write_bytes(b"%PDF-1.4\nnothing")
    with pytest.raises(InputUnreadableError, match="damaged"):
        PDF.encode([page(source=path)])


def test_the_same_pages_give_the_same_bytes(scan):
    read = at(LEVEL, scan(LEVEL))
    assert PDF.encode([read]) == PDF.encode([read])


@pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf is not installed")
def test_the_file_is_sound(scan, tmp_path):
    path = tmp_path / "out.pdf"
    path.write_bytes(PDF.encode([at(LEVEL, scan(LEVEL)), at(SKEWED, scan(SKEWED, "b.jpg"))]))
    done = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
