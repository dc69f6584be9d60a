"""Scanned pages and screenshots: character errors and seconds, ocrapp beside its peers.

    python -m tests.benchmarks.pages --limit 5

Reads the held-out pages of the data folder ($OCRAPP_DATA) and clean screenshots drawn here with fonts of this
machine.
"""

from collections.abc import Sequence
from typing import Annotated

import typer

from ocrapp.training.data.real import PAGE_SET, Pixels, data_folder, read_pages
from ocrapp.training.evaluation import score_texts
from ocrapp.training.readers import AnyReader, PageReading
from ocrapp.training.report import percent, table
from tests.benchmarks.drawn import drawn_screens, font_names
from tests.benchmarks.side_by_side import Contest, document

COLUMNS = [
    "set",
    "reader",
    "pages",
    "CER %",
    "WER %",
    "bag of words F1 %",
    "s / page (median)",
    "middle half",
    "ratio",
]


def main(
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many pages of each set.")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda:N, for ocrapp.")] = "auto",
    threads: Annotated[int, typer.Option(min=0, help="CPU threads of each reader; 0: let it decide.")] = 1,
) -> None:
    contest = Contest.open(device, threads)
    typer.echo(document("Pages", [contest.about(), *parts(contest, limit)]))


def parts(contest: Contest, limit: int | None) -> list[str]:
    """Tables and notes, without who was compared."""
    samples = read_pages("validation", missing="empty")[:limit]
    notes = [] if samples else [f"Not measured: {PAGE_SET} is not in {data_folder()}."]
    rows = _rows(contest, PAGE_SET, [s.load() for s in samples], [s.text for s in samples]) if samples else []
    screens = drawn_screens()[:limit]
    rows += _rows(contest, "screenshots", [s.pixels for s in screens], [s.text for s in screens])
    explained = (
        "One page a call; ratio: seconds over those of the first reader. Fonts of the screenshots: "
        f"{', '.join(font_names())}."
    )
    return [*notes, explained, table(COLUMNS, rows)]


def _rows(contest: Contest, name: str, pages: Sequence[Pixels], texts: Sequence[str]) -> list[list[object]]:
    readings, timings = contest.run(pages, 1, _read)
    speed = contest.speed(timings)
    rows: list[list[object]] = []
    for reader, found in readings.items():
        scores = score_texts(texts, [reading.text for reading in found], case=True)
        shares = map(percent, (scores.cer, scores.wer, scores.bag_of_words))
        rows.append([name, reader, scores.count, *shares, *speed[reader]])
    return rows


def _read(reader: AnyReader, pages: Sequence[Pixels]) -> list[PageReading]:
    return [reader.read_image(page) for page in pages]


if __name__ == "__main__":
    typer.run(main)
