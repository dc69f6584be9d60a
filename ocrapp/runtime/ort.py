"""The one place that loads ONNX Runtime and creates its sessions.

Importing ONNX Runtime costs about 0.2 s and maps hundreds of megabytes, so it happens on first use.
"""

import contextlib
import io
import os
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from ocrapp.errors import DeviceUnavailableError, UsageError

CPU = "CPUExecutionProvider"
CUDA = "CUDAExecutionProvider"

Providers = Sequence[tuple[str, Mapping[str, str]]]
"""Providers by preference, each with its options."""

_SILENT = 4  # Only fatal messages. What matters reaches the user as an error or as a device's reason.


@cache
def onnx_runtime() -> ModuleType:
    """The ``onnxruntime`` module, silenced.

    Raises:
        DeviceUnavailableError: It is missing, or its shared library does not load.
    """
    try:
        module = import_module("onnxruntime")
        module.set_default_logger_severity(_SILENT)
    except (ImportError, OSError, AttributeError) as error:
        raise DeviceUnavailableError(
            f"ONNX Runtime cannot be loaded ({error}).",
            "Install it again with: pip install --force-reinstall onnxruntime-gpu",
        ) from error
    return module


@cache
def session_errors() -> tuple[type[Exception], ...]:
    """What ONNX Runtime raises for files, inputs and devices that it cannot use."""
    onnx_runtime()
    state = import_module("onnxruntime.capi.onnxruntime_pybind11_state")
    own = (item for item in vars(state).values() if isinstance(item, type) and issubclass(item, Exception))
    return (*own, ValueError, RuntimeError)


def describe(error: Exception) -> str:
    """An ONNX Runtime error as one line, without its prefix ``[ONNXRuntimeError] : 2 : INVALID_ARGUMENT``."""
    text = " ".join(str(error).split())
    if text.startswith("[ONNXRuntimeError]"):
        text = text.split(" : ", 3)[-1]
    return text[:300].rstrip(".")


@cache
def preload_cuda_libraries() -> str:
    """Load the CUDA and cuDNN libraries of the ``nvidia-*`` packages before the first session.

    Returns:
        What failed to load, as one line; empty if all is well. (ONNX Runtime prints this on standard
        output, where only data belongs, so it is caught.)
    """
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        onnx_runtime().preload_dlls()
    return next((line.strip() for line in said.getvalue().splitlines() if line.strip()), "")


def thread_count() -> int:
    """Threads for one inference: ``OCRAPP_THREADS``, else the physical cores this process may use.

    Returns:
        A positive number, or 0 where only ONNX Runtime knows (it then takes the physical cores).

    Raises:
        UsageError: ``OCRAPP_THREADS`` is no positive number.
    """
    asked = os.environ.get("OCRAPP_THREADS", "").strip()
    if asked:
        if not asked.isdecimal() or int(asked) == 0:
            raise UsageError(f"OCRAPP_THREADS is {asked!r}.", "Set it to a positive number, or unset it.")
        return int(asked)
    if not hasattr(os, "sched_getaffinity"):
        return 0
    # Set by hand on Linux: left alone, ONNX Runtime counts cores that a container may not use.
    cores = {_siblings(cpu) for cpu in os.sched_getaffinity(0)}
    return max(1, min(len(cores), _quota(Path("/sys/fs/cgroup/cpu.max"), len(cores))))


def _siblings(cpu: int) -> str:
    """The hardware threads that share a core with ``cpu``, as the kernel writes them."""
    path = Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")
    try:
        return path.read_text().strip()
    except OSError:
        return str(cpu)


def _quota(cpu_max: Path, default: int) -> int:
    """Whole cores that the control group grants (``cpu.max`` holds "QUOTA PERIOD" or "max PERIOD")."""
    try:
        quota, period = cpu_max.read_text().split()
        return int(quota) // int(period)
    except (OSError, ValueError):
        return default


def create_session(model: str, providers: Providers, threads: int | None = None) -> Any:
    """An ``onnxruntime.InferenceSession`` with the options that all our models run with.

    Raises:
        One of `session_errors`: The file is no model, or no provider takes it.
    """
    ort = onnx_runtime()
    options = ort.SessionOptions()
    options.log_severity_level = _SILENT
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.intra_op_num_threads = thread_count() if threads is None else threads
    # Both measured, see README.md: a reading runs three sessions in turn, and threads of one that spin
    # after its work take the cores from the next; memory patterns are kept for every new input size.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.enable_mem_pattern = False
    return ort.InferenceSession(
        model,
        options,
        providers=[(name, dict(settings)) for name, settings in providers],
        enable_fallback=0,  # It would print on standard output; we look at get_providers() ourselves.
    )


def run_options() -> Any:
    """``onnxruntime.RunOptions`` that stay silent; their ``terminate`` stops the run."""
    options = onnx_runtime().RunOptions()
    options.log_severity_level = _SILENT
    return options
