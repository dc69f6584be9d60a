"""ocrapp as the engine of OCRmyPDF: ``ocrmypdf --plugin ocrapp in.pdf out.pdf``.

OCRmyPDF finds these hooks by their entry point wherever ocrapp is installed. So that installing ocrapp changes
nothing for those who use another engine, they answer only if the person asks with ``--plugin ocrapp``; from a
checkout that is not installed, ``--plugin ocrapp.ocrmypdf_plugin`` does the same.
"""

from types import ModuleType
from typing import TYPE_CHECKING

from ocrmypdf import hookimpl
from ocrmypdf.builtin_plugins import tesseract_ocr

if TYPE_CHECKING:
    from ocrmypdf import OcrOptions
    from pluggy import PluginManager

    from ocrapp.ocrmypdf_engine import Engine

NAMES = frozenset({"ocrapp", __name__})
"""What ``--plugin`` may call us; the entry point has another name, so that these tell who asked."""


@hookimpl
def initialize(plugin_manager: "PluginManager") -> None:
    """Do without Tesseract, which OCRmyPDF would else insist on, if we are asked for.

    Its options stay, because OCRmyPDF 17 asks for their values whatever the engine is.
    """
    if any(map(plugin_manager.has_plugin, NAMES)):
        plugin_manager.set_blocked(tesseract_ocr.__name__)
        options = ModuleType("options of Tesseract")
        options.add_options = tesseract_ocr.add_options  # type: ignore[attr-defined]
        options.register_options = tesseract_ocr.register_options  # type: ignore[attr-defined]
        plugin_manager.register(options)


@hookimpl
def get_ocr_engine(options: "OcrOptions | None") -> "Engine | None":
    """Our engine, if ``--plugin`` names us."""
    if NAMES.isdisjoint(map(str, getattr(options, "plugins", None) or ())):
        return None
    from ocrapp.ocrmypdf_engine import Engine  # noqa: PLC0415 - who uses another engine need not load ours

    return Engine()
