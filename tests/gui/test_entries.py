from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from ocrapp.gui.entries import Entry, EntryModel, State
from ocrapp.gui.messages import Trouble
from ocrapp.gui.wording import Wording
from tests.gui.fakes import page_of


@pytest.fixture
def model(qapp, qtmodeltester):
    model = EntryModel(Wording().state)
    qtmodeltester.check(model)
    return model


def test_pages_of_a_document_follow_its_first(model):
    model.append([Entry(Path("a.pdf"), 1), Entry(Path("b.png"), 2)])
    first = model.place(1, 1)
    first.count = 3
    second, third = model.place(1, 2), model.place(1, 3)
    assert [(entry.file_name, entry.number) for entry in model] == [
        ("a.pdf", 1),
        ("a.pdf", 2),
        ("a.pdf", 3),
        ("b.png", None),
    ]
    assert model.place(1, 2) is second
    assert third.is_part
    assert Wording().part(third) == "Page 3 of 3"


def test_nothing_is_placed_for_removed_entries(model):
    entry = Entry(Path("a.pdf"), 1)
    model.append([entry])
    model.remove([entry])
    assert model.place(1, 1) is None
    assert model.rowCount() == 0


def test_a_source_that_fails_before_any_page_is_its_first_entry(model):
    entry = Entry(Path("a.pdf"), 1, number=3)
    model.append([entry])
    assert model.place(1, None) is entry


def test_rows_say_what_they_are(model):
    entry = Entry(Path("/scans/a.png"), 1)
    model.append([entry])
    index = model.index(0)
    assert index.data() == "a.png"
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "a.png, Waiting"
    entry.state, entry.trouble = State.FAILED, Trouble("It is broken.", "Scan it again.", "unreadable")
    assert index.data(Qt.ItemDataRole.ToolTipRole).split("\n")[1:] == ["It is broken.", "Scan it again."]
    assert index.data(EntryModel.ENTRY) is entry
    assert model.index(5).data() is None


def test_a_missing_thumbnail_is_asked_for_when_seen(model, qtbot):
    entry = Entry(Path("a.png"), 1)
    model.append([entry])
    with qtbot.waitSignal(model.thumbnail_missed, timeout=1000) as asked:
        assert model.index(0).data(Qt.ItemDataRole.DecorationRole) is None
    assert asked.args == [entry]
    entry.thumbnail = QImage(4, 4, QImage.Format.Format_RGB888)
    with qtbot.assertNotEmitted(model.thumbnail_missed):
        assert model.index(0).data(Qt.ItemDataRole.DecorationRole) == entry.thumbnail


@pytest.mark.parametrize(
    ("state", "page", "text"),
    [
        (State.WAITING, None, "Waiting"),
        (State.READING, None, "Reading…"),
        (State.DONE, page_of("one two"), "2 words · 97 %"),
        (State.DONE, page_of("one"), "1 word · 97 %"),
        (State.DONE, page_of(""), "No text found"),
        (State.FAILED, None, "Could not be read"),
        (State.CANCELLED, None, "Stopped"),
    ],
)
def test_states_in_words(qapp, state, page, text):
    assert Wording().state(Entry(Path("a.png"), 1, state=state, page=page)) == text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("CPUExecutionProvider", "CPU"),
        ("CUDAExecutionProvider+CPUExecutionProvider", "GPU (CUDA) + CPU"),
        ("ROCMExecutionProvider", "ROCM"),
    ],
)
def test_providers_by_their_known_names(qapp, name, text):
    assert Wording().provider(name) == text
