"""PDF: rendering, selection, encryption, text layer, limits."""

import gc
import itertools
import threading
import weakref
from pathlib import Path

import numpy as np
import pytest

from ocrapp.errors import (
    ExitCode,
    InputEncryptedError,
    InputTruncatedError,
    InputUnreadableError,
    OcrappError,
    UsageError,
)
from ocrapp.sources import OpenOptions, PageImage, decode_image, open_pages
from tests.sources.build import encode, frames, pdf, quadrants, stream, text_pdf

DATA = Path(__file__).parent / "data"


def pages_of(data: bytes, tmp_path: Path, **options: object) -> list[PageImage]:
    path = tmp_path / "document.pdf"
    path.write_bytes(data)
    return list(open_pages(path, OpenOptions(**options)))


def blank(media_box: str, entries: str = "") -> bytes:
    """A PDF of one empty page."""
    return text_pdf("", media_box=media_box, page_entries=entries)


def box_pdf(page_entries: bytes = b"", catalog_entries: bytes = b"", *more: bytes) -> bytes:
    """A page of 300 × 200 points with a red box in its lower left corner."""
    return pdf(
        b"<</Type/Catalog/Pages 2 0 R%s>>" % catalog_entries,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R%s>>" % page_entries,
        stream(b"1 0 0 rg 0 0 100 50 re f"),
        *more,
    )


