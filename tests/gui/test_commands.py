import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QInputDialog

from ocrapp.export import FORMATS
from ocrapp.gui.entries import State
from tests.gui.fakes import TEXT
from tests.gui.hands import drop, files, press


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
