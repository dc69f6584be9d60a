"""What a batch leaves for people and programs to look at: a table of all pages, and a summary."""

import csv
import io
import json
from collections.abc import Iterator

from ocrapp import __version__
from ocrapp.batch.files import write_whole
from ocrapp.batch.journal import Journal
from ocrapp.batch.model import BatchJob, Row, State

TABLE = "report.csv"
SUMMARY = "report.json"
_CHUNK = 1000

_COLUMNS = (
    "source",
    "page",
    "state",
    "words",
    "confidence",
    "seconds",
    "result",
    "sha256",
    "code",
    "message",
)


def write_report(job: BatchJob, journal: Journal, seconds: float, read: int) -> None:
    """Write ``report.csv`` (each page) and ``report.json`` (totals and failures) into the output folder.

    Args:
        job: What was read.
        journal: How it went.
        seconds: Wall time of this run.
        read: Pages that this run has read.

    Raises:
        OutputNotWritableError: They cannot be written.
    """
    write_whole(job.out / TABLE, _table(journal))
    counts = journal.counts()
    summary = {
        "ocrapp": __version__,
        "folder": str(job.folder),
        "formats": list(job.formats),
        "pages": counts.known,
        "done": counts.done,
        "failed": counts.failed,
        "waiting": counts.waiting + counts.running,
        "seconds": round(seconds, 3),
        "read": read,
        "pages_per_second": round(read / seconds, 3) if seconds > 0 else 0.0,
        "failures": [
            {"source": row.name, "page": row.number, "code": row.code, "message": row.message}
            for row in journal.rows(state=State.FAILED)
        ],
    }
    text = json.dumps(summary, ensure_ascii=False, indent=2) + "\n"
    write_whole(job.out / SUMMARY, [text.encode("utf-8", "backslashreplace")])


def _table(journal: Journal) -> Iterator[bytes]:
    yield _line(_COLUMNS)
    start = 0
    while rows := journal.rows(start, _CHUNK):
        yield b"".join(_line(_values(row)) for row in rows)
        start += len(rows)


def _values(row: Row) -> tuple[object, ...]:
    confidence = "" if row.confidence is None else f"{row.confidence:.4f}"
    seconds = f"{row.seconds:.3f}" if row.state is State.DONE else ""
    words = row.words if row.state is State.DONE else ""
    state = State.WAITING if row.state is State.RUNNING else row.state
    return (
        row.name,
        row.number,
        state,
        words,
        confidence,
        seconds,
        row.result,
        row.sha256,
        row.code,
        row.message,
    )


def _line(values: tuple[object, ...]) -> bytes:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerow(values)
    return stream.getvalue().encode("utf-8", "backslashreplace")
