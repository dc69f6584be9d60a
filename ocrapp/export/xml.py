"""What the XML formats have in common: element trees as text, without characters that XML forbids."""

import re
from xml.etree.ElementTree import Element, SubElement, indent, tostring

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """Text with U+FFFD for what must not stand in XML 1.0, such as control characters."""
    return _FORBIDDEN.sub("\ufffd", text)


def element(parent: Element, tag: str, text: str | None = None, /, **attributes: object) -> Element:
    """A new child; attributes that are None are left out."""
    known = {name: clean(str(value)) for name, value in attributes.items() if value is not None}
    child = SubElement(parent, tag, known)
    child.text = None if text is None else clean(text)
    return child


def document(root: Element) -> str:
    """A whole file, indented, with its declaration."""
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def confidence_text(confidence: float) -> str:
    """A confidence as ALTO and PAGE want it: from 0 to 1, with four decimals."""
    return f"{min(max(float(confidence), 0.0), 1.0):.4f}"


def points_text(points: list[tuple[int, int]]) -> str:
    """``x,y x,y …`` as ALTO, PAGE and SVG write outlines."""
    return " ".join(f"{x},{y}" for x, y in points)
