import sys
from pathlib import Path

import pytest

from ocrapp.batch.files import remove_parts, write_whole
from ocrapp.errors import OutputNotWritableError


def test_the_old_content_stays_until_the_new_is_whole(tmp_path):
    path = tmp_path / "deep" / "a.txt"
    write_whole(path, [b"old"])

    def chunks():
        yield b"new"
        assert path.read_bytes() == b"old"
        yield b" text"

    write_whole(path, chunks())
    assert path.read_bytes() == b"new text"
    assert list(path.parent.iterdir()) == [path]


def test_what_fails_half_way_leaves_the_old(tmp_path):
    path = tmp_path / "a.txt"
    write_whole(path, [b"old"])

    def chunks():
        yield b"new"
        raise KeyError("no more")

    with pytest.raises(KeyError):
        write_whole(path, chunks())
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_name_as_long_as_the_system_allows(tmp_path):
    write_whole(tmp_path / ("a" * 251 + ".txt"), [b"x"])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_place_that_takes_nothing_is_told(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputNotWritableError, match=r"a\.txt cannot be written"):
        write_whole(tmp_path / "file" / "a.txt", [b"x"])


def test_only_our_own_parts_are_removed(tmp_path):
    left = tmp_path / "deep" / f".{'0' * 32}.part"
    left.parent.mkdir()
    others = [tmp_path / ".a.part", tmp_path / "deep" / "film.part"]
    for path in (left, *others):
        path.write_bytes(b"")
    remove_parts(tmp_path)
    assert not left.exists() and all(path.exists() for path in others)


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of Unix")
def test_results_have_the_usual_permissions(tmp_path):
    write_whole(tmp_path / "a.txt", [b"x"])
    (tmp_path / "b.txt").write_bytes(b"x")
    assert (tmp_path / "a.txt").stat().st_mode == (tmp_path / "b.txt").stat().st_mode
