"""``ocrapp gui``, which is also what ``ocrapp`` alone does."""

import signal
from importlib import import_module
from typing import Annotated

import typer

from ocrapp.errors import UsageError


def open_window(files: list[str]) -> int:
    """Open the window and return its exit code when it is closed.

    Raises:
        UsageError: The window's libraries are not there.
    """
    try:
        # By name: command line and window know nothing of one another but this one entry.
        window = import_module("ocrapp.gui.app")
    except ImportError as error:
        raise UsageError(
            f"The window cannot be opened ({error}).",
            "Install PySide6-Essentials and its system libraries, or use `ocrapp read`.",
        ) from error
    # Qt's event loop runs no Python, so our own handlers would never be called.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    return int(window.run(files))


def gui(
    files: Annotated[list[str] | None, typer.Argument(metavar="[FILES]...", help="To open at once.")] = None,
) -> None:
    """Open the window."""
    raise typer.Exit(open_window(files or []))
