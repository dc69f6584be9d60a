"""ONNX files after export: without the exporter's notes, with half-precision weights, with 8-bit weights."""

import logging
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import onnx
from onnx import GraphProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

OPSET = 20
"""The first ONNX version with GELU as one operator: on a CPU a third faster than the four it stands for."""

_HALF_LEAST = 256
"""Weights with fewer numbers stay float32: halving them saves nothing."""


def strip_notes(path: Path) -> None:
    """Remove the exporter's notes from a file: they name paths of the exporting machine.

    Stack traces, documentation strings and properties go; names, types, shapes and weights stay.
    """
    model = onnx.load(path)
    model.doc_string = ""
    for function in model.functions:
        function.doc_string = ""
        _clear(function.node)
        del function.metadata_props[:]
    del model.metadata_props[:]
    _strip_graph(model.graph)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def half_weights(source: Path, target: Path) -> None:
    """Store the large weights as float16 and cast them back to float32 in the graph.

    ONNX Runtime folds the casts when it loads the file, so the file is half as large and the arithmetic, and
    its speed, stay those of float32.
    """
    model = onnx.load(source)
    graph = model.graph
    casts = []
    for weight in graph.initializer:
        values = numpy_helper.to_array(weight)
        if values.dtype != np.float32 or values.size < _HALF_LEAST:
            continue
        if np.abs(values).max() > np.finfo(np.float16).max:
            continue  # would become infinite
        name = weight.name
        weight.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}.half"))
        casts.append(helper.make_node("Cast", [f"{name}.half"], [name], to=onnx.TensorProto.FLOAT))
    nodes = list(graph.node)
    del graph.node[:]
    graph.node.extend([*casts, *nodes])
    onnx.checker.check_model(model)
    onnx.save(model, target)


def int8_weights(source: Path, target: Path) -> None:
    """Store the weights of matrix products as int8, one scale an output; inputs are quantised when it runs.

    Weights use 7 of the 8 bits: without VNNI instructions, 8 bits overflow in the sums of older processors.
    The second product of each MLP stays float32: after a GELU few inputs are large, and one scale for all is too
    coarse (measured on svtrv2-nano: 96 % of the crops keep their CTC path, 90 % with these products quantised too,
    at 12 and 17 % less time). Scales from a calibration instead of from each input were slower than float32.
    """
    level = logging.getLogger().level
    logging.getLogger().setLevel(logging.ERROR)  # it advises a pre-processing that changes nothing here
    try:
        quantize_dynamic(
            source,
            target,
            op_types_to_quantize=["MatMul"],
            nodes_to_exclude=_narrowing(onnx.load(source).graph),
            per_channel=True,
            reduce_range=True,
            weight_type=QuantType.QInt8,
        )
    finally:
        logging.getLogger().setLevel(level)
    strip_notes(target)


def _narrowing(graph: GraphProto) -> list[str]:
    """Names of the products from the hidden width of an MLP, four times its own, back to its own."""
    shapes = {weight.name: tuple(weight.dims) for weight in graph.initializer}
    found = []
    for node in graph.node:
        shape = shapes.get(node.input[1], ()) if node.op_type == "MatMul" else ()
        if len(shape) == 2 and shape[0] == 4 * shape[1]:
            found.append(node.name)
    return found


def _strip_graph(graph: GraphProto) -> None:
    graph.doc_string = ""
    del graph.metadata_props[:]
    for items in (graph.node, graph.initializer, graph.input, graph.output, graph.value_info):
        _clear(items)
    for node in graph.node:
        for attribute in node.attribute:
            attribute.doc_string = ""
            for inner in (*([attribute.g] if attribute.HasField("g") else []), *attribute.graphs):
                _strip_graph(inner)


def _clear(items: Iterable[onnx.NodeProto | onnx.TensorProto | onnx.ValueInfoProto]) -> None:
    for item in items:
        item.doc_string = ""
        del item.metadata_props[:]
