"""``ocrapp read`` writes each format to files, and to standard output where that makes sense."""

import os
import pty
import subprocess
import sys

import pytest

from ocrapp.export import FORMATS, BinaryFormat, TextFormat

TEXT = [name for name, format_ in FORMATS.items() if isinstance(format_, TextFormat)]
BINARY = [name for name, format_ in FORMATS.items() if isinstance(format_, BinaryFormat)]
ONE_PAGE = ["alto", "page"]


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_and_a_folder_hold_the_same(run, reader, image, tmp_path, name):
    suffix = FORMATS[name].suffix
    one, folder = tmp_path / f"out{suffix}", tmp_path / "results"
    assert run("read", image("a.png"), "-f", name, "-o", one) == (0, "", "")
    assert run("read", image("a.png"), "-f", name, "-o", f"{folder}/") == (0, "", "")
    assert [path.name for path in folder.iterdir()] == [f"a.png{suffix}"]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["a.png", one.name, "results"])
    first, second = one.read_bytes(), (folder / f"a.png{suffix}").read_bytes()
    if name in {"alto", "page", "xlsx"}:  # they tell when they were made
        first, second = first[:60], second[:60]
    assert first == second
    assert first or name == "tables"  # there is none in the picture


@pytest.mark.parametrize("name", TEXT)
def test_text_goes_to_standard_output(run, reader, image, name):
    outcome = run("read", image("a.png"), "-f", name)
    assert outcome.code == 0
    assert outcome.out or name == "tables"


@pytest.mark.parametrize("name", ONE_PAGE)
def test_pages_become_files_of_their_own_where_a_format_holds_one(run, reader, image, tmp_path, name):
    suffix = FORMATS[name].suffix
    scan = image("scan.tif", frames=3)
    assert run("read", scan, "-f", name, "-o", f"{tmp_path}/out/").code == 0
    names = [f"scan.tif{suffix}", f"scan.tif.p0002{suffix}", f"scan.tif.p0003{suffix}"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(names)
    assert (
        'idth="9"' in (tmp_path / "out" / names[1]).read_text()
        or 'IDTH="9"' in (tmp_path / "out" / names[1]).read_text()
    )


@pytest.mark.parametrize("name", ONE_PAGE)
def test_more_pages_than_a_file_may_hold(run, reader, image, tmp_path, name):
    scan, out = image("scan.tif", frames=2), tmp_path / "out.xml"
    outcome = run("read", scan, "-f", name, "-o", out)
    assert outcome.code == 2
    assert "holds one page" in outcome.err
    assert "folder" in outcome.err


@pytest.mark.parametrize("name", ["alto", "hocr"])
def test_several_inputs_and_a_name_with_the_last_part_of_the_suffix(run, reader, image, tmp_path, name):
    last = "." + FORMATS[name].suffix.rsplit(".", maxsplit=1)[-1]
    out = tmp_path / f"all{last}"
    outcome = run("read", image("a.png"), image("b.png"), "-f", name, "-o", out)
    assert outcome.code == (2 if name in ONE_PAGE else 0)
    assert out.is_file()


@pytest.mark.skipif(not BINARY, reason="no binary formats")
@pytest.mark.skipif(sys.platform == "win32", reason="pseudo terminals of Unix")
@pytest.mark.parametrize("name", BINARY)
def test_binary_formats_to_a_terminal_are_refused(image, name):
    outer, inner = pty.openpty()
    start = "from ocrapp.cli.main import main; raise SystemExit(main())"
    command = [sys.executable, "-c", start, "read", str(image("a.png")), "-f", name]
    try:
        done = subprocess.run(command, stdout=inner, stderr=subprocess.PIPE, text=True, check=False)
    finally:
        os.close(inner)
        os.close(outer)
    assert done.returncode == 2
    assert "-o result." in done.stderr
    assert "Traceback" not in done.stderr
