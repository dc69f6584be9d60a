"""``ocrapp batch``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ocrapp.cli.batch_display import BatchDisplay
from ocrapp.cli.interrupt import run_stoppable
from ocrapp.cli.read import (
    DeviceOption,
    DpiOption,
    Layout,
    LayoutOption,
    Mode,
    ModeOption,
    PagesOption,
    PasswordOption,
    QuietOption,
    RequireGpuOption,
)
from ocrapp.cli.reporter import Reporter
from ocrapp.errors import ExitCode, InputNotFoundError, OcrappError, UsageError, exit_code_of
from ocrapp.export import FORMATS
from ocrapp.runtime import Cancel

if TYPE_CHECKING:
    from ocrapp.batch import Batch, MakeEngine

_SHOWN = 20
"""Failures that are told one by one."""

FolderArgument = Annotated[Path, typer.Argument(metavar="IN_DIR", help="Folder with images and PDFs.")]
OutArgument = Annotated[Path, typer.Argument(metavar="OUT_DIR", help="Folder for the results.")]
FormatsOption = Annotated[
    str, typer.Option("--format", "-f", metavar="FMT[,FMT]", help=f"Of the results: {', '.join(FORMATS)}.")
]
RecursiveOption = Annotated[bool, typer.Option("--recursive", help="Read subfolders too.")]
ResumeOption = Annotated[bool, typer.Option("--resume", help="Go on where an earlier run ended.")]
RetryOption = Annotated[
    bool, typer.Option("--retry-failed", help="With --resume: try pages again that failed.")
]
EngineOption = Annotated[str, typer.Option(metavar="local|ray", help="This machine, or a Ray cluster.")]
JobsOption = Annotated[
    int | None, typer.Option(min=1, max=256, help="Pages read at the same time; with Ray: actors.")
]


def batch(
    *,
    folder: FolderArgument,
    out: OutArgument,
    formats: FormatsOption = "txt",
    recursive: RecursiveOption = False,
    resume: ResumeOption = False,
    retry_failed: RetryOption = False,
    engine: EngineOption = "local",
    jobs: JobsOption = None,
    layout: LayoutOption = Layout.AUTO,
    mode: ModeOption = Mode.FAST,
    pages: PagesOption = None,
    password: PasswordOption = None,
    dpi: DpiOption = 200,
    device: DeviceOption = "auto",
    require_gpu: RequireGpuOption = False,
    quiet: QuietOption = False,
) -> None:
    """Read a folder; can be stopped at any moment and goes on with --resume."""
    from ocrapp.batch import Batch, BatchJob  # noqa: PLC0415 - loads rooms that --help does not need
    from ocrapp.sources import OpenOptions  # noqa: PLC0415

    if engine not in ("local", "ray"):
        raise UsageError(f"There is no engine {engine!r}.", "Choose local or ray.")
    if retry_failed and not resume:
        raise UsageError("--retry-failed goes on with an earlier run.", "Add --resume.")
    names = tuple(dict.fromkeys(name.strip() for name in formats.split(",")))
    opening = OpenOptions(pages=pages, password=password, dpi=dpi)
    job = BatchJob(folder, out, names, recursive, layout.value, mode.value, opening)

    def work(cancel: Cancel) -> ExitCode:
        with Reporter(quiet) as reporter, Batch(job, resume) as opened:
            if retry_failed:
                opened.retry_failed()
            with BatchDisplay(opened.status, quiet) as display:
                opened.run(make_engine(device, require_gpu, mode, jobs, reporter), cancel, display.tick)
            return _conclude(opened, reporter)

    raise typer.Exit(int(run_stoppable(work)))


def make_engine(
    device: str, require_gpu: bool, mode: str, jobs: int | None, reporter: Reporter
) -> "MakeEngine":
    """The engine of this machine."""
    from ocrapp.batch import local_engine  # noqa: PLC0415 - loads ONNX Runtime
    from ocrapp.batch.crops import default_jobs, shared_reader  # noqa: PLC0415
    from ocrapp.runtime import choose_device  # noqa: PLC0415

    chosen = choose_device(device, require_gpu)
    unmet = device.startswith("cuda") and chosen.name == "cpu"
    (reporter.warn if unmet else reporter.note)(chosen.reason)
    count = jobs or default_jobs(chosen)
    return local_engine(lambda: shared_reader(chosen, mode, count), count)


def _conclude(batch: "Batch", reporter: Reporter) -> ExitCode:
    """Tell failures and choose the exit code."""
    from ocrapp.batch import State  # noqa: PLC0415

    failed = batch.rows(0, _SHOWN, State.FAILED)
    for row in failed:
        reporter.error(OcrappError(row.message))
    counts = batch.counts()
    if counts.failed > len(failed):
        reporter.warn(f"{counts.failed - len(failed)} more pages failed, see {batch.job.out / 'report.csv'}.")
    reporter.note(f"{counts.done} pages read, {counts.failed} failed: {batch.job.out / 'report.csv'}")
    codes = {exit_code_of(code) for code in batch.codes()}
    if counts.known == 0:
        raise InputNotFoundError(
            f"{batch.job.folder} holds no file that ocrapp opens.", "Look into subfolders with --recursive."
        )
    if len(codes) > 1:
        return ExitCode.SEVERAL_FAILURES
    return codes.pop() if codes else ExitCode.OK
