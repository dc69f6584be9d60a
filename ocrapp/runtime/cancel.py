"""Stopping long work: the token that it watches, and the reports that it makes."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from ocrapp.errors import CancelledError

Progress = Callable[[int, int, str], None]
"""Called as ``progress(done, total, what)`` while work goes on, for example ``(3, 12, "recognising")``."""


class Stoppable(Protocol):
    """Anything that ends early once its ``terminate`` is true, such as ``onnxruntime.RunOptions``."""

    terminate: bool


class Cancel:
    """Tells a running job to stop. One token a job; any thread may cancel it, once and for all.

    Example:
        >>> cancel = Cancel()
        >>> cancel.cancel()
        >>> cancel.cancelled
        True
    """

    def __init__(self) -> None:
        # Re-entrant, because a signal handler may cancel while its own thread holds the lock.
        self._lock = threading.RLock()
        self._cancelled = False
        self._running: list[Stoppable] = []

    @property
    def cancelled(self) -> bool:
        """Whether the job shall stop."""
        return self._cancelled

    def cancel(self) -> None:
        """Stop the job: inferences that run now end at once, later ones do not begin."""
        with self._lock:
            self._cancelled = True
            for run in self._running:
                run.terminate = True

    def check(self) -> None:
        """Raise `CancelledError` if the job shall stop."""
        if self._cancelled:
            raise CancelledError("The work was stopped.")

    @contextmanager
    def stopping(self, run: Stoppable) -> Iterator[None]:
        """Set ``run.terminate`` if `cancel` is called inside the ``with`` block.

        Raises:
            CancelledError: The job was cancelled before.
        """
        with self._lock:
            self.check()
            self._running.append(run)
        try:
            yield
        finally:
            with self._lock:
                self._running.remove(run)
