"""What a command tells a person, on standard error; standard output carries data only."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Self

from ocrapp.errors import OcrappError

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Reporter:
    """Messages, and a progress bar that is shown only to a terminal.

    Args:
        quiet: Tell errors only.
    """

    def __init__(self, quiet: bool = False) -> None:
        self._quiet = quiet
        self._interactive = sys.stderr.isatty() and not quiet
        self._progress: Progress | None = None
        self._task: TaskID | None = None
        self._done = 0.0
        self._name = self._label = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._progress is not None:
            self._progress.stop()
            self._progress = None

    def error(self, error: OcrappError) -> None:
        """Tell a failure."""
        self._write(f"ocrapp: {error}")

    def warn(self, text: str) -> None:
        """Tell what the person should know although the work goes on."""
        if not self._quiet:
            self._write(f"ocrapp: {text}")

    def note(self, text: str) -> None:
        """Tell something by the way; not worth a line in the log of a script."""
        if self._interactive:
            self._write(text)

    def begin(self, inputs: int) -> None:
        """Show a bar for so many inputs."""
        if not self._interactive:
            return
        from rich.console import Console  # noqa: PLC0415 - only where somebody looks
        from rich.progress import (  # noqa: PLC0415
            BarColumn,
            Progress,
            SpinnerColumn,
            TextColumn,
            TimeRemainingColumn,
        )

        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),  # a file name may look like markup
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
            redirect_stdout=False,  # it would send our data to standard error
        )
        self._task = self._progress.add_task("", total=inputs)
        self._progress.start()

    def start_input(self, index: int, name: str) -> None:
        """The input ``index`` (from 0) is being opened."""
        self._done, self._name, self._label = float(index), name, name
        self._show(name)

    def start_page(self, number: int, count: int | None) -> None:
        """Page ``number`` of the input is about to be read."""
        if count is not None and count > 1:
            self._done = int(self._done) + (number - 1) / count
            self._label = f"{self._name}, page {number} of {count}"
        self._show(self._label)

    def step(self, done: int, total: int, what: str) -> None:
        """A report of the reader, as `ocrapp.runtime.Progress`."""
        self._show(f"{self._label}: {what} {done}/{total}" if total > 1 else f"{self._label}: {what}")

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Take the bar away while data goes to the same terminal."""
        if self._progress is None or not sys.stdout.isatty():
            yield
            return
        self._progress.stop()
        yield
        self._progress.start()

    def _show(self, text: str) -> None:
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, completed=self._done, description=text)

    def _write(self, text: str) -> None:
        if self._progress is not None:
            self._progress.console.print(text, markup=False, highlight=False, soft_wrap=True)
        else:
            sys.stderr.write(f"{text}\n")
            sys.stderr.flush()
