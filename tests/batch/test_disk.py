"""A full disk and one that may not be written: real file systems of a mebibyte, in a name space of our own."""

import shutil
import subprocess
import sys

import pytest

from tests.batch.conftest import begun

SANDBOX = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c")


@pytest.fixture
def disk(tmp_path):
    """Runs a shell script that has a file system of its own at ``out``; ``$@`` is the program."""
    out = tmp_path / "out"
    out.mkdir()
    if shutil.which("unshare") is None:
        pytest.skip("no unshare here")
    mount = f"mount -t tmpfs -o size=1m tmpfs {out}"
    if subprocess.run([*SANDBOX, mount], capture_output=True, check=False).returncode != 0:
        pytest.skip("file systems may not be mounted here")
    return lambda script: (*SANDBOX, f"{mount}\n{script}", "sh")


def test_a_full_disk(disk, image, run, log, tmp_path):
    for size in range(8, 20):
        image(f"{size}.png", size)
    out, kept = tmp_path / "out", tmp_path / "kept"
    script = f"""
    dd if=/dev/zero of={out}/filler bs=1k count=940 2>/dev/null
    "$@"; echo "first $?"
    find {out} -name '*.part' -o -name '*.txt' -size 0
    rm {out}/filler
    "$@" --resume; echo "second $?"
    cp -r {out} {kept}
    """
    code, said, err = run(prefix=disk(script))
    assert (code, said) == (0, "first 7\nsecond 0\n")
    assert "cannot be written" in err and err.count("\n") == 1
    assert {path.name: path.read_text() for path in kept.glob("*.txt")} == {
        f"{size}.png.txt": f"{size}x6\n" for size in range(8, 20)
    }
    assert 12 <= len(begun(log)) <= 13


@pytest.mark.parametrize("when", ["before", "between"])
def test_a_folder_that_may_not_be_written(when, disk, image, run, log, tmp_path):
    image("a.png")
    out = tmp_path / "out"
    first = f'"$@"; rm {out}/a.png.txt;' if when == "between" else ""
    code, _, err = run("--resume", prefix=disk(f'{first} mount -o remount,ro {out}; "$@"'))
    assert code == 7
    assert err.startswith(f"ocrapp: {out}") and "cannot be written" in err and err.count("\n") == 1
    assert len(begun(log)) == (when == "between")


@pytest.mark.skipif(sys.platform == "win32", reason="limits of Unix")
def test_no_room_for_a_result_leaves_nothing_of_it(image, run, log, tmp_path):
    image("many.tif", 100, frames=300)
    limit = ("sh", "-c", 'trap "" XFSZ; ulimit -f 2; exec "$@"', "sh")  # documents of 1 KiB at most, or 2
    code, _, err = run("-f", "json", prefix=limit)
    assert code == 7
    assert "cannot be written" in err
    assert not list((tmp_path / "out").rglob("*.part"))
    assert not list((tmp_path / "out").glob("*.json"))
    assert run("--resume", "-f", "json")[0] == 0
    assert len(begun(log)) <= 301
