"""A trained recogniser becomes two ONNX files (encoder, CTC head), weights and catalog entries."""

import argparse
import logging
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from safetensors.torch import save_file

from ocrapp.errors import ModelUnusableError
from ocrapp.reading.svtr import canvas
from ocrapp.training.catalog import upsert_model
from ocrapp.training.corpus import CHARSET
from ocrapp.training.networks.svtr import Svtr
from ocrapp.training.svtr_campaign import CHECKPOINT
from ocrapp.training.svtr_recipe import Recipe

log = logging.getLogger(__name__)
TOLERANCE = 1e-3
"""Largest difference of a logit between torch and ONNX Runtime."""
CHARSET_FILE = "latin.charset"


def averaged_network(recipe: Recipe, run_dir: Path) -> tuple[Svtr, int]:
    """The averaged network of a checkpoint in evaluation mode, and the samples it has seen."""
    state = torch.load(run_dir / CHECKPOINT, map_location="cpu", weights_only=True)
    network = recipe.network()
    network.load_state_dict(state["average"])
    return network.eval(), int(state["seen"])


def export_graphs(network: Svtr, encoder_path: Path, head_path: Path) -> float:
    """Writes both graphs with dynamic batch, height and width; returns the largest difference of a logit.

    Raises:
        ModelUnusableError: The exported graphs differ from the network by more than ``TOLERANCE``.
    """
    batch, tall, wide = (torch.export.Dim(n, min=1, max=m) for n, m in (("n", 4096), ("h", 64), ("w", 1024)))
    image = torch.rand(2, 3, 32, 96) * 2 - 1
    with torch.no_grad():
        features = network.encoder(image)
    torch.onnx.export(
        network.encoder, (image,), encoder_path, input_names=["image"], output_names=["features"],
        dynamic_shapes={"image": {0: batch, 2: 8 * tall, 3: 4 * wide}}, opset_version=18, dynamo=True,
        external_data=False, verbose=False,
    )  # fmt: skip
    torch.onnx.export(
        network.head, (features.contiguous(),), head_path, input_names=["features"], output_names=["logits"],
        dynamic_shapes={"features": {0: batch, 2: tall, 3: wide}}, opset_version=18, dynamo=True,
        external_data=False, verbose=False,
    )  # fmt: skip
    worst = parity(network, encoder_path, head_path)
    if worst > TOLERANCE:
        raise ModelUnusableError(
            f"The exported recogniser differs by {worst:.2g}.", "Do not ship these files."
        )
    return worst


def parity(network: Svtr, encoder_path: Path, head_path: Path) -> float:
    """Largest difference of a logit over canvases and batch sizes."""
    encoder, head = (
        onnxruntime.InferenceSession(str(p), providers=["CPUExecutionProvider"])
        for p in (encoder_path, head_path)
    )
    rng = np.random.default_rng(0)
    worst = 0.0
    for k, count in ((1, 1), (2, 3), (3, 2), (4, 5), (8, 1), (12, 2)):
        image = rng.uniform(-1, 1, (count, 3, *canvas(k))).astype(np.float32)
        with torch.no_grad():
            expected = network(torch.from_numpy(image)).numpy()
        got = head.run(None, {"features": encoder.run(None, {"image": image})[0]})[0]
        worst = max(worst, float(np.abs(expected - got).max()))
    return worst


def main() -> None:
    """Command line: ``python -m ocrapp.training.export_svtr RECIPE --run-dir DIR --models DIR``."""
    parser = argparse.ArgumentParser(description="Export a trained recogniser.")
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--run-dir", type=Path, required=True)
    parser.add_argument("--models", type=Path, default=Path("models"))
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO)
    recipe = Recipe.read(arguments.recipe)
    network, seen = averaged_network(recipe, arguments.run_dir)
    folder = arguments.models
    folder.mkdir(parents=True, exist_ok=True)
    files = {"svtr-encoder": f"{recipe.id}-encoder.onnx", "svtr-ctc": f"{recipe.id}-ctc.onnx"}
    worst = export_graphs(network, folder / files["svtr-encoder"], folder / files["svtr-ctc"])
    weights = {k: v.contiguous() for k, v in network.state_dict().items()}
    save_file(
        weights, folder / f"{recipe.id}.safetensors", {"samples": str(seen), "recipe": arguments.recipe.name}
    )
    (folder / CHARSET_FILE).write_text(CHARSET, encoding="utf-8")
    shapes = {
        "svtr-encoder": {"image": "float32 N x 3 x H x W"},
        "svtr-ctc": {"features": "float32 N x D x H/8 x W/4"},
    }
    params = {"svtr-encoder": {"k_max": recipe.data.k_max}, "svtr-ctc": {"min_confidence": 0.25}}
    for role, file in files.items():
        entry = {
            "id": file.removesuffix(".onnx"), "role": role, "file": file, "default": True,
            "licence": "LicenseRef-research-data",
            "charset": CHARSET_FILE, "trained_on": f"{seen} rendered and real crops, see the card",
            "card": f"{recipe.id}.md", "inputs": shapes[role], "params": params[role],
        }  # fmt: skip
        if not (folder / str(entry["card"])).exists():
            del entry["card"]
        upsert_model(folder, entry)
    log.info("Exported after %d samples; largest difference to torch %.2g.", seen, worst)


if __name__ == "__main__":
    main()
