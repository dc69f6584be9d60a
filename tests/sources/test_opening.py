"""What can be at a path, and bytes from the clipboard."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ocrapp.errors import (
    ExitCode,
    InputEmptyError,
    InputNotFoundError,
    InputTooLargeError,
    InputUnreadableError,
    InputUnsupportedError,
    OcrappError,
)
from ocrapp.sources import OpenOptions, decode_image, open_pages
from ocrapp.sources.opening import MAX_FILE_BYTES
from tests.sources.build import RED, corners, encode, frames, quadrants, text_pdf

posix = pytest.mark.skipif(os.name == "nt", reason="no such things there")


def error_for(path: str | Path) -> OcrappError:
    with pytest.raises(OcrappError) as caught:
        next(open_pages(path))
    assert caught.value.what.endswith(".")
    assert caught.value.hint.endswith(".")
    return caught.value


def test_pages_say_where_they_come_from(tmp_path: Path) -> None:
    path = tmp_path / "scan.png"
    path.write_bytes(encode(quadrants(), "PNG", dpi=(300, 300)))
    (page,) = open_pages(str(path))
    assert (page.source, page.number, page.count, page.dpi) == (str(path), 1, 1, 300)
    assert (page.width, page.height, page.text) == (60, 40, None)
    assert page.pixels.dtype == "uint8"
    assert page.pixels.flags.writeable


@pytest.mark.parametrize("name", ["Ünïcødé 日本 🙂.png", "two\nlines.png", "-n.png", "no suffix"])
@posix
def test_any_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / "größe" / name
    path.parent.mkdir()
    path.write_bytes(encode(quadrants(), "PNG"))
    (page,) = open_pages(path)
    assert page.source == str(path)


def test_a_name_that_is_no_unicode(tmp_path: Path) -> None:
    error = error_for(tmp_path / "bad\udcffname\n.png")
    assert "bad\\udcffname\\n.png" in str(error)
    assert isinstance(error, InputNotFoundError)


def test_the_suffix_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "really-a-png.jpg"
    path.write_bytes(encode(quadrants(), "PNG"))
    (page,) = open_pages(path)
    assert tuple(corners(page.pixels)[0]) == RED


def test_missing(tmp_path: Path) -> None:
    error = error_for(tmp_path / "missing.png")
    assert isinstance(error, InputNotFoundError)
    assert error.exit_code == ExitCode.INPUT_NOT_FOUND
    file = tmp_path / "file.png"
    file.touch()
    assert isinstance(error_for(file / "below"), InputNotFoundError)


def test_empty(tmp_path: Path) -> None:
    (tmp_path / "empty.png").touch()
    error = error_for(tmp_path / "empty.png")
    assert isinstance(error, InputEmptyError)
    assert error.exit_code == ExitCode.INPUT_UNREADABLE


def test_unsupported_and_damaged_by_name(tmp_path: Path) -> None:
    (tmp_path / "letter.docx").write_bytes(b"PK\3\4" + bytes(100))
    error = error_for(tmp_path / "letter.docx")
    assert isinstance(error, InputUnsupportedError)
    assert "PNG, JPEG, WebP" in error.hint
    (tmp_path / "photo.jpg").write_bytes(bytes(100))
    error = error_for(tmp_path / "photo.jpg")
    assert type(error) is InputUnreadableError
    assert "damaged" in error.what


def test_folder(tmp_path: Path) -> None:
    error = error_for(tmp_path)
    assert isinstance(error, InputUnsupportedError)
    assert "is a folder" in error.what


@posix
def test_pipes_and_devices_do_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    for path in (tmp_path / "pipe.png", Path("/dev/zero")):
        error = error_for(path)
        assert isinstance(error, InputUnsupportedError)
        assert "not a regular file" in error.what


@posix
def test_links(tmp_path: Path) -> None:
    (tmp_path / "loop.png").symlink_to("loop.png")
    assert isinstance(error_for(tmp_path / "loop.png"), InputUnreadableError)
    (tmp_path / "dangling.png").symlink_to("nothing.png")
    assert isinstance(error_for(tmp_path / "dangling.png"), InputNotFoundError)


@pytest.mark.parametrize("name", ["nul\0byte.png", "x" * 5000])
def test_names_that_no_file_can_have(name: str) -> None:
    assert error_for(name).exit_code == ExitCode.INPUT_UNREADABLE


def test_not_permitted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "locked.png"
    path.write_bytes(encode(quadrants(), "PNG"))

    def refuse(*_: object, **__: object) -> None:  # permissions do not stop the superuser
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", refuse)
    assert "may not be read" in error_for(path).what


@posix
def test_a_file_too_large_to_hold(tmp_path: Path) -> None:
    path = tmp_path / "huge.png"
    with path.open("wb") as file:  # sparse: takes no room on the disk
        file.write(b"\x89PNG\r\n\x1a\n")
        file.truncate(MAX_FILE_BYTES + 1)
    error = error_for(path)
    assert isinstance(error, InputTooLargeError)
    assert error.exit_code == ExitCode.INPUT_TOO_LARGE


def test_nothing_happens_before_the_first_page_is_asked_for() -> None:
    pages = open_pages("missing.png")
    with pytest.raises(InputNotFoundError):
        next(pages)


def test_clipboard() -> None:
    page = decode_image(encode(quadrants(), "PNG"), "clipboard")
    assert (page.source, page.number, page.pixels.shape) == ("clipboard", 1, (40, 60, 3))
    assert decode_image(frames(5), "clipboard", OpenOptions(pages="3")).number == 3
    assert decode_image(text_pdf("a", "b"), "clipboard").count == 2


@pytest.mark.parametrize(
    ("data", "error"),
    [(b"", InputEmptyError), (b"hello", InputUnsupportedError), (b"\x89PNG\r\n\x1a\n", OcrappError)],
)
def test_clipboard_errors(data: bytes, error: type[OcrappError]) -> None:
    with pytest.raises(error, match="clipboard"):
        decode_image(data, "clipboard")


def test_importing_the_room_is_cheap() -> None:
    heavy = {"numpy", "PIL", "pypdfium2", "pi_heif", "cv2"}
    code = f"import sys, ocrapp.sources; print(*{heavy} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == ""
