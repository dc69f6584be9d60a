"""ONNX files after export: no notes, smaller, and still the same network."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from ocrapp.training.graphs import half_weights, int8_weights, strip_notes

MODELS = Path(__file__).resolve().parents[2] / "models"
NOTE = "/home/somebody/lib/python3.11/site-packages/torch/nn/linear.py, line 7"
SHAPE = (64, 48)


@pytest.fixture
def network(tmp_path: Path) -> Path:
    """A matrix product with a bias, and notes wherever ONNX has room for them."""
    rng = np.random.default_rng(0)
    weight = numpy_helper.from_array(rng.normal(0, 0.2, SHAPE).astype(np.float32), "weight")
    bias = numpy_helper.from_array(rng.normal(0, 1, SHAPE[1]).astype(np.float32), "bias")
    x, y = (
        helper.make_tensor_value_info(n, TensorProto.FLOAT, ["n", s])
        for n, s in zip("xy", SHAPE, strict=True)
    )
    between = helper.make_tensor_value_info("product", TensorProto.FLOAT, ["n", SHAPE[1]])
    nodes = [
        helper.make_node("MatMul", ["x", "weight"], ["product"], doc_string=NOTE),
        helper.make_node("Add", ["product", "bias"], ["y"]),
    ]
    graph = helper.make_graph(nodes, "g", [x], [y], [weight, bias], NOTE, [between])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    model.doc_string = NOTE
    noted = (
        model,
        graph_of(model),
        *graph_of(model).node,
        *graph_of(model).initializer,
        *graph_of(model).value_info,
    )
    for item in (*noted, *graph_of(model).input, *graph_of(model).output):
        helper.set_model_props(item, {"pkg.torch.onnx.stack_trace": NOTE})
    path = tmp_path / "noted.onnx"
    onnx.save(model, path)
    return path


def graph_of(model: onnx.ModelProto) -> onnx.GraphProto:
    return model.graph


def run(path: Path, x: np.ndarray) -> np.ndarray:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return session.run(None, {"x": x})[0]


def test_no_note_of_the_exporter_is_left(network: Path) -> None:
    x = np.random.default_rng(1).normal(size=(3, SHAPE[0])).astype(np.float32)
    before = run(network, x)
    assert network.read_bytes().count(NOTE.encode()) >= 10
    strip_notes(network)
    data = network.read_bytes()
    assert b"site-packages" not in data
    assert b"/home" not in data
    assert np.array_equal(run(network, x), before)


@pytest.mark.parametrize("path", sorted(MODELS.glob("*.onnx")), ids=lambda path: path.name)
def test_shipped_models_name_no_path(path: Path) -> None:
    data = path.read_bytes()
    here = str(MODELS.resolve().parent).encode() + b"/"
    for trace in (b"site-packages", b"stack_trace", b"/home/", b"/root/", here, b".py"):
        assert trace not in data


@pytest.mark.parametrize(
    ("smaller", "share", "error"), [(half_weights, 0.6, 1e-3), (int8_weights, 0.45, 5e-2)]
)
def test_smaller_files_compute_nearly_the_same(network: Path, tmp_path: Path, smaller, share, error) -> None:
    strip_notes(network)
    target = tmp_path / "smaller.onnx"
    smaller(network, target)
    x = np.random.default_rng(2).normal(size=(5, SHAPE[0])).astype(np.float32)
    full, small = run(network, x), run(target, x)
    assert 0 < np.abs(full - small).mean() < error * np.abs(full).mean()
    assert target.stat().st_size < share * network.stat().st_size
