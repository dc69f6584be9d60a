"""The cache of readings, with a reader that counts what it is asked."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from ocrapp.training.data.real import Pixels
from ocrapp.training.detection import Found
from ocrapp.training.readers import (
    CHUNK,
    Cache,
    CropKind,
    Item,
    PageReading,
    ReaderInfo,
    Reading,
    read_crops,
    read_image,
)

INFO = ReaderInfo("counter", "1.0", "CPU", 1, "none")
PAGE = PageReading("a b", (Found(((0.0, 0.0), (2.0, 0.0), (2.0, 1.0)), "a b"),), ())


class Counter:
    """Reads the width of a crop and remembers how many it has seen."""

    def __init__(self, info: ReaderInfo = INFO) -> None:
        self.info = info
        self.seen = 0

    def read_crops(self, crops: Sequence[Pixels], kind: CropKind) -> list[Reading]:
        assert len(crops) <= CHUNK
        self.seen += len(crops)
        return [Reading(str(crop.shape[1]), 0.5) for crop in crops]

    def read_image(self, pixels: Pixels, dpi: float | None = None, *, words: bool = False) -> PageReading:
        self.seen += 1
        return PAGE


def item(width: int) -> Item:
    return Item(f"{width}.png", lambda: np.zeros((1, width, 3), np.uint8))


def test_crops_are_read_once(tmp_path: Path) -> None:
    reader, cache = Counter(), Cache(tmp_path)
    items = [item(width) for width in range(1, 150)]
    first = read_crops(reader, items, "word", "set", cache)
    assert [reading.text for reading in first] == [str(width) for width in range(1, 150)]
    assert read_crops(reader, [item(200), *reversed(items)], "word", "set", cache)[1:] == first[::-1]
    assert reader.seen == 150
    read_crops(reader, items, "word", "another set", cache)
    assert reader.seen == 150 + 149


def test_another_version_or_setting_reads_anew(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    for info in (INFO, replace(INFO, version="2.0"), replace(INFO, settings="other")):
        reader = Counter(info)
        read_crops(reader, [item(1)], "word", "set", cache)
        assert reader.seen == 1


def test_pages_come_back_from_disk_as_they_were(tmp_path: Path) -> None:
    reader, cache = Counter(), Cache(tmp_path)
    assert read_image(reader, item(1), "pages", cache) == PAGE
    assert read_image(reader, item(1), "pages", cache) == PAGE
    assert reader.seen == 1
    assert read_image(reader, item(1), "pages") == PAGE
    assert reader.seen == 2
