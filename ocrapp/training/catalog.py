"""Writes entries of ``models/catalog.toml``; reading and checking them is the business of ``ocrapp.runtime``."""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ocrapp.errors import ModelUnusableError


def sha256(path: Path) -> str:
    """Hex digest of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def upsert_model(folder: Path, entry: Mapping[str, Any]) -> None:
    """Adds or replaces the entry with this ``id``; size and checksums are taken from the files in ``folder``.

    Args:
        folder: Where ``catalog.toml`` and the model files lie.
        entry: Keys of the catalog (``id``, ``role``, ``file``, ``licence``, …) without ``bytes`` and checksums.
    """
    entry = dict(entry)
    file = folder / entry["file"]
    entry["bytes"], entry["sha256"] = file.stat().st_size, sha256(file)
    if "charset" in entry:
        entry["charset_sha256"] = sha256(folder / entry["charset"])
    _write(folder, [m for m in read_models(folder) if m["id"] != entry["id"]] + [entry])


def read_models(folder: Path) -> list[dict[str, Any]]:
    """The catalog's entries as they are written; none where there is no catalog yet."""
    path = folder / "catalog.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")).get("model", []) if path.exists() else []


def remove_model(folder: Path, model_id: str) -> None:
    """Drop an entry and its file, if they are there."""
    models = read_models(folder)
    for model in models:
        if model["id"] == model_id:
            (folder / model["file"]).unlink(missing_ok=True)
            _write(folder, [m for m in models if m["id"] != model_id])


def add_scores(folder: Path, model_id: str, scores: Mapping[str, float]) -> None:
    """Merge measured scores into an entry; those of the same name are replaced.

    Raises:
        ModelUnusableError: The catalog lists no such model.
    """
    models = read_models(folder)
    for model in models:
        if model["id"] == model_id:
            model["scores"] = {**model.get("scores", {}), **scores}
            _write(folder, models)
            return
    raise ModelUnusableError(f"The catalog in {folder} lists no model {model_id!r}.", "Export it first.")


def _write(folder: Path, models: list[dict[str, Any]]) -> None:
    models = sorted(models, key=lambda model: model["id"])
    text = "# Written by the export commands of ocrapp.training.\n" + "".join(_table(m) for m in models)
    tomllib.loads(text)  # what we cannot read back must not be shipped
    (folder / "catalog.toml").write_text(text, encoding="utf-8")


def _table(model: Mapping[str, Any]) -> str:
    scalars = [f"{k} = {_value(v)}" for k, v in model.items() if not isinstance(v, Mapping)]
    tables = [
        f"[model.{name}]\n" + "\n".join(f"{json.dumps(k)} = {_value(v)}" for k, v in table.items())
        for name, table in model.items()
        if isinstance(table, Mapping)
    ]
    return "\n[[model]]\n" + "\n".join(scalars + tables) + "\n"


def _value(value: Any) -> str:
    """TOML and JSON write booleans, numbers, lists and basic strings alike."""
    return json.dumps(value, ensure_ascii=False)
