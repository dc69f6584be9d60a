"""The one table of what ocrapp opens. The content of a file decides its kind, the suffix helps to find it."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from ocrapp.sources import endings

HEAD_BYTES = 1024
"""So many bytes from the start decide the kind of a file: a PDF may have something before its signature."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file.

    Attributes:
        name: For people.
        suffixes: Lower case, with the dot.
        signature: Matches the first bytes of each file of the kind.
        decoder: ``module:class`` of the Pillow image file class, empty for PDF. Named and not imported: only
            what is opened gets loaded, and nothing is registered with Pillow globally.
        is_complete: Whether the end of the file is there.
    """

    name: str
    suffixes: tuple[str, ...]
    signature: re.Pattern[bytes]
    decoder: str
    is_complete: Callable[[bytes], bool]


def _kind(
    name: str, suffixes: str, signature: bytes, decoder: str, is_complete: Callable[[bytes], bool]
) -> Kind:
    return Kind(name, tuple(suffixes.split()), re.compile(signature, re.DOTALL), decoder, is_complete)


_JPEG = rb"\xff\xd8\xff"
_JP2 = rb"\0\0\0\x0cjP  \r\n\x87\n|\xff\x4f\xff\x51"
_BMP = rb"BM.{12}[\x0c\x28\x34\x38\x40\x6c\x7c]\0\0\0"
_AVIF = rb".{4}ftyp(?:avi[fs]|(?:mif1|msf1).{4}(?:.{4}){0,9}?avi[fs])"
_HEIF = rb".{4}ftyp(?:hei[cmsx]|hev[cmsx]|mif1|msf1)"

PDF = _kind("PDF", ".pdf", rb".{0,1019}%PDF-", "", endings.pdf)

KINDS: tuple[Kind, ...] = (  # the first match counts: AVIF before HEIC, PDF last
    _kind("PNG", ".png .apng", rb"\x89PNG\r\n\x1a\n", "PIL.PngImagePlugin:PngImageFile", endings.png),
    # MPO, which holds stereo pairs and gain maps, is left to the JPEG reader: its first image is the photo.
    _kind("JPEG", ".jpg .jpeg .jpe .jfif", _JPEG, "PIL.JpegImagePlugin:JpegImageFile", endings.jpeg),
    _kind("WebP", ".webp", rb"RIFF.{4}WEBP", "PIL.WebPImagePlugin:WebPImageFile", endings.riff),
    _kind("GIF", ".gif", rb"GIF8[79]a", "PIL.GifImagePlugin:GifImageFile", endings.gif),
    _kind("BMP", ".bmp .dib", _BMP, "PIL.BmpImagePlugin:BmpImageFile", endings.bmp),
    _kind("TIFF", ".tif .tiff", rb"II[*+]\0|MM\0[*+]", "PIL.TiffImagePlugin:TiffImageFile", endings.tiff),
    _kind("JPEG 2000", ".jp2 .j2k .jpx .jpf", _JP2, "PIL.Jpeg2KImagePlugin:Jpeg2KImageFile", endings.jpeg),
    _kind("PNM", ".pnm .ppm .pgm .pbm", rb"P[1-6][\s#]", "PIL.PpmImagePlugin:PpmImageFile", endings.always),
    _kind("AVIF", ".avif", _AVIF, "PIL.AvifImagePlugin:AvifImageFile", endings.boxes),
    _kind("HEIC", ".heic .heif .hif", _HEIF, "ocrapp.sources.heic:GuardedHeifImageFile", endings.boxes),
    PDF,
)

SUFFIXES: frozenset[str] = frozenset(suffix for kind in KINDS for suffix in kind.suffixes)
"""Suffixes of all kinds, lower case, with the dot: what is picked up from folders."""


def sniff(head: bytes) -> Kind | None:
    """The kind of a file from its first :data:`HEAD_BYTES` bytes, or ``None``."""
    return next((kind for kind in KINDS if kind.signature.match(head)), None)
