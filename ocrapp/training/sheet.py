"""Contact sheets: rendered crops, or real ones beside which they are judged, with their labels below.

python -m ocrapp.training sheet --kind words -o sheet.png --seed 1
"""

from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
import typer
from PIL import Image, ImageDraw, ImageFont

from ocrapp.errors import InputNotFoundError, OcrappError, OutputNotWritableError
from ocrapp.training.data.real import WORD_SETS, data_folder, read_words
from ocrapp.training.material import Material
from ocrapp.training.render.crops import PageCrops
from ocrapp.training.render.images import Pixels, WordImage

Draw = Callable[[np.random.Generator], WordImage]
_HEIGHT = 44
"""Rows that a crop gets on the sheet, pixels."""
_LABEL = 18
"""Rows for its label."""


class Kind(StrEnum):
    """What a sheet shows."""

    WORDS = "words"
    DOCUMENTS = "documents"
    RECEIPTS = "receipts"
    SCREENS = "screens"
    SCENES = "scenes"
    REAL = "real"


def contact_sheet(crops: Sequence[WordImage], columns: int = 6, cell: int = 240) -> Pixels:
    """Crops in rows, each with its label, its height in pixels, and dots where its characters stand.

    Args:
        crops: What to show.
        columns: Crops in a row.
        cell: Width of a cell in pixels; wider crops are reduced.

    Returns:
        uint8 (H, W, 3).
    """
    rows = -(-len(crops) // columns)
    sheet = np.full((rows * (_HEIGHT + _LABEL), columns * cell, 3), 232, np.uint8)
    for index, crop in enumerate(crops):
        y, x = (index // columns) * (_HEIGHT + _LABEL), (index % columns) * cell
        height, width = crop.pixels.shape[:2]
        scale = min(_HEIGHT / height, (cell - 8) / width)
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_NEAREST
        sheet[y : y + size[1], x : x + size[0]] = cv2.resize(crop.pixels, size, interpolation=how)
        for centre in crop.centres[np.isfinite(crop.centres)]:
            cv2.circle(sheet, (int(x + centre * size[0]), y + size[1] + 1), 1, (220, 0, 0), -1)
    picture = Image.fromarray(sheet)
    pen, font = ImageDraw.Draw(picture), ImageFont.load_default(12)
    for index, crop in enumerate(crops):
        y, x = (index // columns) * (_HEIGHT + _LABEL) + _HEIGHT + 2, (index % columns) * cell
        text = f"{crop.text}  {crop.pixels.shape[0]}"
        shown = next(text[:n] for n in range(len(text), 0, -1) if font.getlength(text[:n]) < cell - 4)
        pen.text((x, y), shown, (0, 0, 0), font)
    return np.asarray(picture)


def open_kind(kind: Kind, root: Path, dataset: str = "all", pool: int = 24) -> Draw:
    """A function that draws crops of a kind.

    Args:
        kind: What to draw.
        root: Data folder; without it there are no photos and no prose, and nothing real.
        dataset: Name of a real word set, or ``all``.
        pool: Rendered pages at hand at a time.

    Raises:
        InputNotFoundError: Nothing real is on this machine.
    """
    if kind is Kind.REAL:
        return _real(root, dataset)
    material = Material.of(root)
    if kind is Kind.WORDS:
        return material.words().draw
    return PageCrops(material.pages()[kind.value], pool=pool).draw


def _real(root: Path, dataset: str) -> Draw:
    samples = read_words(dataset, "train", root=root, missing="empty")
    if not samples:
        raise InputNotFoundError(f"No real crops are in {root}.", "Name the data folder with --data.")

    def draw(rng: np.random.Generator) -> WordImage:
        sample = samples[int(rng.integers(len(samples)))]
        return WordImage(sample.load(), sample.text, np.full(len(sample.text), np.nan, np.float32))

    return draw


def main(
    kind: Annotated[Kind, typer.Option(help="What to show.")] = Kind.WORDS,
    out: Annotated[Path, typer.Option("--out", "-o", help="PNG file.")] = Path("sheet.png"),
    seed: Annotated[int, typer.Option(help="The same seed gives the same sheet.")] = 0,
    count: Annotated[int, typer.Option(min=1, help="Number of crops.")] = 120,
    columns: Annotated[int, typer.Option(min=1, help="Crops in a row.")] = 6,
    dataset: Annotated[str, typer.Option(help=f"For real crops: all, {', '.join(WORD_SETS)}.")] = "all",
    data: Annotated[Path | None, typer.Option(help="Data folder; else $OCRAPP_DATA.")] = None,
) -> None:
    """Write a contact sheet of crops with their labels."""
    try:
        draw = open_kind(kind, data or data_folder(), dataset)
        rng = np.random.default_rng(seed)
        sheet = contact_sheet([draw(rng) for _ in range(count)], columns, 1440 // columns)
        _write(out, sheet)
    except OcrappError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(int(error.exit_code)) from error
    typer.echo(f"{count} crops: {out}")


def _write(out: Path, sheet: Pixels) -> None:
    data = cv2.imencode(".png", cv2.cvtColor(sheet, cv2.COLOR_RGB2BGR))[1]
    try:
        out.write_bytes(data.tobytes())
    except OSError as error:
        raise OutputNotWritableError(f"{out} cannot be written: {error}.", "Choose another file.") from error


if __name__ == "__main__":
    typer.run(main)
