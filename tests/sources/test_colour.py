"""Modes, depths, transparency and profiles."""

import numpy as np
import pytest
from PIL import Image, ImageCms

from ocrapp.sources import decode_image
from ocrapp.sources.colour import deep_to_grey
from tests.sources.build import encode, png, quadrants, tiff

RAMP = np.linspace(0, 65535, 16 * 8).reshape(8, 16)
EXPECTED = np.rint(RAMP / 257)


def grey_of(data: bytes) -> np.ndarray:
    pixels = decode_image(data, "grey").pixels
    assert (pixels == pixels[:, :, :1]).all()
    return pixels[:, :, 0].astype(int)


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "JPEG2000"])
def test_16_bit_grey(kind: str) -> None:
    data = encode(Image.fromarray(RAMP.astype(np.uint16)), kind)
    assert np.abs(grey_of(data) - EXPECTED).max() <= 1


@pytest.mark.parametrize("order", ["<", ">"])
def test_16_bit_grey_in_both_byte_orders(order: str) -> None:
    image = Image.frombytes("I;16" if order == "<" else "I;16B", (16, 8), RAMP.astype(f"{order}u2").tobytes())
    assert np.abs(grey_of(encode(image, "TIFF")) - EXPECTED).max() <= 1


@pytest.mark.parametrize("bits", [8, 10, 12, 14])
def test_fewer_bits_in_16(bits: int) -> None:
    data = encode(Image.fromarray((RAMP.astype(np.uint16)) >> (16 - bits)), "PNG")
    assert np.abs(grey_of(data) - EXPECTED).max() <= 1


def test_white_is_zero() -> None:
    assert np.abs(grey_of(tiff(RAMP.astype("<u2"), 16, white_is_zero=True)) - (255 - EXPECTED)).max() <= 1


def test_signed_16_bit() -> None:
    assert np.abs(grey_of(tiff((RAMP - 32768).astype("<i2"), 16, sample_format=2)) - EXPECTED).max() <= 1


@pytest.mark.parametrize("scale", [1, 255, 65535, 1e6, 1e-3, 3e38])
def test_float(scale: float) -> None:
    samples = (RAMP / 65535 * scale).astype("<f4")
    expected = EXPECTED * (1e-3 if scale == 1e-3 else 1)
    assert np.abs(grey_of(tiff(samples, 32, sample_format=3)) - expected).max() <= 1


def test_float_with_holes() -> None:
    samples = (RAMP / 65535 * 800 - 300).astype("<f4")
    samples[1, 0], expected_low = samples[0, 0], EXPECTED[0, 0]  # the smallest value must survive
    samples[0, :3] = np.nan, np.inf, -np.inf
    grey = grey_of(tiff(samples, 32, sample_format=3))
    assert grey[0, :3].tolist() == [255, 255, 0]
    assert grey[1, 0] == expected_low
    assert np.abs(grey[2:] - EXPECTED[2:]).max() <= 1


@pytest.mark.parametrize("value", [np.nan, np.inf, -5.0, 3e38, -3e38])
def test_float_constant(value: float) -> None:
    assert (deep_to_grey(np.full((3, 4), value, np.float32)) == 255).all()


def test_signalling_nan_is_no_warning() -> None:
    values = np.array([[0x7F800001, 0, 0x3F800000]], np.uint32).view(np.float32)
    assert deep_to_grey(values).tolist() == [[255, 0, 255]]


def test_black_stays_black() -> None:
    assert grey_of(encode(Image.fromarray(np.zeros((8, 16), np.uint16)), "PNG")).max() == 0


def test_bands_meet() -> None:
    values = np.tile(np.linspace(0, 65535, 700).astype(np.uint16)[:, None], (1, 3))
    assert np.abs(deep_to_grey(values)[:, 0] - values[:, 0] / 257).max() <= 0.51


def test_16_bit_colour() -> None:
    samples = np.repeat(RAMP.astype(">u2")[:, :, None], 3, axis=2)
    assert np.abs(grey_of(png(samples.tobytes(), 16, 8, depth=16, colour=2)) - EXPECTED).max() <= 1


def test_bilevel_png() -> None:
    image = Image.new("1", (8, 8), 1)
    image.putpixel((2, 3), 0)
    grey = grey_of(encode(image, "PNG"))
    assert grey[3, 2] == 0
    assert grey.sum() == 63 * 255


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
def test_alpha_over_white(kind: str) -> None:
    image = Image.new("RGBA", (3, 1))
    image.putdata([(0, 0, 0, 0), (0, 0, 0, 128), (0, 0, 0, 255)])
    data = encode(image, kind, **({"lossless": True, "exact": True} if kind == "WEBP" else {}))
    assert grey_of(data)[0].tolist() == pytest.approx([255, 127, 0], abs=1)


