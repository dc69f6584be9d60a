"""Writes entries of ``models/catalog.toml``; reading and checking them is the business of ``ocrapp.runtime``."""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def sha256(path: Path) -> str:
    """Hex digest of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def upsert_model(folder: Path, entry: Mapping[str, Any]) -> None:
    """Adds or replaces the entry with this ``id``; size and checksums are taken from the files in ``folder``.

    Args:
        folder: Where ``catalog.toml`` and the model files lie.
        entry: Keys of the catalog (``id``, ``role``, ``file``, ``licence``, …) without ``bytes`` and checksums.
    """
    path = folder / "catalog.toml"
    known = tomllib.loads(path.read_text(encoding="utf-8"))["model"] if path.exists() else []
    entry = dict(entry)
    file = folder / entry["file"]
    entry["bytes"], entry["sha256"] = file.stat().st_size, sha256(file)
    if "charset" in entry:
        entry["charset_sha256"] = sha256(folder / entry["charset"])
    models = sorted([m for m in known if m["id"] != entry["id"]] + [entry], key=lambda m: m["id"])
    text = "# Written by the export commands of ocrapp.training.\n" + "".join(_table(m) for m in models)
    tomllib.loads(text)  # what we cannot read back must not be shipped
    path.write_text(text, encoding="utf-8")


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
