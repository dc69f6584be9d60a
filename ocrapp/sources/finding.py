"""From what a person names or drops to the list of files to open."""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from ocrapp.sources.kinds import SUFFIXES

NaturalName = tuple[tuple[str | int, ...], str]


def find_inputs(paths: Iterable[str | Path], recursive: bool = True) -> list[Path]:
    """List the files to open.

    A folder stands for the supported files in it, in natural order (``page2`` before ``page10``), without
    hidden ones; folders behind links are not entered, so that no loop is possible. Anything else is returned
    as given, even if it does not exist or has an odd suffix: opening it then says what is wrong. A folder
    that cannot be listed is returned itself, for the same reason. Nothing is listed twice.

    Args:
        paths: Files and folders.
        recursive: Whether to look into subfolders too.

    Example:
        >>> find_inputs(["scans", "letter.pdf"])  # doctest: +SKIP
        [PosixPath('scans/page2.png'), PosixPath('scans/page10.png'), PosixPath('letter.pdf')]
    """
    found: dict[str, Path] = {}
    for path in map(Path, paths):
        for file in _walk(path, recursive) if _is_folder(path) else (path,):
            found.setdefault(os.path.abspath(file), file)  # noqa: PTH100 - Path.absolute keeps ".."
    return list(found.values())


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):  # no permission, or a name that no file can have: opening reports it
        return False


def _walk(folder: Path, recursive: bool) -> Iterator[Path]:
    files: list[Path] = []
    unlistable: list[Path] = []
    for parent, folders, names in os.walk(
        folder, onerror=lambda error: unlistable.append(Path(error.filename))
    ):
        folders[:] = [name for name in folders if recursive and not name.startswith(".")]
        files += [
            Path(parent, name)
            for name in names
            if not name.startswith(".") and Path(name).suffix.lower() in SUFFIXES
        ]
    return iter(sorted(files + unlistable, key=lambda path: _natural(path.relative_to(folder))))


def _natural(path: Path) -> tuple[NaturalName, ...]:
    return tuple(_natural_name(name) for name in path.parts)


def _natural_name(name: str) -> NaturalName:
    # Text and numbers alternate, beginning with text, so that keys always compare like with like. Names that
    # differ in case or leading zeros alone keep a fixed order by the name itself.
    pieces = re.split(r"([0-9]+)", name)
    return tuple(int(piece) if index % 2 else piece.casefold() for index, piece in enumerate(pieces)), name
