"""``ocrapp doctor``."""

import typer

from ocrapp import __version__
from ocrapp.errors import ExitCode


def doctor() -> None:
    """Tell what is installed, where models run and why, and whether the model files are whole."""
    from ocrapp.runtime.doctor import examine  # noqa: PLC0415 - loads ONNX Runtime

    typer.echo(f"ok {'ocrapp':<14} {__version__}")
    codes: list[ExitCode] = []
    for finding in examine():
        mark = "ok" if finding.problem is None else "!!"
        typer.echo(f"{mark} {finding.topic:<14} {finding.detail}")
        if finding.problem is not None:
            codes.append(finding.problem.exit_code)
            if finding.problem.hint:
                typer.echo(f"{'':17} -> {finding.problem.hint}")
    raise typer.Exit(int(codes[0] if codes else ExitCode.OK))
