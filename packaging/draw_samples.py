"""Draws the pictures in ``assets/samples``: ``python packaging/draw_samples.py``.

Everything is ours: shapes and noise from a fixed seed, and text in free fonts that Debian ships
(``fonts-bebas-neue fonts-cabinsketch fonts-courier-prime fonts-firacode fonts-inter fonts-leckerli-one``).
"""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

FOLDER = Path(__file__).parents[1] / "assets" / "samples"
SEED = 7
Pixels = NDArray[np.float32]
Colour = tuple[int, int, int]

CREAM, GOLD, INK = (244, 234, 208), (226, 178, 84), (38, 40, 44)


def font(name: str, size: float) -> ImageFont.FreeTypeFont:
    """A font by its file name."""
    return ImageFont.truetype(name, size)


def main() -> None:
    """Draw all pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(SEED)
    draw_sign(rng).save(FOLDER / "sign.jpg", quality=84, optimize=True)
    draw_receipt(rng).save(FOLDER / "receipt.png", optimize=True)
    draw_screenshot().save(FOLDER / "screenshot.png", optimize=True)


# A shop front seen from the side


def draw_sign(rng: np.random.Generator) -> Image.Image:
    """A brick wall with an oval shop sign, a street name and a blackboard."""
    wall = brick_wall(rng, 1900, 1300)
    hang(wall, shop_sign(1180, 560), (370, 90))
    hang(wall, street_plate(430, 150), (1390, 760))
    hang(wall, blackboard(rng, 560, 480), (300, 740))
    light = np.linspace(1.12, 0.78, 1900, dtype=np.float32)[None, :, None]
    light = light * np.linspace(1.05, 0.9, 1300, dtype=np.float32)[:, None, None]
    corners = np.array([(60, 0), (1900, 60), (1840, 1180), (0, 1300)], np.float32)
    target = np.array([(0, 0), (1280, 0), (1280, 853), (0, 853)], np.float32)
    view = cv2.getPerspectiveTransform(corners, target)
    seen = cv2.warpPerspective(wall * light, view, (1280, 853), flags=cv2.INTER_AREA)
    seen = cv2.GaussianBlur(seen, (0, 0), 0.6)
    grain = cv2.GaussianBlur(rng.normal(0, 9, seen.shape).astype(np.float32), (0, 0), 0.7)
    return Image.fromarray(np.clip(seen + grain, 0, 255).astype(np.uint8))


def brick_wall(rng: np.random.Generator, width: int, height: int) -> Pixels:
    """Courses of bricks, each of its own colour, in rough mortar."""
    wall = np.empty((height, width, 3), np.float32)
    wall[:] = (168, 160, 150)
    course, length, joint = 52, 150, 7
    for row in range(height // course + 1):
        for column in range(-1, width // length + 1):
            left = column * length + (row % 2) * length // 2 + int(rng.integers(-2, 3))
            top = row * course + int(rng.integers(-1, 2))
            tone = rng.normal(1, 0.09) * np.array((150, 84, 66)) + rng.normal(0, 6, 3)
            brick = np.s_[max(0, top) : top + course - joint, max(0, left) : max(0, left + length - joint)]
            wall[brick] = tone
    coarse = cv2.resize(rng.normal(0, 10, (height // 24, width // 24)).astype(np.float32), (width, height))
    fine = cv2.GaussianBlur(rng.normal(0, 22, (height, width)).astype(np.float32), (0, 0), 1.2)
    return cv2.GaussianBlur(wall, (0, 0), 1.4) + (coarse + fine)[..., None]


def hang(wall: Pixels, sign: Image.Image, at: tuple[int, int]) -> None:
    """Paste a sign with transparency onto the wall, with the shadow that it throws."""
    left, top = at
    width, height = sign.size
    cover = np.asarray(sign, np.float32)[..., 3:] / 255
    dark = np.zeros(wall.shape[:2], np.float32)
    dark[top + 16 : top + 16 + height, left + 14 : left + 14 + width] = cover[..., 0]
    wall *= 1 - 0.55 * cv2.GaussianBlur(dark, (0, 0), 13)[..., None]
    part = wall[top : top + height, left : left + width]
    part[:] = part * (1 - cover) + np.asarray(sign, np.float32)[..., :3] * cover


def shop_sign(width: int, height: int) -> Image.Image:
    """An oval board with lettering that follows its upper and lower edge."""
    sign = Image.new("RGBA", (width, height))
    pen = ImageDraw.Draw(sign)
    for inset, colour in ((0, (30, 52, 46)), (12, GOLD), (22, (24, 70, 60))):
        pen.ellipse((inset, inset, width - inset, height - inset), fill=(*colour, 255))
    pen.text((width / 2, height * 0.51), "Copper Kettle", CREAM, font("LeckerliOne-Regular.ttf", 158), "mm")
    arched(sign, "COFFEE & FRESH BREAD", font("BebasNeue-Bold.otf", 78), GOLD, 0.76)
    arched(sign, "SINCE 1924", font("BebasNeue-Bold.otf", 62), GOLD, -0.78)
    return sign


def arched(sign: Image.Image, text: str, face: ImageFont.FreeTypeFont, colour: Colour, share: float) -> None:
    """Set letters along an ellipse of a share of the sign's size; a negative one is its lower edge."""
    width, height = sign.size
    radii = np.array([width / 2 - 30, height / 2 - 8]) * abs(share)
    turn = np.linspace(-np.pi, 0, 2000) if share > 0 else np.linspace(np.pi, 0, 2000)
    path = np.stack([np.cos(turn), np.sin(turn)], axis=1) * radii + (width / 2, height / 2)
    along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])
    spacing = face.size * 0.07
    at = (along[-1] - face.getlength(text) - spacing * (len(text) - 1)) / 2
    for letter in text:
        advance = face.getlength(letter)
        near = int(np.searchsorted(along, at + advance / 2))
        slope = path[near + 1] - path[near - 1]
        tile = Image.new("RGBA", (int(2 * face.size),) * 2)
        ImageDraw.Draw(tile).text((face.size, face.size), letter, colour, face, "mm")
        tile = tile.rotate(-np.degrees(np.arctan2(slope[1], slope[0])), Image.Resampling.BICUBIC)
        corner = (round(path[near, 0] - face.size), round(path[near, 1] - face.size))
        sign.alpha_composite(
            tile, (max(0, corner[0]), max(0, corner[1])), (max(0, -corner[0]), max(0, -corner[1]))
        )
        at += advance + spacing


