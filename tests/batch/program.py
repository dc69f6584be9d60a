"""The program with a reader whose work is known: ``python -m tests.batch.program LOG SECONDS batch IN OUT ...``.

Each page that is begun is a line of LOG; reading it takes SECONDS and gives the size of the picture.
"""

import os
import sys
import time
from pathlib import Path

from ocrapp.batch import local_engine
from ocrapp.cli import batch as command
from ocrapp.cli.main import main
from ocrapp.page import Block, Line, Page, Word


class SizeReader:
    """Reads ``WIDTHxHEIGHT`` off each page."""

    def __init__(self, log: Path, seconds: float = 0.0) -> None:
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._seconds = seconds

    def read(self, page_image, layout="auto", cancel=None):
        os.write(self._log, f"{Path(page_image.source).name}#{page_image.number}\n".encode())
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


if __name__ == "__main__":
    reader = SizeReader(Path(sys.argv[1]), float(sys.argv[2]))
    command.make_engine = lambda *rest: local_engine(lambda: reader, rest[3] or 1)
    raise SystemExit(main(sys.argv[3:]))
