"""Readers of the real, labelled image sets that lie in one data folder.

A set is a folder with ``images/`` and ``labels.jsonl``. The folder is research data and no part of ocrapp:
everything here must cope with its absence (``missing="empty"``).
"""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np
import numpy.typing as npt

from ocrapp.errors import InputEmptyError, InputNotFoundError, InputUnreadableError, UsageError
from ocrapp.page import Polygon
from ocrapp.training.data.jsonl import read_jsonl

Split = Literal["train", "validation", "all"]
Missing = Literal["error", "empty"]
Pixels = npt.NDArray[np.uint8]
"""RGB image, uint8, shape (H, W, 3)."""

DATA_VARIABLE = "OCRAPP_DATA"

WORD_SETS: dict[str, tuple[bool, bool]] = {
    "words_iiit5k_train": (True, False),
    "words_ic15_train": (True, True),
    "words_ic03_train": (True, True),
    "words_svt_train": (False, True),
}
"""Word sets: is the case of the labels that of the print, and do the labels keep punctuation?"""

SCENE_SETS: dict[str, bool] = {
    "scenes_ic15_train": True,
    "scenes_mlt17_boxes": True,
    "scenes_ic03_train": True,
    "docs_sroie": False,
}
"""Scene and document sets: is the case of the labels that of the print?"""

PAGE_SET = "pages_unlv"
BACKGROUND_SET = "backgrounds"

UNKNOWN_CHARACTER = "~"
"""Stands for an unreadable character in the page labels. Drop it on both sides before comparing."""

_MENDED = {
    "INGLï¿½S": "INGLÉS",
    "ESPAï¿½OL": "ESPAÑOL",
    "Cafï¿½": "Café",
    "ï¿½350": "£359",
}
"""Labels of ICDAR 2003 whose non-ASCII letter was lost on the way, as the images show them."""


@dataclass(frozen=True, slots=True)
class WordSample:
    """One labelled word crop on disk.

    Attributes:
        path: Image file.
        text: Label.
        dataset: Name of the set.
        exact: False where the case of the label is not that of the print.
        punctuation: False where the label lacks the punctuation of the print.
    """

    path: Path
    text: str
    dataset: str
    exact: bool = True
    punctuation: bool = True

    def load(self) -> Pixels:
        """Decode the crop: RGB uint8 (H, W, 3)."""
        return load_pixels(self.path)


@dataclass(frozen=True, slots=True)
class Region:
    """One labelled region of a scene: a word, or a line in ``docs_sroie``.

    Attributes:
        polygon: Outline in pixels, clockwise, origin top left.
        text: Label, None where it is unknown.
        ignore: True where the region is a don't-care: neither reading nor missing it counts.
        pseudo: True where the label was read by a model and not by a person.
    """

    polygon: Polygon
    text: str | None
    ignore: bool
    pseudo: bool = False


@dataclass(frozen=True, slots=True)
class SceneSample:
    """One photo or document with labelled regions.

    Attributes:
        path: Image file.
        width: Width in pixels.
        height: Height in pixels.
        regions: All labelled regions, don't-cares among them.
        dataset: Name of the set.
        exact: False where the case of the labels is not that of the print.
    """

    path: Path
    width: int
    height: int
    regions: tuple[Region, ...]
    dataset: str
    exact: bool = True

    def load(self) -> Pixels:
        """Decode the photo: RGB uint8 (H, W, 3)."""
        return load_pixels(self.path)


@dataclass(frozen=True, slots=True)
class PageSample:
    """One scanned page; ``text`` is its whole text in reading order, ``~`` an unknown character."""

    path: Path
    text: str
    dataset: str = PAGE_SET

    def load(self) -> Pixels:
        """Decode the page: RGB uint8 (H, W, 3)."""
        return load_pixels(self.path)


def data_folder() -> Path:
    """The data folder: ``$OCRAPP_DATA``, else ``../shared/data`` beside the repository. It may be missing."""
    named = os.environ.get(DATA_VARIABLE)
    return Path(named) if named else Path(__file__).resolve().parents[4] / "shared" / "data"


def is_validation(name: str | Path) -> bool:
    """Whether an image is kept out of training: SHA-1 of its file name ends in hex 0, 1 or 2 (about 19 %).

    Args:
        name: File name or path; folders do not count, the suffix does.
    """
    digest = hashlib.sha1(Path(name).name.encode(), usedforsecurity=False).hexdigest()
    return digest[-1] in "012"


