"""Images: kinds, orientation, frames, limits, metadata."""

import gc
import struct
import sys
import threading
import tracemalloc
import weakref
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.Image import Transpose

from ocrapp.errors import (
    InputEmptyError,
    InputTooLargeError,
    InputTruncatedError,
    InputUnsupportedError,
    UsageError,
)
from ocrapp.sources import OpenOptions, PageImage, decode_image, open_pages
from tests.sources.build import (
    BLUE,
    GREEN,
    NEEDS_AVIF,
    RED,
    WHITE,
    corners,
    encode,
    frames,
    png,
    quadrants,
    tiff,
)

DATA = Path(__file__).parent / "data"
COLOURS = np.array([RED, GREEN, BLUE, WHITE])
STORED = {  # how a picture lies in the file, for each EXIF orientation
    1: None,
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_90,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_270,
}


def pages_of(data: bytes, tmp_path: Path, **options: object) -> list[PageImage]:
    path = tmp_path / "file"
    path.write_bytes(data)
    return list(open_pages(path, OpenOptions(**options)))


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("PNG", {}),
        ("JPEG", {"quality": 95, "subsampling": 0}),
        ("JPEG", {"quality": 95, "progressive": True}),
        ("WEBP", {"lossless": True}),
        ("WEBP", {"quality": 90}),
        ("BMP", {}),
        ("GIF", {}),
        ("TIFF", {}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("TIFF", {"compression": "tiff_adobe_deflate"}),
        ("TIFF", {"compression": "jpeg", "quality": 95}),
        ("TIFF", {"compression": "packbits"}),
        ("TIFF", {"big_tiff": True}),
        ("JPEG2000", {}),
        ("PPM", {}),
        pytest.param("AVIF", {"quality": 90}, marks=NEEDS_AVIF),
    ],
)
def test_kinds(kind: str, options: dict[str, object]) -> None:
    page = decode_image(encode(quadrants(), kind, **options), "x")
    assert page.pixels.shape == (40, 60, 3)
    assert np.abs(corners(page.pixels) - COLOURS).max() <= 6


@pytest.mark.parametrize("compression", ["raw", "group3", "group4"])
def test_bilevel_tiff(compression: str) -> None:
    image = quadrants().convert("L").point(lambda value: 255 * (value > 200)).convert("1")
    page = decode_image(encode(image, "TIFF", compression=compression), "fax")
    assert corners(page.pixels)[:, 0].tolist() == [0, 0, 0, 255]


@pytest.mark.parametrize("name", ["quadrants.heic", "quadrants-turned.heic"])
def test_heic_is_upright(name: str) -> None:
    (page,) = open_pages(DATA / name)
    assert page.pixels.shape == (64, 96, 3)
    assert np.abs(corners(page.pixels) - COLOURS).max() <= 4


def test_heic_with_two_images() -> None:
    first, second = open_pages(DATA / "two-images.heic")
    assert (first.number, second.number, second.count) == (1, 2, 2)
    assert second.pixels.shape == (64, 64, 3)
    assert second.pixels.max() < 4


def test_a_missing_decoder_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ocrapp.sources.heic", None)  # as if pi-heif could not be imported
    with pytest.raises(InputUnsupportedError, match="is a HEIC file, and the decoder for it is missing"):
        next(open_pages(DATA / "quadrants.heic"))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("JPEG", {"quality": 95, "subsampling": 0}),
        ("PNG", {}),
        ("WEBP", {"lossless": True}),
        ("TIFF", {}),
        ("TIFF", {"compression": "tiff_lzw"}),
    ],
)
def test_exif_orientation(kind: str, options: dict[str, object], orientation: int) -> None:
    turn = STORED[orientation]
    stored = quadrants() if turn is None else quadrants().transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = orientation
    page = decode_image(encode(stored, kind, exif=exif, **options), "photo")
    assert page.pixels.shape == (40, 60, 3)
    assert np.abs(corners(page.pixels) - COLOURS).max() <= 4


