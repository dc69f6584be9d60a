"""How a batch goes on, on a terminal: a bar, pages, rate and time left. Nothing where nobody looks."""

import sys
from collections.abc import Callable
from datetime import timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from ocrapp.batch import Status


class BatchDisplay:
    """A line that is redrawn, on standard error.

    Args:
        status: Tells how the batch stands.
        quiet: Show nothing.
    """

    def __init__(self, status: "Callable[[], Status]", quiet: bool = False) -> None:
        self._status = status
        self._shown = sys.stderr.isatty() and not quiet
        self._progress: Progress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        if self._shown:
            from rich.console import Console  # noqa: PLC0415 - only where somebody looks
            from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn  # noqa: PLC0415

            text = TextColumn("{task.description}", markup=False)
            self._progress = Progress(
                SpinnerColumn(), BarColumn(), text, console=Console(stderr=True), redirect_stdout=False
            )
            self._task = self._progress.add_task("looking at the folder", total=None)
            self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._progress is not None:
            self._progress.stop()

    def tick(self, done: int, total: int, _what: str) -> None:
        """A report of the batch, as `ocrapp.runtime.Progress`."""
        if self._progress is None or self._task is None or total == 0:
            return
        text = describe(self._status())
        self._progress.update(self._task, completed=done, total=total, description=text)


def describe(status: "Status") -> str:
    """``120 of about 900 pages, 2 failed, 3.4 pages/s, 3:49 left``."""
    counts = status.counts
    about = "about " if counts.unopened and counts.documents != status.total else ""
    parts = [f"{counts.done + counts.failed} of {about}{status.total} pages"]
    if counts.failed:
        parts.append(f"{counts.failed} failed")
    if status.paused:
        parts.append("paused")
    elif status.rate > 0:
        slow = status.rate < 1
        parts.append(f"{60 * status.rate:.1f} pages/min" if slow else f"{status.rate:.1f} pages/s")
        if status.seconds_left is not None:
            parts.append(f"{timedelta(seconds=round(status.seconds_left))} left")
    return ", ".join(parts)
