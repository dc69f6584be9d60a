import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from ocrapp.cli.interrupt import run_stoppable
from ocrapp.errors import CancelledError
from tests.runtime.conftest import chain

SCRIPT = """
import sys, numpy as np
from ocrapp.cli import read as module
from ocrapp.cli.main import main
from ocrapp.runtime import Session, choose_device
from tests.cli.conftest import SizeReader

class SlowReader(SizeReader):
    def read(self, page_image, *, layout="auto", cancel=None, progress=None):
        if page_image.number == 1:
            return super().read(page_image, layout=layout, cancel=cancel, progress=progress)
        session = Session(sys.argv[1], choose_device("cpu"), threads=1)
        sys.stderr.write("inferring\\n"), sys.stderr.flush()
        session.run({name: np.zeros((1024, 1024), np.float32) for name in "xw"}, cancel)

module.load_reader = lambda *_: SlowReader()
raise SystemExit(main(sys.argv[2:]))
"""


def test_the_result_and_the_error_of_the_work_arrive():
    assert run_stoppable(lambda cancel: threading.current_thread() is not threading.main_thread())
    with pytest.raises(KeyError, match="gone"):
        run_stoppable(lambda cancel: {}["gone"])


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_an_interrupt_cancels_the_work_and_the_handlers_return():
    before = signal.getsignal(signal.SIGINT)

    def work(cancel):
        os.kill(os.getpid(), signal.SIGINT)
        while not cancel.cancelled:
            time.sleep(0.01)
        cancel.check()

    with pytest.raises(CancelledError):
        run_stoppable(work)
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_stops_a_running_inference(tmp_path, image, number):
    model = chain(tmp_path / "slow.onnx", 4000, 1024)
    path = image("b.tif", frames=2)
    arguments = ["read", path, "-f", "jsonl", "-o", tmp_path / "out.jsonl"]
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(model), *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr.readline() == "inferring\n"
    time.sleep(0.3)
    asked = time.monotonic()
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    late = time.monotonic() - asked
    assert (process.returncode, out, err) == (130, "", "ocrapp: The work was stopped.\n")
    assert late < 3, f"{late:.2f} s"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.tif", "slow.onnx"]
