import threading
from collections import OrderedDict

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt

from ocrapp.gui import recognise
from tests.gui.fakes import TEXT, FakeReader
from tests.gui.hands import drop, files, press


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
