"""A font without ink for text that is to be found and copied, but not seen.

Every character of a document gets a code of its own, all codes show one empty glyph, and a ToUnicode map says
what they mean. So any character of Unicode can be written, and the font takes less than a kilobyte.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from io import BytesIO

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from pikepdf import Array, Dictionary, Name, Object, Pdf, String

ASCENT = 0.75
"""Top of a glyph above the baseline, in ems. Glyphs are one em high."""
DESCENT = 0.25
"""Bottom of a glyph below the baseline, in ems."""
ADVANCE = 0.5
"""Width of every glyph in ems."""

_EM = 1000
_NAME = "OcrappGlyphless"
_MAP_PART = 100
"""Entries that a part of a ToUnicode map may have."""


@cache
def font_file() -> bytes:
    """A TrueType font with one empty glyph."""
    builder = FontBuilder(_EM, isTTF=True)
    builder.setupGlyphOrder([".notdef", "empty"])
    # A line to and fro paints nothing, but gives the glyph an extent: PDFium takes the boxes of characters
    # from it.
    pen = TTGlyphPen(None)
    pen.moveTo((0, round(-DESCENT * _EM)))
    pen.lineTo((round(ADVANCE * _EM), round(ASCENT * _EM)))
    pen.closePath()
    glyph = pen.glyph()
    builder.setupGlyf({".notdef": glyph, "empty": glyph})
    advance = round(ADVANCE * _EM)
    builder.setupHorizontalMetrics({".notdef": (advance, 0), "empty": (advance, 0)})
    builder.setupHorizontalHeader(ascent=round(ASCENT * _EM), descent=round(-DESCENT * _EM))
    builder.setupPost(keepGlyphNames=False)
    builder.setupNameTable({"familyName": _NAME, "styleName": "Regular", "psName": _NAME})
    builder.setupCharacterMap({ord(" "): "empty"})
    builder.setupOS2(fsType=0)
    builder.font.recalcTimestamp = False
    builder.font["head"].created = builder.font["head"].modified = 0  # the same bytes each time
    file = BytesIO()
    builder.save(file)
    return file.getvalue()


@dataclass(frozen=True, slots=True)
class Glyphless:
    """The font as part of a PDF.

    Attributes:
        font: The font dictionary.
        codes: Two bytes for each character, as hexadecimal digits.
    """

    font: Object
    codes: dict[str, str]

    @classmethod
    def embed(cls, pdf: Pdf, characters: Iterable[str]) -> "Glyphless":
        """Put the font into a PDF.

        Args:
            pdf: Where it shall be used.
            characters: That will be written; at most 65,534 different ones are found again.
        """
        known = sorted(set(characters))[:0xFFFE]
        descriptor = Dictionary(
            Type=Name.FontDescriptor,
            FontName=Name(f"/{_NAME}"),
            FontFile2=pdf.make_stream(font_file(), Length1=len(font_file())),
            Flags=4,  # symbolic: codes follow no standard encoding
            FontBBox=Array([0, _promille(-DESCENT), _promille(ADVANCE), _promille(ASCENT)]),
            ItalicAngle=0,
            Ascent=_promille(ASCENT),
            Descent=_promille(-DESCENT),
            CapHeight=_promille(ASCENT),
            StemV=80,
        )
        descendant = Dictionary(
            Type=Name.Font,
            Subtype=Name.CIDFontType2,
            BaseFont=Name(f"/{_NAME}"),
            CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
            FontDescriptor=pdf.make_indirect(descriptor),
            DW=_promille(ADVANCE),
            CIDToGIDMap=pdf.make_stream(b"\0\0" + b"\0\1" * len(known)),
        )
        font = Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=Name(f"/{_NAME}"),
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(descendant)]),
            ToUnicode=pdf.make_stream(_to_unicode(known)),
        )
        codes = {character: f"{code:04X}" for code, character in enumerate(known, 1)}
        return cls(pdf.make_indirect(font), codes)

    def code(self, text: str) -> str:
        """A text as a string of a content stream."""
        return f"<{''.join(self.codes.get(character, '0000') for character in text)}>"


def _promille(ems: float) -> int:
    return round(1000 * ems)


def _to_unicode(characters: list[str]) -> bytes:
    """The CMap that says which characters the codes from 1 on stand for."""
    rows = [
        f"<{code:04X}> <{character.encode('utf-16-be', 'surrogatepass').hex().upper()}>"
        for code, character in enumerate(characters, 1)
    ]
    parts = [rows[start : start + _MAP_PART] for start in range(0, len(rows), _MAP_PART)]
    maps = "".join(f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar\n" for part in parts)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        f"{maps}endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode("ascii")
