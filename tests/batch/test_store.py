import gzip
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocrapp.batch.store import Store, decode, encode
from ocrapp.page import Block, Line, Page, Word

numbers = st.floats(allow_nan=False, allow_infinity=False, width=32)
polygons = st.lists(st.tuples(numbers, numbers), max_size=6).map(tuple)
words = st.builds(Word, st.text(max_size=9), polygons, numbers, st.text(max_size=9))
lines = st.builds(Line, st.lists(words, max_size=3).map(tuple), polygons, numbers)
blocks = st.builds(Block, st.lists(lines, max_size=3).map(tuple))
pages = st.builds(
    Page,
    source=st.text(max_size=9),
    number=st.integers(1, 9),
    width=st.integers(1, 9),
    height=st.integers(1, 9),
    blocks=st.lists(blocks, max_size=3).map(tuple),
    provider=st.text(max_size=9),
    models=st.lists(st.text(max_size=9), max_size=3).map(tuple),
    seconds=numbers,
    rules=st.lists(st.tuples(st.tuples(numbers, numbers), st.tuples(numbers, numbers)), max_size=3).map(
        tuple
    ),
)


@settings(max_examples=30)
@given(pages, st.none() | st.integers(1, 9))
def test_a_page_comes_back_as_it_was(page, count):
    assert decode(encode(page, count)) == (page, count)


def test_numbers_of_numpy_come_back_as_plain_ones():
    word = Word("a", ((np.float32(0.5), np.float64(2)),), np.float32(0.25), "r")
    page = Page("s", 1, np.int64(3), 4, (Block((Line((word,), (), 1.0),)),), "p", ("m",), 0.5)
    read, _ = decode(encode(page))
    assert read == page
    assert {type(getattr(read, item.name)) for item in fields(read)} == {str, int, tuple, float}


def test_a_reading_is_found_by_what_was_read(tmp_path):
    store = Store(tmp_path)
    name = store.name("ab" * 32, "auto-fast-200", 7)
    page = Page("old/a.png", 7, 3, 4, (), "p", (), 0.5)
    assert store.load(name, "new/b.png") is None
    store.save(name, page, 9)
    assert store.load(name, "new/b.png") == (replace(page, source="new/b.png"), 9)
    assert len({store.name(sha, "o", number) for sha in ("ab" * 32, "cd" * 32) for number in (1, 2)}) == 4


@pytest.mark.parametrize(
    "data",
    [b"", b"junk", gzip.compress(b"{}"), gzip.compress(b'{"version": 2, "count": 1, "page": {}}'), b"cut"],
)
def test_damaged_readings_are_none(data, tmp_path):
    store = Store(tmp_path)
    name = store.name("ab" * 32, "o", 1)
    whole = encode(Page("a", 1, 3, 4, (), "p", (), 0.5))
    store.save(name, Page("a", 1, 3, 4, (), "p", (), 0.5))
    (tmp_path / name).write_bytes(whole[:-9] if data == b"cut" else data)
    assert store.load(name, "a") is None
