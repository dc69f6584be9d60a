"""Documents: columns, tables, receipts, forms and slides, as printed, scanned, faxed or photographed."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocrapp.training.fonts import FontFace, FontLibrary
from ocrapp.training.render.colours import Colour, lit, noisy, random_colour, smooth_field
from ocrapp.training.render.grounds import Photos, barcode, halftone, panel
from ocrapp.training.render.ink import TextSource
from ocrapp.training.render.labels import Pixels, Points, Rendered
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
    """

    width: int = 800
    height: int = 800
    smallest: float = 10.0
    largest: float = 64.0
    layouts: tuple[str, ...] = ("prose", "prose", "table", "receipt", "receipt", "form", "slide")


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
    ink = np.clip(rng.uniform(0, 70) + rng.normal(0, 8, 3), 0, 255).astype(np.float32)
    layouts = {"prose": _prose, "table": _table, "receipt": _receipt, "form": _form, "slide": _slide}
    layouts[options.layouts[int(rng.integers(len(options.layouts)))]](sheet, size, ink, photos)
    return _captured(rng, Rendered(sheet.image, tuple(sheet.lines)), photos)


def _paper_colour(rng: np.random.Generator) -> Colour:
    if rng.random() < 0.6:
        return np.full(3, rng.uniform(235, 255), np.float32)
    return np.clip(rng.uniform(190, 250) + rng.normal(0, 10, 3), 0, 255).astype(np.float32)


def _body_face(sheet: Sheet) -> FontFace:
    return sheet.face(plain=True)


def _prose(sheet: Sheet, size: int, ink: Colour, photos: Photos) -> None:
    rng = sheet.rng
    columns = int(rng.choice([1, 1, 2, 3])) if sheet.width > 26 * size else 1
    margin = rng.uniform(0.5, 4) * size
    gutter = rng.uniform(1.2, 3) * size
    width = (sheet.width - 2 * margin - gutter * (columns - 1)) / columns
    leading = size * rng.uniform(0.95, 1.7)
    face = _body_face(sheet)
    justify = bool(rng.random() < 0.5)
    for column in range(columns):
        x = margin + column * (width + gutter)
        y = margin * rng.uniform(0.5, 1) + size
        while y < sheet.height - margin / 2:
            draw = rng.random()
            if draw < 0.06:
                y = _heading(sheet, x, y, width, size, ink)
            elif draw < 0.09:
                y = _figure(sheet, x, y, width, photos)
            elif draw < 0.11:
                sheet.fill(x, y, x + width, y + rng.integers(1, 4), ink)
            elif draw < 0.22:
                y += leading * rng.uniform(0.3, 1)
                text = sheet.texts.line(rng, int(width / size * rng.uniform(0.2, 1.5)) + 2)
                sheet.put(sheet.ink(face, size, text, width), x, y, ink)
            else:
                text = sheet.texts.line(rng, int(width / size * 3) + 4)
                indent = size if rng.random() < 0.1 else 0
                drawn = sheet.ink(face, size, text, width - indent)
                if drawn is not None and justify and 0.9 * width < drawn.width:
                    indent = max(0, int((width - drawn.width) * 0.5))
                sheet.put(drawn, x + indent, y, ink)
            y += leading


def _heading(sheet: Sheet, x: float, y: float, width: float, size: int, ink: Colour) -> float:
    rng = sheet.rng
    large = int(size * rng.uniform(1.1, 3.0))
    y += large * 0.8
    text = sheet.texts.line(rng, int(rng.integers(5, 40)))
    text = text.upper() if rng.random() < 0.3 else text
    drawn = sheet.ink(sheet.face(), large, text, width)
    centre = (width - drawn.width) / 2 if drawn is not None and rng.random() < 0.4 else 0
    colour = ink if rng.random() < 0.7 else random_colour(rng, (0, 0.6))
    sheet.put(drawn, x + centre, y, colour)
    return y + large * 0.3


