"""From any Pillow mode to uint8 RGB in sRGB, white under transparency."""

from functools import cache
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

_INTEGER_BITS = (8, 10, 12, 14, 16)
_BAND = 256


def to_rgb(image: Image.Image) -> NDArray[np.uint8]:
    """Pixels of a loaded image.

    Args:
        image: Of any mode that Pillow's readers produce.

    Returns:
        uint8 of shape ``(height, width, 3)``, sRGB, writable.
    """
    if image.mode == "F" or image.mode.startswith("I"):
        grey = deep_to_grey(np.asarray(image))
        if _is_white_zero(image):
            grey = 255 - grey
        return np.repeat(grey[:, :, np.newaxis], 3, axis=2)
    return np.array(_to_srgb(_over_white(image), image.info.get("icc_profile")))


def deep_to_grey(values: NDArray[np.integer | np.floating]) -> NDArray[np.uint8]:
    """Scale samples of more than 8 bits to 8.

    Integers: the white point is the smallest full scale of 8, 10, 12, 14 or 16 bits that holds the largest
    value, because cameras and scanners store 10 or 12 bits in 16 without saying so. Floats: [0, 1], an
    integer full scale, or else from the smallest to the largest value. NaN (no data) becomes white.

    Args:
        values: Of any real type and shape ``(height, width)``.

    Returns:
        uint8 of the same shape.
    """
    finite = values[np.isfinite(values)] if values.dtype.kind == "f" else values
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    if low >= 0 and high <= 1 and values.dtype.kind == "f":
        low, high = 0.0, 1.0
    elif low >= 0 and high < 2**16:
        low, high = 0.0, float(next(2**bits - 1 for bits in _INTEGER_BITS if high < 2**bits))
    if low == high:
        return np.full(values.shape, 255, np.uint8)
    grey = np.empty(values.shape, np.uint8)
    for top in range(0, len(values), _BAND):  # in bands: temporary float64 arrays stay small
        with np.errstate(invalid="ignore"):  # a signalling NaN is converted
            band = np.interp(values[top : top + _BAND], (low, high), (0, 255))
        grey[top : top + _BAND] = np.rint(np.nan_to_num(band, nan=255).clip(0, 255))
    return grey


def _is_white_zero(image: Image.Image) -> bool:
    """TIFF's WhiteIsZero, which Pillow undoes for up to 8 bits only."""
    return getattr(image, "tag_v2", {}).get(262) == 0


def _over_white(image: Image.Image) -> Image.Image:
    """Resolve palettes and transparency."""
    if image.mode in ("LA", "La"):
        image = image.convert("LA")
    elif image.mode in ("RGBA", "RGBa", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
    elif image.mode == "P":
        return image.convert("RGB")
    if image.mode not in ("LA", "RGBA"):
        return image
    background = Image.new(image.mode[:-1], image.size, "white")
    background.paste(image.convert(background.mode), mask=image.getchannel("A"))
    return background


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if image.mode == "LAB":
        return ImageCms.applyTransform(image, _lab_to_srgb()) or image
    if profile and image.mode in ("L", "RGB", "CMYK"):
        try:
            embedded = ImageCms.ImageCmsProfile(BytesIO(profile))
            if "sRGB" in ImageCms.getProfileDescription(embedded) and image.mode == "RGB":
                return image
            converted = ImageCms.profileToProfile(
                image, embedded, ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
            return converted or image
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass  # a broken profile, or one for other channels: the plain colours are close enough to read
    return image.convert("RGB")


@cache
def _lab_to_srgb() -> ImageCms.ImageCmsTransform:
    return ImageCms.buildTransform(
        ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), "LAB", "RGB"
    )
