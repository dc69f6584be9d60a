"""Which faces are usual where: books and offices, typewriters and receipt printers."""

from ocrapp.training.fonts import FontFace, FontLibrary

BOOK_FACES = {
    "fonts-liberation": 5.0, "fonts-urw-base35": 6.0, "fonts-freefont-otf": 2.0, "fonts-linuxlibertine": 2.0,
    "fonts-crosextra-carlito": 2.0, "fonts-crosextra-caladea": 2.0, "fonts-ebgaramond": 1.0,
    "fonts-sil-charis": 1.0, "fonts-cardo": 1.0, "fonts-oldstandard": 1.0, "fonts-dejavu-core": 2.0,
    "fonts-dejavu-extra": 1.0, "fonts-open-sans": 1.5, "fonts-roboto-unhinted": 1.5, "fonts-lato": 1.0,
    "fonts-paratype": 1.0, "fonts-adf-baskervald": 1.0, "fonts-adf-gillius": 1.0, "fonts-adf-romande": 1.0,
    "fonts-adf-tribun": 1.0, "fonts-adf-switzera": 1.0, "fonts-adf-universalis": 1.0, "fonts-inter": 1.0,
    "fonts-clear-sans": 1.0, "fonts-century-catalogue": 1.0, "fonts-goudybookletter": 0.5,
    "fonts-cantarell": 0.7, "fonts-fanwood": 0.5, "fonts-lindenhill": 0.5, "fonts-vollkorn": 0.7,
}  # fmt: skip
"""Packages of faces that letters, books and offices use, with their weights."""

TYPEWRITERS = {
    "fonts-urw-base35": 3.0, "fonts-liberation": 2.0, "fonts-courier-prime": 2.0, "fonts-gnutypewriter": 2.0,
    "fonts-freefont-otf": 2.0, "fonts-dejavu-core": 2.0, "fonts-pc": 2.0, "fonts-glasstty": 1.5,
    "fonts-3270": 1.0, "fonts-ocr-b": 1.5, "fonts-ocr-a": 0.7, "fonts-georgewilliams": 0.5,
}  # fmt: skip
"""Packages of monospaced faces with more than the usual weight."""

_NO_TYPEWRITERS = {"fonts-aenigma", "fonts-opendyslexic"}


def book_faces(fonts: FontLibrary) -> FontLibrary:
    """The faces in which most things are printed; all of them where none of these is on the machine."""
    return fonts.only(lambda face: face.package in BOOK_FACES, BOOK_FACES)


def typewriter_faces(fonts: FontLibrary) -> FontLibrary:
    """The monospaced faces without ornaments; all faces where there is none."""
    return fonts.only(_like_a_typewriter, TYPEWRITERS)


def _like_a_typewriter(face: FontFace) -> bool:
    return face.package not in _NO_TYPEWRITERS and face.monospaced
