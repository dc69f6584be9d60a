"""The real program on a real (virtual) screen: a file is dropped with the mouse, the text is copied.

Needs Xvfb and xdotool. The reader is the real one with the models that ocrapp ships.
"""

import os
import shutil
import subprocess
import sys
import time
from difflib import SequenceMatcher
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from tests.gui.models import skip_without_models

HERE = Path(__file__).parent
SENTENCE = "The quick brown fox jumps over 13 lazy dogs"
FONT = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
PATIENCE_S = 60.0
SIMILAR = 0.9
"""How much of the text must be right: this is a test of the window, not of the models."""


def wait_for(what, wanted):
    """Call ``what`` until its result is as ``wanted``; returns it."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        result = what()
        if wanted(result):
            return result
        time.sleep(0.2)
    raise AssertionError(f"waited {PATIENCE_S} s, last: {result!r}")


@pytest.fixture
def display(tmp_path):
    """A virtual screen; yields the environment of programs on it."""
    missing = [name for name in ("Xvfb", "xdotool") if shutil.which(name) is None]
    missing += [] if FONT.exists() else ["fonts-dejavu-core"]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x800x24", "-nolisten", "tcp"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as number:
        name = number.readline().strip()
    assert name, "Xvfb did not start"
    environment = os.environ | {
        "DISPLAY": f":{name}",
        "QT_QPA_PLATFORM": "xcb",
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "PYTHONPATH": str(HERE.parents[1]),
    }
    yield environment
    server.terminate()
    server.wait()


@pytest.fixture
def start(display):
    """Starts programs on the screen and ends them after the test."""
    started = []

    def run(*arguments):
        process = subprocess.Popen(
            [sys.executable, *arguments], env=display, stderr=subprocess.PIPE, text=True
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.terminate()
        _, errors = process.communicate(timeout=20)
        sys.stderr.write(errors)


def xdotool(display, *arguments):
    done = subprocess.run(
        ["xdotool", *map(str, arguments)], env=display, capture_output=True, text=True, check=False
    )
    return done.stdout.strip()


def place_window(display, title, left, top, width, height):
    """Wait for a window with this title, and put it where it is wanted; returns its id."""
    window = wait_for(
        lambda: xdotool(display, "search", "--onlyvisible", "--name", title).split("\n")[0], bool
    )
    xdotool(display, "windowmove", "--sync", window, left, top)
    xdotool(display, "windowsize", "--sync", window, width, height)
    return window


def drag(display, start, end):
    """Move something from one point of the screen to another with the left button down."""
    xdotool(display, "mousemove", *start, "mousedown", 1)
    for step in range(1, 21):
        place = [round(a + (b - a) * step / 20) for a, b in zip(start, end, strict=True)]
        xdotool(display, "mousemove", *place)
        time.sleep(0.03)
    time.sleep(0.5)
    xdotool(display, "mouseup", 1)


def copy_all(display, window):
    """Press the keys that copy the page, and ask another program what is on the clipboard."""
    xdotool(display, "windowfocus", window)
    xdotool(display, "mousemove", 700, 400, "key", "ctrl+shift+c")
    time.sleep(0.3)
    done = subprocess.run(
        [sys.executable, str(HERE / "readclipboard.py")], env=display, capture_output=True, check=False
    )
    return done.stdout.decode()


def test_a_file_dropped_with_the_mouse_is_read(display, start, tmp_path):
    skip_without_models()
    path = tmp_path / "Ünï-写真.png"
    image = Image.new("RGB", (1100, 300), "white")
    ImageDraw.Draw(image).text((40, 110), SENTENCE, "black", ImageFont.truetype(FONT, 44))
    image.save(path)

    started = start("-m", "ocrapp", "gui")
    window = place_window(display, "^ocrapp$", 140, 0, 1100, 780)
    start(str(HERE / "dragsource.py"), str(path))
    place_window(display, "^drag source$", 0, 0, 120, 120)
    drag(display, (60, 60), (700, 400))

    wait_for(lambda: xdotool(display, "getwindowname", window), lambda name: name == f"{path.name} — ocrapp")
    text = wait_for(lambda: copy_all(display, window), bool)
    assert SequenceMatcher(None, text.strip(), SENTENCE).ratio() >= SIMILAR, text
    assert started.poll() is None
