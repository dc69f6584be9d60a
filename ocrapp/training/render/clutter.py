"""Things that stand in rows and have strokes, but are no text: what a young segmenter takes for lines."""

import cv2
import numpy as np
import numpy.typing as npt

from ocrapp.training.render.colours import Colour, contrasting, lit, noisy, random_colour, smooth_field
from ocrapp.training.render.labels import Pixels


def _ground(rng: np.random.Generator, height: int, width: int) -> Pixels:
    """An even or slowly changing ground, as walls, skies and tables have."""
    base = random_colour(rng)
    other = np.clip(base + rng.normal(0, 40, 3), 0, 255)
    weight = smooth_field(rng, height, width)[..., None]
    return np.clip(base * weight + other * (1 - weight), 0, 255).astype(np.uint8)


def _shade(rng: np.random.Generator, colour: Colour, spread: float = 0.25) -> list[float]:
    return [float(v) for v in np.clip(colour * rng.normal(1, spread), 0, 255)]


def fence(rng: np.random.Generator, height: int, width: int) -> Pixels:
    """Pickets or rails before a ground, with cross-bars; the pickets may have tips and differ in height."""
    image = _ground(rng, height, width)
    pitch = float(np.exp(rng.uniform(np.log(5), np.log(50))))
    thick = max(1, int(pitch * rng.uniform(0.12, 0.7)))
    tall = int(height * rng.uniform(0.08, 0.9))
    top = int(rng.uniform(0, height - tall))
    colour = contrasting(rng, image[top, width // 2])
    for bar in range(int(rng.integers(0, 4))):
        y = int(top + tall * (0.1 + 0.8 * (bar + rng.uniform(0, 1)) / 3))
        cv2.rectangle(
            image, (0, y), (width, y + max(1, thick // 2)), np.clip(colour * 0.9, 0, 255).tolist(), -1
        )
    ragged = rng.uniform(0, 0.15) if rng.random() < 0.4 else 0.0
    lean = rng.normal(0, 0.15) if rng.random() < 0.3 else 0.0
    for x in np.arange(rng.uniform(-pitch, 0), width, pitch):
        rise = int(tall * (1 - abs(rng.normal(0, ragged + 1e-6))))
        start = (int(x), top + tall - rise)
        cv2.line(
            image,
            start,
            (int(x + lean * rise), top + tall),
            _shade(rng, colour, 0.06),
            thick,
            cv2.LINE_AA,
        )
        if ragged and rng.random() < 0.8:
            cv2.circle(image, start, max(1, int(thick * 0.8)), colour.tolist(), -1, cv2.LINE_AA)
    return image


def windows(rng: np.random.Generator, height: int, width: int) -> Pixels:
    """A facade: storeys of windows with frames and bars, balconies and ledges between them."""
    image = noisy(rng, _ground(rng, height, width), rng.uniform(0, 8))
    pitch = float(np.exp(rng.uniform(np.log(10), np.log(120))))
    storey = pitch * rng.uniform(0.8, 2.2)
    wide, tall = pitch * rng.uniform(0.35, 0.92), storey * rng.uniform(0.35, 0.85)
    pane, frame = random_colour(rng), random_colour(rng)
    edge, bars = max(1, int(pitch * rng.uniform(0.02, 0.1))), rng.integers(0, 3, 2)
    ledge = rng.random() < 0.5
    for y in np.arange(rng.uniform(-storey, 0), height, storey):
        if ledge:
            cv2.rectangle(image, (0, int(y)), (width, int(y + edge)), frame.tolist(), -1)
        top, bottom = int(y + (storey - tall) / 2), int(y + (storey + tall) / 2)
        for x in np.arange(rng.uniform(-pitch, 0) if rng.random() < 0.1 else -pitch / 3, width, pitch):
            left, right = int(x), int(x + wide)
            cv2.rectangle(image, (left, top), (right, bottom), _shade(rng, pane), -1)
            cv2.rectangle(image, (left, top), (right, bottom), frame.tolist(), edge)
            for bar in range(1, int(bars[0]) + 1):
                at = left + (right - left) * bar // (int(bars[0]) + 1)
                cv2.line(image, (at, top), (at, bottom), frame.tolist(), edge)
            for bar in range(1, int(bars[1]) + 1):
                at = top + (bottom - top) * bar // (int(bars[1]) + 1)
                cv2.line(image, (left, at), (right, at), frame.tolist(), edge)
            if rng.random() < 0.1:  # a blind
                cv2.rectangle(
                    image, (left, top), (right, (top + bottom) // 2), random_colour(rng).tolist(), -1
                )
    return image


def shelf(rng: np.random.Generator, height: int, width: int) -> Pixels:
    """Boards full of blank books, boxes, jars and bottles."""
    image = _ground(rng, height, width)
    y = float(rng.uniform(-20, 20))
    board = random_colour(rng)
    while y < height:
        tall = float(np.exp(rng.uniform(np.log(14), np.log(140))))
        hue, similar = random_colour(rng), rng.random() < 0.4
        slim, gap = rng.uniform(0.12, 0.9), tall * rng.choice([0.0, 0.02, 0.15])
        x = 0.0
        while x < width:
            wide = tall * slim * rng.uniform(0.5, 1.5) + 2
            rise = tall * (rng.uniform(0.9, 1.0) if similar else rng.uniform(0.55, 1.0))
            colour = hue if similar else random_colour(rng)
            corners = (int(x), int(y + tall - rise)), (int(x + wide), int(y + tall))
            cv2.rectangle(image, *corners, _shade(rng, np.asarray(colour, np.float32)), -1)
            if rng.random() < 0.5:
                _blank_label(rng, image, *corners)
            if rng.random() < 0.4:
                cv2.rectangle(image, *corners, random_colour(rng, (0, 0.3)).tolist(), 1)
            x += wide + gap
        cv2.rectangle(image, (0, int(y + tall)), (width, int(y + tall * 1.08) + 2), board.tolist(), -1)
        y += tall * rng.uniform(1.1, 1.4) + 3
    return image


def _blank_label(
    rng: np.random.Generator, image: Pixels, first: tuple[int, int], last: tuple[int, int]
) -> None:
    """A band, disc or frame where a label would be."""
    (x0, y0), (x1, y1) = first, last
    low, high = sorted(rng.uniform(0.1, 0.9, 2))
    colour = random_colour(rng).tolist()
    if rng.random() < 0.6:
        top, bottom = int(y0 + low * (y1 - y0)), int(y0 + high * (y1 - y0))
        cv2.rectangle(image, (x0, top), (x1, bottom), colour, -1 if rng.random() < 0.7 else 1)
    else:
        centre = (x0 + x1) // 2, (y0 + y1) // 2
        cv2.circle(image, centre, max(1, int((x1 - x0) * 0.35)), colour, -1, cv2.LINE_AA)


def studs(rng: np.random.Generator, height: int, width: int) -> Pixels:
    """Rows of like things with air between: screws, lamps, stones, keys without letters, tyres' treads."""
    image = _ground(rng, height, width)
    size = float(np.exp(rng.uniform(np.log(4), np.log(50))))
    pitch = size * rng.uniform(1.1, 2.5)
    rows = pitch * rng.choice([0.9, 1.0, 1.5, 3.0, 6.0])
    colour, rim = contrasting(rng, image[height // 2, width // 2]), random_colour(rng)
    kind, jitter = int(rng.integers(5)), rng.uniform(0, 0.15) * size
    for number, y in enumerate(np.arange(rng.uniform(0, rows), height, rows)):
        for x in np.arange((number % 2) * pitch / 2 * (rng.random() < 0.5), width, pitch):
            at = np.array([x, y]) + rng.normal(0, jitter, 2)
            centre = int(at[0]), int(at[1])
            shade, half = _shade(rng, np.asarray(colour, np.float32), 0.1), max(1, int(size / 2))
            low, high = (centre[0] - half, centre[1] - half), (centre[0] + half, centre[1] + half)
            if kind == 0:
                cv2.circle(image, centre, half, shade, -1, cv2.LINE_AA)
                turn = rng.uniform(0, np.pi)
                slot = int(half * np.cos(turn)), int(half * np.sin(turn))
                cv2.line(
                    image,
                    (centre[0] - slot[0], centre[1] - slot[1]),
                    (centre[0] + slot[0], centre[1] + slot[1]),
                    rim.tolist(),
                    1 + half // 5,
                )
            elif kind == 1:
                cv2.circle(image, centre, half, shade, 1 + half // 3, cv2.LINE_AA)
            elif kind == 2:
                cv2.rectangle(image, low, high, shade, -1)
                cv2.rectangle(image, low, high, rim.tolist(), 1)
            elif kind == 3:
                angle = float(rng.uniform(0, 360))
                cv2.ellipse(image, centre, (half, max(1, half // 2)), angle, 0, 360, shade, -1, cv2.LINE_AA)
            else:
                cv2.line(image, low, high, shade, 1 + half // 4, cv2.LINE_AA)
    return image


def mesh(rng: np.random.Generator, height: int, width: int) -> Pixels:
    """Wire netting, lattices, gratings and squared paper: two families of parallel lines."""
    image = _ground(rng, height, width)
    pitch = float(np.exp(rng.uniform(np.log(5), np.log(60))))
    colour = contrasting(rng, image[height // 2, width // 2]).tolist()
    thick = max(1, int(pitch * rng.uniform(0.03, 0.25)))
    first = rng.uniform(0.2, 1.4) if rng.random() < 0.6 else 0.0
    reach = height + width
    for angle in (first, first + np.pi / 2 if first == 0 else -first):
        along = np.array([np.cos(angle), np.sin(angle)])
        across = np.array([-along[1], along[0]])
        for offset in np.arange(-reach, reach, pitch):
            middle = np.array([width / 2, height / 2]) + offset * across
            ends = (middle - reach * along).astype(int), (middle + reach * along).astype(int)
            cv2.line(image, ends[0].tolist(), ends[1].tolist(), colour, thick, cv2.LINE_AA)
    return image


def chart(rng: np.random.Generator, height: int, width: int) -> Pixels:
    """A diagram without letters: axes with ticks, a grid, curves with markers, bars or boxes."""
    dark = rng.random() < 0.25
    paper = rng.uniform(0, 50) if dark else rng.uniform(225, 255)
    image = np.full((height, width, 3), paper, np.uint8)
    ink = 255 - paper if rng.random() < 0.7 else float(random_colour(rng, (0.1, 0.6)).mean())
    faint = paper + (ink - paper) * rng.uniform(0.1, 0.5)
    left, right = int(width * rng.uniform(0.02, 0.15)), int(width * rng.uniform(0.85, 0.98))
    top, bottom = int(height * rng.uniform(0.02, 0.15)), int(height * rng.uniform(0.8, 0.97))
    columns, rows = (
        np.linspace(left, right, int(rng.integers(3, 30))),
        np.linspace(top, bottom, int(rng.integers(3, 16))),
    )
    if rng.random() < 0.6:
        for x in columns:
            cv2.line(image, (int(x), top), (int(x), bottom), [faint] * 3, 1)
        for y in rows:
            cv2.line(image, (left, int(y)), (right, int(y)), [faint] * 3, 1)
    cv2.line(image, (left, top), (left, bottom), [ink] * 3, int(rng.integers(1, 3)))
    cv2.line(image, (left, bottom), (right, bottom), [ink] * 3, int(rng.integers(1, 3)))
    tick = int(rng.integers(2, 9))
    for x in np.linspace(left, right, int(rng.integers(4, 80))):
        cv2.line(image, (int(x), bottom - tick * (rng.random() < 0.1)), (int(x), bottom + tick), [ink] * 3, 1)
    for y in rows:
        cv2.line(image, (left - tick, int(y)), (left, int(y)), [ink] * 3, 1)
    for _ in range(int(rng.integers(1, 6))):
        colour = random_colour(rng, (0.5, 1.0) if dark else (0.0, 0.9)).tolist()
        heights = _course(rng, len(columns)) * (bottom - top)
        points = np.stack([columns, bottom - heights], axis=1).astype(np.int32)
        _series(rng, image, points, bottom, colour)
    return image


def _course(rng: np.random.Generator, count: int) -> npt.NDArray[np.float64]:
    """A random walk in [0, 1]."""
    walk = np.cumsum(rng.normal(0, 1, count)) + rng.normal(0, 2) * np.linspace(0, 1, count)
    return np.asarray((walk - walk.min()) / max(float(np.ptp(walk)), 1e-6) * rng.uniform(0.2, 0.95))


def _series(
    rng: np.random.Generator,
    image: Pixels,
    points: npt.NDArray[np.int32],
    bottom: int,
    colour: list[float],
) -> None:
    kind = int(rng.integers(4))
    size = int(rng.integers(2, 7))
    pitch = max(2, int(points[1][0] - points[0][0]))
    if kind in (0, 1):
        cv2.polylines(image, [points], False, colour, int(rng.integers(1, 4)), cv2.LINE_AA)
    for x, y in points.tolist():
        if kind == 1:
            cv2.circle(image, (x, y), size, colour, -1 if size % 2 else 1, cv2.LINE_AA)
        elif kind == 2:
            cv2.rectangle(image, (x - pitch // 3, y), (x + pitch // 3, bottom), colour, -1)
        elif kind == 3:  # box plot, or an error bar
            reach = int(rng.integers(3, 30))
            cv2.line(image, (x, y - 2 * reach), (x, y + 2 * reach), colour, 1)
            cv2.rectangle(image, (x - pitch // 4, y - reach), (x + pitch // 4, y + reach), colour, 1)


def slanted(rng: np.random.Generator, image: Pixels) -> Pixels:
    """The picture seen at a slant and in uneven light, as a photo shows it; the size stays."""
    height, width = image.shape[:2]
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    inward = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]], np.float32)
    target = source + rng.uniform(-0.3, 0.1, (4, 2)).astype(np.float32) * inward * (width, height)
    matrix = cv2.getPerspectiveTransform(source, target.astype(np.float32))
    seen = cv2.warpPerspective(image, matrix, (width, height), borderMode=cv2.BORDER_REFLECT)
    return lit(rng, np.asarray(seen, np.uint8), rng.uniform(0, 0.5))


CLUTTER = (fence, fence, windows, windows, shelf, studs, mesh, chart, chart)
"""All of them, the worst offenders twice."""
