import subprocess
import sys

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from ocrapp.gui import app
from ocrapp.gui.app import build, make_application, run
from tests.gui.fakes import TEXT, FakeReader


def test_paths_of_the_command_line_are_read(make_gui, image, settled, monkeypatch, tmp_path):
    image("given.png")
    monkeypatch.chdir(tmp_path)
    gui = make_gui(paths=["given.png"])
    (entry,) = settled(gui, 1)
    assert entry.page.text == TEXT
    assert entry.source == tmp_path / "given.png"


def test_one_application_is_used(qapp):
    assert make_application() is qapp


def test_run_returns_when_the_window_is_closed(qapp, monkeypatch, store, image):
    built = []

    def build_fake(paths):
        built.append(build(paths, make_reader=FakeReader(), store=store))
        QTimer.singleShot(300, built[0].window.close)
        return built[0]

    hook, interval = sys.excepthook, sys.getswitchinterval()
    monkeypatch.setattr(app, "build", build_fake)
    monkeypatch.setattr(QApplication, "exec", lambda: exec_until_closed(qapp, built[0].window))
    assert run([str(image())]) == 0
    assert sys.excepthook is hook
    sys.setswitchinterval(interval)
    built[0].window.deleteLater()


def exec_until_closed(qapp, window):
    while window.isVisible():
        qapp.processEvents()
    return 0


@pytest.mark.parametrize("heavy", ["onnxruntime", "cv2", "torch", "PIL", "pypdfium2"])
def test_the_window_is_built_without(heavy, tmp_path):
    code = (
        "import sys\n"
        "from PySide6.QtCore import QSettings\n"
        "from ocrapp.gui.app import build\n"
        f"gui = build(store=QSettings({str(tmp_path / 's.ini')!r}, QSettings.Format.IniFormat))\n"
        "gui.window.show()\n"
        "gui.close()\n"
        f"sys.exit({heavy!r} in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
