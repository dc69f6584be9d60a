"""A trained recogniser becomes two ONNX files (encoder, CTC head), smaller ones, weights, entries and a card."""

import argparse
import logging
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from ocrapp.errors import ModelUnusableError, UsageError
from ocrapp.reading.svtr import canvas
from ocrapp.training.card import write_card
from ocrapp.training.corpus import CHARSET
from ocrapp.training.graphs import OPSET, strip_notes
from ocrapp.training.networks.svtr import VARIANTS, Svtr
from ocrapp.training.published import PAPER_CHARSET, load_published
from ocrapp.training.shipping import FULL, SMALLER, Recogniser, ship
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
        dynamic_shapes={"image": {0: batch, 2: 8 * tall, 3: 4 * wide}}, opset_version=OPSET, dynamo=True,
        external_data=False, verbose=False,
    )  # fmt: skip
    torch.onnx.export(
        network.head, (features.contiguous(),), head_path, input_names=["features"], output_names=["logits"],
        dynamic_shapes={"features": {0: batch, 2: tall, 3: wide}}, opset_version=OPSET, dynamo=True,
        external_data=False, verbose=False,
    )  # fmt: skip
    for path in (encoder_path, head_path):
        strip_notes(path)
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
    for k, count in ((1, 1), (2, 3), (3, 2), (4, 1), (4, 16), (8, 1), (12, 2)):
        image = rng.uniform(-1, 1, (count, 3, *canvas(k))).astype(np.float32)
        with torch.no_grad():
            expected = network(torch.from_numpy(image)).numpy()
        got = head.run(None, {"features": encoder.run(None, {"image": image})[0]})[0]
        worst = max(worst, float(np.abs(expected - got).max()))
    return worst


def load_weights(recipe: Recipe, path: Path) -> tuple[Svtr, int]:
    """The network of a shipped ``.safetensors`` file in evaluation mode, and the samples it has seen."""
    network = recipe.network()
    network.load_state_dict(load_file(path))
    with safe_open(path, "pt") as file:
        return network.eval(), int((file.metadata() or {}).get("samples", 0))


def export(network: Svtr, recogniser: Recogniser, options: argparse.Namespace) -> dict[str, str]:
    """Export, measure, ship and describe; returns what was decided about the smaller files."""
    folder: Path = options.models
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        graphs = {role: Path(name) / f"{role}.onnx" for role in ("svtr-encoder", "svtr-ctc")}
        worst = export_graphs(network, graphs["svtr-encoder"], graphs["svtr-ctc"])
        log.info("Largest difference of a logit to torch: %.2g.", worst)
        decisions = ship(
            graphs, replace(recogniser, parity=worst), folder,
            kinds=[kind for kind in options.smaller if kind != "none"], default=options.default, limit=options.limit,
        )  # fmt: skip
    write_card(folder, recogniser.id, options.story)
    return decisions


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line: ``python -m ocrapp.training export RECIPE --run-dir DIR --models DIR``."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(format="%(message)s")
    logging.getLogger("ocrapp").setLevel(logging.INFO)  # not the exporter's, which counts its nodes aloud
    options.models.mkdir(parents=True, exist_ok=True)
    if options.published:
        variant = options.variant
        model_id, charset_file, charset, k_max = (
            f"svtrv2-{variant}-published",
            "ascii94.charset",
            PAPER_CHARSET,
            12,
        )
        network, trained_on = load_published(options.published, variant), "what its authors trained it on"
    elif options.recipe is None:
        raise UsageError("There is no recipe.", "Give the recipe of the campaign, or --published FILE.")
    else:
        recipe = Recipe.read(options.recipe)
        network, seen = (
            load_weights(recipe, options.weights)
            if options.weights
            else averaged_network(recipe, options.run_dir)
        )
        variant, model_id, k_max = recipe.variant, recipe.id, recipe.data.k_max
        charset_file, charset = CHARSET_FILE, CHARSET
        trained_on = options.trained_on or f"{seen:,} rendered and real crops"
        weights = {k: v.contiguous() for k, v in network.state_dict().items()}
        notes = {"samples": str(seen), "recipe": options.recipe.name}
        save_file(weights, options.models / f"{model_id}.safetensors", notes)
    (options.models / charset_file).write_text(charset, encoding="utf-8")
    recogniser = Recogniser(model_id, variant, k_max, charset_file, trained_on, options.licence, parity=0.0)
    decisions = export(network, recogniser, options)
    sys.stdout.write("".join(f"{kind} {why}\n" for kind, why in decisions.items()))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ocrapp.training export",
        description="Export a recogniser: ONNX, smaller files where they read as well, catalog entries, card.",
    )
    parser.add_argument("recipe", type=Path, nargs="?", help="recipe of the campaign")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--run-dir", type=Path, help="run folder with the campaign's checkpoint")
    source.add_argument("--weights", type=Path, help="weights, as .safetensors, of an earlier export")
    source.add_argument("--published", type=Path, help="checkpoint (.pth) of the paper's authors")
    parser.add_argument(
        "--variant", choices=tuple(VARIANTS), default="base", help="of a published checkpoint"
    )
    parser.add_argument("--models", type=Path, default=Path("models"), help="folder with catalog.toml")
    parser.add_argument(
        "--story", type=Path, help="Markdown for the card; else recipes/ID.md of this package"
    )
    parser.add_argument("--trained-on", help="data in a sentence, for the catalog")
    parser.add_argument(
        "--licence", default="LicenseRef-research-data", help="SPDX expression of the weights"
    )
    parser.add_argument(
        "--smaller", nargs="+", choices=(*SMALLER, "none"), default=list(SMALLER), help="smaller files to try"
    )
    parser.add_argument("--default", choices=(FULL, *SMALLER), default=FULL, help="kind that is the default")
    parser.add_argument("--limit", type=int, help="decide on so many words of each set")
    return parser


if __name__ == "__main__":
    main()
