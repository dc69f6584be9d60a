"""A folder of many small pages: memory of the process and pages a second as the run goes on.

    python -m tests.benchmarks.batch --pages 1000

Memory must be flat: page 1,000 within 10 % of page 50. Ends with code 1 where it is not. The same 25 pages come
again and again (as different files), so that page 50 has seen the most demanding of them, as page 1,000 has.
"""

import random
import tempfile
import time
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Annotated

import typer
from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

from ocrapp.batch import Batch, BatchJob, local_engine
from ocrapp.batch.crops import shared_reader
from ocrapp.runtime import choose_device
from ocrapp.training.report import table

WORDS = ("Harbour", "STATION", "museum", "Quay 7", "Exit", "parking", "Library", "42,50", "no-reply", "2026")
LIMIT = 1.10
DISTINCT = 25


def main(
    pages: Annotated[int, typer.Option(min=100)] = 1000,
    jobs: Annotated[int, typer.Option(min=1)] = 2,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda:N.")] = "cpu",
) -> None:
    marks = sorted({50, 100, pages // 4, pages // 2, 3 * pages // 4, pages - jobs})
    samples: dict[int, tuple[float, float]] = {}
    chosen = choose_device(device)
    with tempfile.TemporaryDirectory() as folder:
        inputs = Path(folder, "in")
        draw_pages(inputs, pages)
        with Batch(BatchJob(inputs, Path(folder, "out"), ("txt", "json"))) as batch:

            def sample(done: int, _total: int, _what: str) -> None:
                for mark in marks:
                    if mark not in samples and done >= mark:
                        samples[mark] = time.monotonic(), memory()

            batch.run(local_engine(partial(shared_reader, chosen, "fast", jobs), jobs), progress=sample)
            journal = sum(path.stat().st_size for path in Path(folder, "out", ".ocrapp").glob("journal*"))
            counts = batch.counts()
    rows: list[list[object]] = []
    for (before, (began, _)), (mark, (ended, mib)) in pairwise([(0, (0.0, 0.0)), *sorted(samples.items())]):
        rate = (mark - before) / (ended - began) if before else ""
        rows.append([mark, f"{mib:.0f}", f"{rate:.1f}" if rate else "", f"{mib / samples[50][1]:.3f}"])
    typer.echo(f"{counts.done} pages read, {counts.failed} failed, {jobs} jobs. {chosen.reason}")
    typer.echo(table(["page", "MiB resident", "pages/s", "of page 50"], rows))
    typer.echo(f"Journal: {journal / 1024:.0f} KiB.")
    if samples[max(samples)][1] > LIMIT * samples[50][1]:
        typer.echo("Memory is not flat.")
        raise typer.Exit(1)


def draw_pages(folder: Path, count: int) -> None:
    """Pages of mixed small sizes with one to three words each; equal ones differ in a comment."""
    folder.mkdir()
    chance = random.Random(5)
    fonts = [ImageFont.load_default(size) for size in (16, 20, 26)]
    distinct = []
    for _ in range(DISTINCT):
        image = Image.new("RGB", (chance.randint(120, 260), chance.randint(50, 130)), "white")
        draw = ImageDraw.Draw(image)
        for row in range(chance.randint(1, 3)):
            draw.text((8, 6 + 40 * row), chance.choice(WORDS), "black", chance.choice(fonts))
        distinct.append(image)
    for number in range(count):
        comment = PngInfo()
        comment.add_text("number", str(number))
        distinct[number % DISTINCT].save(folder / f"{number}.png", pnginfo=comment)


def memory() -> float:
    """Resident memory of this process in MiB."""
    with Path("/proc/self/status").open(encoding="ascii") as status:
        line = next(line for line in status if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    typer.run(main)
