"""The one place that decides where models run, and says why."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from ocrapp.errors import DeviceUnavailableError, UsageError
from ocrapp.runtime.cuda import cuda_driver
from ocrapp.runtime.ort import (
    CPU,
    CUDA,
    create_session,
    describe,
    onnx_runtime,
    preload_cuda_libraries,
    session_errors,
)
from ocrapp.runtime.packages import onnx_runtime_packages

_PROBE = Path(__file__).with_name("probe.onnx")
"""A convolution (cuDNN) and a matrix product (cuBLAS): float32 x (1,1,8,8) of ones gives 54 everywhere."""


@dataclass(frozen=True, slots=True)
class Device:
    """Where models run.

    Attributes:
        name: ``cpu`` or ``cuda:N``.
        providers: ONNX Runtime providers by preference, each with its options.
        reason: One sentence for the user: what it is, and why.
        required: The user refuses anything but a GPU.
    """

    name: str
    providers: tuple[tuple[str, Mapping[str, str]], ...] = field(repr=False)
    reason: str
    required: bool = False


def choose_device(spec: str = "auto", require_gpu: bool = False) -> Device:
    """Decide between a GPU and the CPU by running a tiny model on it.

    Args:
        spec: ``auto`` (the first GPU if it works, else the CPU), ``cpu``, ``cuda`` or ``cuda:N``.
        require_gpu: Fail instead of falling back to the CPU.

    Returns:
        A device that works. ``cuda`` becomes ``cpu`` if the GPU does not work; ``reason`` tells why.

    Raises:
        UsageError: ``spec`` is none of these, or contradicts ``require_gpu``.
        DeviceUnavailableError: A GPU is required and none works.
    """
    match = re.fullmatch(r"auto|cpu|cuda(?::(\d{1,3}))?", spec)
    if match is None:
        raise UsageError(f"There is no device {spec!r}.", "Choose auto, cpu, cuda or cuda:N.")
    if spec == "cpu":
        if require_gpu:
            raise UsageError("A GPU is required, but the CPU was chosen.", "Leave out one of the two.")
        return _cpu("as asked for")
    index = int(match[1] or 0)
    problem = cuda_problem(index)
    if problem and require_gpu:
        raise DeviceUnavailableError(
            f"A GPU is required, but {problem}.", "Run `ocrapp doctor` to see what is missing."
        )
    return _cpu(problem) if problem else _gpu(index, require_gpu)


def _cpu(why: str) -> Device:
    return Device("cpu", ((CPU, {}),), f"Running on the CPU: {why}.")


def _gpu(index: int, required: bool) -> Device:
    reason = f"Running on GPU {index}: {cuda_driver().gpus[index]}."
    return Device(f"cuda:{index}", _cuda_providers(index), reason, required)


def _cuda_providers(index: int) -> tuple[tuple[str, Mapping[str, str]], ...]:
    """Options for inputs of many sizes.

    The default search (EXHAUSTIVE) runs again for every new input size, which made recognition slower than
    on the CPU: https://github.com/docling-project/docling/issues/4167. The rest keeps GPU memory from
    growing.
    """
    options = {
        "device_id": str(index),
        "cudnn_conv_algo_search": "HEURISTIC",
        "cudnn_conv_use_max_workspace": "0",
        "arena_extend_strategy": "kSameAsRequested",
    }
    return (CUDA, options), (CPU, {})


@cache
def cuda_problem(index: int) -> str:
    """Why GPU ``index`` cannot run models, as a clause; empty if it can.

    The cheap questions come first: ONNX Runtime lists CUDA as available on machines without any GPU, and
    asking it for a session there fills standard error with messages.
    """
    driver = cuda_driver()
    if driver.problem:
        return driver.problem
    if index >= len(driver.gpus):
        return f"there is no GPU {index} (the driver sees {len(driver.gpus)})"
    ort = onnx_runtime()
    if CUDA not in ort.get_available_providers():
        packages = onnx_runtime_packages()
        if len(packages) > 1:
            return f"the packages {' and '.join(packages)} are both installed, and one without CUDA won"
        return "the installed ONNX Runtime has no CUDA support"
    needed = int((getattr(ort, "cuda_version", "") or "0").split(".")[0])
    if driver.version[0] < needed:
        return f"the NVIDIA driver runs CUDA {driver.version[0]}, but ONNX Runtime needs CUDA {needed}"
    return _probe(index)


def _probe(index: int) -> str:
    import numpy as np  # noqa: PLC0415 - the command line imports this room, and --help needs no arrays

    missing = preload_cuda_libraries()
    try:
        session = create_session(str(_PROBE), _cuda_providers(index), threads=1)
        if session.get_providers()[0] != CUDA:
            return f"CUDA does not start ({missing or 'its libraries are missing or do not fit'})"
        (result,) = session.run(None, {"x": np.ones((1, 1, 8, 8), np.float32)})
    except session_errors() as error:
        return f"CUDA does not start ({missing or describe(error)})"
    return "" if np.allclose(result, 54) else "the GPU computes wrong results"
