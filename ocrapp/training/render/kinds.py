"""The kinds of pages that line crops come from, each with the type it is usually set in."""

from collections.abc import Callable

import numpy as np

from ocrapp.training.corpus import Corpus
from ocrapp.training.fonts import FontFace, FontLibrary
from ocrapp.training.render.documents import DocumentOptions, render_document
from ocrapp.training.render.grounds import Photos
from ocrapp.training.render.labels import Rendered
from ocrapp.training.render.scenes import SceneOptions, render_scene
from ocrapp.training.render.screens import ScreenOptions, render_screen

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

_ODD_MONO = {"fonts-aenigma", "fonts-opendyslexic"}


def page_makers(
    fonts: FontLibrary, corpus: Corpus, photos: Photos
) -> dict[str, Callable[[np.random.Generator], Rendered]]:
    """A function for each kind of page: documents, receipts, screens and scenes.

    Args:
        fonts: All fonts.
        corpus: What is written.
        photos: Grounds and pictures.
    """
    books = fonts.only(lambda face: face.package in BOOK_FACES, BOOK_FACES)
    mono = fonts.only(_usual_mono, TYPEWRITERS)

    def choose(rng: np.random.Generator, book: float, typewriter: float) -> FontLibrary:
        draw = rng.random()
        return books if draw < book else mono if draw < book + typewriter else fonts

    def document(rng: np.random.Generator) -> Rendered:
        layouts = ("prose", "prose", "prose", "prose", "table", "table", "form", "slide")
        width, height = rng.integers(700, 1200, 2).tolist()
        options = DocumentOptions(width, height, smallest=10, largest=44, layouts=layouts)
        return render_document(rng, choose(rng, 0.68, 0.14), corpus, photos, options)

    def receipt(rng: np.random.Generator) -> Rendered:
        width, height = rng.integers(480, 900, 2).tolist()
        options = DocumentOptions(width, height, smallest=11, largest=34, layouts=("receipt",))
        return render_document(rng, choose(rng, 0.35, 0.55), corpus, photos, options)

    def screen(rng: np.random.Generator) -> Rendered:
        width, height = rng.integers(560, 900, 2).tolist()
        options = ScreenOptions(width, height, smallest=8)
        return render_screen(rng, choose(rng, 0.45, 0.1), corpus, photos, options)

    def scene(rng: np.random.Generator) -> Rendered:
        wide = int(rng.integers(640, 1000))
        options = SceneOptions(
            wide, int(wide * rng.uniform(0.6, 1.1)), blocks=int(rng.integers(10, 24)), negative=0
        )
        return render_scene(rng, fonts, corpus, photos, options)

    return {"documents": document, "receipts": receipt, "screens": screen, "scenes": scene}


def _usual_mono(face: FontFace) -> bool:
    return face.package not in _ODD_MONO and face.monospaced
