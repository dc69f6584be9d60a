"""Readers side by side on the same items in the same run: readings, seconds, and who was compared."""

import os
import platform
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import TypeVar

from ocrapp.errors import OcrappError
from ocrapp.training.evaluate import open_reader
from ocrapp.training.readers import AnyReader
from ocrapp.training.report import table

NAMES = ("ocrapp", "tesseract", "rapidocr")
PACKAGES = ("numpy", "onnxruntime-gpu", "onnxruntime", "opencv-python-headless", "pillow")
Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(slots=True)
class Timing:
    """Seconds an item, one number for each timed batch."""

    seconds: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def spread(self) -> str:
        """The middle half of the batches."""
        if len(self.seconds) < 2:
            return "–"
        low, _, high = statistics.quantiles(self.seconds, n=4, method="inclusive")
        return f"{low:.4f} to {high:.4f}"


@dataclass(slots=True)
class Contest:
    """Readers that are there, and why the others are not."""

    readers: dict[str, AnyReader] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    @classmethod
    def open(cls, device: str, threads: int) -> "Contest":
        contest = cls()
        for name in NAMES:
            try:
                contest.readers[name] = open_reader(name, device, threads)
            except OcrappError as error:
                contest.missing.append(f"{name}: {error}")
        return contest

    def run(
        self, items: Sequence[Item], batch: int, read: Callable[[AnyReader, Sequence[Item]], list[Result]]
    ) -> tuple[dict[str, list[Result]], dict[str, Timing]]:
        """Let every reader read all items, batch by batch in turns, so that a busy minute hits all alike.

        The first batch is read once before, untimed: models load and memory grows then.
        """
        results: dict[str, list[Result]] = {name: [] for name in self.readers}
        timings = {name: Timing() for name in self.readers}
        for reader in self.readers.values():
            read(reader, items[:batch])
        for start in range(0, len(items), batch):
            part = items[start : start + batch]
            for name, reader in self.readers.items():
                began = time.perf_counter()
                results[name] += read(reader, part)
                timings[name].seconds.append((time.perf_counter() - began) / len(part))
        return results, timings

    def about(self) -> str:
        """Who was compared, on what, and what is missing."""
        infos = [reader.info for reader in self.readers.values()]
        rows = [
            [i.name, i.version, i.provider, i.threads or "auto", i.settings,
             ", ".join(f"{m.name} `{m.sha256[:12]}`" for m in i.models)]
            for i in infos
        ]  # fmt: skip
        packages = ", ".join(f"{name} {found}" for name in PACKAGES if (found := _version(name)))
        system = f"{platform.platform()}, {os.cpu_count()} CPUs, Python {platform.python_version()}"
        columns = ["reader", "version", "provider", "threads", "settings", "models, SHA-256 begins"]
        return "\n\n".join(
            [
                table(columns, rows),
                f"{system}; {packages}.",
                *(f"Not compared: {why}" for why in self.missing),
            ]
        )

    def speed(self, timings: dict[str, Timing]) -> dict[str, list[str]]:
        """Median, spread and ratio to the first reader, by reader."""
        first = next(iter(timings.values())).median
        return {
            name: [f"{timing.median:.4f}", timing.spread, f"{timing.median / first:.2f}"]
            for name, timing in timings.items()
        }


def document(title: str, parts: Iterable[str]) -> str:
    return "\n\n".join([f"# {title}", *parts]) + "\n"


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
