import threading
import time

import numpy as np
import pytest

from ocrapp.errors import CancelledError, DeviceUnavailableError, ModelUnusableError
from ocrapp.runtime import Cancel, Device, Session
from tests.runtime.conftest import describe_model
from tests.runtime.test_integrity import flip_a_byte

X = np.arange(16, dtype=np.float32).reshape(4, 4)
W = 2 * np.eye(4, dtype=np.float32)


def test_a_file_runs(tiny, cpu):
    session = Session(tiny, cpu)
    assert (session.id, session.provider) == ("tiny", "CPUExecutionProvider")
    assert (session.inputs, session.outputs) == (("x", "w"), ("y",))
    (result,) = session.run({"x": X, "w": W})
    np.testing.assert_array_equal(result, 2 * X)


def test_a_catalog_entry_runs_under_its_id(tiny, cpu, catalog_of):
    entry = catalog_of(describe_model(tiny, id='"tiny-v1"')).default("segmenter")
    session = Session(entry, cpu, threads=1)
    assert session.id == "tiny-v1"
    np.testing.assert_array_equal(session.run({"x": X, "w": W}, Cancel())[0], 2 * X)


def test_one_flipped_byte_is_an_error_and_never_a_result(tiny, cpu, catalog_of):
    entry = catalog_of(describe_model(tiny)).default("segmenter")
    Session(entry, cpu)
    flip_a_byte(tiny)
    with pytest.raises(ModelUnusableError, match="is damaged"):
        Session(entry, cpu)


@pytest.mark.parametrize("content", [b"", b"no model", None])
def test_a_file_that_is_no_model_is_an_error(tiny, cpu, content):
    tiny.write_bytes(tiny.read_bytes()[:-20] if content is None else content)
    with pytest.raises(ModelUnusableError, match=r"tiny\.onnx cannot be loaded"):
        Session(tiny, cpu)


def test_no_file_is_an_error(tmp_path, cpu):
    with pytest.raises(ModelUnusableError, match="There is no model file"):
        Session(tmp_path / "none.onnx", cpu)


@pytest.mark.parametrize(
    "feeds", [{"x": X}, {"x": X, "w": W[:3]}, {"x": X, "w": W.astype(np.float64)}, {"x": X, "v": W}]
)
def test_wrong_inputs_are_an_error_and_the_session_lives_on(tiny, cpu, feeds):
    session = Session(tiny, cpu)
    with pytest.raises(ModelUnusableError, match="The model tiny does not take this input"):
        session.run(feeds)
    np.testing.assert_array_equal(session.run({"x": X, "w": W})[0], 2 * X)


def test_cancel_stops_a_running_inference_and_the_session_lives_on(slow, cpu):
    session = Session(slow, cpu)
    feeds = {name: np.zeros((1024, 1024), np.float32) for name in "xw"}
    cancel = Cancel()
    asked = []

    def stop():
        asked.append(time.monotonic())
        cancel.cancel()

    timer = threading.Timer(0.3, stop)
    timer.start()
    with pytest.raises(CancelledError):
        session.run(feeds, cancel)
    late = time.monotonic() - asked[0]
    timer.join()
    assert late < 1, f"stopped {late:.2f} s after cancel()"
    again = Cancel()
    threading.Timer(0.1, again.cancel).start()
    with pytest.raises(CancelledError):  # it does run again, and stops again
        session.run(feeds, again)


def test_a_cancelled_token_runs_nothing(tiny, cpu):
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(CancelledError):
        Session(tiny, cpu).run({"x": X, "w": W}, cancel)


def test_a_required_gpu_is_not_replaced_by_the_cpu(tiny, cpu):
    device = Device("cuda:0", cpu.providers, "Running on GPU 0.", required=True)
    with pytest.raises(DeviceUnavailableError, match="tiny runs on CPUExecutionProvider"):
        Session(tiny, device)
