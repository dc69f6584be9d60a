"""The command line over real files, with a reader whose answer is known: it tells the size of the picture."""

from functools import partial
from typing import NamedTuple

import pytest

from ocrapp.cli import main as main_module
from ocrapp.cli import read as read_module
from ocrapp.page import Block, Line, Page, Word
from tests.pictures import white_image


class SizeReader:
    """Reads ``WIDTHxHEIGHT`` off each page."""

    mode = "fast"

    def __init__(self):
        self.layouts = []

    def read(self, page_image, *, layout="auto", cancel=None, progress=None):
        cancel.check()
        self.layouts.append(layout)
        progress(1, 2, "recognising")
        box = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
        word = Word(f"{page_image.width}x{page_image.height}", box, 1.0, "size")
        return Page(
            page_image.source,
            page_image.number,
            page_image.width,
            page_image.height,
            (Block((Line((word,), box, 1.0),)),),
            "CPUExecutionProvider",
            ("size",),
            0.0,
        )


class Outcome(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def reader(monkeypatch):
    reader = SizeReader()
    monkeypatch.setattr(read_module, "load_reader", lambda *_: reader)
    return reader


@pytest.fixture
def run(capfd):
    """Run the program in this process; returns exit code, standard output and standard error."""

    def run(*arguments) -> Outcome:
        capfd.readouterr()
        code = main_module.main([str(argument) for argument in arguments])
        return Outcome(code, *capfd.readouterr())

    return run


@pytest.fixture
def image(tmp_path):
    """Makes image files in a folder of the test; see `tests.pictures`."""
    return partial(white_image, tmp_path)
