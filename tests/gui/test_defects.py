import sys
import threading

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

from ocrapp.gui.intake import Intake
from tests.gui.fakes import FakeReader

pytestmark = pytest.mark.qt_no_exception_capture


@pytest.fixture
def hooked(make_gui, capsys):
    """A window whose hooks are installed, with a reader that has a defect."""

    def defect(_page):
        raise ZeroDivisionError("broken engine")

    gui = make_gui(FakeReader(work=defect))
    before = (sys.excepthook, threading.excepthook)
    gui.hooks.install()
    yield gui
    gui.hooks.uninstall()
    assert (sys.excepthook, threading.excepthook) == before


def shown(qtbot, gui, text):
    qtbot.waitUntil(lambda: gui.window.defects.isVisible() and text in gui.window.defects.details())


def test_a_defect_in_a_slot_reaches_the_dialog(hooked, qtbot):
    def slot():
        raise KeyError("broken slot")

    QTimer.singleShot(0, slot)
    shown(qtbot, hooked, "KeyError: 'broken slot'")


def test_a_defect_on_the_engine_reaches_the_dialog(hooked, qtbot, image, settled):
    hooked.desk.take(Intake((image("a.png"), image("b.png"))))
    settled(hooked, 2)
    shown(qtbot, hooked, "ZeroDivisionError: broken engine")
    assert "2 errors" in hooked.window.defects._heading.text()


def test_a_defect_on_another_thread_reaches_the_dialog(hooked, qtbot):
    def work():
        raise OSError("broken thread")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    shown(qtbot, hooked, "OSError: broken thread")


def test_details_are_copied_by_a_button(hooked, qtbot):
    dialog = hooked.window.defects
    dialog.add("Traceback: details")
    assert isinstance(dialog.copy_button, QPushButton)
    dialog.copy_button.click()
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("ocrapp ")
    assert copied.endswith("Traceback: details")


def test_the_window_lives_on(hooked, qtbot, image, settled):
    hooked.window.defects.add("one")
    assert not hooked.window.defects.isModal()
    hooked.window.defects.close()
    hooked.window.defects.add("two")
    assert "one" not in hooked.window.defects.details()


def test_a_thousand_defects_are_counted_but_not_kept(hooked):
    for number in range(1000):
        hooked.window.defects.add(f"defect {number}")
    assert "1000 errors" in hooked.window.defects._heading.text()
    assert len(hooked.window.defects.details()) < 2000
    assert "defect 999" in hooked.window.defects.details()
