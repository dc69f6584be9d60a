import contextlib
import json
import os
import subprocess
import sys
from difflib import SequenceMatcher
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from ocrapp.cli import read as read_module
from ocrapp.cli.reporter import Reporter
from ocrapp.errors import DeviceUnavailableError


def lines_of(text):
    return [json.loads(line) for line in text.splitlines()]


def test_text_of_one_image(run, reader, image):
    assert run("read", image("a.png")) == (0, "8x6\n", "")
    assert reader.layouts == ["auto"]


def test_layout_reaches_the_reader(run, reader, image):
    run("read", image("a.png"), "--layout", "word")
    assert reader.layouts == ["word"]


def test_pages_and_inputs_come_in_order(run, reader, image):
    outcome = run("read", image("b.tif", frames=3), image("a.png", 20), "-f", "jsonl")
    assert outcome.code == 0
    assert [(page["source"][-5:], page["page"], page["text"]) for page in lines_of(outcome.out)] == [
        ("b.tif", 1, "8x6"),
        ("b.tif", 2, "9x6"),
        ("b.tif", 3, "10x6"),
        ("a.png", 1, "20x6"),
    ]


def test_pages_are_selected(run, reader, image):
    path = image("b.tif", frames=3)
    assert run("read", path, "--pages", "2-").out == "9x6\n\f10x6\n"
    assert run("read", path, "--pages", "one").code == 2
    assert run("read", path, "--pages", "7").code == 2


def test_a_folder_is_walked_in_natural_order(run, reader, image, tmp_path):
    image("scans/page10.png", 10)
    image("scans/page2.png", 2)
    image("scans/deep/x.png", 30)
    (tmp_path / "scans" / "notes.txt").write_text("no image")
    assert run("read", tmp_path / "scans").out == "30x6\n\f2x6\n\f10x6\n"


def test_an_input_named_twice_is_read_once(run, reader, image, tmp_path):
    path = image("a.png")
    assert run("read", path, path, tmp_path).out == "8x6\n"


def test_the_rest_goes_on_after_a_failure(run, reader, image, tmp_path):
    (tmp_path / "broken.png").write_bytes(b"no image at all")
    broken, missing, good = tmp_path / "broken.png", tmp_path / "missing.png", image("good.png")
    one = run("read", broken, good)
    assert (one.code, one.out) == (4, "8x6\n")
    assert one.err.startswith("ocrapp: ")
    assert one.err.count("\n") == 1
    several = run("read", broken, missing, good, "-f", "jsonl")
    assert several.code == 10
    first, second, third = lines_of(several.out)
    assert (first["source"], set(first["error"])) == (str(broken), {"code", "message"})
    assert (second["source"], second["error"]["code"]) == (str(missing), "not_found")
    assert third["text"] == "8x6"
    array = json.loads(run("read", broken, missing, good, "-f", "json").out)
    assert array == [first, second, third]


def test_a_page_that_fails_keeps_those_before_it(run, reader, image):
    path = image("b.tif", frames=3)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 2 // 3])
    outcome = run("read", path, "-f", "jsonl")
    *pages, failure = lines_of(outcome.out)
    assert outcome.code == 4
    assert [page["page"] for page in pages] == list(range(1, len(pages) + 1))
    assert failure["source"] == str(path)
    assert "error" in failure


def test_a_folder_without_images_is_a_failure(run, reader, tmp_path):
    outcome = run("read", tmp_path)
    assert (outcome.code, outcome.out) == (3, "")
    assert "holds no file" in outcome.err


def test_an_error_that_is_not_about_an_input_ends_the_work(run, image, reader, monkeypatch):
    def fail(*_, **__):
        raise DeviceUnavailableError("The GPU is gone.")

    monkeypatch.setattr(reader, "read", fail)
    outcome = run("read", image("a.png"), image("b.png"), "-f", "json")
    assert (outcome.code, outcome.err) == (9, "ocrapp: The GPU is gone.\n")
    assert json.loads(outcome.out) == []


def test_an_unknown_format(run, reader, image):
    outcome = run("read", image("a.png"), "-f", "docx")
    assert outcome.code == 2
    assert "txt, json, jsonl" in outcome.err


def test_file_names_of_any_script_and_of_none(run, reader, image, tmp_path):
    assert lines_of(run("read", image("ä 日本.png"), "-f", "jsonl").out)[0]["source"].endswith("ä 日本.png")
    if sys.platform == "linux":
        odd = tmp_path / "odd\udcff.png"
        image("a.png").rename(odd)
        outcome = run("read", odd, "-f", "jsonl")
        assert outcome.code == 0
        assert lines_of(outcome.out)[0]["source"] == str(odd)


def test_quiet_tells_errors_only(capfd):
    for quiet, said in ((False, "ocrapp: careful\nocrapp: broken\n"), (True, "ocrapp: broken\n")):
        reporter = Reporter(quiet)
        reporter.note("by the way")
        reporter.warn("careful")
        reporter.error(DeviceUnavailableError("broken"))
        assert capfd.readouterr().err == said


