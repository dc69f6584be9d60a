"""Receipts: character errors of whole images, and of their lines cut out by the labels, beside the peers.

    python -m tests.benchmarks.receipts --limit 5

Reads the held-out receipts of the data folder ($OCRAPP_DATA). Their labels are upper case whatever the print, so
case does not count.
"""

from collections.abc import Sequence
from typing import Annotated

import typer

from ocrapp.geometry import rectify
from ocrapp.training.data.real import Pixels, data_folder, read_scenes
from ocrapp.training.evaluation import RECEIPTS, score_texts
from ocrapp.training.readers import AnyReader
from ocrapp.training.report import percent, table
from tests.benchmarks.side_by_side import Contest, document

BATCH = 10
COLUMNS = [
    "set",
    "reader",
    "texts",
    "CER %",
    "WER %",
    "bag of words F1 %",
    "s / text (median)",
    "middle half",
    "ratio",
]


def main(
    limit: Annotated[
        int | None, typer.Option(min=1, help="At most so many receipts, ten times the lines.")
    ] = None,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda:N, for ocrapp.")] = "auto",
    threads: Annotated[int, typer.Option(min=0, help="CPU threads of each reader; 0: let it decide.")] = 1,
) -> None:
    contest = Contest.open(device, threads)
    typer.echo(document("Receipts", [contest.about(), *parts(contest, limit)]))


def parts(contest: Contest, limit: int | None) -> list[str]:
    """Tables and notes, without who was compared."""
    samples = read_scenes(RECEIPTS, "validation", missing="empty")[:limit]
    if not samples:
        return [f"Not measured: {RECEIPTS} is not in {data_folder()}."]
    pages = [sample.load() for sample in samples]
    texts = ["\n".join(region.text or "" for region in sample.regions) for sample in samples]
    rows = _rows(contest, "receipts", pages, texts, 1, _read_pages)
    cut = [
        (rectify(pixels, region.polygon).pixels, region.text)
        for pixels, sample in zip(pages, samples, strict=True)
        for region in sample.regions
        if region.text and not region.ignore
    ][: limit and BATCH * limit]
    lines, labels = zip(*cut, strict=True)
    rows += _rows(contest, "their lines", lines, labels, BATCH, _read_lines)
    return ["Receipts one a call, lines ten; case does not count.", table(COLUMNS, rows)]


def _rows(contest: Contest, name: str, images, texts: Sequence[str], batch: int, read) -> list[list[object]]:
    readings, timings = contest.run(images, batch, read)
    speed = contest.speed(timings)
    rows: list[list[object]] = []
    for reader, found in readings.items():
        scores = score_texts(texts, found, case=False)
        shares = map(percent, (scores.cer, scores.wer, scores.bag_of_words))
        rows.append([name, reader, scores.count, *shares, *speed[reader]])
    return rows


def _read_pages(reader: AnyReader, pages: Sequence[Pixels]) -> list[str]:
    return [reader.read_image(page).text for page in pages]


def _read_lines(reader: AnyReader, lines: Sequence[Pixels]) -> list[str]:
    return [reading.text for reading in reader.read_crops(lines, "line")]


if __name__ == "__main__":
    typer.run(main)
