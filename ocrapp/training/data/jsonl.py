"""Files of one JSON object a line."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from ocrapp.errors import InputUnreadableError

T = TypeVar("T")


def read_jsonl(path: Path, parse: Callable[[Any], T], what: str, remedy: str) -> Iterator[T]:
    """Each line's object as ``parse`` makes of it.

    Args:
        path: The file, UTF-8.
        parse: Raises ``ValueError``, ``KeyError`` or ``TypeError`` for what is not of its kind.
        what: What a line should be, for the error.
        remedy: What a person can do.

    Raises:
        FileNotFoundError: No such file; when this is called, not when the first line is asked for.
        InputUnreadableError: A line is something else.
    """
    return _parsed(path.read_text(encoding="utf-8").splitlines(), path, parse, what, remedy)


def _parsed(lines: list[str], path: Path, parse: Callable[[Any], T], what: str, remedy: str) -> Iterator[T]:
    for number, line in enumerate(lines, start=1):
        try:
            parsed = parse(json.loads(line))
        except (ValueError, KeyError, TypeError) as error:
            raise InputUnreadableError(f"Line {number} of {path} is no {what}.", remedy) from error
        yield parsed
