"""Windows without a screen, without models, with settings of their own, and with all threads ended."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PIL import Image
from PySide6.QtCore import QSettings, QThread
from PySide6.QtGui import QGuiApplication

from ocrapp.gui.app import build
from ocrapp.gui.intake import Intake
from ocrapp.gui.theme import Scheme, Theme
from ocrapp.gui.workarounds import keep_constants_alive
from tests.gui.fakes import FakeReader

keep_constants_alive()


@pytest.fixture(autouse=True)
def _no_thread_left(monkeypatch):
    """A thread that outlives its test crashes a later one: say here which it was."""
    started = []
    start = QThread.start

    def record(thread, *arguments):
        started.append(thread)
        start(thread, *arguments)

    monkeypatch.setattr(QThread, "start", record)
    yield
    running = [thread.objectName() for thread in started if thread.isRunning()]
    assert not running, f"still running: {running}"


@pytest.fixture
def store(tmp_path):
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def make_gui(qapp, qtbot, store):
    """Builds and shows windows; ends them after the test."""
    made = []

    def make(reader=None, paths=(), show=True):
        gui = build([str(path) for path in paths], make_reader=reader or FakeReader(), store=store)
        made.append(gui)
        if show:
            gui.window.show()
            qtbot.waitExposed(gui.window)
        return gui

    yield make
    for gui in made:
        gui.window.close()
        gui.close()
        gui.window.deleteLater()
    qapp.processEvents()
    Theme(qapp, Scheme.LIGHT)


@pytest.fixture
def gui(make_gui):
    return make_gui()


@pytest.fixture
def image(tmp_path):
    """Makes image files."""

    def make(name="page.png", size=(400, 300), colour="white"):
        path = tmp_path / name
        Image.new("RGB", size, colour).save(path)
        return path

    return make


@pytest.fixture
def pages(tmp_path):
    """Makes a TIFF file of several pages."""

    def make(name="pages.tif", count=3):
        frames = [Image.new("RGB", (300 + 10 * number, 200), "white") for number in range(count)]
        frames[0].save(tmp_path / name, save_all=True, append_images=frames[1:])
        return tmp_path / name

    return make


@pytest.fixture
def settled(qtbot):
    """Waits until a window has nothing left to do."""

    def wait(gui, entries):
        def done():
            assert len(gui.desk.entries) == entries
            assert not any(entry.is_open for entry in gui.desk.entries)
            assert not gui.desk.busy

        qtbot.waitUntil(done, timeout=10_000)
        return list(gui.desk.entries)

    return wait


@pytest.fixture
def clipboard(qapp):
    board = QGuiApplication.clipboard()
    board.clear()
    yield board
    board.clear()


@pytest.fixture
def loaded(make_gui, image, settled):
    """A window that has read two files."""
    gui = make_gui(FakeReader({"b.png": "second file"}))
    gui.desk.take(Intake((image("a.png"), image("b.png", (600, 200)))))
    settled(gui, 2)
    return gui