def street_plate(width: int, height: int) -> Image.Image:
    """A blue enamel plate."""
    sign = Image.new("RGBA", (width, height))
    pen = ImageDraw.Draw(sign)
    pen.rounded_rectangle((0, 0, width - 1, height - 1), 18, (238, 240, 242))
    pen.rounded_rectangle((8, 8, width - 9, height - 9), 12, (26, 62, 132))
    pen.text((width / 2, height * 0.40), "Mühlgasse", "white", font("Inter-SemiBold.otf", 66), "mm")
    pen.text((width / 2, height * 0.78), "12 – 18", (214, 222, 240), font("Inter-Medium.otf", 34), "mm")
    return sign


MENU = (("Tomato soup", "4.50"), ("Cheese toast", "5.20"), ("Plum cake", "3.80"), ("Hot chocolate", "3.40"))


def blackboard(rng: np.random.Generator, width: int, height: int) -> Image.Image:
    """What is on offer, in chalk."""
    smear = cv2.GaussianBlur(rng.normal(0, 40, (height, width)).astype(np.float32), (0, 0), 9)
    slate = np.clip(np.array((46, 50, 50)) + smear[..., None], 0, 255).astype(np.uint8)
    sign = Image.fromarray(slate).convert("RGBA")
    pen = ImageDraw.Draw(sign)
    pen.rectangle((0, 0, width - 1, height - 1), outline=(122, 84, 50), width=18)
    pen.text((width / 2, 80), "TODAY", CREAM, font("CabinSketch-Bold.ttf", 84), "mm")
    face = font("CabinSketch-Bold.ttf", 50)
    for index, (name, price) in enumerate(MENU):
        y = 178 + 74 * index
        pen.text((48, y), name, (240, 240, 236), face, "lm")
        pen.text((width - 48, y), price, (250, 214, 130), face, "rm")
    return sign


