"""Words, pages and receipts in one run: ``python -m tests.benchmarks --limit 40``."""

from typing import Annotated

import typer

from tests.benchmarks import pages, receipts, words
from tests.benchmarks.side_by_side import Contest, document

PARTS = {"words": words.parts, "pages": pages.parts, "receipts": receipts.parts}


def main(
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many images of each set.")] = None,
    pages_limit: Annotated[
        int | None, typer.Option(min=1, help="At most so many pages and receipts; else --limit.")
    ] = None,
    only: Annotated[list[str] | None, typer.Option(help="words, pages or receipts; repeat it.")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda:N, for ocrapp.")] = "auto",
    threads: Annotated[int, typer.Option(min=0, help="CPU threads of each reader; 0: let it decide.")] = 1,
) -> None:
    """ocrapp, Tesseract and RapidOCR on the same images in the same run, as Markdown tables."""
    contest = Contest.open(device, threads)
    found = [contest.about()]
    for name in only or list(PARTS):
        most = limit if name == "words" else pages_limit or limit
        found += [f"## {name.capitalize()}", *PARTS[name](contest, most)]
    typer.echo(document("Side by side", found))


if __name__ == "__main__":
    typer.run(main)
