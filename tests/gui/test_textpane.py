import pytest
from PySide6.QtGui import QTextCursor

from ocrapp.gui.textpane import TextPane
from tests.gui.fakes import page_of


@pytest.fixture
def pane(qtbot):
    pane = TextPane()
    qtbot.addWidget(pane)
    pane.show_page(page_of("Hello wörld\nsecond 😀 line", confidences=[0.99, 0.8, 0.3, 0.99, 0.95]))
    return pane


def select(pane, start, end):
    cursor = pane.textCursor()
    cursor.setPosition(start)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    pane.setTextCursor(cursor)


def test_selecting_text_names_the_words(pane, qtbot):
    with qtbot.waitSignal(pane.words_selected, check_params_cb=lambda words: words == (1, 2)):
        select(pane, 8, 14)
    assert pane.selected_text() == "rld\nse"


def test_a_click_into_a_word_names_it(pane, qtbot):
    with qtbot.waitSignal(pane.words_selected, check_params_cb=lambda words: words == (1,)):
        select(pane, 8, 8)


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [(0, 0, "Hello"), (1, 2, "wörld\nsecond"), (2, 1, "wörld\nsecond"), (3, 4, "😀 line")],
)
def test_selecting_words_selects_their_text(pane, first, last, text):
    pane.select_words(first, last)
    assert pane.selected_text() == text


def test_a_whole_line(pane):
    pane.select_line_of(3)
    assert pane.selected_text() == "second 😀 line"


def test_nothing_is_selected_after_another_page(pane, qtbot):
    pane.select_words(0, 2)
    with qtbot.assertNotEmitted(pane.words_selected):
        pane.show_page(page_of("other"))
    assert pane.selected_text() == ""
    pane.show_page(None)
    assert pane.toPlainText() == ""


def test_dropping_the_selection(pane, qtbot):
    pane.select_words(0, 2)
    with qtbot.waitSignal(pane.words_selected, check_params_cb=lambda words: words == ()):
        pane.select_nothing()
    assert not pane.textCursor().hasSelection()


def test_words_to_check_are_underlined_and_visited_in_turn(pane):
    assert [mark.cursor.selectedText() for mark in pane.extraSelections()] == ["wörld", "second"]
    visited = []
    for _ in range(3):
        assert pane.select_next_doubtful()
        visited.append(pane.selected_text())
    assert visited == ["wörld", "second", "wörld"]


def test_the_first_sign_can_be_in_doubt(pane):
    pane.show_page(page_of("bad good", confidences=[0.1, 0.99]))
    assert pane.select_next_doubtful()
    assert pane.selected_text() == "bad"


def test_nothing_to_check(pane):
    pane.show_page(page_of("fine"))
    assert not pane.select_next_doubtful()


def test_the_text_is_read_only_but_can_be_walked_by_keyboard(pane, qtbot):
    pane.show()
    qtbot.keyClicks(pane, "x")
    assert "x" not in pane.toPlainText()
