"""The program ``ocrapp``: its commands, and what becomes of every error."""

import io
import sys
import tempfile
import traceback
import warnings
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from ocrapp import __version__
from ocrapp.cli import models
from ocrapp.cli.batch import batch
from ocrapp.cli.doctor import doctor
from ocrapp.cli.interrupt import on_interrupt, raise_cancelled
from ocrapp.cli.read import read
from ocrapp.cli.serve import serve
from ocrapp.cli.window import gui, open_window
from ocrapp.errors import ExitCode, OcrappError

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("read")(read)
app.command("batch")(batch)
app.command("serve")(serve)
app.command("gui")(gui)
app.add_typer(models.app, name="models")
app.command("doctor")(doctor)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"ocrapp {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Tell the version.")
    ] = False,
) -> None:
    """Reads text in photos, scans, screenshots and PDFs, offline. Without a command it opens its window."""
    if context.invoked_subcommand is None:
        raise typer.Exit(open_window([]))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program.

    Args:
        arguments: Instead of those of the process.

    Returns:
        The exit code, see `ocrapp.errors.ExitCode`.
    """
    _prepare()
    try:
        with on_interrupt(raise_cancelled):
            app(arguments, prog_name="ocrapp")
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else ExitCode.OK
    except OcrappError as error:
        sys.stderr.write(f"ocrapp: {error}\n")
        return error.exit_code
    except Exception as error:  # noqa: BLE001 - the outermost frame: nothing may reach the user raw
        sys.stderr.write(
            f"ocrapp: A defect in ocrapp: {type(error).__name__}: {error}. "
            f"Please report it with the file {_record(error)}\n"
        )
        return ExitCode.INTERNAL
    return ExitCode.OK


def _prepare() -> None:
    """Standard streams speak UTF-8 everywhere, and libraries keep their warnings for developers."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A file name that is no text becomes \udcXX, which is also what JSON calls it.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
    if not sys.warnoptions:
        warnings.simplefilter("ignore")


def _record(error: Exception) -> Path:
    """Write the traceback to a file of its own and return its path."""
    from platformdirs import user_log_path  # noqa: PLC0415 - seldom needed

    name = f"defect-{datetime.now().astimezone():%Y%m%d-%H%M%S}.log"
    text = f"ocrapp {__version__}, {sys.argv}\n{''.join(traceback.format_exception(error))}"
    for folder in (user_log_path("ocrapp"), Path(tempfile.gettempdir())):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8", errors="backslashreplace")
        except OSError:
            continue
        return folder / name
    return Path("(none: no folder could be written)")


if __name__ == "__main__":
    sys.exit(main())
