"""The kinds of pages that line crops come from, each with the type it is usually set in."""

from collections.abc import Callable

import numpy as np

from ocrapp.training.corpus import Corpus
from ocrapp.training.fonts import FontLibrary
from ocrapp.training.render.documents import DocumentOptions, render_document
from ocrapp.training.render.faces import book_faces, typewriter_faces
from ocrapp.training.render.grounds import Photos
from ocrapp.training.render.labels import Rendered
from ocrapp.training.render.scenes import SceneOptions, render_scene
from ocrapp.training.render.screens import ScreenOptions, render_screen


def page_makers(
    fonts: FontLibrary, corpus: Corpus, photos: Photos
) -> dict[str, Callable[[np.random.Generator], Rendered]]:
    """A function for each kind of page: documents, receipts, screens and scenes.

    Args:
        fonts: All fonts.
        corpus: What is written.
        photos: Grounds and pictures.
    """
    books, mono = book_faces(fonts), typewriter_faces(fonts)

    def choose(rng: np.random.Generator, book: float, typewriter: float) -> FontLibrary:
        draw = rng.random()
        return books if draw < book else mono if draw < book + typewriter else fonts

    def document(rng: np.random.Generator) -> Rendered:
        layouts = ("prose", "prose", "prose", "prose", "table", "table", "form", "slide")
        width, height = rng.integers(700, 1200, 2).tolist()
        options = DocumentOptions(width, height, smallest=10, largest=44, layouts=layouts, scans=0.4)
        return render_document(rng, choose(rng, 0.68, 0.14), corpus, photos, options)

    def receipt(rng: np.random.Generator) -> Rendered:
        width, height = rng.integers(480, 900, 2).tolist()
        options = DocumentOptions(width, height, smallest=11, largest=34, layouts=("receipt",), scans=0.12)
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
