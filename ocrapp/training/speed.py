"""How fast a recogniser reads word crops on one core: ``python -m ocrapp.training speed``."""

import statistics
import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ocrapp.reading.svtr import canvas, normalise
from ocrapp.runtime import ModelEntry, Session, choose_device, load_catalog
from ocrapp.training.report import table

BATCH = 16
TARGET_MS = 8.0
"""A word crop on one core, in batches."""


def milliseconds_a_crop(
    encoder: ModelEntry | Path, head: ModelEntry | Path, batch: int = BATCH, k: int = 4, rounds: int = 15
) -> float:
    """Median processor time of encoder and CTC head for one crop, in milliseconds, on one thread.

    Processor time, not time on the wall: what else runs on the machine disturbs it little.

    Args:
        encoder: Model of role ``svtr-encoder``.
        head: Model of role ``svtr-ctc``.
        batch: Crops at once.
        k: Canvas number; 4 is 32x128.
        rounds: Batches that are timed, after one that is not.
    """
    device = choose_device("cpu")
    sessions = Session(encoder, device, threads=1), Session(head, device, threads=1)
    image = normalise(np.random.default_rng(0).integers(0, 256, (batch, *canvas(k), 3), np.uint8))
    seconds = []
    for _ in range(rounds + 1):
        began = time.process_time()
        features = sessions[0].run({"image": image})[0]
        sessions[1].run({"features": features})
        seconds.append(time.process_time() - began)
    return 1000 * statistics.median(seconds[1:]) / batch


def main(arguments: Sequence[str] | None = None) -> None:
    """Print milliseconds a crop for every recogniser of a catalog and several canvases."""
    parser = ArgumentParser(description=main.__doc__)
    parser.add_argument("--models", type=Path, default=None, help="folder with catalog.toml")
    parser.add_argument("--batch", type=int, default=BATCH)
    parser.add_argument(
        "--canvas", type=int, nargs="+", default=[1, 4, 8], help="canvas numbers; 4 is 32x128"
    )
    options = parser.parse_args(arguments)
    entries = list(load_catalog(options.models))
    heads = {entry.id: entry for entry in entries if entry.role == "svtr-ctc"}
    rows = []
    for encoder in entries:
        head = heads.get(encoder.id.replace("-encoder", "-ctc"))
        if encoder.role == "svtr-encoder" and head is not None:
            times = [milliseconds_a_crop(encoder, head, options.batch, k) for k in options.canvas]
            rows.append([encoder.id, *(f"{value:.1f}" for value in times)])
    columns = ["encoder and its head", *("x".join(map(str, canvas(k))) for k in options.canvas)]
    sys.stdout.write(
        f"Milliseconds of one core a crop, batches of {options.batch} (target at 32x128: {TARGET_MS:.0f}):\n\n"
        f"{table(columns, rows)}\n"
    )


if __name__ == "__main__":
    main()