def test_grey_alpha_over_white() -> None:
    image = Image.new("LA", (3, 1))
    image.putdata([(0, 0), (0, 128), (100, 255)])
    assert grey_of(encode(image, "PNG"))[0].tolist() == pytest.approx([255, 127, 100], abs=1)


@pytest.mark.parametrize("kind", ["PNG", "GIF"])
def test_palette_with_one_transparent_colour(kind: str) -> None:
    image = Image.new("P", (2, 1))
    image.putpalette([0, 0, 0, 200, 0, 0])
    image.putpixel((1, 0), 1)
    pixels = decode_image(encode(image, kind, transparency=0), "x").pixels
    assert pixels[0].tolist() == [[255, 255, 255], [200, 0, 0]]


def test_palette_with_alpha() -> None:
    image = Image.new("P", (3, 1))
    image.putpalette([0, 0, 0] * 3)
    image.putdata([0, 1, 2])
    data = encode(image, "PNG", transparency=bytes([0, 128, 255]))
    assert grey_of(data)[0].tolist() == pytest.approx([255, 127, 0], abs=1)


@pytest.mark.parametrize(("mode", "transparency"), [("RGB", (0, 0, 0)), ("L", 0)])
def test_transparent_colour_without_palette(mode: str, transparency: object) -> None:
    image = Image.new(mode, (2, 1))
    image.putpixel((1, 0), (9, 9, 9) if mode == "RGB" else 9)
    assert grey_of(encode(image, "PNG", transparency=transparency))[0].tolist() == [255, 9]


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_cmyk(kind: str) -> None:
    data = encode(
        quadrants().convert("CMYK"), kind, **({"quality": 95, "subsampling": 0} if kind == "JPEG" else {})
    )
    difference = decode_image(data, "print").pixels.astype(int) - np.asarray(quadrants())
    assert np.abs(difference[5:15, 5:25]).max() <= 12
    assert np.abs(difference[25:, 35:]).max() <= 12


def test_lab_tiff() -> None:
    white = decode_image(encode(Image.new("LAB", (8, 8), (255, 128, 128)), "TIFF"), "lab").pixels
    assert white.min() >= 250


def wide_profile() -> bytes:
    """An RGB profile with red and blue swapped: its effect cannot be overlooked."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, blue = profile.index(b"rXYZ"), profile.index(b"bXYZ")
    profile[red : red + 4], profile[blue : blue + 4] = b"bXYZ", b"rXYZ"
    return bytes(profile).replace("sRGB".encode("utf-16-be"), "odd!".encode("utf-16-be"))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP"])
def test_icc_profile_is_applied(kind: str) -> None:
    data = encode(Image.new("RGB", (16, 16), (255, 0, 0)), kind, icc_profile=wide_profile())
    assert np.abs(decode_image(data, "photo").pixels[8, 8].astype(int) - (0, 0, 255)).max() <= 12


def test_icc_profile_under_transparency() -> None:
    image = Image.new("RGBA", (2, 1), (255, 0, 0, 255))
    image.putpixel((0, 0), (255, 0, 0, 0))
    pixels = decode_image(encode(image, "PNG", icc_profile=wide_profile()), "photo").pixels
    assert np.abs(pixels[0].astype(int) - [(255, 255, 255), (0, 0, 255)]).max() <= 3


def test_srgb_profile_changes_nothing() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = encode(quadrants(), "PNG", icc_profile=srgb)
    assert np.array_equal(decode_image(data, "photo").pixels, np.asarray(quadrants()))


@pytest.mark.parametrize("mode", ["RGB", "L", "P", "1", "LA", "RGBA"])
@pytest.mark.parametrize("profile", [b"no profile at all", wide_profile()[:200], b"\0" * 500])
def test_broken_profile_is_ignored(mode: str, profile: bytes) -> None:
    data = encode(quadrants().convert(mode), "PNG", icc_profile=profile)
    assert np.array_equal(
        decode_image(data, "x").pixels, np.asarray(quadrants().convert(mode).convert("RGB"))
    )


@pytest.mark.parametrize("mode", ["L", "1", "P"])
def test_profile_for_other_channels_is_ignored(mode: str) -> None:
    data = encode(quadrants().convert(mode), "PNG", icc_profile=wide_profile())
    assert decode_image(data, "x").pixels.shape == (40, 60, 3)
