"""What entries and counts are called, in the language of the person."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject

from ocrapp.gui.confidence import SURE_FROM, mean_confidence
from ocrapp.gui.entries import Entry, State
from ocrapp.gui.messages import Trouble
from ocrapp.page import Page


class Wording(QObject):
    """Translated phrases that more than one widget needs."""

    def state(self, entry: Entry) -> str:
        """The second row of an entry."""
        match entry.state:
            case State.WAITING:
                return self.tr("Waiting")
            case State.READING:
                done = self.percent(entry.progress) if entry.progress else ""
                return f"{self.tr('Reading…')} {done}".rstrip()
            case State.DONE if entry.page is not None:
                return self.result(entry.page)
            case State.CANCELLED:
                return self.tr("Stopped")
            case _:
                return self.tr("Could not be read")

    def result(self, page: Page) -> str:
        """Words and confidence of a page."""
        mean = mean_confidence(page.words)
        if mean is None:
            return self.tr("No text found")
        return f"{self.words(sum(1 for _ in page.words))} · {self.percent(mean)}"

    def part(self, entry: Entry) -> str:
        """Which page of its source an entry is; empty if it is the only one."""
        if not entry.is_part:
            return ""
        if entry.count:
            return self.tr("Page {number} of {count}").format(number=entry.number, count=entry.count)
        return self.tr("Page {number}").format(number=entry.number)

    def failed(self, number: int) -> str:
        """A count of pages that could not be read; empty if there are none."""
        return self.tr("{n} failed").format(n=number) if number else ""

    def words(self, number: int) -> str:
        """A count of words."""
        return self.tr("1 word") if number == 1 else self.tr("{n} words").format(n=number)

    def pages(self, done: int, total: int) -> str:
        """A count of pages."""
        if total == 1:
            return self.tr("1 page") if done else ""
        if done == total:
            return self.tr("{n} pages").format(n=total)
        return self.tr("{done} of {total} pages").format(done=done, total=total)

    def doubtful(self, number: int) -> str:
        """A count of words to check."""
        if number == 0:
            return self.tr("All words above {percent}").format(percent=self.percent(SURE_FROM))
        return self.tr("1 word to check") if number == 1 else self.tr("{n} words to check").format(n=number)

    def percent(self, share: float) -> str:
        """A share in [0, 1], rounded down: what is nearly certain is not called certain."""
        return self.tr("{percent} %").format(percent=int(100 * share + 1e-6))

    def seconds(self, seconds: float) -> str:
        """A duration in the locale's decimal sign is overdone here: one place after the point."""
        return self.tr("{seconds} s").format(seconds=f"{seconds:.1f}")

    def provider(self, name: str) -> str:
        """An ONNX Runtime provider by the name that people know."""
        known = {
            "CPUExecutionProvider": self.tr("CPU"),
            "CUDAExecutionProvider": self.tr("GPU (CUDA)"),
            "TensorrtExecutionProvider": self.tr("GPU (TensorRT)"),
            "DmlExecutionProvider": self.tr("GPU (DirectML)"),
            "CoreMLExecutionProvider": self.tr("Core ML"),
        }
        # Stages on different providers come joined by a plus sign.
        return " + ".join(known.get(n, n.removesuffix("ExecutionProvider")) for n in name.split("+"))

    def pasted(self, number: int) -> str:
        """Name of an image without a file."""
        return self.tr("Pasted image {number}").format(number=number)

    def nothing_found(self, paths: tuple[Path, ...]) -> Trouble:
        """A folder without anything to read."""
        names = ", ".join(f"“{path.name or path}”" for path in paths[:3])
        return Trouble(
            self.tr("There is nothing to read in {names}.").format(names=names),
            self.tr("Images (PNG, JPEG, TIFF, WebP, HEIC and others) and PDF files can be read."),
            "nothing_found",
        )

    def defect(self) -> Trouble:
        """What an entry says whose reading ended in a defect of ocrapp."""
        return Trouble(
            self.tr("ocrapp met an error that it did not expect."),
            self.tr("The window that opened has the details; other files are not affected."),
            "internal",
        )