@pytest.mark.parametrize("dpi", [72, 200, 300])
def test_resolution(dpi: int) -> None:
    page = decode_image(box_pdf(), "x", OpenOptions(dpi=dpi))
    assert page.pixels.shape == (-(-200 * dpi // 72), -(-300 * dpi // 72), 3)
    assert page.dpi == pytest.approx(dpi)
    assert page.pixels[-5, 5].tolist() == [255, 0, 0]
    assert page.pixels[5, 5].tolist() == [255, 255, 255]
    assert page.pixels.flags.owndata


@pytest.mark.parametrize(
    ("turn", "corner"), [(0, (-5, 5)), (90, (5, 5)), (180, (5, -5)), (270, (-5, -5)), (-90, (-5, -5))]
)
def test_rotation_is_honoured(turn: int, corner: tuple[int, int]) -> None:
    pixels = decode_image(box_pdf(b"/Rotate %d" % turn), "x", OpenOptions(dpi=72)).pixels
    assert pixels.shape == ((200, 300, 3) if turn % 180 == 0 else (300, 200, 3))
    assert pixels[corner].tolist() == [255, 0, 0]


def test_crop_box_is_honoured() -> None:
    pixels = decode_image(box_pdf(b"/CropBox[0 0 100 50]"), "x", OpenOptions(dpi=72)).pixels
    assert pixels.shape == (50, 100, 3)
    assert (pixels == (255, 0, 0)).all()


def test_form_fields_are_drawn() -> None:
    data = box_pdf(
        b"/Annots[5 0 R]",
        b"/AcroForm<</Fields[5 0 R]>>",
        b"<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/V(x)/F 4/Rect[200 100 300 200]/P 3 0 R/AP<</N 6 0 R>>>>",
        stream(b"0 0 1 rg 0 0 100 100 re f", b"/Type/XObject/Subtype/Form/BBox[0 0 100 100]"),
    )
    pixels = decode_image(data, "form.pdf", OpenOptions(dpi=72)).pixels
    red, green, blue = pixels[50, 250].astype(int)  # PDFium tints fields for people who fill them in
    assert blue > 200
    assert max(red, green) < 200


def test_pages_come_one_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "long.pdf"
    path.write_bytes(text_pdf(*(f"page {number}" for number in range(1, 501))))
    alive = []
    pages = open_pages(path, OpenOptions(dpi=72, text_layer=True))
    for page in itertools.islice(pages, 30):
        assert page.count == 500
        assert page.text == f"page {page.number}"
        alive.append(weakref.ref(page.pixels))
        del page
        assert sum(reference() is not None for reference in alive) <= 1
    pages.close()  # type: ignore[attr-defined] # it is a generator
    gc.collect()
    assert not any(reference() for reference in alive)


def test_page_selection(tmp_path: Path) -> None:
    data = text_pdf(*"abcdefghij")
    pages = pages_of(data, tmp_path, pages="9-,1-2,4", text_layer=True, dpi=36)
    assert [(page.number, page.text) for page in pages] == [(1, "a"), (2, "b"), (4, "d"), (9, "i"), (10, "j")]
    with pytest.raises(UsageError, match="has 10 pages, there is no page 11"):
        pages_of(data, tmp_path, pages="11")


def test_pdf_of_images_written_by_pillow(tmp_path: Path) -> None:
    pages = pages_of(frames(3, "PDF", size=(72, 72)), tmp_path, dpi=72, text_layer=True)
    assert [int(page.pixels[30, 30, 0]) for page in pages] == pytest.approx([1, 2, 3], abs=2)
    assert {page.text for page in pages} == {None}


def test_text_layer_only_on_request() -> None:
    data = text_pdf("Hello hyphen-\nated world\nplain line")
    assert decode_image(data, "x").text is None
    text = decode_image(data, "x", OpenOptions(text_layer=True)).text
    assert text == "Hello hyphen-\nated world\nplain line"


def test_encrypted(tmp_path: Path) -> None:
    path = DATA / "encrypted.pdf"
    (page,) = open_pages(path, OpenOptions(password="pässword", text_layer=True))
    assert page.text == "secret page"
    with pytest.raises(InputEncryptedError, match="needs a password") as caught:
        next(open_pages(path))
    assert caught.value.exit_code == ExitCode.INPUT_ENCRYPTED
    with pytest.raises(InputEncryptedError, match="password is wrong"):
        next(open_pages(path, OpenOptions(password="guess")))


@pytest.mark.parametrize("password", [None, "for another file", "owner"])
def test_a_password_that_is_not_needed_does_no_harm(password: str | None) -> None:
    options = OpenOptions(password=password, text_layer=True)
    assert next(open_pages(DATA / "owner-password-only.pdf", options)).text == "secret page"
    assert decode_image(text_pdf("open"), "x", options).text == "open"


def test_unknown_encryption() -> None:
    data = text_pdf("x").replace(
        b"/Root 1 0 R", b"/Root 1 0 R/Encrypt<</Filter/Odd/V 9/R 9/O()/U()/P 0>>/ID[()()]"
    )
    with pytest.raises(InputEncryptedError, match="does not know"):
        decode_image(data, "x.pdf")


@pytest.mark.parametrize(
    "media_box",
    ["0 0 14400 14400", "0 0 1000000 1000000", "0 0 3 10000000", "0 0 2000000 100", "0 0 613 791"],
)
@pytest.mark.parametrize("limit", [100_000, 2_000_000])
def test_huge_pages_are_rendered_smaller(media_box: str, limit: int) -> None:
    page = decode_image(blank(media_box), "x", OpenOptions(max_pixels=limit))
    assert page.dpi is not None
    assert page.dpi < 201
    assert 0.4 * limit < page.pixels.size // 3 <= limit


@pytest.mark.parametrize("media_box", ["0 0 0 0", "0 0 0.001 0.001", "a b c d", "0 0 1e30 5", "300 200 0 0"])
def test_odd_page_sizes(media_box: str) -> None:
    assert decode_image(blank(media_box), "x", OpenOptions(dpi=36)).pixels.size > 0


def test_a_damaged_page_in_the_middle(tmp_path: Path) -> None:
    path = tmp_path / "holes.pdf"
    path.write_bytes(text_pdf("one", "two", "three").replace(b"6 0 R", b"99 0 R", 1))
    pages = open_pages(path)
    assert next(pages).number == 1
    with pytest.raises(InputUnreadableError, match=r"Page 2 of .*holes.pdf is damaged"):
        next(pages)
    assert [page.number for page in open_pages(path, OpenOptions(pages="1,3"))] == [1, 3]


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (text_pdf("x" * 50)[:-150], InputTruncatedError),
        (text_pdf("x")[:200], InputTruncatedError),
        (b"%PDF-1.7\nnothing here\n%%EOF", InputUnreadableError),
        (pdf(b"<</Type/Catalog>>"), InputUnreadableError),
        (pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>"), InputUnreadableError),
    ],
)
def test_damaged_documents(data: bytes, error: type[OcrappError]) -> None:
    with pytest.raises(error) as caught:
        decode_image(data, "damaged.pdf")
    assert "damaged.pdf" in caught.value.what
    assert caught.value.exit_code == ExitCode.INPUT_UNREADABLE


def test_threads_take_turns_in_pdfium(tmp_path: Path) -> None:
    path = tmp_path / "shared.pdf"
    path.write_bytes(encode(quadrants(), "PDF", save_all=True, append_images=[quadrants()] * 9))
    sums: list[list[int]] = []

    def read() -> None:
        sums.append(
            [int(page.pixels.astype(np.int64).sum()) for page in open_pages(path, OpenOptions(dpi=72))]
        )

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sums) == 4
    assert all(one == sums[0] and len(one) == 10 for one in sums)
