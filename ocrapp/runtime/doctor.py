"""What is installed and whether it works, for ``ocrapp doctor`` and for reports of defects."""

import os
import platform
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ocrapp.errors import DeviceUnavailableError, ModelUnusableError, OcrappError
from ocrapp.runtime.catalog import ModelEntry, load_catalog
from ocrapp.runtime.cuda import cuda_driver
from ocrapp.runtime.device import choose_device
from ocrapp.runtime.ort import onnx_runtime, thread_count
from ocrapp.runtime.packages import installed_packages, onnx_runtime_packages


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the examination.

    Attributes:
        topic: What was looked at.
        detail: What was found, one line.
        problem: The error if something is broken, with its hint; None if all is well.
    """

    topic: str
    detail: str
    problem: OcrappError | None = None


def examine() -> Iterator[Finding]:
    """Look at everything that reading depends on; nothing is raised, everything is told."""
    packages = installed_packages()
    yield Finding("Python", f"{platform.python_version()} on {platform.platform(terse=True)}")
    for topic, look in (
        ("ONNX Runtime", _onnx_runtime),
        ("NVIDIA driver", _driver),
        ("CUDA packages", _cuda_packages),
        ("Device", lambda: choose_device().reason),
        ("CPU threads", _threads),
        ("OpenCV", _opencv),
        ("Window", lambda: f"PySide6 {packages.get('pyside6-essentials', 'is not installed')}"),
    ):
        yield _finding(topic, look)
    yield from _models()


def _finding(topic: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(topic, look())
    except OcrappError as error:
        return Finding(topic, error.what, error)


def _onnx_runtime() -> str:
    wheels = onnx_runtime_packages()
    if len(wheels) > 1:
        names = " ".join(wheels)
        raise DeviceUnavailableError(
            f"{' and '.join(wheels)} are installed together and overwrite each other.",
            f"Repair it with: pip uninstall -y {names} && pip install onnxruntime-gpu",
        )
    ort = onnx_runtime()
    built = f"built for CUDA {ort.cuda_version}" if getattr(ort, "cuda_version", "") else "built without CUDA"
    return f"{ort.__version__} ({wheels[0] if wheels else 'not from a wheel'}), {built}"


def _driver() -> str:
    driver = cuda_driver()
    if driver.problem:
        return f"{driver.problem[0].upper()}{driver.problem[1:]}"
    return f"CUDA {driver.version[0]}.{driver.version[1]}; {', '.join(driver.gpus)}"


def _cuda_packages() -> str:
    wanted = ("nvidia-cuda-runtime", "nvidia-cublas", "nvidia-cudnn", "nvidia-cufft")
    found = [f"{name} {version}" for name, version in installed_packages().items() if name.startswith(wanted)]
    return ", ".join(sorted(found)) or "None; for a GPU: pip install 'onnxruntime-gpu[cuda,cudnn]'"


def _threads() -> str:
    origin = "OCRAPP_THREADS" if os.environ.get("OCRAPP_THREADS") else "physical cores"
    return f"{thread_count() or 'chosen by ONNX Runtime'} ({origin})"


def _opencv() -> str:
    packages = installed_packages()
    wheels = [name for name in packages if name.startswith("opencv-")]
    text = ", ".join(f"{name} {packages[name]}" for name in sorted(wheels))
    # Both write the same files, and the first brings Qt plugins of its own that break the window:
    # https://github.com/opencv/opencv-python/issues/736
    if {"opencv-python", "opencv-contrib-python"} & set(wheels):
        return f"{text}; uninstall all but the headless one if the window does not open"
    return text or "not from a wheel"


def _models() -> Iterator[Finding]:
    try:
        catalog = load_catalog()
    except ModelUnusableError as error:
        yield Finding("Models", error.what, error)
        return
    yield Finding("Models", f"{len(catalog.entries)} in {catalog.folder}")
    for entry in catalog:
        yield check_model(entry)


def check_model(entry: ModelEntry) -> Finding:
    """Hash the files of a model again."""
    try:
        entry.verify(fresh=True)
    except ModelUnusableError as error:
        return Finding(entry.id, error.what, error)
    return Finding(entry.id, f"verified, {entry.bytes / 1e6:.1f} MB")
