"""The event loop never stops for more than 100 ms, whatever the engine does."""

import threading
import time

import numpy as np
import pytest
from PIL import Image

from ocrapp.gui.engine import default_reader
from ocrapp.gui.intake import Intake
from tests.gui.fakes import FakeReader
from tests.gui.models import skip_without_models
from tests.gui.stall import StallMeter

LIMIT_S = 0.100
IMAGES = 8
WORDS = "\n".join(" ".join(f"word{row}x{column}" for column in range(12)) for row in range(60))


@pytest.fixture
def photos(tmp_path):
    """Photos of 12 megapixels with something in them."""
    noise = np.random.default_rng(0).integers(0, 255, (300, 400, 3), np.uint8)
    photo = Image.fromarray(noise).resize((4000, 3000))
    paths = [tmp_path / f"photo {number}.jpg" for number in range(IMAGES)]
    for path in paths:
        photo.save(path, quality=85)
    return paths


def busy_work(_page):
    """As the real reader: Python and NumPy in turns."""
    end = time.perf_counter() + 0.15
    numbers = np.arange(200_000, dtype=np.float64)
    while time.perf_counter() < end:
        np.sort(np.sin(numbers))
        sum(value * value for value in range(20_000))


def read_all(gui, photos, qtbot):
    """Drop everything, look at one page after the other meanwhile, and return the meter."""
    with StallMeter() as meter:
        gui.desk.take(Intake(tuple(photos)))

        def done():
            if len(gui.desk.entries):
                view = gui.window.recognise
                view.step(1 if view.list.currentIndex().row() < len(gui.desk.entries) - 1 else -3)
                view.page.zoom_in()
            assert len(gui.desk.entries) == len(photos)
            assert not gui.desk.busy

        qtbot.waitUntil(done, timeout=120_000)
    return meter


def test_the_meter_sees_a_stall(qapp, qtbot):
    with StallMeter() as meter:
        qtbot.wait(50)
        time.sleep(0.2)
        qtbot.wait(50)
    assert meter.longest > 0.15


def test_the_meter_sees_who_keeps_the_interpreter_for_itself(qapp, qtbot):
    numbers = np.random.default_rng(0).random(1_500_000).tolist()
    with StallMeter() as meter:
        thread = threading.Thread(target=lambda: sorted(numbers))  # one call into C, which holds the GIL
        thread.start()
        qtbot.waitUntil(lambda: not thread.is_alive(), timeout=60_000)
        qtbot.wait(50)
    assert meter.longest > LIMIT_S


def test_reading_many_photos_does_not_stall(make_gui, photos, qtbot):
    gui = make_gui(FakeReader(dict.fromkeys((path.name for path in photos), WORDS), work=busy_work))
    meter = read_all(gui, photos, qtbot)
    assert [entry.trouble for entry in gui.desk.entries if entry.page is None] == []
    assert len(meter.gaps) > 50
    assert meter.longest < LIMIT_S, f"{meter.longest:.3f} s, {meter.excused:.3f} s excused"


def test_loading_and_running_the_real_models_does_not_stall(make_gui, photos, qtbot):
    skip_without_models()
    gui = make_gui(default_reader)
    meter = read_all(gui, photos[:1], qtbot)
    assert [entry.trouble for entry in gui.desk.entries if entry.page is None] == []
    assert meter.longest < LIMIT_S, f"{meter.longest:.3f} s, {meter.excused:.3f} s excused"


# A reader that answers at once is no case for the clock: its Python code and the window's share one interpreter,
# and what is measured is how they take turns. `test_mailbox.py` shows that its messages come in portions.
def test_a_folder_of_thousands_of_files_does_not_stall(make_gui, image, tmp_path, qtbot):
    reader = FakeReader(work=lambda _page: time.sleep(0.02))  # ten times faster than the real one
    folder = tmp_path / "many"
    folder.mkdir()
    content = image(size=(8, 8)).read_bytes()
    for number in range(2000):
        (folder / f"{number}.png").write_bytes(content)
    gui = make_gui(reader)
    with StallMeter() as meter:
        gui.desk.take(Intake((folder,)))
        qtbot.waitUntil(lambda: len(gui.desk.entries) == 2000, timeout=30_000)
        qtbot.wait(500)
        gui.desk.cancel()
        qtbot.waitUntil(lambda: not gui.desk.busy, timeout=30_000)
    assert meter.longest < LIMIT_S, f"{meter.longest:.3f} s, {meter.excused:.3f} s excused"
