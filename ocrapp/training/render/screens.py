"""Screens: windows, menus, lists, dialogs and code, bright and dark, with small crisp type."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ocrapp.training.fonts import FontLibrary
from ocrapp.training.render.clutter import chart
from ocrapp.training.render.colours import random_colour
from ocrapp.training.render.grounds import Photos
from ocrapp.training.render.ink import TextSource
from ocrapp.training.render.labels import Rendered
from ocrapp.training.render.pages import Sheet
from ocrapp.training.render.screen_parts import FILLERS, Theme, bars, listing


@dataclass(frozen=True, slots=True)
class ScreenOptions:
    """What rendered screens look like.

    Attributes:
        width: Width in pixels.
        height: Height in pixels.
        smallest: Smallest type, pixels an em.
        largest: Largest type of ordinary elements, pixels an em.
    """

    width: int = 800
    height: int = 640
    smallest: int = 10
    largest: int = 22


def render_screen(
    rng: np.random.Generator,
    fonts: FontLibrary,
    texts: TextSource,
    photos: Photos,
    options: ScreenOptions | None = None,
) -> Rendered:
    """Render one screen.

    Args:
        rng: Source of randomness.
        fonts: Where fonts come from.
        texts: Where words come from.
        photos: Wallpapers and pictures in windows.
        options: Size of screen and type.

    Returns:
        The image with all its lines.
    """
    options = options or ScreenOptions()
    image = np.zeros((options.height, options.width, 3), np.uint8)
    sheet = Sheet(image, rng, fonts, texts)
    theme = _theme(sheet, options)
    image[:] = theme.ground.astype(np.uint8)
    y = bars(sheet, theme)
    side = int(rng.uniform(0, 0.35) * sheet.width) if rng.random() < 0.6 else 0
    if side > 6 * theme.size:
        sheet.fill(0, y, side, sheet.height, theme.raised)
        listing(sheet, theme, (0, y, side, sheet.height))
    else:
        side = 0
    body = (side + 4, y, sheet.width, sheet.height)
    FILLERS[int(rng.integers(len(FILLERS)))](sheet, theme, body)
    if rng.random() < 0.3:
        _picture(sheet, theme, photos)
    return Rendered(sheet.image, tuple(sheet.lines))


def _theme(sheet: Sheet, options: ScreenOptions) -> Theme:
    rng = sheet.rng
    dark = rng.random() < 0.45
    level = rng.uniform(10, 60) if dark else rng.uniform(225, 255)
    ground = np.clip(level + rng.normal(0, 5, 3), 0, 255).astype(np.float32)
    raised = np.clip(ground + (1 if dark else -1) * rng.uniform(5, 28), 0, 255)
    ink = np.clip((rng.uniform(190, 255) if dark else rng.uniform(0, 70)) + rng.normal(0, 6, 3), 0, 255)
    dim = ground + (ink - ground) * rng.uniform(0.4, 0.75)
    accent = random_colour(rng, (0.5, 1.0))
    face = sheet.face(plain=True)
    size = int(rng.integers(options.smallest, options.largest + 1))
    return Theme(ground, raised, ink, dim, accent, face, sheet.face(plain=True), size)


def _picture(sheet: Sheet, theme: Theme, photos: Photos) -> None:
    """A picture covers a part of the screen; lines below it are gone."""
    rng = sheet.rng
    h, w = int(sheet.height * rng.uniform(0.15, 0.4)), int(sheet.width * rng.uniform(0.15, 0.4))
    y, x = int(rng.integers(sheet.height - h)), int(rng.integers(sheet.width - w))

    def hit(points: npt.NDArray[np.float32]) -> bool:
        low, high = points.min(axis=0) - 2, points.max(axis=0) + 2
        return bool(low[0] < x + w and high[0] > x and low[1] < y + h and high[1] > y)

    touched = [line for line in sheet.lines if hit(line.ribbon.polygon)]
    for line in touched:  # a line that is cut by the picture would be half a label: wipe it out
        low, high = line.ribbon.polygon.min(axis=0), line.ribbon.polygon.max(axis=0)
        sheet.fill(low[0], low[1], high[0] + 1, high[1] + 1, theme.ground)
    gone = {id(line) for line in touched}
    sheet.lines = [line for line in sheet.lines if id(line) not in gone]
    sheet.image[y : y + h, x : x + w] = chart(rng, h, w) if rng.random() < 0.4 else photos.sample(rng, h, w)
