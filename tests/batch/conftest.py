"""Folders of small pictures, and the program as a process of its own."""

import os
import secrets
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from tests.pictures import white_image

ROOT = Path(__file__).parents[2]
TOKEN = secrets.token_hex(32)
PROGRAM = "from tests.batch.program import run; run()"


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    return folder


@pytest.fixture
def image(folder):
    """Makes image files in the folder that is read; see `tests.pictures`."""
    return partial(white_image, folder)


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
    return {
        "BEGUN_LOG": str(log),
        "PAGE_SECONDS": str(seconds),
        "PYTHONPATH": str(ROOT),
        # A cluster of our own: Ray may find a token of other clusters in the home folder, and mixes them up.
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": TOKEN,
    }


def begun(log: Path) -> list[str]:
    """Pages, as often and in the order in which they were begun."""
    return [line.split(" ")[0] for line in log.read_text().splitlines()] if log.exists() else []
