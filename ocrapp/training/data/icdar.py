"""Ground truth text files of the ICDAR robust reading tasks, and crops cut along them.

Lines of a photo, one file a photo (2013, 2015, 2017):

* ``x1,y1,x2,y2,x3,y3,x4,y4,text`` - incidental text (2015);
* ``x1,y1,x2,y2,x3,y3,x4,y4,script,text`` - multi-lingual text (2017, 2019);
* ``left, top, right, bottom, "text"`` - focused text (2013; commas or spaces).

Lines of one file for a whole set of word crops: ``word_1.png, "text"``. ``###`` is a don't-care.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import cv2

from ocrapp.errors import InputNotFoundError, InputUnreadableError
from ocrapp.geometry import rectify
from ocrapp.page import Polygon
from ocrapp.training.data.lmdb_words import StoredWord
from ocrapp.training.data.real import Region, SceneSample, load_pixels

DONT_CARE = "###"
SCRIPTS = frozenset(
    {"Latin", "Arabic", "Bangla", "Chinese", "Japanese", "Korean", "Symbols", "Mixed", "None", "Hindi"}
)

_NUMBER = r"\s*(-?\d+(?:\.\d+)?)\s*"
_QUAD = re.compile(",".join([_NUMBER] * 8) + r",(.*)")
_BOX = re.compile(
    r"(-?\d+),?\s+(-?\d+),?\s+(-?\d+),?\s+(-?\d+),?\s+(\".*\")\s*|" + ",".join([_NUMBER] * 4) + ",(.*)"
)
_WORD = re.compile(r"\s*([^,]+?)\s*,\s?(.*)")


def read_regions(path: Path) -> tuple[Region, ...]:
    """Regions of one photo's ground truth file.

    Raises:
        InputNotFoundError: No such file.
        InputUnreadableError: A line is of no known form.
    """
    return tuple(_region(line, f"Line {number} of {path}") for number, line in _lines(path))


def read_icdar_scene(image: Path, truth: Path, dataset: str = "icdar") -> SceneSample:
    """A photo with its ground truth file; the photo is decoded once for its size."""
    height, width = load_pixels(image).shape[:2]
    return SceneSample(image, width, height, read_regions(truth), dataset)


def crop_words(scene: SceneSample) -> Iterator[StoredWord]:
    """Cut the words with a known text out of a photo, straightened, as PNG bytes."""
    pixels = scene.load()
    for number, region in enumerate(scene.regions, start=1):
        if region.ignore or not region.text:
            continue
        crop = rectify(pixels, region.polygon).pixels
        data = cv2.imencode(".png", cv2.cvtColor(crop, cv2.COLOR_RGB2BGR))[1].tobytes()
        # Whether it is held out goes by the photo, not by this name.
        yield StoredWord(
            name=f"{scene.path.name}#{number}",
            data=data,
            text=region.text,
            dataset=scene.dataset,
            size=(crop.shape[1], crop.shape[0]),
            exact=scene.exact,
        )


def read_icdar_words(truth: Path, images: Path, dataset: str = "icdar") -> Iterator[StoredWord]:
    """Word crops listed in one file (``word_1.png, "text"``), lying in ``images``; don't-cares are left out.

    Raises:
        InputNotFoundError: The list or a crop is missing.
        InputUnreadableError: A line is of no known form.
    """
    for number, line in _lines(truth):
        match = _WORD.fullmatch(line)
        if match is None:
            raise InputUnreadableError(f"Line {number} of {truth} names no word.", "Check the file.")
        text = _unquoted(match[2])
        path = images / match[1]
        if text == DONT_CARE:
            continue
        if not path.is_file():
            raise InputNotFoundError(f"{path} does not exist.", f"It is listed in {truth}.")
        yield StoredWord(name=path.name, data=path.read_bytes(), text=text, dataset=dataset)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")  # the files of 2015 begin with a byte order mark
    except FileNotFoundError as error:
        raise InputNotFoundError(
            f"{path} does not exist.", "Check the folder of the ground truth."
        ) from error
    except UnicodeDecodeError as error:
        raise InputUnreadableError(f"{path} is no UTF-8 text.", "Convert the file.") from error
    return ((number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip())


def _region(line: str, where: str) -> Region:
    polygon: Polygon
    quad = _QUAD.fullmatch(line)
    box = None if quad else _BOX.fullmatch(line)
    if quad:
        values = [float(value) for value in quad.groups()[:8]]
        polygon = tuple(zip(values[::2], values[1::2], strict=True))
        text = quad[9]
        script, comma, rest = text.partition(",")
        if comma and script in SCRIPTS:
            text = rest
    elif box:
        fields = [field for field in box.groups() if field is not None]
        left, top, right, bottom = map(float, fields[:4])
        polygon = ((left, top), (right, top), (right, bottom), (left, bottom))
        text = fields[4]
    else:
        raise InputUnreadableError(f"{where} is no region.", "Expected corners and a text.")
    text = _unquoted(text)
    ignore = text == DONT_CARE
    return Region(polygon, None if ignore else text, ignore)


def _unquoted(text: str) -> str:
    text = text.strip()
    if len(text) >= 2 and text[0] == text[-1] == '"':
        # Quotes and backslashes within are escaped by a backslash (2013, 2015 task 3).
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    return text
