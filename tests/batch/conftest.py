"""Folders of small pictures, and the program as a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
PROGRAM = "from tests.batch.program import run; run()"


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    return folder


@pytest.fixture
def image(folder):
    """Makes an image file of a size; ``frames`` pages, each a pixel wider, if it is a TIFF."""

    def make(name: str, width: int = 8, height: int = 6, frames: int = 1) -> Path:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        pages = [Image.fromarray(np.full((height, width + i, 3), 255, np.uint8)) for i in range(frames)]
        more = {"save_all": True, "append_images": pages[1:]} if frames > 1 else {}
        pages[0].save(path, **more)
        return path

    return make


@pytest.fixture
def log(tmp_path):
    """Where the reader of the program notes each page that it begins."""
    return tmp_path / "begun.log"


@pytest.fixture
def start(log, folder, tmp_path):
    """Starts ``ocrapp batch`` with a reader that takes so many seconds a page."""
    running = []

    def start(*options, seconds=0.0, out="out", prefix=(), program=PROGRAM, **more):
        command = [sys.executable, "-c", program, "batch", folder, tmp_path / out]
        process = subprocess.Popen(
            [*prefix, *map(str, command), *map(str, options)],
            cwd=ROOT,
            env={**os.environ, **environment(log, seconds)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **more,
        )
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.communicate()


@pytest.fixture
def run(start):
    """Runs it to its end; gives exit code, standard output and standard error."""

    def run(*options, **more):
        process = start(*options, **more)
        out, err = process.communicate(timeout=120)
        return process.returncode, out, err

    return run


def environment(log: Path, seconds: float) -> dict[str, str]:
    """What `tests.batch.program` looks for, in actors of a cluster too."""
    return {"BEGUN_LOG": str(log), "PAGE_SECONDS": str(seconds), "PYTHONPATH": str(ROOT)}


def begun(log: Path) -> list[str]:
    """Pages, as often and in the order in which they were begun."""
    return [line.split(" ")[0] for line in log.read_text().splitlines()] if log.exists() else []
