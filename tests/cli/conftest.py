"""The command line over real files, with a reader whose answer is known: it tells the size of the picture."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from PIL import Image

from ocrapp.cli import main as main_module
from ocrapp.cli import read as read_module
from ocrapp.page import Block, Line, Page, Word


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
    """Makes an image file of a size; ``frames`` pages if it is a TIFF."""

    def make(name: str, width: int = 8, height: int = 6, frames: int = 1) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        pages = [Image.fromarray(np.full((height, width + i, 3), 255, np.uint8)) for i in range(frames)]
        more = {"save_all": True, "append_images": pages[1:]} if frames > 1 else {}
        pages[0].save(path, **more)
        return path

    return make
