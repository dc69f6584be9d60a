import subprocess
import sys

import numpy as np
import pytest

from ocrapp.errors import DeviceUnavailableError, UsageError
from ocrapp.runtime import Session, choose_device
from ocrapp.runtime import device as device_module
from ocrapp.runtime.cuda import CudaDriver, cuda_driver
from ocrapp.runtime.device import cuda_problem
from ocrapp.runtime.ort import CPU, CUDA, thread_count

no_gpu = pytest.mark.skipif(not cuda_driver().problem, reason="there is a GPU")


def test_the_probe_computes_what_it_promises(cpu):
    session = Session(device_module._PROBE, cpu)
    (result,) = session.run({"x": np.ones((1, 1, 8, 8), np.float32)})
    np.testing.assert_array_equal(result, np.full((1, 1, 6, 2), 54, np.float32))


def test_cpu_as_asked_for():
    device = choose_device("cpu")
    assert (device.name, device.reason) == ("cpu", "Running on the CPU: as asked for.")
    assert device.providers == ((CPU, {}),)


@pytest.mark.parametrize("spec", ["", "gpu", "cuda:", "cuda:x", "cuda:-1", "CPU", "cpu "])
def test_no_such_device(spec):
    with pytest.raises(UsageError, match="There is no device"):
        choose_device(spec)


def test_cpu_and_a_required_gpu_contradict():
    with pytest.raises(UsageError):
        choose_device("cpu", require_gpu=True)


@no_gpu
@pytest.mark.parametrize("spec", ["auto", "cuda", "cuda:1"])
def test_without_a_gpu_it_is_the_cpu_and_says_why(spec):
    device = choose_device(spec)
    assert device.name == "cpu"
    assert device.reason == f"Running on the CPU: {cuda_driver().problem}."
    with pytest.raises(DeviceUnavailableError, match="A GPU is required, but"):
        choose_device(spec, require_gpu=True)


@no_gpu
def test_without_a_gpu_nothing_is_printed_and_onnx_runtime_stays_unloaded():
    code = (
        "import sys; from ocrapp.runtime import choose_device\n"
        "assert choose_device('auto').name == 'cpu'\n"
        "assert 'onnxruntime' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.skipif(bool(cuda_driver().problem), reason="there is no GPU")
def test_with_a_gpu_the_choice_holds_for_a_real_session(tiny):
    device = choose_device("cuda:0")
    session = Session(tiny, device)
    assert (session.provider == CUDA) == (device.name == "cuda:0"), device.reason


@pytest.fixture
def fake_driver(monkeypatch):
    """A machine with the given driver: the one thing here that cannot be had for real."""

    def install(driver):
        cuda_problem.cache_clear()
        monkeypatch.setattr(device_module, "cuda_driver", lambda: driver)

    yield install
    cuda_problem.cache_clear()


@pytest.mark.parametrize(
    ("driver", "index", "problem"),
    [
        (CudaDriver((99, 0), ("A",)), 1, "there is no GPU 1 (the driver sees 1)"),
        (CudaDriver((11, 4), ("A",)), 0, "the NVIDIA driver runs CUDA 11, but ONNX Runtime needs CUDA"),
    ],
)
def test_a_driver_that_does_not_suffice(fake_driver, driver, index, problem):
    fake_driver(driver)
    assert choose_device(f"cuda:{index}").reason.startswith(f"Running on the CPU: {problem}")


@no_gpu
def test_cuda_that_does_not_start_falls_back_in_silence(fake_driver, capfd):
    """The driver is there, the libraries are not: ONNX Runtime's own fallback prints on both streams."""
    fake_driver(CudaDriver((99, 0), ("Imagined GPU",)))
    device = choose_device("auto")
    assert device.name == "cpu"
    assert device.reason.startswith("Running on the CPU: CUDA does not start (")
    with pytest.raises(DeviceUnavailableError, match="CUDA does not start"):
        choose_device("cuda:0", require_gpu=True)
    assert capfd.readouterr() == ("", "")


def test_device_id_and_search_reach_the_provider():
    (name, options), (fallback, _) = device_module._cuda_providers(3)
    assert (name, fallback) == (CUDA, CPU)
    assert options["device_id"] == "3"
    assert options["cudnn_conv_algo_search"] == "HEURISTIC"


def test_threads_follow_the_environment(monkeypatch):
    monkeypatch.setenv("OCRAPP_THREADS", "3")
    assert thread_count() == 3
    for wrong in ("0", "-1", "two", "1.5"):
        monkeypatch.setenv("OCRAPP_THREADS", wrong)
        with pytest.raises(UsageError, match="OCRAPP_THREADS"):
            thread_count()


@pytest.mark.skipif(sys.platform != "linux", reason="counted by hand on Linux only")
def test_threads_stay_within_the_cores_that_the_process_may_use():
    code = (
        "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
        "from ocrapp.runtime.ort import thread_count; print(thread_count())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1"
