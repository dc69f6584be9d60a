"""Installed packages, read from their metadata: nothing is imported."""

import re
from functools import cache
from importlib import metadata


@cache
def installed_packages() -> dict[str, str]:
    """Versions by normalised name of all packages in this environment."""
    found: dict[str, str] = {}
    for package in metadata.distributions():
        name = package.metadata["Name"]
        if name:  # A half-removed package has none.
            found.setdefault(re.sub(r"[-_.]+", "-", name).lower(), package.version)
    return found


def onnx_runtime_packages() -> tuple[str, ...]:
    """The wheels that provide ``import onnxruntime``. More than one overwrite each other's files."""
    wheel = re.compile(r"(ort-nightly|onnxruntime)(-(gpu|directml|openvino|rocm|migraphx|qnn|training.*))?")
    return tuple(sorted(name for name in installed_packages() if wheel.fullmatch(name)))
