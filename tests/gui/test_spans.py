from hypothesis import given
from hypothesis import strategies as st

from ocrapp.gui.spans import lay_out, touched, utf16_length
from ocrapp.page import Block, Line, Page, Word
from tests.gui.fakes import page_of

BOX = ((0, 0), (1, 0), (1, 1), (0, 1))
words = st.text(st.characters(exclude_categories=("Z", "C")), min_size=1, max_size=5)
lines = st.lists(words, max_size=4).map(
    lambda texts: Line(tuple(Word(text, BOX, 0.9, "fake") for text in texts), BOX, 0.9)
)
blocks = st.lists(lines, max_size=3).map(lambda made: Block(tuple(made)))
pages = st.lists(blocks, max_size=3).map(lambda made: Page("p", 1, 1, 1, tuple(made), "CPU", (), 0.0))


@given(pages)
def test_each_span_holds_its_word_in_utf16(page):
    encoded = page.text.encode("utf-16-le")
    spans = lay_out(page)
    assert [encoded[2 * s.start : 2 * s.end].decode("utf-16-le") for s in spans] == [
        w.text for w in page.words
    ]
    line_texts = [line.text for line in page.lines]
    assert all(span.word.text in line_texts[span.line] for span in spans)


def test_signs_outside_the_basic_plane_count_twice():
    assert utf16_length("a😀b") == 4
    spans = lay_out(page_of("😀 x"))
    assert (spans[0].end, spans[1].start) == (2, 3)


def test_a_selection_touches_words_even_in_part():
    spans = lay_out(page_of("one two\nthree"))
    assert touched(spans, 1, 5) == (0, 1)
    assert touched(spans, 3, 4) == ()  # the space between
    assert touched(spans, 7, 13) == (2,)


def test_a_bare_cursor_touches_the_word_it_stands_in():
    spans = lay_out(page_of("one two"))
    assert touched(spans, 5, 5) == (1,)
    assert touched(spans, 3, 3) == (0,)
    assert touched((), 0, 0) == ()
