"""Which files of an exported recogniser are shipped: measured, decided and entered in the catalog."""

import logging
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ocrapp.training.catalog import add_scores, read_models, remove_model, upsert_model
from ocrapp.training.data.real import WORD_SETS, read_words
from ocrapp.training.evaluation import Plan, evaluate
from ocrapp.training.graphs import half_weights, int8_weights
from ocrapp.training.metrics import score_words
from ocrapp.training.ours import Ocrapp
from ocrapp.training.rendered_sets import RENDERED_SETS
from ocrapp.training.scores import PARITY, SPEED, catalog_scores
from ocrapp.training.speed import milliseconds_a_crop

log = logging.getLogger(__name__)
FULL = "fp32"
SMALLER: dict[str, Callable[[Path, Path], None]] = {"fp16": half_weights, "int8": int8_weights}
MAX_LOSS = 0.003
"""Accuracy that a smaller file may lose: 0.3 points."""

_SHAPES = {
    "svtr-encoder": {"image": "float32 N x 3 x H x W"},
    "svtr-ctc": {"features": "float32 N x D x H/8 x W/4"},
}
_PARTS = {"svtr-encoder": "encoder", "svtr-ctc": "ctc"}


@dataclass(frozen=True, slots=True)
class Recogniser:
    """What is exported.

    Attributes:
        id: Name without ``-encoder`` and ``-ctc``.
        variant: Key of ``VARIANTS``.
        k_max: Largest canvas ratio.
        charset: File name of the charset.
        trained_on: The data, for people.
        licence: SPDX expression.
        parity: Largest difference of a logit to torch.
    """

    id: str
    variant: str
    k_max: int
    charset: str
    trained_on: str
    licence: str
    parity: float

    def model_id(self, role: str, kind: str = FULL) -> str:
        """Catalog id of a file: ``svtrv2-nano-encoder-int8``."""
        return f"{self.id}-{_PARTS[role]}" + ("" if kind == FULL else f"-{kind}")


@dataclass(frozen=True, slots=True)
class Measured:
    """One kind of files: accuracy and figures for the catalog."""

    accuracy: float
    scores: Mapping[str, float]


def measured_sets(root: Path | None = None) -> list[str]:
    """The words to decide on: the real validation words that are there, else rendered ones."""
    return [name for name in WORD_SETS if read_words(name, "validation", root=root, missing="empty")] or [
        RENDERED_SETS[0]
    ]


def ship(
    graphs: Mapping[str, Path],
    recogniser: Recogniser,
    folder: Path,
    *,
    kinds: Sequence[str] = tuple(SMALLER),
    default: str = FULL,
    limit: int | None = None,
    root: Path | None = None,
    rounds: int = 15,
) -> dict[str, str]:
    """Measure fp32 and the smaller kinds, and put those that are good enough into the models folder.

    Args:
        graphs: The fp32 ONNX file of each role.
        recogniser: What they are.
        folder: Models with ``catalog.toml``; the charset lies there already.
        kinds: Smaller kinds to try, keys of ``SMALLER``.
        default: Kind that becomes the catalog's default; fp32 where it is not shipped.
        limit: At most so many words of a set.
        root: Data folder.
        rounds: Batches that are timed.

    Returns:
        What was decided and why, by kind.
    """
    sets = measured_sets(root)
    plan = Plan(limit=limit, root=root)
    with tempfile.TemporaryDirectory() as name:
        trial = Path(name)
        shutil.copy(folder / recogniser.charset, trial)
        measured = {}
        for kind in (FULL, *kinds):
            for role, graph in graphs.items():
                target = trial / f"{recogniser.model_id(role, kind)}.onnx"
                shutil.copy(graph, target) if kind == FULL else SMALLER[kind](graph, target)
                upsert_model(trial, entry(recogniser, role, kind, default=kind == FULL))
            measured[kind] = _measure(trial, recogniser, kind, sets, plan, rounds)
        decisions = decide(measured, sets)
        shipped = [kind for kind in measured if kind == FULL or decisions[kind].startswith("shipped")]
        for kind in (FULL, *SMALLER):
            for role in graphs:
                remove_model(folder, recogniser.model_id(role, kind))
        for kind in shipped:
            is_default = kind == (default if default in shipped else FULL)
            _enter(trial, folder, recogniser, kind, measured[kind].scores, default=is_default)
    _note(folder, recogniser.model_id("svtr-ctc"), decisions)
    return decisions


def decide(measured: Mapping[str, Measured], sets: Sequence[str]) -> dict[str, str]:
    """For each smaller kind ``shipped: why`` or ``not shipped: why``."""
    full = measured[FULL]
    decisions = {}
    for kind, found in measured.items():
        if kind == FULL:
            continue
        loss = full.accuracy - found.accuracy
        verdict = "shipped" if loss <= MAX_LOSS + 1e-9 else "not shipped"
        decisions[kind] = (
            f"{verdict}: {100 * found.accuracy:.2f} % of the words of {', '.join(sets)} against "
            f"{100 * full.accuracy:.2f} % with fp32 (at most {100 * MAX_LOSS:.1f} points less are accepted), "
            f"{found.scores[SPEED]:.2f} ms a crop against {full.scores[SPEED]:.2f}"
        )
        log.info("%s: %s", kind, decisions[kind])
    return decisions


def entry(recogniser: Recogniser, role: str, kind: str, *, default: bool) -> dict[str, Any]:
    """The catalog entry of one file."""
    params: dict[str, Any] = {"min_confidence": 0.25}
    if role == "svtr-encoder":
        params = {"k_max": recogniser.k_max, "variant": recogniser.variant}
    model_id = recogniser.model_id(role, kind)
    return {
        "id": model_id, "role": role, "file": f"{model_id}.onnx", "default": default,
        "licence": recogniser.licence, "charset": recogniser.charset, "trained_on": recogniser.trained_on,
        "card": f"{recogniser.id}.md", "inputs": _SHAPES[role], "params": params,
    }  # fmt: skip


def _measure(
    trial: Path, recogniser: Recogniser, kind: str, sets: Sequence[str], plan: Plan, rounds: int
) -> Measured:
    ids = [recogniser.model_id(role, kind) for role in _PARTS]
    evaluation = evaluate(Ocrapp("cpu", trial, ids), sets, plan)
    accuracy = score_words(r for results in evaluation.words.values() for r in results).accuracy
    encoder, head = (trial / f"{model_id}.onnx" for model_id in ids)
    speed = milliseconds_a_crop(encoder, head, rounds=rounds)
    return Measured(accuracy, catalog_scores(evaluation) | {SPEED: round(speed, 2)})


def _enter(
    trial: Path,
    folder: Path,
    recogniser: Recogniser,
    kind: str,
    scores: Mapping[str, float],
    *,
    default: bool,
) -> None:
    for role in _PARTS:
        shutil.copy(trial / f"{recogniser.model_id(role, kind)}.onnx", folder)
        upsert_model(folder, entry(recogniser, role, kind, default=default))
    parity = {PARITY: float(f"{recogniser.parity:.1e}")} if kind == FULL else {}
    add_scores(folder, recogniser.model_id("svtr-ctc", kind), {**scores, **parity})


def _note(folder: Path, model_id: str, decisions: Mapping[str, str]) -> None:
    for model in read_models(folder):
        if model["id"] == model_id and decisions:
            said = "; ".join(f"{kind} {why}" for kind, why in decisions.items())
            upsert_model(folder, model | {"params": model["params"] | {"variants": said}})
