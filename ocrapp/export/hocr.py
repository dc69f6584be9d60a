"""hOCR 1.2: XHTML that says where each word stands (http://kba.github.io/hocr-spec/1.2/)."""

from xml.sax.saxutils import escape, quoteattr
from zlib import crc32

import ocrapp
from ocrapp.export.base import TextFormat
from ocrapp.export.outlines import PixelBox, block_box, line_outline, pixel_box, placed, slope_and_offset
from ocrapp.export.xml import clean
from ocrapp.geometry import direction
from ocrapp.page import Block, Line, Page, Word

_LEVEL = 45.0
"""Degrees: lines that are turned further are described by their angle, others by the slope of the baseline."""

_HEAD = f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" \
"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en" lang="en">
 <head>
  <title>ocrapp</title>
  <meta http-equiv="Content-Type" content="text/html; charset=utf-8"/>
  <meta name="ocr-system" content="ocrapp {ocrapp.__version__}"/>
  <meta name="ocr-capabilities" content="ocr_page ocr_carea ocr_par ocr_line ocrx_word"/>
 </head>
 <body>
"""
_TAIL = " </body>\n</html>\n"


def render(page: Page) -> str:
    """A page as ``div`` of class ``ocr_page``, to stand in the body of a document."""
    # Inputs may share a document, so a page's number alone is no name for its elements.
    name = f"{crc32(page.source.encode(errors='replace')):08x}_{page.number}"
    title = (
        f'image "{_in_quotes(page.source)}"; bbox 0 0 {page.width} {page.height}; ppageno {page.number - 1}'
    )
    rows = [f'  <div class="ocr_page" id="page_{name}" title={quoteattr(title)}>']
    for number, block in enumerate(page.blocks, 1):
        rows += _block(block, f"{name}_{number}", page)
    return "\n".join([*rows, "  </div>\n"])


def _block(block: Block, name: str, page: Page) -> list[str]:
    title = _bbox(block_box(block, page))
    rows = [
        f'   <div class="ocr_carea" id="block_{name}" title="{title}">',
        f'    <p class="ocr_par" id="par_{name}" title="{title}">',
    ]
    for number, line in enumerate(block.lines, 1):
        rows += _line(line, f"{name}_{number}", page)
    return [*rows, "    </p>", "   </div>"]


def _line(line: Line, name: str, page: Page) -> list[str]:
    title = _line_title(line, page)
    words = [_word(word, f"{name}_{number}", line, page) for number, word in enumerate(line.words, start=1)]
    return [f'     <span class="ocr_line" id="line_{name}" title="{title}">', *words, "     </span>"]


def _line_title(line: Line, page: Page) -> str:
    outline = line_outline(line)
    box = pixel_box([outline], page)
    parts = [_bbox(box)]
    if len(outline) >= 4:
        angle = direction(outline)
        if abs(angle) > _LEVEL:
            parts.append(f"textangle {-angle % 360:.1f}")
        else:
            slope, offset = slope_and_offset(outline, box)
            parts.append(f"baseline {slope:.4f} {round(offset)}")
    return "; ".join(parts)


def _word(word: Word, name: str, line: Line, page: Page) -> str:
    box = pixel_box([placed(word.polygon, line.polygon)], page)
    confidence = round(100 * min(max(float(word.confidence), 0.0), 1.0))
    title = f"{_bbox(box)}; x_wconf {confidence}"
    return f'      <span class="ocrx_word" id="word_{name}" title="{title}">{escape(clean(word.text))}</span>'


def _bbox(box: PixelBox) -> str:
    return f"bbox {box.left} {box.top} {box.right} {box.bottom}"


def _in_quotes(name: str) -> str:
    """A file name between double quotes: what would end them is written as in a URL."""
    for character in '%";\n':  # the percent sign first
        name = name.replace(character, f"%{ord(character):02X}")
    return clean(name)


HOCR = TextFormat("hocr", ".hocr", render, head=_HEAD, tail=_TAIL)