# A receipt on a table

RECEIPT = (
    ("2 x Sourdough bread", "7.80"),
    ("1 x Butter 250 g", "2.95"),
    ("6 x Free-range eggs", "3.48"),
    ("1 x Apple juice 1 l", "1.99"),
    ("0.84 kg Tomatoes", "2.51"),
    ("1 x Crème fraîche", "1.29"),
    ("3 x Dark chocolate 70 %", "5.67"),
    ("1 x Washing-up liquid", "1.85"),
)
SUMS = (("Subtotal", "27.54"), ("VAT 7 %", "1.80"), ("TOTAL EUR", "27.54"), ("Card ****4821", "27.54"))


def draw_receipt(rng: np.random.Generator) -> Image.Image:
    """A till receipt, slightly turned, in few shades so that the PNG stays small."""
    paper = receipt_paper()
    folds = 1 - 0.05 * np.abs(np.sin(np.linspace(0.3, 6.0, paper.shape[0], dtype=np.float32)))
    grain = cv2.GaussianBlur(rng.normal(0, 60, (1240, 820)).astype(np.float32), (0, 0), 40, sigmaY=1.5)
    table = 92 + grain
    turn = cv2.getRotationMatrix2D((paper.shape[1] / 2, paper.shape[0] / 2), -2.4, 1)
    turn[:, 2] += ((820 - paper.shape[1]) / 2, (1240 - paper.shape[0]) / 2)
    cover = cv2.warpAffine(np.ones_like(paper), turn, (820, 1240), flags=cv2.INTER_LINEAR)
    seen = cv2.warpAffine(paper * folds[:, None], turn, (820, 1240), flags=cv2.INTER_CUBIC)
    shadow = cv2.GaussianBlur(np.roll(cover, (10, 8), (0, 1)), (0, 0), 12)
    picture = table * (1 - 0.5 * shadow) * (1 - cover) + seen * cover
    grey = Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))
    return grey.quantize(48, dither=Image.Dither.NONE)


def receipt_paper() -> Pixels:
    """The receipt itself, grey values of shape (h, w)."""
    paper = Image.new("L", (640, 1110), 236)
    pen = ImageDraw.Draw(paper)
    plain, bold = "Courier Prime.otf", "Courier Prime Bold.otf"
    pen.text((320, 70), "GREENFIELD MARKET", 40, font(bold, 48), "mm")
    for y, text in ((118, "27 Station Road, Ashby"), (150, "Tel. 01632 960 417")):
        pen.text((320, y), text, 60, font(plain, 26), "mm")
    pen.text((40, 214), "12/03/2025  17:42", 50, font(plain, 26), "lm")
    pen.text((600, 214), "Till 3", 50, font(plain, 26), "rm")
    dashes(pen, 246)
    y = 286
    for name, price in RECEIPT:
        pen.text((40, y), name, 45, font(plain, 28), "lm")
        pen.text((600, y), price, 45, font(plain, 28), "rm")
        y += 46
    dashes(pen, y - 4)
    for name, price in SUMS:
        y += 48
        face = font(bold, 36) if name.startswith("TOTAL") else font(plain, 28)
        pen.text((40, y), name, 45, face, "lm")
        pen.text((600, y), price, 45, face, "rm")
    dashes(pen, y + 44)
    pen.text((320, y + 92), "Thank you for your visit!", 50, font(bold, 30), "mm")
    pen.text((320, y + 134), "Returns within 14 days with receipt", 60, font(plain, 24), "mm")
    bars = np.random.default_rng(SEED).integers(2, 7, 60)
    x = 320 - int(bars.sum()) // 2
    for index, width in enumerate(bars):
        if index % 2 == 0:
            pen.rectangle((x, y + 168, x + int(width) - 1, y + 228), fill=45)
        x += int(width)
    return np.asarray(paper, np.float32)


def dashes(pen: ImageDraw.ImageDraw, y: float) -> None:
    """A dashed rule across the receipt."""
    for x in range(40, 600, 16):
        pen.line((x, y, x + 9, y), 90, 2)


