"""JSON: an array of pages (``json``), or one line a page (``jsonl``). The same objects in both.

``page.schema.json`` beside this file is their JSON Schema.
"""

import json
from importlib.resources import files
from typing import Any

from ocrapp.errors import OcrappError
from ocrapp.export.base import TextFormat
from ocrapp.page import Line, Page, Polygon, Word


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of the object that stands for a page or a failure."""
    text = files("ocrapp.export").joinpath("page.schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def page_object(page: Page) -> dict[str, Any]:
    """A page as plain data.

    Coordinates are pixels of the upright page, rounded to a tenth; confidences lie in [0, 1] and have four
    digits; ``text`` is the whole page in reading order.
    """
    return {
        "source": page.source,
        "page": page.number,
        "width": page.width,
        "height": page.height,
        "text": page.text,
        "lines": [_line(line) for line in page.lines],
        "provider": page.provider,
        "models": list(page.models),
        "seconds": round(page.seconds, 3),
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "text": line.text,
        "polygon": _polygon(line.polygon),
        "confidence": round(float(line.confidence), 4),
        "words": [_word(word) for word in line.words],
    }


def _word(word: Word) -> dict[str, Any]:
    return {
        "text": word.text,
        "polygon": _polygon(word.polygon),
        "confidence": round(float(word.confidence), 4),
        "reader": word.reader,
    }


def _polygon(polygon: Polygon) -> list[list[float]]:
    # Adding zero turns -0.0 into 0.0. float() takes in NumPy scalars, which json does not know.
    return [[round(float(x), 1) + 0.0, round(float(y), 1) + 0.0] for x, y in polygon]


def error_object(source: str, error: OcrappError) -> dict[str, Any]:
    """What stands for an input or page that failed."""
    return {"source": source, "error": {"code": error.code, "message": str(error)}}


def _dump(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def render(page: Page) -> str:
    """A page as one line of JSON without the line break."""
    return _dump(page_object(page))


def render_error(source: str, error: OcrappError) -> str:
    """A failure as one line of JSON without the line break."""
    return _dump(error_object(source, error))


JSON = TextFormat("json", ".json", render, render_error, head="[\n", separator=",\n", tail="\n]\n")

JSONL = TextFormat(
    "jsonl",
    ".jsonl",
    lambda page: f"{render(page)}\n",
    lambda source, error: f"{render_error(source, error)}\n",
)
