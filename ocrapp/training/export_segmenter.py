"""A trained segmenter becomes an ONNX file, weights to train on from, and a catalog entry.

``python -m ocrapp.training.export_segmenter CHECKPOINT MODELS [--scores FILE]``, where the file is what
``ocrapp.training.evaluate_segmenter`` wrote.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import torch
from safetensors.torch import load_file, save_file

from ocrapp.errors import ModelUnusableError
from ocrapp.training.catalog import upsert_model
from ocrapp.training.graphs import strip_notes
from ocrapp.training.networks.segmenter import STRIDE, AttentionUNet, SegmenterConfig

MODEL_ID = "segmenter-nano"
TRAINED_ON = (
    "Rendered scenes, documents and screens (grounds: photos without text); ICDAR 2015 incidental scenes, "
    "ICDAR 2003 scenes, SROIE receipts, and MLT 2017 photos with quads rebuilt from masks (pseudo-labels)"
)

TOLERANCE = 1e-3
"""Largest difference of a logit between torch and ONNX Runtime."""


def averaged_network(checkpoint: Path, config: SegmenterConfig | None = None) -> AttentionUNet:
    """The averaged network of a training checkpoint, ready for inference."""
    state = torch.load(checkpoint, map_location="cpu", weights_only=True)
    network = AttentionUNet(config)
    network.load_state_dict(state["average"])
    return network.eval()


def load_weights(path: Path, config: SegmenterConfig | None = None) -> AttentionUNet:
    """The network with weights from a ``.safetensors`` file, ready for inference."""
    network = AttentionUNet(config)
    network.load_state_dict(load_file(path))
    return network.eval()


def export_segmenter(network: AttentionUNet, onnx_path: Path) -> float:
    """Write the ONNX file and, beside it, the weights; compare both on pictures of three sizes.

    Args:
        network: Trained network in evaluation mode.
        onnx_path: Where to write; the weights get the suffix ``.safetensors``.

    Returns:
        Largest difference of a logit.

    Raises:
        ModelUnusableError: The exported network differs by more than ``TOLERANCE``.
    """
    network = network.cpu().eval()
    height, width = torch.export.Dim("h", min=1, max=512), torch.export.Dim("w", min=1, max=512)
    program = torch.onnx.export(
        network,
        (torch.rand(1, 3, 4 * STRIDE, 5 * STRIDE),),
        input_names=["image"],
        output_names=["maps"],
        dynamic_shapes={"image": {2: STRIDE * height, 3: STRIDE * width}},
        opset_version=18,
        dynamo=True,
        verbose=False,
    )
    if program is None:
        raise ModelUnusableError(
            "The segmenter could not be exported.", "Check the versions of torch and onnx."
        )
    program.save(str(onnx_path), external_data=False)
    strip_notes(onnx_path)
    save_file(
        {name: value.contiguous() for name, value in network.state_dict().items()},
        onnx_path.with_suffix(".safetensors"),
    )
    worst = parity(network, onnx_path)
    if worst > TOLERANCE:
        raise ModelUnusableError(
            f"The exported segmenter differs from the trained one by {worst:.2g}.", "Do not ship this file."
        )
    return worst


def parity(network: AttentionUNet, onnx_path: Path) -> float:
    """Largest difference of a logit between the network and its ONNX file, over pictures of three sizes."""
    session = onnxruntime.InferenceSession(str(onnx_path), providers=["CPUExecutionProvider"])
    rng = np.random.default_rng(0)
    worst = 0.0
    for rows, columns in ((1, 2), (4, 3), (7, 10)):
        image = rng.random((1, 3, rows * STRIDE, columns * STRIDE), np.float32)
        with torch.no_grad():
            expected = network(torch.from_numpy(image)).numpy()
        got = session.run(None, {"image": image})[0]
        worst = max(worst, float(np.abs(expected - got).max()))
    return worst


def publish(
    checkpoint: Path,
    models: Path,
    scores: Mapping[str, Any] | None = None,
    params: Mapping[str, Any] | None = None,
) -> float:
    """Export a checkpoint into the models folder and enter it in the catalog.

    Args:
        checkpoint: What training left in its run folder.
        models: Folder with ``catalog.toml``.
        scores: Measured scores by set, for the catalog.
        params: Numbers of this network (`ocrapp.reading.segmenter.SegmenterParams`) that differ from the
            defaults.

    Returns:
        Largest difference of a logit between torch and ONNX Runtime.
    """
    file = models / f"{MODEL_ID}.onnx"
    worst = export_segmenter(averaged_network(checkpoint), file)
    upsert_model(models, catalog_entry(file, scores, params))
    return worst


def catalog_entry(
    file: Path, scores: Mapping[str, Any] | None = None, params: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """What the catalog says of an exported file; arguments as for `publish`."""
    return {
        "id": MODEL_ID,
        "role": "segmenter",
        "file": file.name,
        "licence": "LicenseRef-research-data",
        "default": True,
        "trained_on": TRAINED_ON,
        "card": f"{MODEL_ID}.md",
        "inputs": {"image": "float32 (1, 3, H, W), RGB in [0, 1], H and W multiples of 32"},
        "scores": dict(scores or {}),
        "params": dict(params or {}),
    }


def catalog_scores(report: Mapping[str, Any]) -> dict[str, float]:
    """The figures of an evaluation report that go into the catalog: ``<set> line H-mean`` and the like."""
    names = {"line_hmean": "line H-mean", "cover_hmean": "word cover H-mean", "pixel_iou": "pixel IoU"}
    return {
        f"{dataset} {name}": table[key]
        for dataset, table in report.items()
        if dataset != "params"
        for key, name in names.items()
        if key in table
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Export a checkpoint into the models folder and enter it in the catalog."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("models", type=Path)
    parser.add_argument("--scores", type=Path, help="report of ocrapp.training.evaluate_segmenter")
    parser.add_argument("--params", type=json.loads, default={}, help="JSON object of segmenter parameters")
    options = parser.parse_args(arguments)
    report = json.loads(options.scores.read_text(encoding="utf-8")) if options.scores else {}
    worst = publish(options.checkpoint, options.models, catalog_scores(report), options.params)
    sys.stderr.write(f"Largest difference between torch and ONNX Runtime: {worst:.2g}\n")


if __name__ == "__main__":
    main()
