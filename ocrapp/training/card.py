"""Model cards of recognisers, written from what the catalog says was measured."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ocrapp.training.catalog import read_models
from ocrapp.training.networks.svtr import VARIANTS, SvtrConfig
from ocrapp.training.report import table
from ocrapp.training.scores import ALL_WORDS, PARITY, SPEED, by_reader

STORIES = Path(__file__).resolve().parent / "recipes"
"""Here lies, for each recogniser, ``<id>.md``: data, campaign and limits in words, and no scores."""

_WHAT = {
    "svtr-encoder": "image to feature map F",
    "svtr-ctc": "F to logits",
}


def write_card(folder: Path, name: str, story: Path | None = None) -> Path:
    """Write ``<name>.md`` for a recogniser of the catalog in ``folder``.

    Args:
        folder: Models with ``catalog.toml``.
        name: Id of the recogniser, without ``-encoder`` and ``-ctc``.
        story: Markdown about data, campaign and limits; by default the one beside the recipe, if there is one.

    Returns:
        The card.
    """
    card = f"{name}.md"
    models = [model for model in read_models(folder) if model.get("card") == card]
    story = story or STORIES / card
    parts = [f"# {name}", *_introduction(name, models), "## Measured", *_measured(name, models)]
    if story.exists():
        parts.append(story.read_text(encoding="utf-8").strip())
    path = folder / card
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    return path


def _introduction(name: str, models: Sequence[Mapping[str, Any]]) -> list[str]:
    encoder = next((m for m in models if m["role"] == "svtr-encoder"), {})
    params = encoder.get("params", {})
    config = VARIANTS.get(params.get("variant", ""))
    ratios = f"multi-size resizing with ratios up to {params.get('k_max', 12)}"
    files = [
        [f"`{m['file']}`", f"{m['bytes'] / 1e6:.2f}", _WHAT[m["role"]], "yes" if m.get("default") else ""]
        for m in models
    ]
    return [
        "Reads crops of words and lines: SVTRv2 (arXiv 2411.15858) "
        + (f"with {_sizes(config)}, " if config else "with ")
        + f"{ratios}, feature rearrangement module and CTC. Trained on {encoder.get('trained_on', '?')}. "
        + f"Licence: {encoder.get('licence', '?')}.",
        table(["file", "MB", "what", "default"], files),
        f"Beside them: `{name}.safetensors` to train on from, `{encoder.get('charset', '?')}` with the characters "
        "in the order of the classes.",
    ]


def _sizes(config: SvtrConfig) -> str:
    return (
        f"dims {', '.join(map(str, config.dims))}, blocks {' / '.join(config.mixers)}, "
        f"heads {', '.join(map(str, config.heads))}"
    )


def _measured(name: str, models: Sequence[Mapping[str, Any]]) -> list[str]:
    heads = {
        m["id"].removeprefix(f"{name}-ctc").removeprefix("-") or "fp32": m
        for m in models
        if m["role"] == "svtr-ctc"
    }
    columns = {variant: by_reader(m.get("scores", {})).get("", {}) for variant, m in heads.items()}
    main = heads.get("fp32", {})
    columns |= {peer: s for peer, s in by_reader(main.get("scores", {})).items() if peer}
    measures = list(dict.fromkeys(measure for scores in columns.values() for measure in scores))
    measures.sort(key=lambda measure: (measure in {SPEED, PARITY}, measure.startswith(ALL_WORDS)))
    rows = [[m, *(_shown(m, scores.get(m)) for scores in columns.values())] for m in measures]
    notes = [
        "Validation part, in percent unless a unit is named; *accuracy*: letters and digits, case ignored; "
        f"*exact*: with case and punctuation as far as the labels know them. *{SPEED}*: processor time of one core "
        "in batches of 16 at 32x128 on the exporting machine.",
        table(["measure", *columns], rows),
    ]
    decisions = main.get("params", {}).get("variants")
    return [*notes, f"Smaller files: {decisions}."] if decisions else notes


def _shown(measure: str, value: float | None) -> str:
    if value is None:
        return "–"
    if measure == PARITY:
        return f"{value:.1e}"
    return f"{value:.1f}" if measure == SPEED else f"{100 * value:.1f}"
