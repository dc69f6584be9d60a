"""Whatever ends a run: nothing is lost, nothing half-written, and --resume repeats at most what was in hand."""

import json
import random
import shutil
import signal
import sys
import time
from collections import Counter

import pytest

from tests.batch.conftest import begun

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")

SIZES = range(8, 20)


def fill(image):
    """Twelve pictures and a document of six pages; their results by name."""
    for size in SIZES:
        image(f"{size}.png", size)
    image("many.tif", 30, frames=6)
    return {
        **{f"{size}.png.txt": f"{size}x6\n" for size in SIZES},
        "many.tif.txt": "\f".join(f"{width}x6\n" for width in range(30, 36)),
    }


def results(out):
    return {path.name: path.read_text() for path in out.glob("*.txt")} if out.exists() else {}


def wait_for_pages(log, count):
    end = time.monotonic() + 60
    while len(begun(log)) < count:
        assert time.monotonic() < end, "the run does not get on"
        time.sleep(0.002)


@pytest.mark.parametrize("jobs", [1, 3])
def test_killed_again_and_again(jobs, image, start, run, log, tmp_path):
    expected = fill(image)
    chance = random.Random(7)
    kills = 0
    while len(begun(log)) < 14 and kills < 5:
        process = start("--resume", "--jobs", jobs, seconds=0.03)
        wait_for_pages(log, len(begun(log)) + chance.randint(1, 4))
        time.sleep(chance.random() * 0.06)
        process.send_signal(signal.SIGKILL)
        process.wait()
        kills += 1
        for name, text in results(tmp_path / "out").items():
            assert text == expected[name], "a document is there as a whole or not at all"
    assert run("--resume", "--jobs", jobs)[0] == 0
    assert results(tmp_path / "out") == expected
    assert set(Counter(begun(log))) == {f"{size}.png#1" for size in SIZES} | {
        f"many.tif#{n}" for n in range(1, 7)
    }
    assert len(begun(log)) <= 18 + kills * jobs, "only what was in hand at a kill is repeated"
    assert not list((tmp_path / "out").rglob("*.part"))
    summary = json.loads((tmp_path / "out" / "report.json").read_text())
    assert (summary["pages"], summary["done"], summary["failed"]) == (18, 18, 0)


def test_the_end_of_all_is_no_work(image, run, log, tmp_path):
    expected = fill(image)
    assert run() == (0, "", "")
    pages = begun(log)
    assert sorted(pages) == sorted(set(pages))
    stamps = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").glob("*.txt")}
    assert run("--resume")[0] == 0
    assert begun(log) == pages
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "out").glob("*.txt")} == stamps
    assert results(tmp_path / "out") == expected


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted(number, image, start, run, log, tmp_path):
    expected = fill(image)
    process = start(seconds=0.05)
    wait_for_pages(log, 3)
    process.send_signal(number)
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (130, "ocrapp: The work was stopped.\n")
    assert run("--resume")[0] == 0
    assert results(tmp_path / "out") == expected
    assert len(begun(log)) <= 19


def test_two_runs_on_one_folder(image, start, run, log, tmp_path):
    expected = fill(image)
    first = start(seconds=600)
    wait_for_pages(log, 1)
    code, out, err = run("--resume")
    assert (code, out) == (7, "")
    assert (
        err == f"ocrapp: Another run is at work on {tmp_path / 'out'}. Wait until it has ended, or stop it.\n"
    )
    assert first.poll() is None, "the first run goes on"
    first.kill()
    first.communicate(timeout=60)
    assert run("--resume")[0] == 0, "a killed run holds no lock"
    assert results(tmp_path / "out") == expected
    assert len(begun(log)) == 19


def test_results_of_an_earlier_run_are_not_overwritten(image, run, tmp_path):
    fill(image)
    run()
    code, _, err = run()
    assert code == 2
    assert "--resume" in err


def test_inputs_that_vanish(image, start, run, log, folder, tmp_path):
    expected = fill(image)
    process = start(seconds=0.05)
    wait_for_pages(log, 1)
    kept = tmp_path / "kept.tif"
    shutil.move(folder / "many.tif", kept)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 3
    assert err == f"ocrapp: {folder / 'many.tif'} does not exist. Check the path.\n"
    assert results(tmp_path / "out") == {k: v for k, v in expected.items() if k != "many.tif.txt"}
    shutil.move(kept, folder / "many.tif")
    assert run("--resume")[0] == 0
    assert results(tmp_path / "out") == expected
    assert len(begun(log)) == 18


def test_the_folder_of_the_inputs_vanishes(image, start, run, log, folder, tmp_path):
    expected = fill(image)
    process = start(seconds=0.05)
    wait_for_pages(log, 3)
    folder.rename(tmp_path / "away")
    _, err = process.communicate(timeout=60)
    assert process.returncode == 3
    assert err.startswith(f"ocrapp: The folder {folder} is gone.")
    (tmp_path / "away").rename(folder)
    assert run("--resume")[0] == 0
    assert results(tmp_path / "out") == expected
    assert len(begun(log)) <= 19


def test_a_lost_journal_costs_no_reading(image, run, log, tmp_path):
    expected = fill(image)
    run()
    for path in (tmp_path / "out" / ".ocrapp").glob("journal*"):
        path.unlink()
    for path in (tmp_path / "out").glob("*.txt"):
        path.unlink()
    assert run("--resume")[0] == 0
    assert results(tmp_path / "out") == expected
    assert len(begun(log)) == 18


def test_a_damaged_journal_is_told(image, run, tmp_path):
    image("a.png")
    run()
    (tmp_path / "out" / ".ocrapp" / "journal.sqlite").write_bytes(b"no journal at all" * 1000)
    code, _, err = run("--resume")
    assert code == 7
    assert "is damaged" in err and "Remove it" in err


def test_other_formats_need_no_reading(image, run, log, tmp_path):
    fill(image)
    run()
    assert run("--resume", "-f", "json,jsonl")[0] == 0
    assert len(begun(log)) == 18
    pages = json.loads((tmp_path / "out" / "many.tif.json").read_text())
    assert [page["text"] for page in pages] == [f"{width}x6" for width in range(30, 36)]


def test_changed_and_new_inputs_are_read(image, run, log, tmp_path):
    image("a.png", 8)
    image("b.png", 9)
    run()
    image("a.png", 20)
    image("c.png", 10)
    (tmp_path / "in" / "b.png").touch()
    assert run("--resume")[0] == 0
    assert results(tmp_path / "out") == {"a.png.txt": "20x6\n", "b.png.txt": "9x6\n", "c.png.txt": "10x6\n"}
    assert Counter(begun(log)) == {"a.png#1": 2, "b.png#1": 1, "c.png#1": 1}
