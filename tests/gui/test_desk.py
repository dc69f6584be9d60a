import threading
from pathlib import Path

import pytest

from ocrapp.errors import InputEncryptedError, ModelUnusableError
from ocrapp.gui import decoding
from ocrapp.gui.entries import State
from ocrapp.gui.intake import Intake
from tests.gui.fakes import TEXT, FakeReader


def test_files_become_entries_with_results(make_gui, image, settled):
    reader = FakeReader({"写真.png": "other text"})
    gui = make_gui(reader)
    gui.desk.take(Intake((image("a.png"), image("写真.png"))))
    first, second = settled(gui, 2)
    assert (first.state, first.page.text) == (State.DONE, TEXT)
    assert (second.file_name, second.page.text) == ("写真.png", "other text")
    assert first.thumbnail is not None
    assert len(reader.threads) == 1  # made and used on one thread, and not on the window's
    assert threading.current_thread().name not in reader.threads


def test_documents_become_an_entry_a_page(make_gui, pages, image, settled):
    gui = make_gui()
    gui.desk.take(Intake((pages(count=3), image("z.png"))))
    entries = settled(gui, 4)
    assert [(entry.file_name, entry.number) for entry in entries] == [
        ("pages.tif", 1),
        ("pages.tif", 2),
        ("pages.tif", 3),
        ("z.png", 1),
    ]
    assert [entry.page.width for entry in entries] == [300, 310, 320, 400]


def test_a_bad_file_is_an_entry_in_error_and_the_rest_goes_on(make_gui, image, tmp_path, settled):
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"\x89PNG\r\n\x1a\n broken")
    reader = FakeReader(errors={"model.png": ModelUnusableError("No model.", "Install it.")})
    gui = make_gui(reader)
    gui.desk.take(Intake((bad, image("model.png"), tmp_path / "missing.png", image("good.png"))))
    entries = settled(gui, 4)
    assert [entry.state for entry in entries] == [State.FAILED] * 3 + [State.DONE]
    assert all(entry.trouble.what and entry.trouble.hint for entry in entries[:3])
    assert entries[1].trouble.what == "No model."


def test_cancel_stops_what_is_read_and_what_waits(make_gui, image, qtbot, settled):
    reader = FakeReader(gate=threading.Event())
    gui = make_gui(reader)
    gui.desk.take(Intake(tuple(image(f"{n}.png") for n in range(4))))
    qtbot.waitUntil(lambda: bool(reader.read_pages), timeout=10_000)
    assert gui.desk.busy
    assert gui.desk.batch == (0, 4)
    gui.desk.cancel()
    entries = settled(gui, 4)
    assert {entry.state for entry in entries} == {State.CANCELLED}
    assert len(reader.read_pages) == 1
    qtbot.waitUntil(lambda: gui.desk.batch == (0, 0), timeout=10_000)
    reader.gate.set()
    gui.desk.read_again(entries[1:3])
    settled(gui, 4)
    assert [entry.state for entry in entries] == [
        State.CANCELLED,
        State.DONE,
        State.DONE,
        State.CANCELLED,
    ]


def test_one_page_of_a_document_is_read_again_alone(make_gui, pages, settled):
    reader = FakeReader()
    gui = make_gui(reader)
    gui.desk.take(Intake((pages(count=3),)))
    entries = settled(gui, 3)
    gui.desk.read_again([entries[1]])
    settled(gui, 3)
    assert [number for _, number in reader.read_pages] == [1, 2, 3, 2]
    assert entries[1].state is State.DONE


def test_removed_entries_are_not_read(make_gui, image, qtbot, settled):
    reader = FakeReader(gate=threading.Event())
    gui = make_gui(reader)
    gui.desk.take(Intake((image("a.png"), image("b.png"))))
    qtbot.waitUntil(lambda: bool(reader.read_pages), timeout=10_000)
    gui.desk.remove(list(gui.desk.entries))
    settled(gui, 0)
    assert len(reader.read_pages) == 1


def test_a_password_opens_an_encrypted_document(make_gui, image, monkeypatch, settled):
    path = image("secret.png")
    original = decoding.open_pages

    def open_pages(source, options):
        if options.password != "sesame":
            raise InputEncryptedError("It is encrypted.", "Give its password.")
        return original(source, options)

    monkeypatch.setattr(decoding, "open_pages", open_pages)
    gui = make_gui()
    gui.desk.take(Intake((path,)))
    (entry,) = settled(gui, 1)
    assert entry.trouble.code == "encrypted"
    gui.desk.read_again([entry], "sesame")
    settled(gui, 1)
    assert entry.state is State.DONE
    assert gui.window.recognise.page.has_picture


def test_a_folder_without_images_is_refused(make_gui, tmp_path, qtbot):
    gui = make_gui()
    (tmp_path / "empty folder").mkdir()
    with qtbot.waitSignal(gui.desk.refused, timeout=10_000) as refused:
        gui.desk.take(Intake((Path(tmp_path / "empty folder"),)))
    assert "empty folder" in refused.args[0].what


@pytest.mark.qt_no_exception_capture
def test_a_defect_fails_its_entry_and_the_next_is_read(make_gui, image, settled, monkeypatch):
    met = []
    monkeypatch.setattr("sys.excepthook", lambda *args: met.append(args[0]))

    def work(page_image):
        if page_image.source.endswith("a.png"):
            raise ZeroDivisionError

    gui = make_gui(FakeReader(work=work))
    gui.desk.take(Intake((image("a.png"), image("b.png"))))
    entries = settled(gui, 2)
    assert [entry.state for entry in entries] == [State.FAILED, State.DONE]
    assert entries[0].trouble.code == "internal"
    assert met == [ZeroDivisionError]


def test_waiting_files_get_thumbnails_while_the_engine_is_busy(make_gui, image, qtbot):
    reader = FakeReader(gate=threading.Event())
    gui = make_gui(reader)
    gui.desk.take(Intake((image("a.png"), image("b.png"))))
    qtbot.waitUntil(
        lambda: len(gui.desk.entries) == 2 and all(entry.thumbnail is not None for entry in gui.desk.entries),
        timeout=10_000,
    )
    assert [entry.state for entry in gui.desk.entries] == [State.READING, State.WAITING]
