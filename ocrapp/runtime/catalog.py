"""The models that ocrapp ships: ``models/catalog.toml``, read and checked."""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ocrapp.errors import ModelUnusableError
from ocrapp.runtime.integrity import verify_file

ROLES = ("segmenter", "svtr-encoder", "svtr-ctc")
"""What a model can be in the way of an image."""

_KEYS: dict[str, type] = {
    "id": str,
    "role": str,
    "file": str,
    "sha256": str,
    "bytes": int,
    "licence": str,
    "default": bool,
    "inputs": dict,
    "charset": str,
    "charset_sha256": str,
    "trained_on": str,
    "scores": dict,
    "card": str,
    "params": dict,
}
_REQUIRED = ("id", "role", "file", "sha256", "bytes", "licence")
_KINDS = {str: "a text", int: "a whole number", bool: "true or false", dict: "a table"}


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One model of the catalog.

    Attributes:
        id: Unique name, part of every result: ``svtrv2-nano``.
        role: One of `ROLES`.
        path: The ONNX file.
        sha256: Its checksum, 64 lower-case hex digits.
        bytes: Its size.
        licence: SPDX expression.
        default: Whether this is the model of its role unless another is asked for.
        inputs: Element type and shape by input name, for people.
        charset: File with the characters of the outputs, if the role has such.
        charset_sha256: Checksum of that file; empty if it is not checked.
        trained_on: The data, for people.
        scores: Measured scores by benchmark.
        card: The model card.
        params: Numbers that belong to this model, such as thresholds.
    """

    id: str
    role: str
    path: Path
    sha256: str
    bytes: int
    licence: str
    default: bool
    inputs: Mapping[str, str]
    charset: Path | None
    charset_sha256: str
    trained_on: str
    scores: Mapping[str, Any]
    card: Path | None
    params: Mapping[str, Any]

    def verify(self, *, fresh: bool = False) -> None:
        """Check the files against size and checksum; remembered until they change, unless ``fresh``.

        Raises:
            ModelUnusableError: A file is missing or damaged.
        """
        verify_file(self.path, self.sha256, self.bytes, fresh=fresh)
        if self.charset is not None and self.charset_sha256:
            verify_file(self.charset, self.charset_sha256, fresh=fresh)


@dataclass(frozen=True, slots=True)
class Catalog:
    """All models of one folder.

    Example:
        >>> load_catalog().default("segmenter").path
    """

    folder: Path
    entries: tuple[ModelEntry, ...]

    def __iter__(self) -> Iterator[ModelEntry]:
        return iter(self.entries)

    def entry(self, model_id: str) -> ModelEntry:
        """The model with this id.

        Raises:
            ModelUnusableError: There is none.
        """
        for entry in self.entries:
            if entry.id == model_id:
                return entry
        known = ", ".join(entry.id for entry in self.entries) or "none"
        raise ModelUnusableError(f"The catalog lists no model {model_id!r}.", f"It lists: {known}.")

    def default(self, role: str) -> ModelEntry:
        """The model that is used for a role.

        Raises:
            ModelUnusableError: There is none.
        """
        for entry in self.entries:
            if entry.role == role and entry.default:
                return entry
        raise ModelUnusableError(
            f"The catalog in {self.folder} has no default model for the role {role!r}.",
            "Install ocrapp again, or mark one with default = true.",
        )


def models_folder() -> Path:
    """``$OCRAPP_MODELS``, else the models inside the installed package, else those of the source tree."""
    asked = os.environ.get("OCRAPP_MODELS")
    if asked:
        return Path(asked)
    package = Path(__file__).parents[1]
    installed = package / "models"
    return installed if installed.is_dir() else package.parent / "models"


def load_catalog(folder: Path | None = None) -> Catalog:
    """Read ``catalog.toml`` of a folder; the model files themselves are verified when they are used.

    Args:
        folder: Where models are; None for `models_folder`.

    Raises:
        ModelUnusableError: The catalog is missing or has a fault.
    """
    folder = models_folder() if folder is None else folder
    path = folder / "catalog.toml"
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ModelUnusableError(
            f"The model catalog {path} cannot be read ({error.strerror or error}).",
            "Install ocrapp again, or set OCRAPP_MODELS to the folder of the models.",
        ) from error
    except ValueError as error:  # TOML syntax or UTF-8
        raise _fault(path, f"is no valid TOML ({error})") from error
    if set(document) - {"model"} or not isinstance(document.get("model", []), list):
        raise _fault(path, "may only contain [[model]] tables")
    entries = tuple(_entry(folder, path, table) for table in document.get("model", []))
    _check_unique(path, [entry.id for entry in entries], "id")
    _check_unique(path, [entry.role for entry in entries if entry.default], "default model for the role")
    return Catalog(folder, entries)


def _fault(path: Path, what: str) -> ModelUnusableError:
    return ModelUnusableError(f"The model catalog {path} {what}.", "Correct it, or install ocrapp again.")


def _check_unique(path: Path, names: list[str], what: str) -> None:
    for name in names:
        if names.count(name) > 1:
            raise _fault(path, f"has more than one {what} {name!r}")


def _entry(folder: Path, path: Path, table: Any) -> ModelEntry:
    if not isinstance(table, dict):
        raise _fault(path, "may only contain [[model]] tables")
    name = table.get("id", "without id")
    for key, value in table.items():
        if key not in _KEYS:
            raise _fault(path, f"has an unknown key {key!r} at model {name!r}")
        if type(value) is not _KEYS[key]:
            raise _fault(path, f"needs {_KINDS[_KEYS[key]]} for {key!r} at model {name!r}")
    missing = [key for key in _REQUIRED if key not in table]
    if missing:
        raise _fault(path, f"lacks {', '.join(missing)} at model {name!r}")
    if table["role"] not in ROLES:
        raise _fault(path, f"has an unknown role {table['role']!r} at model {name!r}")
    for key in ("sha256", "charset_sha256"):
        if key in table and not re.fullmatch("[0-9a-f]{64}", table[key]):
            raise _fault(path, f"needs 64 lower-case hex digits for {key!r} at model {name!r}")

    def beside(key: str) -> Path | None:
        return folder / table[key] if key in table else None

    return ModelEntry(
        id=table["id"],
        role=table["role"],
        path=folder / table["file"],
        sha256=table["sha256"],
        bytes=table["bytes"],
        licence=table["licence"],
        default=table.get("default", False),
        inputs=MappingProxyType(table.get("inputs", {})),
        charset=beside("charset"),
        charset_sha256=table.get("charset_sha256", ""),
        trained_on=table.get("trained_on", ""),
        scores=MappingProxyType(table.get("scores", {})),
        card=beside("card"),
        params=MappingProxyType(table.get("params", {})),
    )
