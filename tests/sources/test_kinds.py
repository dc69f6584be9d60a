"""The table of kinds."""

import pytest
from PIL import Image

from ocrapp.sources.kinds import HEAD_BYTES, KINDS, SUFFIXES, sniff
from tests.sources.build import NEEDS_AVIF, encode, quadrants, text_pdf


@pytest.mark.parametrize(
    ("pillow_kind", "name"),
    [
        ("PNG", "PNG"),
        ("JPEG", "JPEG"),
        ("MPO", "JPEG"),
        ("WEBP", "WebP"),
        ("GIF", "GIF"),
        ("BMP", "BMP"),
        ("TIFF", "TIFF"),
        ("JPEG2000", "JPEG 2000"),
        ("PPM", "PNM"),
        ("PDF", "PDF"),
        pytest.param("AVIF", "AVIF", marks=NEEDS_AVIF),
    ],
)
def test_content_decides(pillow_kind: str, name: str) -> None:
    kind = sniff(encode(quadrants(), pillow_kind)[:HEAD_BYTES])
    assert kind is not None
    assert kind.name == name


def test_pdf_behind_other_bytes() -> None:
    kind = sniff((b"\n" * 1000 + text_pdf("x"))[:HEAD_BYTES])
    assert kind is not None
    assert kind.name == "PDF"


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"BMW sells cars, and this is no picture of one.",
        b"P7 of the plan",
        b"PK\3\4",
        b"<svg/>",
        bytes(99),
    ],
)
def test_other_content_is_no_kind(head: bytes) -> None:
    assert sniff(head) is None


def test_heif_brands_of_avif_files_are_told_apart() -> None:
    def ftyp(*brands: bytes) -> str | None:
        box = b"ftyp" + brands[0] + bytes(4) + b"".join(brands[1:])
        kind = sniff((len(box) + 4).to_bytes(4, "big") + box)
        return kind.name if kind else None

    assert ftyp(b"mif1", b"mif1", b"heic") == "HEIC"
    assert ftyp(b"mif1", b"mif1", b"avif") == "AVIF"
    assert ftyp(b"avis", b"msf1") == "AVIF"
    assert ftyp(b"isom", b"mp42") is None


def test_suffixes_of_the_design_are_there() -> None:
    expected = {".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".heic", ".pdf"}
    assert expected <= SUFFIXES
    assert len(SUFFIXES) == sum(len(kind.suffixes) for kind in KINDS)


def test_kinds_leave_pillow_as_it_was() -> None:
    Image.init()
    assert "HEIF" not in Image.OPEN
