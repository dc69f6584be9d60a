"""Other people's readers, asked the same way as ours: Tesseract (the program) and RapidOCR (the package).

Neither is a dependency of ocrapp. Where one is missing, its class raises ``ModelUnusableError`` on creation.
"""

import importlib
import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from ocrapp.errors import InputUnreadableError, ModelUnusableError
from ocrapp.page import Polygon
from ocrapp.training.data.real import Pixels
from ocrapp.training.detection import Found
from ocrapp.training.readers import CropKind, ModelFile, PageReading, ReaderInfo, Reading, sha256

CROP_HEIGHT = 48
LINE_BORDER = 10
"""How Tesseract reads crops best, in pixels: tried on 600 word crops and 120 line crops of the training part.

Words: page segmentation mode 8 without border (right in 70.4 %; with borders of 2 to 10 pixels 67.8 to
70.5 %, white borders 57 to 64 %, modes 6, 7, 10 and 13 59 to 69 %, original size 69.3 %, height 96 68.1 %).
Lines: mode 7 with a border in the colour of the crop's rim (character error rate 6.5 %; without 8.2 %).
"""

_WORD_ROW = "5"
_TSV_COLUMNS = 12


class Tesseract:
    """Tesseract 5, called as a program with its English model.

    Args:
        threads: OpenMP threads it may use.

    Raises:
        ModelUnusableError: The program or its English model is missing.
    """

    def __init__(self, threads: int = 1) -> None:
        program = shutil.which("tesseract")
        if program is None:
            raise ModelUnusableError(
                "The program tesseract is not installed.", "Install Tesseract 5 with its English model."
            )
        self._program = program
        self._environment = {**os.environ, "OMP_THREAD_LIMIT": str(threads)}
        languages = self._run("--list-langs")
        model = Path(re.search(r'in "(.+?)"', languages)[1]) / "eng.traineddata"  # type: ignore[index]
        if not model.is_file():
            raise ModelUnusableError("Tesseract has no English model.", "Install the language data `eng`.")
        self.info = ReaderInfo(
            name="tesseract",
            version=self._run("--version").splitlines()[0].removeprefix("tesseract "),
            provider="CPU",
            threads=threads,
            settings=f"eng; crops {CROP_HEIGHT} px high; words psm 8; lines psm 7, border {LINE_BORDER} px; "
            "pages psm 3",
            models=(ModelFile(model.name, sha256(model)),),
        )

    def read_crops(self, crops: Sequence[Pixels], kind: CropKind) -> list[Reading]:
        """See ``AnyReader``. All crops go through one call, so that starting up does not count for each."""
        if not crops:
            return []
        border, mode = (0, "8") if kind == "word" else (LINE_BORDER, "7")
        prepared = [_prepared(crop, border) for crop in crops]
        rows: list[list[_Row]] = [[] for _ in crops]
        for row in self._rows(prepared, "--psm", mode, "--dpi", "150"):
            rows[row.page].append(row)
        return [
            Reading(" ".join(r.text for r in found), min((r.confidence for r in found), default=0.0))
            for found in rows
        ]

    def read_image(self, pixels: Pixels, dpi: float | None = None, *, words: bool = False) -> PageReading:
        """See ``AnyReader``. Words come for free."""
        resolution = ("--dpi", str(round(dpi))) if dpi else ()
        rows = list(self._rows([pixels], "--psm", "3", *resolution))
        lines: dict[tuple[str, ...], list[_Row]] = {}
        for row in rows:
            lines.setdefault(row.line, []).append(row)
        return PageReading(
            "\n".join(" ".join(row.text for row in line) for line in lines.values()),
            tuple(Found(_hull(line), " ".join(row.text for row in line)) for line in lines.values()),
            tuple(Found(_hull([row]), row.text) for row in rows) if words else (),
        )

    def _rows(self, images: Sequence[Pixels], *options: str) -> Iterator["_Row"]:
        with tempfile.TemporaryDirectory() as folder:
            paths = [Path(folder) / f"{number:06d}.png" for number in range(len(images))]
            for path, pixels in zip(paths, images, strict=True):
                path.write_bytes(_png(pixels))
            listing = Path(folder) / "images.txt"
            listing.write_text("\n".join(map(str, paths)), encoding="utf-8")
            output = self._run(str(listing), "stdout", "-l", "eng", *options, "tsv")
        for line in output.splitlines():
            cells = line.split("\t")
            if len(cells) == _TSV_COLUMNS and cells[0] == _WORD_ROW and cells[11].strip():
                yield _Row.parse(cells)

    def _run(self, *arguments: str) -> str:
        done = subprocess.run(  # noqa: S603 - the program is the one found on the path, the arguments are ours
            [self._program, *arguments],
            capture_output=True,
            env=self._environment,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        if done.returncode:
            raise InputUnreadableError(f"Tesseract failed: {done.stderr.strip()[-300:]}", "See its message.")
        return done.stdout


@dataclass(frozen=True, slots=True)
class _Row:
    """One word of Tesseract's table."""

    page: int
    line: tuple[str, ...]
    box: tuple[int, int, int, int]
    confidence: float
    text: str

    @classmethod
    def parse(cls, cells: Sequence[str]) -> "_Row":
        left, top, width, height = map(int, cells[6:10])
        box = (left, top, left + width, top + height)
        return cls(int(cells[1]) - 1, tuple(cells[1:5]), box, max(0.0, float(cells[10]) / 100), cells[11])


class RapidOcr:
    """RapidOCR with the models of its wheel: PP-OCRv6 small, through ONNX Runtime on the CPU.

    Args:
        threads: Threads of ONNX Runtime; 0 lets it decide.

    Raises:
        ModelUnusableError: The package is missing or does not load.
    """

    def __init__(self, threads: int = 1) -> None:
        if importlib.util.find_spec("rapidocr") is None:
            raise ModelUnusableError(
                "The Python package rapidocr is not installed.", "Install rapidocr 3.10 to compare with it."
            )
        package: Any = importlib.import_module("rapidocr")  # optional, and slow to import
        options: dict[str, Any] = {"Global.log_level": "critical"}
        if threads:
            options["EngineConfig.onnxruntime.intra_op_num_threads"] = threads
        self._engine = package.RapidOCR(params=options)
        models = sorted((Path(package.__file__).parent / "models").glob("*.onnx"))
        self.info = ReaderInfo(
            name="rapidocr",
            version=version("rapidocr"),
            provider="CPUExecutionProvider",
            threads=threads,
            settings="defaults; crops: recogniser alone",
            models=tuple(ModelFile(path.name, sha256(path)) for path in models),
        )

    def read_crops(self, crops: Sequence[Pixels], kind: CropKind) -> list[Reading]:
        """See ``AnyReader``. The recogniser alone, without detection and without turning crops."""
        if not crops:
            return []
        output = self._engine.recognize_txt([_bgr(crop) for crop in crops])
        return [Reading(text, float(score)) for text, score in zip(output.txts, output.scores, strict=True)]

    def read_image(self, pixels: Pixels, dpi: float | None = None, *, words: bool = False) -> PageReading:
        """See ``AnyReader``."""
        output = self._engine(_bgr(pixels), return_word_box=words)
        if output.txts is None or output.boxes is None:
            return PageReading("")
        lines = tuple(Found(_polygon(box), text) for box, text in zip(output.boxes, output.txts, strict=True))
        found = tuple(
            Found(_polygon(box), text)
            for line in (output.word_results or ())
            if words
            for text, _, box in line
            if box is not None
        )
        return PageReading("\n".join(output.txts), lines, found)

    def find_lines(self, pixels: Pixels) -> list[Polygon]:
        """The detector alone: quads of the lines in an image, RGB uint8 (H, W, 3), in its pixels."""
        output = self._engine(_bgr(pixels), use_det=True, use_cls=False, use_rec=False)
        return [] if output.boxes is None else [_polygon(box) for box in output.boxes]


def _prepared(crop: Pixels, border: int) -> Pixels:
    width = max(1, round(crop.shape[1] * CROP_HEIGHT / crop.shape[0]))
    resized = cv2.resize(crop, (width, CROP_HEIGHT), interpolation=cv2.INTER_CUBIC)
    if border:
        rim = np.concatenate([resized[0], resized[-1], resized[:, 0], resized[:, -1]])
        colour = [float(value) for value in np.median(rim, axis=0)]
        resized = cv2.copyMakeBorder(
            resized, border, border, border, border, cv2.BORDER_CONSTANT, value=colour
        )
    return np.asarray(resized, np.uint8)


def _bgr(pixels: Pixels) -> Pixels:
    return np.ascontiguousarray(pixels[..., ::-1])


def _png(pixels: Pixels) -> bytes:
    return cv2.imencode(".png", _bgr(pixels))[1].tobytes()


def _hull(rows: Sequence[_Row]) -> Polygon:
    left, top = min(row.box[0] for row in rows), min(row.box[1] for row in rows)
    right, bottom = max(row.box[2] for row in rows), max(row.box[3] for row in rows)
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def _polygon(box: Any) -> Polygon:
    return tuple((float(x), float(y)) for x, y in box)