def _figure(sheet: Sheet, x: float, y: float, width: float, photos: Photos) -> float:
    rng = sheet.rng
    height = int(width * rng.uniform(0.2, 0.8))
    if height < 16 or y + height >= sheet.height or width < 16:
        return y
    kind = rng.random()
    if kind < 0.25:
        height = min(height, 90)
        picture = barcode(rng, height, int(width * rng.uniform(0.3, 1)))
    else:
        picture = photos.sample(rng, height, int(width))
        if kind < 0.7:
            picture = halftone(rng, picture)
    top, left = int(y), int(x)
    part = picture[:, : sheet.width - left]
    sheet.image[top : top + part.shape[0], left : left + part.shape[1]] = part
    return y + height + 4


def _table(sheet: Sheet, size: int, ink: Colour, photos: Photos) -> None:
    del photos
    rng = sheet.rng
    columns = int(rng.integers(2, max(3, min(9, sheet.width // (size * 4) + 1))))
    edges = np.cumsum(rng.uniform(0.6, 2, columns + 1))
    edges = (edges - edges[0]) / (edges[-1] - edges[0]) * (sheet.width - 2 * size) + size
    row = size * rng.uniform(1.05, 2.4)
    face = _body_face(sheet)
    ruled = rng.random(2) < 0.55
    right = rng.random(columns) < 0.5
    shade = np.clip(255 - rng.uniform(0, 50), 0, 255)
    y = rng.uniform(0, 3) * size
    if rng.random() < 0.5:
        y = _heading(sheet, size, y + size, sheet.width - 2 * size, size, ink) + size
    start, number = y, 0
    while y + row < sheet.height:
        if number % 2 and rng.random() < 0.4:
            sheet.fill(edges[0], y, edges[-1], y + row, np.full(3, shade))
        if ruled[0]:
            sheet.fill(edges[0], y, edges[-1], y + 1 + size // 24, ink)
        for column in range(columns):
            if rng.random() < 0.1:
                continue
            room = edges[column + 1] - edges[column] - size * 0.8
            text = (
                sheet.texts.word(rng)
                if rng.random() < 0.6
                else sheet.texts.line(rng, int(rng.integers(3, 30)))
            )
            drawn = sheet.ink(face, size, text, room)
            if drawn is not None and drawn.width <= room:
                shift = room - drawn.width if right[column] else 0
                sheet.put(drawn, edges[column] + size * 0.4 + shift, y + row / 2 + size * 0.35, ink)
        y += row
        number += 1
    if ruled[1]:
        for edge in edges:
            sheet.fill(edge, start, edge + 1 + size // 24, y, ink)


def _receipt(sheet: Sheet, size: int, ink: Colour, photos: Photos) -> None:
    del photos
    rng = sheet.rng
    face = sheet.face(plain=True)
    narrow = min(sheet.width, int(size * rng.uniform(14, 30)))
    x0 = int(rng.uniform(0, sheet.width - narrow))
    leading = size * rng.uniform(0.95, 1.5)
    y, margin = leading, size * rng.uniform(0.2, 1.5)
    left, width = x0 + margin, narrow - 2 * margin
    while y < sheet.height:
        draw = rng.random()
        if draw < 0.12:
            _dashes(sheet, left, y - size * 0.3, width, size, ink)
        elif draw < 0.4:
            text = sheet.texts.line(rng, int(rng.integers(6, 40)))
            text = text.upper() if rng.random() < 0.5 else text
            large = int(size * rng.uniform(1.2, 2)) if rng.random() < 0.12 else size
            y += max(0, large - size)
            drawn = sheet.ink(face, large, text, width)
            if drawn is not None:
                sheet.put(drawn, left + (width - drawn.width) / 2 * (rng.random() < 0.7), y, ink)
        else:
            drawn = sheet.ink(face, size, sheet.texts.line(rng, int(rng.integers(4, 24))), width * 0.62)
            sheet.put(drawn, left, y, ink)
            price = sheet.ink(face, size, f"{10 ** rng.uniform(0, 3):.2f}", width * 0.3)
            if price is not None and drawn is not None and drawn.width + price.width < width - 1.2 * size:
                sheet.put(price, left + width - price.width, y, ink)
        y += leading


def _dashes(sheet: Sheet, x: float, y: float, width: float, size: int, ink: Colour) -> None:
    """A rule made of hyphens, stars, equals signs or a solid line: no text."""
    rng = sheet.rng
    kind = int(rng.integers(4))
    thick = max(1, size // 12)
    if kind == 0:
        sheet.fill(x, y, x + width, y + thick, ink)
        return
    pitch, long = size * rng.uniform(0.4, 0.7), size * rng.uniform(0.2, 0.4)
    for left in np.arange(x, x + width - pitch, pitch):
        if kind == 3:
            cv2.circle(sheet.image, (int(left), int(y)), max(1, size // 7), ink.tolist(), -1)
            continue
        for row in range(kind):
            top = y + row * size * 0.25
            sheet.fill(left, top, left + long, top + thick, ink)


def _form(sheet: Sheet, size: int, ink: Colour, photos: Photos) -> None:
    del photos
    rng = sheet.rng
    label_face, entry_face = _body_face(sheet), sheet.face()
    entry_ink = ink if rng.random() < 0.5 else random_colour(rng, (0.1, 0.6))
    y = size * rng.uniform(1, 3)
    columns = int(rng.integers(1, 3))
    width = (sheet.width - 2 * size) / columns
    while y < sheet.height - size:
        for column in range(columns):
            x = size + column * width
            label = sheet.ink(label_face, size, sheet.texts.line(rng, int(rng.integers(4, 22))), width * 0.5)
            end = sheet.put(label, x, y, ink)
            start, stop = end + size * rng.uniform(1.3, 2.5), x + width - size
            if stop - start < 2 * size:
                continue
            if rng.random() < 0.6:
                sheet.fill(start, y + size * 0.25, stop, y + size * 0.25 + 1 + size // 20, ink)
            else:
                corner = (int(start - size * 0.4), int(y - size)), (int(stop), int(y + size * 0.5))
                cv2.rectangle(sheet.image, *corner, ink.tolist(), 1 + size // 24)
            if rng.random() < 0.6:
                large = int(size * rng.uniform(0.8, 1.3))
                entry = sheet.ink(
                    entry_face, large, sheet.texts.line(rng, int(rng.integers(3, 25))), stop - start
                )
                sheet.put(entry, start, y, entry_ink)
        if rng.random() < 0.2:
            side = int(size * 0.7)
            corner = (int(size * 0.1), int(y - side)), (int(size * 0.1) + side, int(y))
            cv2.rectangle(sheet.image, *corner, ink.tolist(), 1)
        y += size * rng.uniform(1.6, 3)


def _slide(sheet: Sheet, size: int, ink: Colour, photos: Photos) -> None:
    rng = sheet.rng
    size = int(np.clip(size * 1.5, 18, 80))
    sheet.image[:] = panel(rng, sheet.height, sheet.width) if rng.random() < 0.7 else sheet.image
    dark = sheet.image.mean() < 120
    colour = np.clip(255 - ink, 0, 255) if dark else ink
    y = (
        _heading(sheet, size, size * rng.uniform(1, 2), sheet.width - 2 * size, int(size * 1.2), colour)
        + size
    )
    face = _body_face(sheet)
    while y < sheet.height - size:
        x = size * rng.choice([1.0, 1.0, 2.0])
        if rng.random() < 0.6:
            cv2.circle(
                sheet.image,
                (int(x - size * 0.5), int(y - size * 0.3)),
                size // 7,
                colour.tolist(),
                -1,
                cv2.LINE_AA,
            )
        text = sheet.texts.line(rng, int(rng.integers(6, 60)))
        sheet.put(sheet.ink(face, size, text, sheet.width - x - size), x, y, colour)
        y += size * rng.uniform(1.1, 2.2)
        if rng.random() < 0.08:
            y = _figure(sheet, x, y, sheet.width * 0.4, photos) + size


def _captured(rng: np.random.Generator, page: Rendered, photos: Photos) -> Rendered:
    """Printed, then scanned, faxed, faded on thermal paper or photographed on a table."""
    image = page.image
    kind = rng.random()
    if kind < 0.15:
        image = _bitonal(rng, image)
    elif kind < 0.3:
        image = _thermal(rng, image)
    elif kind < 0.45:
        back = cv2.GaussianBlur(image[:, ::-1], (0, 0), 2)
        image = cv2.addWeighted(image, 0.88, back, 0.12, 0)
    if rng.random() < 0.5:
        image = lit(rng, image, rng.uniform(0, 0.4))
    if rng.random() < 0.5:
        image = noisy(rng, image, rng.uniform(0, 8))
    page = Rendered(np.asarray(image, np.uint8), page.lines)
    draw = rng.random()
    if draw < 0.3:
        return page
    return _laid_down(rng, page, photos, rng.uniform(0, 0.02) if draw < 0.7 else rng.uniform(0.02, 0.15))


def _bitonal(rng: np.random.Generator, image: Pixels) -> Pixels:
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32)
    grey = cv2.GaussianBlur(grey, (0, 0), rng.uniform(0.3, 1.1)) + rng.normal(0, 1) * 12
    grey += (smooth_field(rng, *grey.shape, 5) - 0.5) * rng.uniform(0, 60)
    noise = rng.random((grey.shape[0] // 2 + 1, grey.shape[1] // 2 + 1)) < rng.uniform(0, 0.004)
    speck = np.repeat(np.repeat(noise, 2, 0), 2, 1)[: grey.shape[0], : grey.shape[1]]
    black = (grey < rng.uniform(100, 190)) ^ speck
    return np.repeat(np.where(black, 0, 255).astype(np.uint8)[..., None], 3, axis=2)


def _thermal(rng: np.random.Generator, image: Pixels) -> Pixels:
    """Ink fades in patches and along rows."""
    height, width = image.shape[:2]
    fade = rng.uniform(0.0, 0.75) * np.clip(smooth_field(rng, height, width, 4), 0, 1)
    fade += rng.uniform(0, 0.35) * (rng.random((height, 1)) < 0.15)
    paper = np.median(image[::8, ::8].reshape(-1, 3), axis=0)
    faded = image + (paper - image) * np.clip(fade, 0, 0.85)[..., None]
    return np.asarray(faded, np.float32).astype(np.uint8)


def _laid_down(rng: np.random.Generator, page: Rendered, photos: Photos, slant: float) -> Rendered:
    """The sheet, turned or slanted, on a scanner lid or a table."""
    height, width = page.image.shape[:2]
    if slant < 0.02 or rng.random() < 0.3:
        ground = np.full((height, width, 3), rng.choice([0, 20, 128, 250, 255]), np.uint8)
    else:
        ground = photos.sample(rng, height, width)
    source: npt.NDArray[np.float32] = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    angle = np.deg2rad(rng.normal(0, 1.5 if slant < 0.02 else 6))
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    shift = rng.uniform(-slant, slant, (4, 2)) * (width, height)
    target = (
        (source - (width / 2, height / 2)) * rng.uniform(0.85, 1.1) @ rotation.T
        + (width / 2, height / 2)
        + shift
    )
    matrix = cv2.getPerspectiveTransform(source, target.astype(np.float32))
    cv2.warpPerspective(
        page.image, matrix, (width, height), ground, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_TRANSPARENT
    )

    def moved(points: Points) -> Points:
        return cv2.perspectiveTransform(points[None].astype(np.float64), matrix)[0].astype(np.float32)

    return Rendered(ground, tuple(line.mapped(moved) for line in page.lines))