def test_each_tiff_page_has_its_own_orientation(tmp_path: Path) -> None:
    images = [quadrants(), quadrants().transpose(Transpose.ROTATE_90), quadrants()]
    for image, orientation in zip(images, (1, 6, 1), strict=True):
        exif = Image.Exif()
        exif[0x0112] = orientation
        image.encoderinfo = {"exif": exif}
    data = encode(images[0], "TIFF", save_all=True, append_images=images[1:])
    for page in pages_of(data, tmp_path):
        assert np.array_equal(corners(page.pixels), COLOURS)


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_that_does_not_exist_is_ignored(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    page = decode_image(encode(quadrants(), "PNG", exif=exif), "photo")
    assert np.array_equal(corners(page.pixels), COLOURS)


def test_broken_exif_is_ignored() -> None:
    data = encode(quadrants(), "JPEG", exif=b"Exif\0\0" + b"\xff" * 40, quality=95)
    assert decode_image(data, "photo").pixels.shape == (40, 60, 3)


@pytest.mark.parametrize("kind", ["TIFF", "GIF", "WEBP", "PNG"])
def test_every_frame_is_a_page(kind: str, tmp_path: Path) -> None:
    options = {"WEBP": {"lossless": True}, "GIF": {"optimize": False}}.get(kind, {})
    pages = pages_of(frames(5, kind, **options), tmp_path)
    assert [(page.number, page.count) for page in pages] == [(number, 5) for number in range(1, 6)]
    assert [int(page.pixels[20, 30, 0]) for page in pages] == [1, 2, 3, 4, 5]


def test_partial_frames_of_a_gif_are_composed(tmp_path: Path) -> None:
    first, second = Image.new("RGB", (60, 40), "white"), Image.new("RGB", (60, 40), "white")
    second.paste((255, 0, 0), (10, 10, 20, 20))
    pages = pages_of(encode(first, "GIF", save_all=True, append_images=[second]), tmp_path)
    assert pages[1].pixels.shape == (40, 60, 3)
    assert pages[1].pixels[15, 15].tolist() == [255, 0, 0]
    assert pages[1].pixels[30, 30].tolist() == [255, 255, 255]


def test_pages_of_a_tiff_are_selected(tmp_path: Path) -> None:
    data = frames(9)
    assert [page.number for page in pages_of(data, tmp_path, pages="7,2-3")] == [2, 3, 7]
    assert [page.number for page in pages_of(data, tmp_path, pages="8-100")] == [8, 9]
    with pytest.raises(UsageError, match="has 9 pages, there is no page 10"):
        pages_of(data, tmp_path, pages="1,10")


def test_mpo_gives_the_photo_alone(tmp_path: Path) -> None:
    data = encode(quadrants(), "MPO", save_all=True, append_images=[Image.new("RGB", (10, 10))])
    assert len(pages_of(data, tmp_path)) == 1


def test_memory_stays_flat_over_many_pages(tmp_path: Path) -> None:
    path = tmp_path / "many.tif"
    path.write_bytes(frames(60, size=(200, 150), compression="tiff_adobe_deflate"))
    page_bytes = 200 * 150 * 3
    alive: list[weakref.ref[object]] = []
    tracemalloc.start()
    try:
        pages = open_pages(path)
        for page in pages:
            alive.append(weakref.ref(page.pixels))
            del page
            assert sum(reference() is not None for reference in alive) <= 1  # held by the paused iterator
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    gc.collect()
    assert len(alive) == 60
    assert not any(reference() for reference in alive)
    assert peak < 8 * page_bytes + path.stat().st_size


@pytest.mark.parametrize("size", [(20_000, 10_000), (100_000, 100_000)])
def test_decompression_bomb(size: tuple[int, int]) -> None:
    with pytest.raises(InputTooLargeError, match="more than the limit of 120 million"):
        decode_image(png(b"", *size), "bomb.png")


def test_the_declared_size_of_every_frame_counts(tmp_path: Path) -> None:
    small, large = Image.new("1", (10, 10)), Image.new("1", (2000, 1000))
    path = tmp_path / "pages.tif"
    path.write_bytes(encode(small, "TIFF", save_all=True, append_images=[large], compression="group4"))
    pages = open_pages(path, OpenOptions(max_pixels=1_000_000))
    assert next(pages).number == 1
    with pytest.raises(InputTooLargeError, match="Page 2 of"):
        next(pages)


def test_a_gif_frame_that_outgrows_the_screen(tmp_path: Path) -> None:
    data = bytearray(frames(2, "GIF", optimize=False))
    second = data.index(b"\x2c", data.index(b"\x2c") + 1)
    data[second + 5 : second + 9] = b"\xff\xff\xff\xff"  # 65535 × 65535
    path = tmp_path / "bomb.gif"
    path.write_bytes(data)
    pages = open_pages(path)
    next(pages)
    with pytest.raises(InputTooLargeError):
        next(pages)


def test_large_images_within_the_limit_give_no_warning() -> None:
    data = bytearray(tiff(np.zeros((8, 8), np.uint8), 8))
    for tag in (256, 257):  # declares 90 million pixels, of which Pillow would warn, and has 64
        entry = data.index(struct.pack("<HHI", tag, 4, 1))
        data[entry + 8 : entry + 12] = struct.pack("<I", 9500)
    with pytest.raises(InputTruncatedError):  # and no DecompressionBombWarning: warnings are errors in tests
        decode_image(bytes(data), "large.tif")


@pytest.mark.parametrize("size", [(0, 40), (60, 0)])
def test_no_pixels(size: tuple[int, int]) -> None:
    data = bytearray(encode(quadrants(), "BMP"))
    data[18:22], data[22:26] = (side.to_bytes(4, "little") for side in size)
    with pytest.raises(InputEmptyError, match="no pixels"):
        decode_image(bytes(data), "empty.bmp")


@pytest.mark.parametrize(
    ("dpi", "expected"),
    [((300, 300), 300), ((204, 98), None), ((1, 1), None), ((9999, 9999), None), ((0, 0), None)],
)
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_dpi(kind: str, dpi: tuple[int, int], expected: float | None) -> None:
    page = decode_image(encode(quadrants(), kind, dpi=dpi), "scan")
    assert page.dpi == (None if expected is None else pytest.approx(expected, abs=0.1))


def test_two_threads_decode_at_once(tmp_path: Path) -> None:
    path = tmp_path / "pages.tif"
    path.write_bytes(frames(20))
    counts: list[int] = []
    threads = [threading.Thread(target=lambda: counts.append(len(list(open_pages(path))))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [20, 20, 20]