# A window on a screen

SIDEBAR = ("Inbox", "Drafts", "Sent", "Archive", "Travel", "Recipes", "Invoices")
LETTER = (
    "Hello Zoë,",
    "thank you for the photographs from Kraków – the one with the tram is",
    "wonderful. I have booked two seats on the morning train, so we should",
    "arrive at about half past eleven. Could you ask Jürgen whether the hotel",
    "still has a room with a view of the river?",
    "Here is what we have so far:",
)
TABLE = (
    ("Day", "Plan", "Cost"),
    ("Friday", "Train to Lyon, old town, dinner", "€ 84.00"),
    ("Saturday", "Museum, market hall, river cruise", "€ 61.50"),
    ("Sunday", "Cycling to the vineyards", "€ 22.90"),
)


def draw_screenshot() -> Image.Image:
    """A mail program."""
    window = Image.new("RGB", (1280, 800), (250, 250, 252))
    pen = ImageDraw.Draw(window)

    def say(x: float, y: float, text: str, size: int, /, weight: str = "Regular", ink: Colour = INK) -> None:
        pen.text((x, y), text, ink, font(f"Inter-{weight}.otf", size), "lm")

    pen.rectangle((0, 0, 1280, 46), (44, 62, 92))
    say(24, 23, "Swallow Mail", 18, "SemiBold", (255, 255, 255))
    pen.rounded_rectangle((760, 9, 1256, 37), 8, (70, 90, 124))
    say(776, 23, "Search all messages", 15, "Regular", (206, 216, 232))
    draw_sidebar(pen, say)
    say(276, 92, "Weekend in Lyon – tickets and plan", 30, "Bold")
    say(276, 136, "From: Amélie Durand <amelie@example.org>", 16, "Regular", (96, 102, 112))
    say(1102, 136, "Tue 14 May, 09:26", 16, "Regular", (96, 102, 112))
    pen.line((276, 162, 1244, 162), (222, 224, 230), 2)
    for index, text in enumerate(LETTER):
        say(276, 198 + 32 * index + (14 if index else 0) + (14 if index > 4 else 0), text, 20)
    draw_table(pen, say)
    say(276, 640, "With love,", 20)
    say(276, 672, "Amélie", 20, "SemiBold")
    for left, label, fill, ink in (
        (276, "Reply", (38, 104, 208), (255, 255, 255)),
        (396, "Forward", (228, 232, 240), INK),
    ):
        pen.rounded_rectangle((left, 716, left + 106, 756), 8, fill)
        pen.text((left + 53, 736), label, ink, font("Inter-SemiBold.otf", 17), "mm")
    return window.quantize(128, dither=Image.Dither.NONE)


Say = Callable[..., None]


def draw_sidebar(pen: ImageDraw.ImageDraw, say: Say) -> None:
    """The folders on the left."""
    pen.rectangle((0, 46, 240, 800), (236, 239, 245))
    pen.rounded_rectangle((12, 66, 228, 104), 8, (208, 219, 238))
    for index, name in enumerate(SIDEBAR):
        say(32, 85 + 44 * index, name, 18, "SemiBold" if index == 0 else "Regular")
    for index, count in ((0, "12"), (1, "3"), (6, "5")):
        say(190, 85 + 44 * index, count, 15, "Medium", (84, 94, 112))
    pen.text((32, 772), "v2.7.1 – online", (120, 128, 140), font("FiraCode-Regular.ttf", 14), "lm")


def draw_table(pen: ImageDraw.ImageDraw, say: Say) -> None:
    """Days, plans and costs."""
    pen.rounded_rectangle((276, 424, 1000, 600), 6, (255, 255, 255), (206, 210, 218), 2)
    pen.rectangle((278, 426, 998, 466), (232, 236, 244))
    for row, (day, plan, cost) in enumerate(TABLE):
        y = 446 + 44 * row
        weight = "SemiBold" if row == 0 else "Regular"
        say(296, y, day, 18, weight)
        say(452, y, plan, 18, weight)
        pen.text((980, y), cost, INK, font(f"Inter-{weight}.otf", 18), "rm")


if __name__ == "__main__":
    main()
