"""Fonts for rendering: found on this machine, described, and sampled by package first.

A font library of a Debian system is lopsided (one package holds 463 odd families, another one family), so a
sample draws the package first and then the file.
"""

import csv
import functools
import json
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from fontTools.ttLib import TTCollection, TTFont, TTLibError
from PIL import ImageFont

SUFFIXES = {".ttf", ".otf", ".ttc", ".woff", ".woff2"}
SYSTEM_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("~/.fonts").expanduser())


@dataclass(frozen=True, slots=True)
class FontFace:
    """One font file that can draw Latin text.

    Attributes:
        path: The file.
        package: What it came with: a Debian package, an npm package or a folder; the unit of sampling.
        glyphs: The characters of our charset for which it has a glyph.
        caps_only: Lower-case letters look like capitals, so only upper-case text is honest.
    """

    path: Path
    package: str
    glyphs: frozenset[str]
    caps_only: bool = False

    def at(self, size: int) -> ImageFont.FreeTypeFont:
        """The font at ``size`` pixels an em (cached)."""
        return _load(str(self.path), size)

    @property
    def monospaced(self) -> bool:
        """Whether narrow and wide letters take the same room."""
        font = self.at(40)
        return abs(font.getlength("i") - font.getlength("W")) < 0.5

    def covers(self, text: str) -> bool:
        """Whether every visible character of ``text`` has a glyph."""
        return all(c in self.glyphs or c == " " for c in text)


@functools.lru_cache(maxsize=16384)
def _load(path: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


def advances(font: ImageFont.FreeTypeFont, text: str, *, kerned: bool = True) -> npt.NDArray[np.float32]:
    """How far each character moves the pen, in pixels, (n,).

    Widths of characters are measured once: measuring costs as much as drawing.

    Args:
        font: The font at its size.
        text: One line.
        kerned: Whether they add up to the length of the whole line, kerning spread over all characters.
    """
    # Hinting rounds the widths of small type to whole pixels, so small sizes are measured one by one.
    size = int(font.size) if font.size < _MEASURED / 2 else _MEASURED
    known = _widths(str(font.path), size)
    for character in text:
        if character not in known:
            known[character] = _load(str(font.path), size).getlength(character)
    widths = np.array([known[character] for character in text], np.float32)
    total = float(widths.sum())
    return widths * (font.getlength(text) / total if kerned and total > 0 else font.size / size)


_MEASURED = 48
"""Size at which the characters of large type are measured, pixels an em."""


@functools.lru_cache(maxsize=32768)
def _widths(path: str, size: int) -> dict[str, float]:
    """Widths by character that have been measured, filled in by its caller."""
    del path, size
    return {}


class FontLibrary:
    """Fonts grouped by package.

    Args:
        faces: The usable fonts.
        weights: Weight of a package when sampling, by package name; 1 where it is not named.
    """

    def __init__(self, faces: Iterable[FontFace], weights: dict[str, float] | None = None) -> None:
        self.packages: dict[str, list[FontFace]] = {}
        for face in sorted(faces, key=lambda f: str(f.path)):
            self.packages.setdefault(face.package, []).append(face)
        if not self.packages:
            raise ValueError(
                "No usable font was found. Install some, for example the package fonts-dejavu-core."
            )
        self._names = sorted(self.packages)
        wanted = np.array([(weights or {}).get(name, 1.0) for name in self._names])
        self._cumulative = np.cumsum(wanted / wanted.sum())

    def __len__(self) -> int:
        return sum(len(faces) for faces in self.packages.values())

    def sample(self, rng: np.random.Generator, text: str | None = None, tries: int = 12) -> FontFace:
        """Draws a font, package first.

        Args:
            rng: Source of randomness.
            text: If given, a font that covers it is sought; after ``tries`` draws the one is returned that
                misses the fewest characters, so the caller must check ``covers``.
            tries: Draws before giving up.
        """
        best: FontFace | None = None
        best_missing = 1_000_000
        for _ in range(tries):
            package = self._names[int(np.searchsorted(self._cumulative, rng.random(), side="right"))]
            faces = self.packages[package]
            face = faces[int(rng.integers(len(faces)))]
            if text is None:
                return face
            missing = sum(c != " " and c not in face.glyphs for c in text)
            if face.caps_only and text != text.upper():
                missing += 1
            if missing < best_missing:
                best, best_missing = face, missing
            if missing == 0:
                break
        assert best is not None  # noqa: S101  (tries >= 1)
        return best

    def only(
        self, wanted: Callable[[FontFace], bool], weights: dict[str, float] | None = None
    ) -> "FontLibrary":
        """The fonts that ``wanted`` accepts, as a library of their own; this one where there are none.

        Args:
            wanted: Whether a font is taken.
            weights: As for the class.
        """
        faces = [face for package in self.packages.values() for face in package if wanted(face)]
        return FontLibrary(faces, weights) if faces else self

    @classmethod
    def find(
        cls, charset: str, folders: Iterable[Path] | None = None, described: Path | None = None
    ) -> "FontLibrary":
        """Finds fonts below ``folders`` (default: the system's), reads their coverage and drops symbol fonts.

        Args:
            charset: Characters of interest; coverage is recorded for these alone.
            folders: Where to look, recursively.
            described: CSV with columns package, file, caps_only, symbol (by file name) from a person who
                looked at the fonts; others are judged by their outlines.
        """
        paths = sorted(
            p
            for folder in folders or SYSTEM_FOLDERS
            if folder.exists()
            for p in folder.rglob("*")
            if p.suffix.lower() in SUFFIXES
        )
        known = _read_description(described)
        packages = _debian_packages()
        cache = _CoverageCache()
        faces = []
        for path in paths:
            package, caps_only, symbol = known.get(path.name, (None, None, False))
            if symbol:
                continue
            glyphs, looks_caps = cache.coverage(path, charset)
            if sum(c.isascii() and c.isalnum() for c in glyphs) < 50:  # not a Latin text font
                continue
            name = package or packages.get(str(path)) or _folder_name(path)
            faces.append(FontFace(path, name, glyphs, looks_caps if caps_only is None else caps_only))
        cache.save()
        return cls(faces)


def _folder_name(path: Path) -> str:
    """``@fontsource`` packages keep their files in ``<name>/files``; elsewhere the folder is the package."""
    return path.parent.parent.name if path.parent.name == "files" else path.parent.name


def _read_description(path: Path | None) -> dict[str, tuple[str, bool, bool]]:
    if path is None or not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["file"]: (row["package"], row["caps_only"] == "1", row["symbol"] == "1")
            for row in csv.DictReader(file)
        }


