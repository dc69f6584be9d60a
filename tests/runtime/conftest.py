"""Tiny ONNX models and catalogs of them: real files for the real ONNX Runtime."""

import hashlib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from onnx import TensorProto, helper, save

from ocrapp.runtime import Catalog, Device, choose_device, load_catalog


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory, monkeypatch) -> Path:
    """Stamps of verified files stay out of the cache of whoever runs the tests."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    monkeypatch.setenv("LOCALAPPDATA", str(folder))
    return folder


@pytest.fixture
def cpu() -> Device:
    return choose_device("cpu")


def chain(path: Path, links: int, size: int) -> Path:
    """A model that multiplies ``x`` by ``w`` so many times; both are square."""
    names = ["x", *(f"product{i}" for i in range(1, links)), "y"]
    nodes = [helper.make_node("MatMul", [a, "w"], [b]) for a, b in pairwise(names)]
    square = {name: helper.make_tensor_value_info(name, TensorProto.FLOAT, [size, size]) for name in "xwy"}
    graph = helper.make_graph(nodes, "chain", [square["x"], square["w"]], [square["y"]])
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    return path


@pytest.fixture
def tiny(tmp_path) -> Path:
    """``y = x @ w`` of shape (4, 4)."""
    return chain(tmp_path / "tiny.onnx", 1, 4)


@pytest.fixture
def slow(tmp_path) -> Path:
    """Eight million million operations: minutes on the CPU."""
    return chain(tmp_path / "slow.onnx", 4000, 1024)


def describe_model(path: Path, **more: str) -> str:
    """A ``[[model]]`` table that fits the file; ``more`` replaces values, as written in TOML."""
    values = {
        "id": f'"{path.stem}"',
        "role": '"segmenter"',
        "file": f'"{path.name}"',
        "sha256": f'"{hashlib.sha256(path.read_bytes()).hexdigest()}"',
        "bytes": str(path.stat().st_size),
        "licence": '"Apache-2.0"',
        "default": "true",
        **more,
    }
    return "[[model]]\n" + "".join(f"{key} = {value}\n" for key, value in values.items() if value)


@pytest.fixture
def catalog_of(tmp_path) -> Callable[..., Catalog]:
    """Writes the given tables as a catalog beside the models and loads it."""

    def write(*tables: str) -> Catalog:
        (tmp_path / "catalog.toml").write_text("\n".join(tables), encoding="utf-8")
        return load_catalog(tmp_path)

    return write
