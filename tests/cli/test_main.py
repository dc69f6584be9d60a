import re
import subprocess
import sys

import pytest

import ocrapp
from ocrapp.cli import main as main_module
from ocrapp.cli import window
from ocrapp.errors import ModelUnusableError


def test_help_is_there_and_loads_nothing_heavy():
    code = (
        "import sys; from ocrapp.cli.main import main\n"
        "code = main(['--help'])\n"
        "heavy = {'onnxruntime', 'torch', 'PySide6', 'cv2', 'numpy', 'PIL', 'shapely'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
        "raise SystemExit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for command in ("read", "gui", "models", "doctor"):
        assert command in done.stdout


@pytest.mark.parametrize("arguments", [["read", "--help"], ["models", "-h"], ["doctor", "-h"], ["gui", "-h"]])
def test_each_command_has_help(run, arguments):
    assert run(*arguments).code == 0


def test_version(run):
    assert run("--version") == (0, f"ocrapp {ocrapp.__version__}\n", "")


@pytest.mark.parametrize("arguments", [["fly"], ["read"], ["read", "a.png", "--layout", "spiral"]])
def test_wrong_usage(run, arguments):
    outcome = run(*arguments)
    assert outcome.code == 2
    assert outcome.out == ""
    assert "Usage" in outcome.err or "usage" in outcome.err


def test_a_known_error_is_one_line_and_its_code(run, monkeypatch):
    def fail(*_):
        raise ModelUnusableError("The model is damaged.", "Install it again.")

    monkeypatch.setattr(main_module, "open_window", fail)
    assert run() == (8, "", "ocrapp: The model is damaged. Install it again.\n")


def test_a_defect_is_one_line_and_a_file_with_the_traceback(run, monkeypatch, tmp_path):
    def fail(*_):
        raise ZeroDivisionError("oh")

    monkeypatch.setattr(main_module, "open_window", fail)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    outcome = run()
    assert (outcome.code, outcome.out) == (1, "")
    found = re.fullmatch(
        r"ocrapp: A defect in ocrapp: ZeroDivisionError: oh\. .* file (\S+\.log)\n", outcome.err
    )
    assert found
    log = next(tmp_path.rglob("defect-*.log"))
    assert str(log) == found[1]
    assert "Traceback" in log.read_text()


def test_without_a_command_it_opens_the_window(run, monkeypatch):
    opened = []
    monkeypatch.setattr(main_module, "open_window", lambda files: opened.append(files) or 5)
    assert run().code == 5
    assert opened == [[]]


def test_gui_hands_over_files_and_exit_code(run, monkeypatch):
    opened = []
    monkeypatch.setattr(window, "open_window", lambda files: opened.append(files) or 0)
    assert run("gui", "a.png", "b.pdf").code == 0
    assert opened == [["a.png", "b.pdf"]]


def test_a_window_without_its_libraries_says_what_to_do(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "ocrapp.gui.app", None)  # what Python does for a failed import
    outcome = run("gui")
    assert outcome.code == 2
    assert "ocrapp read" in outcome.err


@pytest.mark.parametrize("module", ["ocrapp", "ocrapp.cli.main"])
def test_runs_as_a_module(module):
    done = subprocess.run(
        [sys.executable, "-m", module, "--version"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, f"ocrapp {ocrapp.__version__}\n", "")
