"""``ocrapp batch``."""

from dataclasses import dataclass
from functools import partial
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
    from ocrapp.batch import Batch, ClusterOptions, MakeEngine

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
RayAddressOption = Annotated[
    str,
    typer.Option(
        envvar="RAY_ADDRESS", metavar="HOST:PORT", help="Of the Ray cluster; without it, this machine is one."
    ),
]
ActorCpusOption = Annotated[float, typer.Option(min=0.0, help="With Ray: processors for each actor.")]
ActorGpusOption = Annotated[
    float, typer.Option(min=0.0, help="With Ray: GPUs for each actor; 0.25 lets four share one.")
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
    ray_address: RayAddressOption = "",
    actor_cpus: ActorCpusOption = 1.0,
    actor_gpus: ActorGpusOption = 0.0,
    quiet: QuietOption = False,
) -> None:
    """Read a folder; can be stopped at any moment and goes on with --resume."""
    from ocrapp.batch import Batch, BatchJob, ClusterOptions  # noqa: PLC0415 - rooms that --help does not need
    from ocrapp.sources import OpenOptions  # noqa: PLC0415

    if engine not in ("local", "ray"):
        raise UsageError(f"There is no engine {engine!r}.", "Choose local or ray.")
    if retry_failed and not resume:
        raise UsageError("--retry-failed goes on with an earlier run.", "Add --resume.")
    names = tuple(dict.fromkeys(name.strip() for name in formats.split(",")))
    opening = OpenOptions(pages=pages, password=password, dpi=dpi)
    job = BatchJob(folder, out, names, recursive, layout.value, mode.value, opening)

    cluster = ClusterOptions(ray_address, jobs, actor_cpus, actor_gpus) if engine == "ray" else None
    where = Where(device, require_gpu, mode.value, jobs, cluster)

    def work(cancel: Cancel) -> ExitCode:
        with Reporter(quiet) as reporter:
            make = make_engine(where, reporter)
            with Batch(job, resume) as opened:
                if retry_failed:
                    opened.retry_failed()
                with BatchDisplay(opened.status, quiet) as display:
                    opened.run(make, cancel, display.tick)
                return _conclude(opened, reporter)

    raise typer.Exit(int(run_stoppable(work)))


@dataclass(frozen=True, slots=True)
class Where:
    """Where the work is done.

    Attributes:
        device: As for ``ocrapp read``.
        require_gpu: As for ``ocrapp read``.
        mode: As for ``ocrapp read``.
        jobs: Pages read at the same time; None to decide by itself.
        cluster: The Ray cluster; None for this machine alone.
    """

    device: str
    require_gpu: bool
    mode: str
    jobs: int | None
    cluster: "ClusterOptions | None"


def make_engine(where: Where, reporter: Reporter) -> "MakeEngine":
    """The engine that was asked for; what differs from the request is told."""
    from ocrapp.batch import cluster_engine, load_ray, local_engine  # noqa: PLC0415 - loads ONNX Runtime
    from ocrapp.batch.crops import actor_reader, default_jobs, shared_reader  # noqa: PLC0415
    from ocrapp.runtime import choose_device  # noqa: PLC0415

    if where.cluster is not None:
        load_ray()
        cores = max(1, int(where.cluster.cpus))
        return cluster_engine(
            partial(actor_reader, where.device, where.require_gpu, where.mode, cores), where.cluster
        )
    chosen = choose_device(where.device, where.require_gpu)
    unmet = where.device.startswith("cuda") and chosen.name == "cpu"
    (reporter.warn if unmet else reporter.note)(chosen.reason)
    jobs = where.jobs or default_jobs(chosen)
    return local_engine(lambda: shared_reader(chosen, where.mode, jobs), jobs)


def _conclude(batch: "Batch", reporter: Reporter) -> ExitCode:
    """Tell failures and choose the exit code."""
    from ocrapp.batch import State  # noqa: PLC0415

    failed = batch.rows(0, _SHOWN, State.FAILED)
    for row in failed:
        reporter.error(OcrappError(row.message))
    counts = batch.counts()
    if counts.failed > len(failed):
        reporter.warn(f"{counts.failed - len(failed)} more pages failed, see {batch.job.out / 'report.csv'}.")
    reporter.note(f"Pages read: {counts.done}, failed: {counts.failed}, see {batch.job.out / 'report.csv'}")
    codes = {exit_code_of(code) for code in batch.codes()}
    if counts.known == 0:
        raise InputNotFoundError(
            f"{batch.job.folder} holds no file that ocrapp opens.", "Look into subfolders with --recursive."
        )
    if len(codes) > 1:
        return ExitCode.SEVERAL_FAILURES
    return codes.pop() if codes else ExitCode.OK
