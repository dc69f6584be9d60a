"""Crops rendered a second on one core, by kind.

    python -m tests.benchmarks.rendering

With the data folder ($OCRAPP_DATA) there are photos as grounds; without it there are none.
"""

import statistics
import time
from collections.abc import Callable
from typing import Annotated

import cv2
import numpy as np
import typer

from ocrapp.training.data.real import data_folder
from ocrapp.training.render.images import WordImage
from ocrapp.training.report import table
from ocrapp.training.sheet import Kind, open_kind


def main(
    kinds: Annotated[
        list[Kind] | None, typer.Option(help="Repeat it; all rendered kinds if left out.")
    ] = None,
    crops: Annotated[int, typer.Option(min=10, help="Crops a batch.")] = 100,
    batches: Annotated[int, typer.Option(min=1, help="Batches that are timed.")] = 10,
) -> None:
    cv2.setNumThreads(1)
    rows = [
        # A small pool is soon as old as it will ever be: pages run out as fast as new ones come.
        [kind.value, *measure(open_kind(kind, data_folder(), pool=4), crops, batches)]
        for kind in kinds or [kind for kind in Kind if kind is not Kind.REAL]
    ]
    typer.echo(
        table(["kind", "crops / s (median batch)", "crops / s (best batch)", "ms a crop (median)"], rows)
    )


def measure(draw: Callable[[np.random.Generator], WordImage], crops: int, batches: int) -> list[object]:
    """CPU time, so that other programs on the machine count little; the first batches fill pools and caches."""
    rng = np.random.default_rng(0)
    for _ in range(3 * crops):
        draw(rng)
    seconds = []
    for _ in range(batches):
        began = time.process_time()
        for _ in range(crops):
            draw(rng)
        seconds.append(time.process_time() - began)
    middle = statistics.median(seconds)
    return [round(crops / middle), round(crops / min(seconds)), f"{1000 * middle / crops:.2f}"]


if __name__ == "__main__":
    typer.run(main)
