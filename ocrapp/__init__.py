"""ocrapp: reads text in photos, scans, screenshots and PDFs, offline."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ocrapp.reading.pipeline import Reader

__version__ = "0.1.0"
__all__ = ["Reader", "__version__"]


def __getattr__(name: str) -> Any:
    """Load `Reader` when it is first asked for, so that ``import ocrapp`` costs nothing."""
    if name == "Reader":
        return import_module("ocrapp.reading.pipeline").Reader
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
