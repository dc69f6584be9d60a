"""The program with a reader whose work is known: ``python -c PROGRAM batch IN OUT ...``.

Each page that is begun is a line of the file $BEGUN_LOG, with the process that did it. Reading takes
$PAGE_SECONDS and gives the size of the picture.
"""

import os
import sys
import time
from pathlib import Path

from ocrapp.batch import cluster_engine, load_ray, local_engine
from ocrapp.cli import batch as command
from ocrapp.cli.main import main
from ocrapp.page import Block, Line, Page, Word


class SizeReader:
    """Reads ``WIDTHxHEIGHT`` off each page."""

    def __init__(self, log: Path, seconds: float = 0.0) -> None:
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._seconds = seconds

    def read(self, page_image, layout="auto", cancel=None):
        os.write(self._log, f"{Path(page_image.source).name}#{page_image.number} {os.getpid()}\n".encode())
        end = time.monotonic() + self._seconds
        while True:
            cancel.check()
            if time.monotonic() >= end:
                return size_page(page_image)
            time.sleep(0.002)


def size_page(image):
    box = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
    word = Word(f"{image.width}x{image.height}", box, 0.5, "size")
    blocks = (Block((Line((word,), box, 0.5),)),)
    return Page(
        image.source, image.number, image.width, image.height, blocks, "CPUExecutionProvider", ("size",), 0.0
    )


def make_reader() -> SizeReader:
    """The reader that the environment describes; actors of a cluster have the same environment."""
    return SizeReader(Path(os.environ["BEGUN_LOG"]), float(os.environ["PAGE_SECONDS"]))


def make_engine(where, _reporter):
    if where.cluster is not None:
        load_ray()
        return cluster_engine(make_reader, where.cluster)
    return local_engine(make_reader, where.jobs or 1)


def run() -> None:
    """The program, with arguments from the command line."""
    command.make_engine = make_engine
    raise SystemExit(main(sys.argv[1:]))
