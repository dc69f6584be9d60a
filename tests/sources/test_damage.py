"""Truncated and damaged files of every kind: an error of ours, never another and never a crash."""

import random
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ocrapp.errors import InputTruncatedError, InputUnreadableError, OcrappError
from ocrapp.sources import OpenOptions, decode_image, open_pages
from tests.sources.build import encode, frames, quadrants, text_pdf

DATA = Path(__file__).parent / "data"
NOISE = Image.fromarray(np.random.default_rng(1).integers(0, 255, (30, 40, 3), np.uint8))
FILES = {
    "png": encode(NOISE, "PNG"),
    "jpeg": encode(NOISE, "JPEG"),
    "progressive": encode(NOISE, "JPEG", progressive=True),
    "cmyk": encode(NOISE.convert("CMYK"), "JPEG"),
    "webp": encode(NOISE, "WEBP"),
    "webp-frames": frames(3, "WEBP"),
    "bmp": encode(NOISE, "BMP"),
    "gif": encode(NOISE, "GIF"),
    "gif-frames": frames(3, "GIF", optimize=False),
    "tiff": encode(NOISE, "TIFF"),
    "tiff-big-endian": encode(Image.fromarray(np.arange(1200).reshape(30, 40).astype(">u2")), "TIFF"),
    "tiff-deflate": encode(NOISE, "TIFF", compression="tiff_adobe_deflate"),
    "tiff-jpeg": encode(NOISE, "TIFF", compression="jpeg"),
    "tiff-frames": frames(3, "TIFF"),
    "tiff-float": encode(NOISE.convert("F"), "TIFF"),
    "jpeg2000": encode(NOISE, "JPEG2000"),
    "pnm": encode(NOISE, "PPM"),
    "heic": (DATA / "quadrants-turned.heic").read_bytes(),
    "heic-two": (DATA / "two-images.heic").read_bytes(),
    "pdf": text_pdf("some text", "more text"),
}


def read_all(data: bytes, folder: Path) -> None:
    path = folder / "file"
    path.write_bytes(data)
    for page in open_pages(path, OpenOptions(max_pixels=1_000_000, dpi=36, text_layer=True)):
        assert page.pixels.ndim == 3
        assert page.pixels.size


@pytest.mark.parametrize("name", FILES)
def test_truncated(name: str, tmp_path: Path) -> None:
    data = FILES[name]
    for part in (0.3, 0.5, 0.7, 0.9):
        with pytest.raises(InputTruncatedError) as caught:
            read_all(data[: int(len(data) * part)], tmp_path)
        assert str(tmp_path / "file") in caught.value.what


@pytest.mark.parametrize("name", FILES)
def test_random_damage(name: str, tmp_path: Path) -> None:
    chance = random.Random(name)
    for _ in range(12):
        data = bytearray(FILES[name])
        for _ in range(chance.choice((1, 3, 10))):
            data[chance.randrange(12, len(data))] = chance.choice((0, 1, 127, 128, 255))
        try:
            read_all(bytes(data), tmp_path)
        except OcrappError as error:
            assert error.hint  # many files survive: only the kind of the error matters


def test_a_tiff_whose_directories_form_a_loop(tmp_path: Path) -> None:
    data = bytearray(frames(2))
    first = int.from_bytes(data[4:8], "little")
    entries = int.from_bytes(data[first : first + 2], "little")
    second = int.from_bytes(data[first + 2 + 12 * entries :][:4], "little")
    entries = int.from_bytes(data[second : second + 2], "little")
    at = second + 2 + 12 * entries
    data[at : at + 4] = first.to_bytes(4, "little")
    path = tmp_path / "loop.tif"
    path.write_bytes(data)
    assert [page.number for page in open_pages(path)] == [1, 2]


def test_a_damaged_page_comes_after_the_good_ones(tmp_path: Path) -> None:
    data = bytearray(frames(3, compression="tiff_adobe_deflate"))
    streams = [
        at for at in range(len(data)) if data[at : at + 2] == b"\x78\x9c" or data[at : at + 2] == b"\x78\xda"
    ]
    data[streams[1] + 2 : streams[1] + 12] = b"\xff" * 10
    path = tmp_path / "middle.tif"
    path.write_bytes(data)
    pages = open_pages(path)
    assert next(pages).number == 1
    with pytest.raises(InputUnreadableError, match="Page 2 of"):
        next(pages)
    assert [page.number for page in open_pages(path, OpenOptions(pages="1,3"))] == [1, 3]


@pytest.mark.parametrize("at", [b"Exif", b"hvc1"])
def test_heic_with_item_types_that_are_no_text(at: bytes) -> None:
    data = bytearray(FILES["heic"])
    data[data.index(at, data.index(b"infe")) + 1] = 0x80  # pi-heif alone would end the process here
    with pytest.raises(InputUnreadableError, match="cannot be decoded"):
        decode_image(bytes(data), "photo.heic")


def test_the_error_names_the_decoder_s_reason() -> None:
    data = bytearray(encode(quadrants(), "PNG"))
    data[data.index(b"IHDR") + 8] ^= 1
    with pytest.raises(InputUnreadableError, match="PNG: ") as caught:
        decode_image(bytes(data), "x.png")
    assert caught.value.code == "unreadable"
    assert caught.value.__cause__ is not None
