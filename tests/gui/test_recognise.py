import json
import threading
from collections import OrderedDict

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QInputDialog

from ocrapp.export import FORMATS
from ocrapp.gui import recognise
from ocrapp.gui.entries import State
from ocrapp.gui.intake import Intake
from tests.gui.fakes import TEXT, FakeReader


def drop(view, mime):
    """Drop as the system does it: enter, then drop."""
    place = QPointF(view.rect().center())
    actions, buttons, keys = (
        Qt.DropAction.CopyAction,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    enter = QDragEnterEvent(place, actions, mime, buttons, keys)
    QApplication.sendEvent(view, enter)
    if enter.isAccepted():
        QApplication.sendEvent(view, QDropEvent(place, actions, mime, buttons, keys))
    return enter.isAccepted()


def files(*paths):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def press(action):
    """Use an action as a person would: only if it is enabled."""
    assert action.isEnabled(), action.text()
    action.trigger()


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


def test_the_empty_window_invites(gui):
    view = gui.window.recognise
    assert view.stack.currentWidget() is view.invitation
    assert "Ctrl+V" in view.invitation.prose.text()
    assert "offline" in view.invitation._promise.text()


def test_a_dropped_file_with_a_foreign_name_is_read_and_shown(gui, image, settled):
    view = gui.window.recognise
    assert drop(view, files(image("Ünï-写真.png")))
    (entry,) = settled(gui, 1)
    assert view.current is entry
    assert view.stack.currentWidget() is view.splitter
    assert view.page.has_picture
    assert view.panel.text.toPlainText() == TEXT
    assert gui.window.windowTitle() == "Ünï-写真.png — ocrapp"
    gui.window.status.refresh()
    assert gui.window.status.facts.split("   ·   ") == [
        "CPU",
        "1 page",
        "5 words",
        "0.2 s",
        "confidence 97 %",
    ]
    assert gui.window.status.doing == ""


def test_a_dropped_folder_is_walked(gui, image, tmp_path, settled):
    image("p10.png"), image("p9.png")
    (tmp_path / "notes.md").write_text("x")
    drop(gui.window.recognise, files(tmp_path))
    assert [entry.file_name for entry in settled(gui, 2)] == ["p9.png", "p10.png"]


def test_text_cannot_be_dropped(gui):
    mime = QMimeData()
    mime.setText("hello")
    assert not drop(gui.window.recognise, mime)


def test_an_image_is_pasted(gui, clipboard, settled):
    image = QImage(50, 40, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    clipboard.setImage(image)
    press(gui.window.recognise.actions_.paste)
    (entry,) = settled(gui, 1)
    assert (entry.file_name, entry.state, entry.page.width) == ("Pasted image 1", State.DONE, 50)


def test_copied_files_are_pasted(gui, clipboard, image, settled):
    clipboard.setMimeData(files(image("copied.png")))
    press(gui.window.recognise.actions_.paste)
    assert settled(gui, 1)[0].file_name == "copied.png"


def test_pasting_text_says_that_there_is_nothing_in_it(gui, clipboard):
    clipboard.setText("hello")
    press(gui.window.recognise.actions_.paste)
    assert "no image" in gui.window.status.currentMessage()


def test_files_and_folders_are_opened_by_dialog(gui, image, settled, monkeypatch, tmp_path):
    path = image("chosen.png")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(path)], ""))
    press(gui.window.recognise.actions_.open_files)
    settled(gui, 1)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    press(gui.window.recognise.actions_.open_folder)
    assert [entry.file_name for entry in settled(gui, 2)] == ["chosen.png", "chosen.png"]
    assert gui.window.recognise.settings.folder == str(tmp_path)


def test_results_stay_while_pages_are_turned(loaded, qtbot):
    view = loaded.window.recognise
    assert view.panel.text.toPlainText() == TEXT
    press(view.actions_.next_page)
    assert view.panel.text.toPlainText() == "second file"
    qtbot.waitUntil(lambda: view.page.has_picture, timeout=10_000)
    press(view.actions_.previous_page)
    assert view.panel.text.toPlainText() == TEXT
    view.step(-1)
    assert view.list.currentIndex().row() == 0


def test_pictures_are_dropped_when_there_are_many(loaded, qtbot, monkeypatch):
    monkeypatch.setattr(recognise, "_KEPT_BYTES", 400 * 300 * 3)
    view = loaded.window.recognise
    view._pictures = OrderedDict()
    for row in (1, 0, 1):
        view.list.setCurrentIndex(loaded.desk.entries.index(row))
        qtbot.waitUntil(lambda: view.page.has_picture, timeout=10_000)
    assert len(view._pictures) == 1


def test_a_file_that_is_gone_still_has_its_text(loaded, qtbot):
    view = loaded.window.recognise
    entry = list(loaded.desk.entries)[1]
    view._pictures.clear()
    entry.source.unlink()
    view.step(1)
    qtbot.waitUntil(lambda: view.middle.currentWidget() is view.notice, timeout=10_000)
    assert "b.png" in view.notice.heading.text()
    assert view.panel.text.toPlainText() == "second file"


def test_image_and_text_share_one_selection(loaded, qtbot):
    view = loaded.window.recognise
    viewport = view.page.viewport()
    place = view.page.mapFromScene(QPointF(90, 18))
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place)
    assert view.panel.text.selected_text() == "wörld"
    assert view.page.overlay._selected == {1}
    below = view.page.mapFromScene(QPointF(20, 38))
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, below)
    assert view.panel.text.selected_text() == "wörld\nsecond"
    up = view.page.mapFromScene(QPointF(20, 18))
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, up)
    assert view.panel.text.selected_text() == "Hello wörld\nsecond"
    view.panel.text.select_words(3, 4)
    assert view.page.overlay._selected == {3, 4}
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place + QPoint(0, 200))
    assert view.panel.text.selected_text() == ""
    assert view.page.overlay._selected == set()


