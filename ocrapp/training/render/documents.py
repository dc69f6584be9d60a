"""Documents: columns, tables, receipts, forms and slides, as printed, scanned, faxed or photographed."""

from dataclasses import dataclass

import numpy as np

from ocrapp.training.fonts import FontLibrary
from ocrapp.training.render.capture import captured
from ocrapp.training.render.colours import Colour
from ocrapp.training.render.grounds import Photos
from ocrapp.training.render.ink import TextSource
from ocrapp.training.render.labels import Rendered
from ocrapp.training.render.layouts import LAYOUTS
from ocrapp.training.render.pages import Sheet


@dataclass(frozen=True, slots=True)
class DocumentOptions:
    """What rendered documents look like.

    Attributes:
        width: Width of the sheet in pixels.
        height: Height of the sheet in pixels.
        smallest: Smallest body size, pixels an em.
        largest: Largest body size, pixels an em.
        layouts: Kinds of sheet, each as likely as it is often named.
        scans: Share of scans of one bit a pixel.
    """

    width: int = 800
    height: int = 800
    smallest: float = 10.0
    largest: float = 64.0
    layouts: tuple[str, ...] = ("prose", "prose", "table", "receipt", "receipt", "form", "slide")
    scans: float = 0.15


def render_document(
    rng: np.random.Generator,
    fonts: FontLibrary,
    texts: TextSource,
    photos: Photos,
    options: DocumentOptions | None = None,
) -> Rendered:
    """Render one sheet and what scanner, printer or camera did to it.

    Args:
        rng: Source of randomness.
        fonts: Where fonts come from.
        texts: Where words come from.
        photos: Pictures on the page, and the table it lies on.
        options: Size of sheet and type.

    Returns:
        The image with all its lines.
    """
    options = options or DocumentOptions()
    paper = _paper_colour(rng)
    page = np.full((options.height, options.width, 3), paper, np.uint8)
    sheet = Sheet(page, rng, fonts, texts)
    size = int(np.exp(rng.uniform(np.log(options.smallest), np.log(options.largest))))
    ink = np.clip(rng.uniform(0, 90) + rng.normal(0, 8, 3), 0, 255).astype(np.float32)
    layout = options.layouts[int(rng.integers(len(options.layouts)))]
    LAYOUTS[layout](sheet, size, ink, photos)
    return captured(rng, Rendered(sheet.image, tuple(sheet.lines)), photos, size, options.scans)


def _paper_colour(rng: np.random.Generator) -> Colour:
    draw = rng.random()
    if draw < 0.65:
        return np.full(3, rng.uniform(225, 255), np.float32)
    tint = 5 if draw < 0.9 else 14
    return np.clip(rng.uniform(180, 252) + rng.normal(0, tint, 3), 0, 255).astype(np.float32)
