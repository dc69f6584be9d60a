"""Real files for the tests of this room, made on the fly."""

import struct
import zlib
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image, features

NEEDS_AVIF = pytest.mark.skipif(
    "avif" not in features.modules or not features.check("avif"), reason="Pillow was built without AVIF"
)
RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def quadrants(width: int = 60, height: int = 40) -> Image.Image:
    """Red, green / blue, white: each turn and flip of it looks different."""
    pixels = np.full((height, width, 3), 255, np.uint8)
    pixels[: height // 2, : width // 2] = RED
    pixels[: height // 2, width // 2 :] = GREEN
    pixels[height // 2 :, : width // 2] = BLUE
    return Image.fromarray(pixels)


def corners(pixels: np.ndarray) -> np.ndarray:
    """Colours in the middle of the four quadrants, row by row: shape (4, 3)."""
    height, width = pixels.shape[:2]
    rows, columns = (height // 4, height * 3 // 4), (width // 4, width * 3 // 4)
    return np.array([pixels[y, x] for y in rows for x in columns]).astype(int)


def encode(image: Image.Image, kind: str, **options: Any) -> bytes:
    """The image as a file of a kind that Pillow writes."""
    buffer = BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def frames(count: int, kind: str = "TIFF", size: tuple[int, int] = (60, 40), **options: Any) -> bytes:
    """A file of several frames; frame n (from 1) is filled with the grey value n."""
    images = [Image.new("RGB", size, (number,) * 3) for number in range(1, count + 1)]
    return encode(images[0], kind, save_all=True, append_images=images[1:], **options)


def png(samples: bytes, width: int, height: int, *, depth: int = 8, colour: int = 2) -> bytes:
    """A PNG of these samples, of any depth and colour type; without samples it only declares its size."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    stride = len(samples) // height
    rows = b"".join(b"\0" + samples[at : at + stride] for at in range(0, len(samples), stride or 1))
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    chunks = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def tiff(samples: np.ndarray, bits: int, *, white_is_zero: bool = False, sample_format: int = 1) -> bytes:
    """An uncompressed grey TIFF of a kind that Pillow does not write; ``samples`` as they lie in the file."""
    height, width = samples.shape[0], samples.nbytes * 8 // bits // samples.shape[0]
    data = samples.tobytes()
    tags = [
        (256, 4, 1, width),
        (257, 4, 1, height),
        (258, 3, 1, bits),
        (259, 3, 1, 1),
        (262, 3, 1, 0 if white_is_zero else 1),
        (273, 4, 1, 8),
        (277, 3, 1, 1),
        (278, 4, 1, height),
        (279, 4, 1, len(data)),
        (339, 3, 1, sample_format),
    ]
    directory = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", *tag) for tag in tags) + bytes(4)
    return struct.pack("<2sHI", b"II", 42, 8 + len(data)) + data + directory


def pdf(*objects: bytes) -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalog."""
    out = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for offset in offsets:
        out += b"%010d 00000 n \n" % offset
    out += b"trailer <</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """A stream object."""
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), entries, content)


def text_pdf(*pages: str, media_box: str = "0 0 300 200", page_entries: str = "") -> bytes:
    """A PDF with one page for each text, lines in 18 point Helvetica."""
    kids = " ".join(f"{4 + 2 * index} 0 R" for index in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for index, text in enumerate(pages):
        lines = "".join(f"0 -22 Td ({line}) Tj " for line in text.splitlines())
        objects += [
            (
                f"<</Type/Page/Parent 2 0 R/MediaBox[{media_box}]{page_entries}/Contents {5 + 2 * index} 0 R"
                "/Resources<</Font<</F 3 0 R>>>>>>"
            ).encode(),
            stream(f"BT /F 18 Tf 20 180 Td {lines}ET".encode()),
        ]
    return pdf(*objects)
