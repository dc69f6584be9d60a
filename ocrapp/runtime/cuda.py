"""What the NVIDIA driver says, asked through its own library: no GPU package is needed for it."""

import ctypes
import sys
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class CudaDriver:
    """The NVIDIA driver of this machine.

    Attributes:
        version: Newest CUDA that the driver runs, ``(major, minor)``; ``(0, 0)`` without a driver.
        gpus: Names of the GPUs this process may use, in CUDA's order.
        problem: Why no GPU can be used, as a clause for the middle of a sentence; empty if one can.
    """

    version: tuple[int, int] = (0, 0)
    gpus: tuple[str, ...] = ()
    problem: str = ""


@cache
def cuda_driver() -> CudaDriver:
    """Ask the driver once. A machine without one answers in microseconds."""
    name = "nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1"
    try:
        library = ctypes.CDLL(name)
    except OSError:
        return CudaDriver(problem="no NVIDIA driver was found")
    number = ctypes.c_int()
    library.cuDriverGetVersion(ctypes.byref(number))
    version = (number.value // 1000, number.value % 1000 // 10)
    status = library.cuInit(0)
    if status == 0:
        status = library.cuDeviceGetCount(ctypes.byref(number))
    if status == 100 or (status == 0 and number.value == 0):  # CUDA_ERROR_NO_DEVICE
        return CudaDriver(version, problem="the NVIDIA driver sees no GPU")
    if status != 0:
        return CudaDriver(version, problem=f"the NVIDIA driver does not start (CUDA error {status})")
    return CudaDriver(version, gpus=tuple(_gpu_name(library, index) for index in range(number.value)))


def _gpu_name(library: ctypes.CDLL, index: int) -> str:
    device = ctypes.c_int()
    text = ctypes.create_string_buffer(128)
    if library.cuDeviceGet(ctypes.byref(device), index) or library.cuDeviceGetName(text, len(text), device):
        return "unknown GPU"
    return text.value.decode("utf-8", "replace")