def test_copying(loaded, clipboard, qtbot):
    view, actions = loaded.window.recognise, loaded.window.recognise.actions_
    view.panel.text.setFocus()
    view.panel.text.select_words(0, 1)
    press(actions.copy)
    assert clipboard.text() == "Hello wörld"
    view.panel.text.select_nothing()
    press(actions.copy)
    assert clipboard.text() == TEXT
    clipboard.clear()
    press(actions.copy_page)
    assert clipboard.text() == TEXT
    press(actions.copy_pages)
    assert clipboard.text() == f"{TEXT}\n\nsecond file"
    view.list.selectAll()
    clipboard.clear()
    view.list.setFocus()
    qtbot.waitUntil(view.list.hasFocus)
    press(actions.copy)
    assert clipboard.text() == f"{TEXT}\n\nsecond file"


def test_the_keyboard_copies(loaded, clipboard, qtbot):
    view = loaded.window.recognise
    qtbot.waitUntil(loaded.window.isActiveWindow)
    view.page.setFocus()
    view.panel.text.select_words(1, 1)
    qtbot.keyClick(view.page, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert clipboard.text() == "wörld"
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(view.list, Qt.Key.Key_C, both)
    assert clipboard.text() == TEXT


@pytest.mark.parametrize("name", ["out.txt", "out"])
def test_saving_all_as_text(loaded, tmp_path, monkeypatch, name):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / name), ""))
    press(loaded.window.recognise.actions_.save_all)
    content = (tmp_path / "out.txt").read_text(encoding="utf-8")
    assert content == f"{TEXT}\n\fsecond file\n"


def test_the_suffix_decides_the_format(loaded, tmp_path, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "out.json"), ""))
    press(loaded.window.recognise.actions_.save_all)
    content = (tmp_path / "out.json").read_text(encoding="utf-8")
    assert [page["text"] for page in json.loads(content)] == [TEXT, "second file"]


def test_saving_where_nothing_can_be_saved(loaded, tmp_path, qtbot):
    commands = loaded.window.recognise.commands
    with qtbot.waitSignal(commands.failed) as failed:
        commands.write(tmp_path / "missing folder" / "out.txt", FORMATS["txt"], [])
    assert failed.args[0].code == "output_not_writable"


def test_an_error_is_shown_in_place_of_the_image(gui, tmp_path, settled):
    view = gui.window.recognise
    drop(view, files(tmp_path / "missing.png"))
    settled(gui, 1)
    assert view.middle.currentWidget() is view.notice
    assert view.notice.heading.text() == "missing.png does not exist."
    assert view.notice.prose.text()
    assert not view.actions_.copy_page.isEnabled()
    assert view.actions_.again.isEnabled()
    gui.window.status.refresh()
    assert "1 failed" in gui.window.status.facts


def test_asking_for_a_password(gui, image, settled, monkeypatch):
    path = image("later.png")
    content = path.read_bytes()
    path.unlink()
    drop(gui.window.recognise, files(path))
    (entry,) = settled(gui, 1)
    actions = gui.window.recognise.actions_
    assert not actions.password.isEnabled()
    assert not gui.window.recognise.notice._password.isVisible()
    path.write_bytes(content)
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("sesame", True))
    gui.window.recognise.commands.ask_password()
    settled(gui, 1)
    assert (entry.state, entry.password) == (State.DONE, "sesame")


def test_progress_and_stop(make_gui, image, qtbot, settled):
    reader = FakeReader(gate=threading.Event())
    gui = make_gui(reader)
    view, status = gui.window.recognise, gui.window.status
    drop(view, files(image("a.png"), image("b.png")))
    qtbot.waitUntil(lambda: status.doing == "Reading 1 of 2: a.png", timeout=10_000)
    entry = view.current
    qtbot.waitUntil(lambda: entry.progress == 0.5)
    assert gui.desk.fraction == pytest.approx(0.25)
    assert view.panel.text.placeholderText() == "Reading…"
    press(view.actions_.cancel)
    settled(gui, 2)
    status.refresh()
    assert status.doing == ""
    assert not view.actions_.cancel.isEnabled()
    assert view.panel.text.placeholderText().startswith("Reading was stopped")


def test_removing(loaded):
    view = loaded.window.recognise
    view.step(1)
    press(view.actions_.remove)
    assert view.panel.text.toPlainText() == TEXT
    press(view.actions_.clear)
    assert view.stack.currentWidget() is view.invitation
    assert view.current is None
    assert loaded.window.windowTitle() == "ocrapp"


def test_delete_in_the_text_does_not_remove_the_page(loaded, qtbot):
    view = loaded.window.recognise
    qtbot.waitUntil(loaded.window.isActiveWindow)
    view.panel.text.setFocus()
    qtbot.keyClick(view.panel.text, Qt.Key.Key_Delete)
    assert len(loaded.desk.entries) == 2
    view.list.setFocus()
    qtbot.keyClick(view.list, Qt.Key.Key_Delete)
    assert len(loaded.desk.entries) == 1


def test_the_overlay_can_be_hidden_and_that_is_remembered(loaded):
    view = loaded.window.recognise
    press(view.actions_.overlay)
    assert not view.page.overlay.marks_shown
    view.remember()
    assert not view.settings.overlay
