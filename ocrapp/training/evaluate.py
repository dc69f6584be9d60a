"""The command that evaluates readers: ``python -m ocrapp.training evaluate``."""

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from ocrapp.errors import ModelUnusableError, UsageError
from ocrapp.runtime import load_catalog
from ocrapp.training.card import write_card
from ocrapp.training.catalog import add_scores
from ocrapp.training.evaluation import Evaluation, Plan, evaluate
from ocrapp.training.ours import Ocrapp
from ocrapp.training.peers import RapidOcr, Tesseract
from ocrapp.training.readers import AnyReader, Cache
from ocrapp.training.report import contact_sheet, markdown, sheet_name, to_json
from ocrapp.training.scores import catalog_scores, of_peer

PEERS: dict[str, Callable[[int], AnyReader]] = {"tesseract": Tesseract, "rapidocr": RapidOcr}

_WHOLE = (
    "Give --models and evaluate ocrapp on whole validation sets, without --split and --limit; "
    "only those are comparable."
)


def open_reader(
    name: str,
    device: str = "auto",
    threads: int = 1,
    models: Path | None = None,
    prefer: Sequence[str] = (),
) -> AnyReader:
    """A reader by its name; ``prefer``: ids of models that ocrapp takes instead of its defaults.

    Raises:
        UsageError: No such reader.
        ModelUnusableError: It is not installed, or its models are missing or damaged.
    """
    if name in PEERS:
        return PEERS[name](threads)
    if name == "ocrapp":
        if threads:
            os.environ["OCRAPP_THREADS"] = str(threads)
        return Ocrapp(device, models, prefer)
    raise UsageError(f"There is no reader {name!r}.", f"Choose among: ocrapp, {', '.join(PEERS)}.")


def main(
    *,
    reader: Annotated[
        list[str] | None, typer.Option(help="ocrapp, tesseract or rapidocr; repeat it.")
    ] = None,
    dataset: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help="words, receipts, scenes, pages, rendered, rotated, or the name of one set; repeat it.",
        ),
    ] = None,
    split: Annotated[
        str, typer.Option(help="validation, train or all. Report on validation only.")
    ] = "validation",
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many images of a set.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for report.md, report.json and worst-*.png.")] = Path(
        "runs/evaluate"
    ),
    data: Annotated[Path | None, typer.Option(help="Data folder; else $OCRAPP_DATA.")] = None,
    models: Annotated[
        Path | None, typer.Option(help="Folder with catalog.toml; else the shipped models.")
    ] = None,
    model: Annotated[
        list[str] | None, typer.Option(help="Catalog id to use instead of its role's default; repeat it.")
    ] = None,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda:N, for ocrapp.")] = "auto",
    threads: Annotated[int, typer.Option(min=0, help="CPU threads of each reader; 0: let it decide.")] = 1,
    fresh: Annotated[bool, typer.Option("--fresh", help="Read anew what peers have read before.")] = False,
    save_scores: Annotated[
        bool, typer.Option("--save-scores", help="Write the scores into --models: catalog and model card.")
    ] = False,
) -> None:
    """Evaluate readers on held-out words, receipts, photos and pages; the report goes to stdout and --out."""
    if split not in {"validation", "train", "all"}:
        raise UsageError(f"There is no part {split!r}.", "Choose validation, train or all.")
    names = reader or ["ocrapp"]
    if save_scores and (split != "validation" or limit or models is None or "ocrapp" not in names):
        raise UsageError("These scores do not belong into the catalog.", _WHOLE)
    cache = None if fresh else Cache(out.parent / "peers")
    evaluations: list[Evaluation] = []
    missing: list[str] = []
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("")
        plan = Plan(
            split=split,  # type: ignore[arg-type]  # checked above
            limit=limit,
            root=data,
            progress=lambda done, total, what: bar.update(
                task, completed=done, total=total, description=what
            ),
        )
        for name in names:
            try:
                opened = open_reader(name, device, threads, models, model or ())
            except ModelUnusableError as error:
                missing.append(f"{name}: {error}")
                continue
            of_reader = replace(plan, cache=cache if name in PEERS else None)
            evaluations.append(evaluate(opened, dataset or ["words"], of_reader))
    if not evaluations:
        raise ModelUnusableError("No reader can be evaluated.", " ".join(missing))
    write(out, evaluations, split, missing)
    if save_scores and models is not None:
        save(models, evaluations)
    typer.echo(markdown(evaluations, split, missing))


def save(folder: Path, evaluations: Sequence[Evaluation]) -> None:
    """Merge scores into the entry of ocrapp's recogniser, peers' beside ours, and write its card anew."""
    ours = [evaluation for evaluation in evaluations if evaluation.info.name == "ocrapp"]
    if not ours:
        raise ModelUnusableError(
            "No model of ocrapp was measured.", "Scores are saved with the measured model."
        )
    roles = {entry.id: entry.role for entry in load_catalog(folder)}
    used = {roles[file.name]: file.name for file in ours[0].info.models if file.name in roles}
    head = used["svtr-ctc"]
    for evaluation in evaluations:
        add_scores(folder, head, catalog_scores(evaluation) if evaluation in ours else of_peer(evaluation))
    write_card(folder, head.split("-ctc")[0])


def write(folder: Path, evaluations: list[Evaluation], split: str, missing: list[str]) -> None:
    """Write ``report.md``, ``report.json`` and, for each reader with words, ``worst-READER.png``."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.md").write_text(markdown(evaluations, split, missing), encoding="utf-8")
    (folder / "report.json").write_text(to_json(evaluations, split, missing), encoding="utf-8")
    for evaluation in evaluations:
        sheet = contact_sheet(result for results in evaluation.words.values() for result in results)
        if sheet:
            (folder / sheet_name(evaluation.info.name)).write_bytes(sheet)


if __name__ == "__main__":
    typer.run(main)
