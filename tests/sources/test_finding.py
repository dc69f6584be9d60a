"""From folders to files."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocrapp.sources import find_inputs
from ocrapp.sources.finding import _natural_name


def touch(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def names(folder: Path, **options: bool) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in find_inputs([folder], **options)]


def test_natural_order(tmp_path: Path) -> None:
    touch(tmp_path, "page10.png", "page2.png", "Page1.png", "a/1.png", "z.pdf", "page2a.png")
    assert names(tmp_path) == ["a/1.png", "Page1.png", "page2.png", "page2a.png", "page10.png", "z.pdf"]


def test_only_supported_suffixes_in_any_case(tmp_path: Path) -> None:
    touch(tmp_path, "a.PNG", "b.txt", "c.HeIc", "d", "e.png.part", "f.jpeg")
    assert names(tmp_path) == ["a.PNG", "c.HeIc", "f.jpeg"]


def test_hidden_files_and_folders_are_skipped(tmp_path: Path) -> None:
    touch(tmp_path, ".a.png", ".git/b.png", "c.png")
    assert names(tmp_path) == ["c.png"]


def test_a_hidden_folder_that_is_named_is_walked(tmp_path: Path) -> None:
    touch(tmp_path, ".scans/a.png")
    assert names(tmp_path / ".scans") == ["a.png"]


def test_not_recursive(tmp_path: Path) -> None:
    touch(tmp_path, "a.png", "sub/b.png")
    assert names(tmp_path, recursive=False) == ["a.png"]


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege, and the name is not allowed")
def test_links_and_odd_names(tmp_path: Path) -> None:
    touch(tmp_path, "🙂 ü.png", "two\nlines.png", "real/a.png")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "real" / "up").symlink_to("..", target_is_directory=True)
    (tmp_path / "linked.png").symlink_to(tmp_path / "real" / "a.png")
    assert sorted(names(tmp_path)) == ["linked.png", "real/a.png", "two\nlines.png", "🙂 ü.png"]


def test_named_files_come_back_as_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    touch(tmp_path, "notes.txt")
    given_paths = ["missing.png", "notes.txt", Path("sub/../x"), "nul\0byte"]
    assert find_inputs(given_paths) == [Path(path) for path in given_paths]


def test_nothing_is_listed_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    touch(tmp_path, "a.png", "b.png")
    assert find_inputs(["b.png", tmp_path, ".", "./b.png"]) == [Path("b.png"), tmp_path / "a.png"]


def test_a_folder_that_cannot_be_listed_is_returned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(tmp_path, "a.png", "locked/b.png")
    real = os.scandir

    def scandir(path: str | Path) -> object:  # permissions do not stop the superuser, so chmod would not do
        if Path(path).name == "locked":
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert names(tmp_path) == ["a.png", "locked"]


def test_an_empty_folder_gives_nothing(tmp_path: Path) -> None:
    assert find_inputs([tmp_path]) == []


@settings(max_examples=40)
@given(st.lists(st.text(alphabet="aB1٣²0", max_size=5)))
def test_all_names_can_be_sorted(texts: list[str]) -> None:
    assert sorted(sorted(texts), key=_natural_name) == sorted(sorted(texts, reverse=True), key=_natural_name)