@functools.cache
def _debian_packages() -> dict[str, str]:
    """Path to package for fonts of Debian packages; empty where dpkg does not exist."""
    try:
        out = subprocess.run(
            ["/usr/bin/dpkg", "-S", "/usr/share/fonts/*"], capture_output=True, text=True, check=False
        ).stdout
    except OSError:
        return {}
    owners = {}
    for line in out.splitlines():
        package, _, path = line.partition(": ")
        owners[path] = package.split(",")[0].split(":")[0]
    return owners


class _CoverageCache:
    """Reading the character maps of 1,400 fonts takes half a minute, so it is remembered by path, size and time."""

    def __init__(self) -> None:
        self.path = Path("~/.cache/ocrapp/font_coverage.json").expanduser()
        try:
            self.data = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            self.data = {}
        self.changed = False

    def coverage(self, path: Path, charset: str) -> tuple[frozenset[str], bool]:
        stat = path.stat()
        key = f"{path}|{stat.st_size}|{int(stat.st_mtime)}|{hash_of(charset)}"
        if key not in self.data:
            self.data[key] = _read_coverage(path, charset)
            self.changed = True
        glyphs, caps = self.data[key]
        return frozenset(glyphs), caps

    def save(self) -> None:
        if not self.changed:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps(self.data), encoding="utf-8")


def hash_of(text: str) -> str:
    """Short stable hash of a string, for cache keys."""
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _read_coverage(path: Path, charset: str) -> tuple[str, bool]:
    """Characters with a non-empty glyph, and whether a-z are drawn with the outlines of A-Z."""
    try:
        font = (
            TTCollection(str(path)).fonts[0]
            if path.suffix.lower() == ".ttc"
            else TTFont(str(path), lazy=True)
        )
        cmap = font.getBestCmap() or {}
        present = [c for c in charset if c != " " and ord(c) in cmap]
        face = ImageFont.truetype(str(path), 32, layout_engine=ImageFont.Layout.BASIC)
        drawn = [c for c in present if _has_ink(face, c)]
    except (TTLibError, OSError, KeyError, AssertionError, AttributeError, ValueError):
        return "", False
    letters = [c for c in "abdeghmnqrt" if c in drawn and c.upper() in drawn]
    same = sum(_same_shape(face, c, c.upper()) for c in letters)
    return "".join(drawn), bool(letters) and same >= 0.8 * len(letters)


def _has_ink(face: ImageFont.FreeTypeFont, character: str) -> bool:
    mask = face.getmask(character)
    return mask.size[0] > 0 and mask.size[1] > 0 and mask.getbbox() is not None


def _same_shape(face: ImageFont.FreeTypeFont, a: str, b: str) -> bool:
    """Whether two glyphs are the same shape up to scale (small capitals count as capitals)."""
    import cv2

    def picture(c: str) -> np.ndarray:
        mask = face.getmask(c)
        array = np.asarray(mask, dtype=np.uint8).reshape(mask.size[1], mask.size[0])
        ys, xs = np.nonzero(array > 64)
        if len(xs) == 0:
            return np.zeros((16, 16), np.float32)
        cut = array[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
        return cv2.resize(cut.astype(np.float32) / 255, (16, 16), interpolation=cv2.INTER_AREA)

    return bool(np.abs(picture(a) - picture(b)).mean() < 0.08)