def read_words(
    dataset: str = "all", split: Split = "train", *, root: Path | None = None, missing: Missing = "error"
) -> list[WordSample]:
    """Word crops of one set, or of all four, in the order of the label files.

    Args:
        dataset: A key of ``WORD_SETS`` or ``"all"``.
        split: Which part.
        root: Data folder, ``data_folder()`` if None.
        missing: What to do where a set is not on disk: raise, or return what there is.

    Raises:
        UsageError: No such set.
        InputNotFoundError: The set is missing and ``missing`` is ``"error"``.
        InputUnreadableError: The label file is broken.
    """
    samples = []
    for name in _chosen(dataset, WORD_SETS):
        exact, punctuation = WORD_SETS[name]
        for path, row in _rows(name, split, root, missing):
            text = _mended(row["text"])
            samples.append(WordSample(path, text, name, exact, punctuation))
    return samples


def read_scenes(
    dataset: str, split: Split = "train", *, root: Path | None = None, missing: Missing = "error"
) -> list[SceneSample]:
    """Photos or receipts of one set, or of ``"all"``; arguments and errors as for ``read_words``."""
    samples = []
    for name in _chosen(dataset, SCENE_SETS):
        for path, row in _rows(name, split, root, missing):
            width, height = row["size"]
            regions = tuple(_region(item) for item in row["regions"])
            samples.append(SceneSample(path, width, height, regions, name, SCENE_SETS[name]))
    return samples


def read_pages(
    split: Split = "train", *, root: Path | None = None, missing: Missing = "error"
) -> list[PageSample]:
    """Scanned pages with their text; arguments and errors as for ``read_words``."""
    return [PageSample(path, row["page_text"]) for path, row in _rows(PAGE_SET, split, root, missing)]


def read_backgrounds(
    split: Split = "train", *, root: Path | None = None, missing: Missing = "error"
) -> list[Path]:
    """Photos without any text, to render on; arguments and errors as for ``read_words``."""
    folder = _folder(BACKGROUND_SET, root, missing)
    if folder is None:
        return []
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in {".jpg", ".png"})
    return [path for path in paths if _in_split(path, split)]


def load_pixels(source: Path | bytes) -> Pixels:
    """Decode an image file or its bytes.

    Returns:
        RGB uint8 (H, W, 3); grey and bitonal images are repeated over the channels.

    Raises:
        InputNotFoundError: No such file.
        InputEmptyError: No bytes.
        InputUnreadableError: Not an image that OpenCV decodes.
    """
    name = "image bytes" if isinstance(source, bytes) else str(source)
    try:
        data = source if isinstance(source, bytes) else source.read_bytes()
    except FileNotFoundError as error:
        raise InputNotFoundError(f"{name} does not exist.", "Check the data folder.") from error
    if not data:
        raise InputEmptyError(f"{name} has no bytes.", "Fetch the data set again.")
    decoded = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if decoded is None:
        raise InputUnreadableError(f"{name} cannot be decoded as an image.", "Fetch the data set again.")
    return np.asarray(cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB), np.uint8)


def _chosen(dataset: str, known: dict[str, Any]) -> list[str]:
    if dataset == "all":
        return list(known)
    if dataset not in known:
        raise UsageError(f"There is no set {dataset!r}.", f"Choose among: all, {', '.join(known)}.")
    return [dataset]


def _folder(name: str, root: Path | None, missing: Missing) -> Path | None:
    folder = (root or data_folder()) / name
    if folder.is_dir():
        return folder
    if missing == "empty":
        return None
    raise InputNotFoundError(
        f"The data set {name} is not at {folder}.",
        f"Name the folder that holds the data sets in the environment variable {DATA_VARIABLE}.",
    )


def _rows(name: str, split: Split, root: Path | None, missing: Missing) -> Iterator[tuple[Path, Any]]:
    folder = _folder(name, root, missing)
    if folder is None:
        return
    labels = folder / "labels.jsonl"
    remedy = "Fetch the data set again."
    try:
        rows = read_jsonl(labels, lambda row: (folder / row["image"], row), "label", remedy)
    except FileNotFoundError as error:
        raise InputNotFoundError(f"{labels} does not exist.", remedy) from error
    for path, row in rows:
        if _in_split(path, split):
            yield path, row


def _in_split(path: Path, split: Split) -> bool:
    return split == "all" or is_validation(path) == (split == "validation")


def _mended(text: str) -> str:
    return _MENDED.get(text, text)


def _region(item: dict[str, Any]) -> Region:
    polygon = tuple((float(x), float(y)) for x, y in item["polygon"])
    text = item["text"]
    return Region(
        polygon,
        None if text is None or item["ignore"] else _mended(text),
        bool(item["ignore"]),
        item.get("label") == "pseudo",
    )
