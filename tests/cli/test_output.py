import json
import os
import stat
import sys
from pathlib import Path

import pytest


def names_in(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_one_file(run, reader, image, tmp_path):
    out = tmp_path / "out.txt"
    out.write_text("old")
    assert run("read", image("a.png"), "-o", out) == (0, "", "")
    assert out.read_bytes() == b"8x6\n"
    assert names_in(tmp_path) == ["a.png", "out.txt"]


def test_the_umask_rules_the_new_file(run, reader, image, tmp_path):
    before = os.umask(0o027)
    try:
        run("read", image("a.png"), "-o", tmp_path / "out.txt")
    finally:
        os.umask(before)
    if sys.platform != "win32":
        assert stat.S_IMODE((tmp_path / "out.txt").stat().st_mode) == 0o640


@pytest.mark.parametrize("out", ["results/", "results"])
def test_several_inputs_give_one_file_each(run, reader, image, tmp_path, out):
    run("read", image("a.png"), image("b.png", 20), "-o", f"{tmp_path}/{out}", "-f", "json")
    assert names_in(tmp_path / "results") == ["a.png.json", "b.png.json"]
    (page,) = json.loads((tmp_path / "results" / "b.png.json").read_text())
    assert page["text"] == "20x6"


def test_a_folder_that_exists_takes_the_result_of_one_input(run, reader, image, tmp_path):
    (tmp_path / "results").mkdir()
    run("read", image("a.png"), "-o", tmp_path / "results")
    assert names_in(tmp_path / "results") == ["a.png.txt"]


def test_several_inputs_share_a_file_that_is_named_like_one(run, reader, image, tmp_path):
    run("read", image("a.png"), image("b.png"), "-f", "jsonl", "-o", tmp_path / "all.jsonl")
    assert len((tmp_path / "all.jsonl").read_text().splitlines()) == 2


def test_results_keep_the_folders_of_their_inputs(run, reader, image, tmp_path):
    image("scans/deep/x.png")
    image("scans/x.png")
    run("read", tmp_path / "scans", "-o", tmp_path / "out")
    assert names_in(tmp_path / "out") == [str(Path("deep", "x.png.txt")), "x.png.txt"]


def test_names_that_collide_are_numbered(run, reader, image, tmp_path):
    inputs = [image("one/x.png", 1), image("two/x.png", 2), image("three/X.png", 3)]
    run("read", *inputs, "-o", tmp_path / "out")
    out = tmp_path / "out"
    assert names_in(out) == ["X.png-3.txt", "x.png-2.txt", "x.png.txt"]
    assert (out / "x.png-2.txt").read_text() == "2x6\n"


def test_a_failed_input_leaves_no_text_file_and_an_error_object_in_json(run, reader, image, tmp_path):
    (tmp_path / "broken.png").write_bytes(b"no image")
    inputs = [tmp_path / "broken.png", image("a.png")]
    assert run("read", *inputs, "-o", tmp_path / "text/").code == 4
    assert names_in(tmp_path / "text") == ["a.png.txt"]
    assert run("read", *inputs, "-o", tmp_path / "json/", "-f", "json").code == 4
    (failure,) = json.loads((tmp_path / "json" / "broken.png.json").read_text())
    assert "error" in failure


def test_failure_keeps_the_old_result(run, reader, tmp_path):
    (tmp_path / "broken.png").write_bytes(b"no image")
    out = tmp_path / "out.txt"
    out.write_text("old")
    assert run("read", tmp_path / "broken.png", "-o", out).code == 4
    assert out.read_text() == "old"
    assert names_in(tmp_path) == ["broken.png", "out.txt"]


def test_an_input_is_never_written_over(run, reader, image, tmp_path):
    path = image("a.png")
    before = path.read_bytes()
    outcome = run("read", path, "-o", path)
    assert (outcome.code, path.read_bytes()) == (2, before)
    assert "is an input too" in outcome.err


def test_where_nothing_can_be_written(run, reader, image, tmp_path):
    path = image("a.png")
    outcome = run("read", path, "-o", tmp_path / "no" / "such" / "folder.txt")
    assert outcome.code == 7
    assert "cannot be written" in outcome.err
    (tmp_path / "file").write_text("")
    assert run("read", path, "-o", f"{tmp_path}/file/").code == 7


@pytest.mark.skipif(sys.platform == "win32", reason="links and devices of Unix")
def test_links_and_devices_stay_what_they_are(run, reader, image, tmp_path):
    target, link = tmp_path / "target.txt", tmp_path / "link.txt"
    target.write_text("old")
    link.symlink_to(target)
    assert run("read", image("a.png"), "-o", link).code == 0
    assert link.is_symlink()
    assert target.read_text() == "8x6\n"
    assert run("read", image("a.png"), "-o", "/dev/null").code == 0
    assert not Path("/dev/null").is_file()
