"""Images of one or more frames, decoded by Pillow and pi-heif."""

import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from io import BytesIO
from itertools import count as counting
from typing import NoReturn

from PIL import Image, ImageFile
from PIL.Image import Transpose

from ocrapp.errors import (
    InputEmptyError,
    InputTooLargeError,
    InputTruncatedError,
    InputUnreadableError,
    InputUnsupportedError,
)
from ocrapp.sources.colour import to_rgb
from ocrapp.sources.kinds import Kind
from ocrapp.sources.model import OpenOptions, PageImage, PageIterator, PageSelection
from ocrapp.sources.wording import DAMAGED_HINT, TRUNCATED_HINT, page_of, printable

_ORIENTATION_TAG = 0x0112
_UPRIGHT = {  # EXIF orientation: what turns the stored image upright
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}
_SMALLER_HINT = "Scale it down or cut it into parts."
_PLAUSIBLE_DPI = (36, 4800)

_DAMAGE = (  # what Pillow's readers raise on damaged files; found by fuzzing, see the tests
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)


def raster_pages(data: bytes, kind: Kind, source: str, options: OpenOptions) -> PageIterator:
    """Decode the selected frames, each when it is asked for.

    Args:
        data: The whole file.
        kind: What it is.
        source: What to call it.
        options: ``pages`` and ``max_pixels`` count here.

    Raises:
        OcrappError: As :func:`ocrapp.sources.open_pages`.
    """
    who = printable(source)
    selection = PageSelection.parse(options.pages)
    decoder = _load_decoder(kind, who)
    with _decoding(who, kind, data):
        image = decoder(BytesIO(data))
    with image:
        count = _count_frames(image)
        if count is not None:
            selection.check(count, who)
        for number in range(1, count + 1) if count is not None else counting(1):
            if selection.is_past(number):
                return
            if number not in selection:
                continue
            page_who = page_of(who, number, count)
            with _decoding(page_who, kind, data):
                if not _seek(image, number - 1, count):
                    selection.check(number - 1, who)
                    return
                _check_size(image, page_who, options.max_pixels)
                page = _decode_frame(image, source, number, count)
            if number == count:
                image.close()  # its pixels need not lie in memory while the last page is being read
            yield page
            del page


def count_frames(data: bytes, kind: Kind, source: str, options: OpenOptions) -> int | None:
    """Frames of an image, ``None`` if a later one is unusable; arguments and errors as :func:`raster_pages`."""
    who = printable(source)
    decoder = _load_decoder(kind, who)
    with _decoding(who, kind, data):
        image = decoder(BytesIO(data))
    with image:
        return _count_frames(image)


def _load_decoder(kind: Kind, who: str) -> type[ImageFile.ImageFile]:
    module, _, name = kind.decoder.partition(":")
    try:
        decoder: type[ImageFile.ImageFile] = getattr(import_module(module), name)
    except ImportError as error:
        raise InputUnsupportedError(
            f"{who} is a {kind.name} file, and the decoder for it is missing here.",
            "Install ocrapp again with its dependencies, or convert the file to PNG.",
        ) from error
    return decoder


def _count_frames(image: ImageFile.ImageFile) -> int | None:
    """How many frames there are, or ``None`` if that cannot be told because a later one is unusable."""
    try:
        with _quiet():
            return int(getattr(image, "n_frames", 1))
    except (*_DAMAGE, Image.DecompressionBombError):
        return None


def _seek(image: ImageFile.ImageFile, index: int, count: int | None) -> bool:
    """Go to a frame; ``False`` if it does not exist and the number of frames was not known."""
    try:
        image.seek(index)
    except EOFError:
        if count is not None:
            raise
        return False
    return True


def _check_size(image: ImageFile.ImageFile, who: str, max_pixels: int) -> None:
    """Refuse by the declared size, before memory for the pixels is taken."""
    width, height = image.size
    if width < 1 or height < 1:
        raise InputEmptyError(f"{who} has no pixels.", DAMAGED_HINT)
    if width * height > max_pixels:
        raise InputTooLargeError(
            f"{who} has {width} × {height} pixels, more than the limit of {max_pixels / 1e6:g} million.",
            _SMALLER_HINT,
        )


def _decode_frame(image: ImageFile.ImageFile, source: str, number: int, count: int | None) -> PageImage:
    dpi = _dpi(image)
    image.load()  # Pillow turns TIFF frames here and then forgets their orientation: ask afterwards
    turn = _UPRIGHT.get(_exif(image).get(_ORIENTATION_TAG, 1))
    upright = image if turn is None else image.transpose(turn)
    return PageImage(to_rgb(upright), source, number, count, dpi)


def _exif(image: ImageFile.ImageFile) -> Image.Exif:
    try:
        return image.getexif()
    except _DAMAGE:
        return Image.Exif()


def _dpi(image: ImageFile.ImageFile) -> float | None:
    """Pixels per inch from the metadata, if both axes agree and the number is plausible."""
    try:
        across, down = (float(value) for value in image.info["dpi"])
    except _DAMAGE:  # absent, or anything but two numbers
        return None
    low, high = _PLAUSIBLE_DPI
    return round(across, 2) if low <= across <= high and abs(across - down) <= 0.02 * across else None


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence Pillow's warnings about odd metadata and large images: we have our own limits and errors."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        warnings.simplefilter("ignore", UserWarning)
        yield


@contextmanager
def _decoding(who: str, kind: Kind, data: bytes) -> Iterator[None]:
    """Turn whatever a decoder raises into errors for people."""
    try:
        with _quiet():
            yield
    except Image.DecompressionBombError as error:
        raise InputTooLargeError(f"{who} has too many pixels.", _SMALLER_HINT) from error
    except MemoryError as error:
        raise InputTooLargeError(f"{who} does not fit into memory.", _SMALLER_HINT) from error
    except _DAMAGE as error:
        _raise_for(error, who, kind, data)


def _raise_for(error: BaseException, who: str, kind: Kind, data: bytes) -> NoReturn:
    ended = isinstance(error, EOFError) or isinstance(error.__cause__, EOFError)
    if ended or "truncated" in str(error).lower() or not kind.is_complete(data):
        raise InputTruncatedError(f"{who} ends before the {kind.name} image does.", TRUNCATED_HINT) from error
    if "not identified by this driver" in str(error):  # Pillow's words for a width or height of 0
        raise InputEmptyError(f"{who} has no pixels.", DAMAGED_HINT) from error
    detail = f"{kind.name}: {error}" if str(error) else kind.name
    raise InputUnreadableError(f"{who} cannot be decoded ({detail}).", DAMAGED_HINT) from error
