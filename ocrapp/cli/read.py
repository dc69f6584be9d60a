"""``ocrapp read``."""

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ocrapp.cli.inputs import list_items
from ocrapp.cli.interrupt import run_stoppable
from ocrapp.cli.output import open_output
from ocrapp.cli.reporter import Reporter
from ocrapp.errors import ExitCode, UsageError
from ocrapp.export import FORMATS, Format
from ocrapp.runtime import Cancel

if TYPE_CHECKING:
    from ocrapp.cli.job import PageReader, ReadJob


class Layout(StrEnum):
    """What an image is."""

    AUTO = "auto"
    LINE = "line"
    WORD = "word"


class Mode(StrEnum):
    """How much effort goes into a page."""

    FAST = "fast"
    BALANCED = "balanced"
    ACCURATE = "accurate"


PathsArgument = Annotated[
    list[str],
    typer.Argument(metavar="PATH...", help="Images, PDFs and folders; - is an image on standard input."),
]
FormatOption = Annotated[
    str, typer.Option("--format", "-f", metavar="|".join(FORMATS), help="Format of the result.")
]
OutputOption = Annotated[
    str | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE|DIR",
        help="Write there instead of to standard output: one file, or one for each input in a folder.",
    ),
]
LayoutOption = Annotated[Layout, typer.Option(help="Whether the image is a page, one line or one word.")]
ModeOption = Annotated[Mode, typer.Option(help="Effort for each page.")]
PagesOption = Annotated[str | None, typer.Option(metavar="1-3,7", help="Read only these pages.")]
PasswordOption = Annotated[
    str | None, typer.Option(envvar="OCRAPP_PASSWORD", help="Password of an encrypted PDF.")
]
DpiOption = Annotated[int, typer.Option(help="Resolution at which PDF pages are read.")]
TextLayerOption = Annotated[
    bool,
    typer.Option(
        "--text-layer", help="Take the text that a PDF page carries, where it does, instead of reading."
    ),
]
DeviceOption = Annotated[str, typer.Option(metavar="auto|cpu|cuda:N", help="Where models run.")]
RequireGpuOption = Annotated[bool, typer.Option("--require-gpu", help="Fail if no GPU works.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Tell errors only.")]


def read(
    *,
    paths: PathsArgument,
    format_name: FormatOption = "txt",
    output: OutputOption = None,
    layout: LayoutOption = Layout.AUTO,
    mode: ModeOption = Mode.FAST,
    pages: PagesOption = None,
    password: PasswordOption = None,
    dpi: DpiOption = 200,
    text_layer: TextLayerOption = False,
    device: DeviceOption = "auto",
    require_gpu: RequireGpuOption = False,
    quiet: QuietOption = False,
) -> None:
    """Read the text in images and PDFs."""
    from ocrapp.cli.job import ReadJob  # noqa: PLC0415 - loads rooms that --help does not need
    from ocrapp.sources import OpenOptions  # noqa: PLC0415

    if format_name not in FORMATS:
        raise UsageError(f"There is no format {format_name!r}.", f"Choose one of: {', '.join(FORMATS)}.")
    options = OpenOptions(pages=pages, password=password, dpi=dpi, text_layer=text_layer)

    def work(cancel: Cancel) -> ExitCode:
        with Reporter(quiet) as reporter:
            reader = load_reader(device, require_gpu, mode, reporter)
            job = ReadJob(reader, options, layout, reporter, cancel)
            return run_job(job, paths, output, find_format(format_name, job))

    raise typer.Exit(int(run_stoppable(work)))


def find_format(name: str, job: "ReadJob") -> Format:
    """The format; where it opens the inputs again, with what the job knows of them."""
    if name == "pdf":
        from ocrapp.export.pdf import with_sources  # noqa: PLC0415 - loads PDF libraries

        return with_sources(job.options.password, job.originals)
    return FORMATS[name]


def load_reader(device: str, require_gpu: bool, mode: str, reporter: Reporter) -> "PageReader":
    """The reader with its models on the chosen device; what differs from the request is told."""
    from ocrapp.reading.pipeline import Reader  # noqa: PLC0415 - loads ONNX Runtime
    from ocrapp.runtime import choose_device  # noqa: PLC0415

    chosen = choose_device(device, require_gpu)
    unmet = device.startswith("cuda") and chosen.name == "cpu"
    (reporter.warn if unmet else reporter.note)(chosen.reason)
    reader = Reader(device=chosen, mode=mode)
    if reader.mode != mode:
        reporter.warn(f"The mode {mode} is not there yet: reading in the mode {reader.mode}.")
    return reader


def run_job(job: "ReadJob", paths: list[str], output: str | None, format_: Format) -> ExitCode:
    """Read what the paths stand for to where ``-o`` says."""
    items = list_items(paths)
    several = len(paths) > 1 or Path(paths[0]).is_dir()
    try:
        with open_output(output, items, several, format_) as opener:
            return job.run(items, opener)
    except BrokenPipeError:
        _silence_standard_output()
        return ExitCode.OK  # Whoever read our output has enough of it.


def _silence_standard_output() -> None:
    """Else the interpreter complains at its end that the rest could not be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
