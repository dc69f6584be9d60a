"""Results in the formats of the world, one file a format."""

from ocrapp.export.base import Format
from ocrapp.export.json import JSON, JSONL
from ocrapp.export.txt import TXT

FORMATS: dict[str, Format] = {format_.name: format_ for format_ in (TXT, JSON, JSONL)}
"""All formats by name, in the order in which they are offered."""

__all__ = ["FORMATS", "Format"]
