"""``ocrapp models``."""

import typer

from ocrapp.errors import ExitCode
from ocrapp.runtime import load_catalog

app = typer.Typer(no_args_is_help=True, help="List the models, or check their files.")


@app.command("list")
def list_models() -> None:
    """List the models: id, role, size, licence; * is the default of its role."""
    rows = [
        (
            f"{entry.id}{' *' if entry.default else ''}",
            entry.role,
            f"{entry.bytes / 1e6:.1f} MB",
            entry.licence,
        )
        for entry in load_catalog()
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


@app.command("verify")
def verify() -> None:
    """Hash all model files and compare them with the catalog."""
    from ocrapp.runtime.doctor import check_model  # noqa: PLC0415 - only needed here

    damaged = False
    for entry in load_catalog():
        finding = check_model(entry)
        damaged |= finding.problem is not None
        typer.echo(f"{finding.topic}: {finding.problem or finding.detail}")
    raise typer.Exit(int(ExitCode.MODEL_UNUSABLE if damaged else ExitCode.OK))
