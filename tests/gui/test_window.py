import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMessageBox, QToolBar, QToolButton

from ocrapp.gui.intake import Intake
from ocrapp.gui.theme import DARK, LIGHT, Scheme, colours_of
from tests.gui.fakes import FakeReader


def actions_of(window):
    return [action for action in window.findChildren(QAction) if action.text() and action.toolTip()]


def test_each_action_explains_itself(gui):
    actions = gui.window.recognise.actions_.all()
    assert len(actions) > 15
    for action in actions:
        assert action.text(), action
        assert action.toolTip() not in {"", action.text()}, action.text()
        if action.text() != "Enter pass&word…":
            assert action.shortcut().toString() in action.toolTip(), action.text()


def test_no_shortcut_is_given_twice(gui):
    keys = [key.toString() for action in actions_of(gui.window) for key in action.shortcuts()]
    assert len(keys) == len(set(keys))


def test_each_action_is_in_a_menu(gui):
    menus = [action.menu() for action in gui.window.menuBar().actions()]
    listed = {action for menu in menus for action in menu.actions()}
    assert set(gui.window.recognise.actions_.all()) <= listed
    letters = [action.text().split("&")[1][0].lower() for action in gui.window.menuBar().actions()]
    assert len(letters) == len(set(letters))


def test_tool_buttons_have_names(gui):
    buttons = gui.window.findChild(QToolBar).findChildren(QToolButton)
    named = [button for button in buttons if button.defaultAction()]
    assert len(named) >= 8
    assert all(button.accessibleName() for button in named)


def test_the_scheme_is_chosen_and_remembered(make_gui, qapp):
    gui = make_gui()
    gui.window.findChild(QAction, "scheme-dark").trigger()
    assert colours_of(qapp.palette()) is DARK
    again = make_gui()
    assert again.theme.scheme is Scheme.DARK
    assert again.window.findChild(QAction, "scheme-dark").isChecked()
    again.window.findChild(QAction, "scheme-light").trigger()
    assert colours_of(qapp.palette()) is LIGHT


def test_everything_can_be_reached_by_tab(gui, image, settled, qtbot):
    qtbot.waitUntil(gui.window.isActiveWindow)
    view = gui.window.recognise
    gui.desk.take(Intake((image("a.png"),)))
    settled(gui, 1)
    view.list.setFocus()
    seen = []
    for _ in range(30):
        seen.append(QApplication.focusWidget())
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    for widget in (view.list, view.page, view.panel.text):
        assert widget in seen


def test_a_refused_drop_is_explained(gui, tmp_path, qtbot):
    (tmp_path / "empty").mkdir()
    gui.desk.take(Intake((tmp_path / "empty",)))
    qtbot.waitUntil(lambda: bool(gui.window.findChildren(QMessageBox)), timeout=10_000)
    (box,) = gui.window.findChildren(QMessageBox)
    assert "“empty”" in box.text()
    assert box.informativeText()
    box.close()


def test_closing_ends_the_work(make_gui, image, qtbot):
    reader = FakeReader(gate=threading.Event())
    gui = make_gui(reader, [image("a.png"), image("b.png")])
    qtbot.waitUntil(lambda: bool(reader.read_pages), timeout=10_000)
    gui.window.close()
    assert not any(thread.isRunning() for thread in gui.threads._threads)


def test_the_layout_comes_back(make_gui):
    first = make_gui()
    first.window.resize(700, 500)
    first.window.recognise.splitter.setSizes([200, 300, 200])
    first.window.close()
    again = make_gui()
    assert (again.window.width(), again.window.height()) == (700, 500)


@pytest.mark.parametrize("factor", [1.0, 1.6])
def test_it_fits_a_small_screen_even_with_a_large_font(make_gui, qapp, factor):
    font = qapp.font()
    larger = qapp.font()
    larger.setPointSizeF(font.pointSizeF() * factor)
    qapp.setFont(larger)
    try:
        gui = make_gui()
        hint = gui.window.minimumSizeHint()
        assert hint.width() <= 1024
        assert hint.height() <= 700
    finally:
        qapp.setFont(font)
