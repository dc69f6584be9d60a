"""Word crops: right words and seconds, ocrapp beside its peers.

    python -m tests.benchmarks.words --limit 200

Reads the held-out crops of the data folder ($OCRAPP_DATA), the rendered sets of ``evaluate`` (plain and turned by
any angle) and clean words drawn with common fonts of this machine.
"""

from collections.abc import Sequence
from typing import Annotated

import typer

from ocrapp.training.data.real import WORD_SETS, Pixels, data_folder, read_words
from ocrapp.training.metrics import WordResult, score_words
from ocrapp.training.readers import AnyReader, Reading
from ocrapp.training.rendered_sets import COUNT, RENDERED_SETS, rendered_words
from ocrapp.training.report import percent, table
from tests.benchmarks.drawn import drawn_words
from tests.benchmarks.side_by_side import Contest, document

BATCH = 10
COLUMNS = [
    "set",
    "reader",
    "words",
    "accuracy %",
    "exact %",
    "1-NED %",
    "s / word (median)",
    "middle half",
    "ratio",
]


def main(
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many crops of each set.")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda:N, for ocrapp.")] = "auto",
    threads: Annotated[int, typer.Option(min=0, help="CPU threads of each reader; 0: let it decide.")] = 1,
) -> None:
    contest = Contest.open(device, threads)
    typer.echo(document("Words", [contest.about(), *parts(contest, limit)]))


def parts(contest: Contest, limit: int | None) -> list[str]:
    """Tables and notes, without who was compared."""
    rows, notes = [], []
    for name in WORD_SETS:
        samples = read_words(name, "validation", missing="empty")[:limit]
        if not samples:
            notes.append(f"Not measured: {name} is not in {data_folder()}.")
            continue
        crops = [sample.load() for sample in samples]
        labels = [
            WordResult(s.text, "", 0, exact=s.exact, punctuation=s.punctuation, name=s.path.name)
            for s in samples
        ]
        rows += _rows(contest, name, crops, labels)
    for name in RENDERED_SETS:
        drawn = rendered_words(name, limit or COUNT)
        rows += _rows(contest, name, [w.load() for w in drawn], [WordResult(w.text, "", 0) for w in drawn])
    for angle in (0, 10, 90):
        crops, texts = zip(*drawn_words(angle), strict=True)
        labels = [WordResult(text, "", 0) for text in texts]
        rows += _rows(contest, f"drawn, {angle}°" if angle else "drawn", crops[:limit], labels[:limit])
    explained = (
        f"Held-out crops; {BATCH} crops a call; ratio: seconds over those of the first reader. Tesseract is a "
        "program: its seconds include starting it once a call."
    )
    return [*notes, explained, table(COLUMNS, rows)]


def _rows(
    contest: Contest, name: str, crops: Sequence[Pixels], labels: Sequence[WordResult]
) -> list[list[object]]:
    readings, timings = contest.run(crops, BATCH, _read)
    speed = contest.speed(timings)
    rows: list[list[object]] = []
    for reader, found in readings.items():
        scores = score_words(
            WordResult(w.label, r.text, r.confidence, exact=w.exact, punctuation=w.punctuation)
            for w, r in zip(labels, found, strict=True)
        )
        shares = map(percent, (scores.accuracy, scores.exact, scores.one_minus_ned))
        rows.append([name, reader, scores.count, *shares, *speed[reader]])
    return rows


def _read(reader: AnyReader, crops: Sequence[Pixels]) -> list[Reading]:
    return reader.read_crops(crops, "word")


if __name__ == "__main__":
    typer.run(main)