def test_the_text_layer_replaces_reading_where_there_is_one(run, reader, image, tmp_path):
    path = tmp_path / "letter.pdf"
    path.write_bytes(PDF)
    assert run("read", path, "--dpi", "72").out == "200x100\n"
    outcome = run("read", path, "--text-layer", "-f", "jsonl")
    (page,) = lines_of(outcome.out)
    assert page["text"] == "Hello world"
    assert [word["reader"] for word in page["lines"][0]["words"]] == ["pdf/text-layer"] * 2
    assert page["lines"][0]["polygon"] == []


def test_standard_input(image, tmp_path):
    done = program("read", "-", "-f", "jsonl", stdin=image("a.png").read_bytes())
    assert lines_of(done.stdout.decode())[0]["text"] == "8x6"
    empty = program("read", "-")
    assert empty.returncode == 4
    assert b"is empty" in empty.stderr


def test_a_reader_that_closes_the_pipe_is_no_error(image):
    process = start("read", image("b.tif", frames=40), "-f", "jsonl", stdout=subprocess.PIPE)
    process.stdout.readline()
    process.stdout.close()
    assert process.wait(60) == 0
    assert process.stderr.read() == b""
    process.stderr.close()


def test_a_full_disk_is_told(image):
    try:
        with Path("/dev/full").open("wb") as full:
            process = start("read", image("a.png"), stdout=full)
    except OSError:
        pytest.skip("no /dev/full here")
    with process.stderr as stderr:
        assert b"cannot be written" in stderr.read()
    assert process.wait(60) == 7


@pytest.mark.skipif(sys.platform == "win32", reason="terminals of Unix")
def test_progress_goes_to_a_terminal_and_leaves_the_data_alone(image):
    terminal, stderr = os.openpty()
    process = start("read", image("b.tif", frames=2), stderr=stderr)
    os.close(stderr)
    with process.stdout as stdout:
        assert stdout.read() == b"8x6\n\f9x6\n"
    assert process.wait(60) == 0
    shown = b""
    with contextlib.suppress(OSError):  # what a closed terminal answers
        while chunk := os.read(terminal, 4096):
            shown += chunk
    os.close(terminal)
    assert b"page 2 of 2" in shown


def test_without_models_reading_fails_and_says_so(run, image, tmp_path, monkeypatch):
    monkeypatch.setenv("OCRAPP_MODELS", str(tmp_path))
    outcome = run("read", image("a.png"), "--device", "cpu")
    assert (outcome.code, outcome.out) == (8, "")
    assert "catalog.toml cannot be read" in outcome.err


def test_the_shipped_models_read_a_word(run, tmp_path):
    picture = Image.new("RGB", (190, 60), "white")
    ImageDraw.Draw(picture).text((12, 4), "Hello", "black", ImageFont.load_default(48))
    picture.save(tmp_path / "word.png")
    outcome = run("read", tmp_path / "word.png", "--layout", "word", "--device", "cpu", "-f", "jsonl")
    assert (outcome.code, outcome.err) == (0, "")
    (page,) = lines_of(outcome.out)
    assert page["provider"] == "CPUExecutionProvider"
    assert SequenceMatcher(None, page["text"].lower(), "hello").ratio() >= 0.8  # one letter may go
    assert page["models"]


def start(*arguments, stdin=None, stdout=None, stderr=None):
    """The program as a process of its own, with the reader of these tests."""
    code = (
        "import sys; from ocrapp.cli import read as module; from ocrapp.cli.main import main\n"
        "from tests.cli.conftest import SizeReader\n"
        "module.load_reader = lambda *_: SizeReader()\n"
        "raise SystemExit(main(sys.argv[1:]))"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdin=stdin or subprocess.DEVNULL,
        stdout=stdout or subprocess.PIPE,
        stderr=stderr or subprocess.PIPE,
    )


def program(*arguments, stdin=b""):
    with start(*arguments, stdin=subprocess.PIPE) as process:
        out, err = process.communicate(stdin, timeout=60)
    return subprocess.CompletedProcess(arguments, process.returncode, out, err)


@pytest.mark.parametrize(
    ("device", "mode", "said"),
    [
        ("cpu", "fast", ""),
        ("cpu", "accurate", "ocrapp: The mode accurate is not there yet: reading in the mode fast.\n"),
    ],
)
def test_a_mode_that_is_not_there_is_told(capfd, device, mode, said):
    read_module.load_reader(device, False, mode, Reporter())
    assert capfd.readouterr().err == said


def _pdf() -> bytes:
    stream = b"BT /F 18 Tf 20 40 Td (Hello world) Tj ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    data, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return data + (
        b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
        % (table, len(data))
    )


PDF = _pdf()
