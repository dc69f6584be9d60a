"""Ctrl-C and ``kill`` stop the work at once and leave no half-written files."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from ocrapp.errors import CancelledError, ExitCode
from ocrapp.runtime import Cancel

Result = TypeVar("Result")

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_PATIENCE = 5.0
"""Seconds that cancelled work has to clean up."""


@contextmanager
def on_interrupt(act: Callable[[], None]) -> Iterator[None]:
    """Call ``act`` on Ctrl-C or ``kill`` inside the ``with`` block. Does nothing outside the main thread."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handle(_number: int, _frame: Any) -> None:
        act()

    before = {number: signal.signal(number, handle) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def raise_cancelled() -> None:
    """What an interrupt does outside `run_stoppable`."""
    raise CancelledError("Stopped.")


def run_stoppable(work: Callable[[Cancel], Result]) -> Result:
    """Run work that an interrupt cancels; a second interrupt ends the process.

    The work has a thread of its own: Python calls signal handlers on the main thread only, and not before
    the library that it waits for returns, which would be the end of the inference.

    Raises:
        CancelledError: The work was interrupted.
    """
    cancel = Cancel()
    outcome: list[Result | BaseException] = []

    def run() -> None:
        try:
            outcome.append(work(cancel))
        except BaseException as error:  # noqa: BLE001 - handed to the main thread, which raises it
            outcome.append(error)

    def stop() -> None:
        if cancel.cancelled:
            os._exit(ExitCode.CANCELLED)
        cancel.cancel()

    thread = threading.Thread(target=run, name="work", daemon=True)
    with on_interrupt(stop):
        thread.start()
        while thread.is_alive() and not cancel.cancelled:
            thread.join(0.1)  # With a timeout, because nothing interrupts a wait without one on Windows.
        thread.join(_PATIENCE)
    if thread.is_alive():  # It waits for something that cannot be stopped, such as standard input.
        os._exit(ExitCode.CANCELLED)
    (result,) = outcome
    if isinstance(result, BaseException):
        raise result
    return result
