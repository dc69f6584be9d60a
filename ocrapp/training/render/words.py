"""Crops of words and short lines, as a segmenter would cut them: the recogniser's rendered training data.

One call draws the glyphs once as a mask, bends and projects the mask, and paints it over a ground. Everything
random comes from the generator that is passed in, so the same seed gives the same picture.
"""

import numpy as np

from ocrapp.training.corpus import Corpus
from ocrapp.training.fonts import FontFace, FontLibrary
from ocrapp.training.render.camera import covered, legible, taken
from ocrapp.training.render.faces import book_faces
from ocrapp.training.render.glyphs import Lettering, Letters, set_letters
from ocrapp.training.render.images import Pixels, WordImage
from ocrapp.training.render.looks import Painter, flat, printed, shaped
from ocrapp.training.render.warps import Pose, laid

_USUAL = 0.35
"""Share of crops in faces that most print and many signs are set in; the others use any."""
_STEEPEST = 50.0
"""Degrees beyond which the horizontal position of a character says nothing."""


class WordRenderer:
    """Draws crops from a corpus with fonts over grounds.

    Args:
        corpus: What to write.
        fonts: What to write with.
        photos: Photos without text, used as grounds and fills; may be empty.
        line_share: Share of crops with several words.
        turned_share: Share of crops that no segmenter would hand on upright: turned by any angle within an
            upright box, standing, stacked, in strong perspective, strongly curved.
    """

    def __init__(
        self,
        corpus: Corpus,
        fonts: FontLibrary,
        photos: list[Pixels],
        line_share: float = 0.25,
        turned_share: float = 0.06,
    ) -> None:
        self.corpus = corpus
        self.fonts = fonts
        self.line_share = line_share
        self.turned_share = turned_share
        self._painter = Painter(photos)
        self._usual = book_faces(fonts)

    def draw(self, rng: np.random.Generator, ease: float = 0.0) -> WordImage:
        """One crop; text that no font covers is drawn anew.

        Args:
            rng: Source of everything random.
            ease: Share of plain crops, straight and sharp in high contrast, with which a network starts.
        """
        plain = rng.random() < ease
        while True:
            lines = rng.random() < self.line_share
            text = self.corpus.line(rng, int(rng.integers(8, 34))) if lines else self.corpus.word(rng)
            face = (self._usual if rng.random() < _USUAL else self.fonts).sample(rng, text)
            if face.caps_only:
                text = text.upper()
            if face.covers(text):
                if plain:
                    drawn = _plain(rng, text, face)
                else:
                    drawn = self._draw(rng, text, face, calm=rng.random() < (0.6 if lines else 0.2))
                if drawn is not None:
                    return drawn

    def _draw(self, rng: np.random.Generator, text: str, face: FontFace, calm: bool) -> WordImage | None:
        style = Lettering.sample(rng, calm)
        pose = Pose.sample(rng, calm, self.turned_share)
        if style.smaller < 1:
            text = text.upper()
        if not calm and 1 < len(text) < 12 and " " not in text and rng.random() < 0.2 * self.turned_share:
            style, pose = Lettering(style.size, stacked=True), Pose(pose.angle * 0.3, pose.stretch)
        others = tuple(self.corpus.word(rng) if near else "" for near in style.neighbours)
        letters = set_letters(rng, text, face, style, others)
        if letters is None:
            return None
        letters = laid(rng, Letters(shaped(rng, letters.mask), letters.centres, letters.box), pose)
        cut = _cropped(rng, letters, calm)
        if min(cut.mask.shape) < 5 or cut.mask.max() < 120:
            return None
        centres = np.asarray(cut.centres[:, 0] / cut.mask.shape[1], np.float32)
        centres[(centres < 0) | (centres >= 1)] = np.nan
        if abs(pose.angle) > _STEEPEST:
            centres[:] = np.nan
        image = printed(rng, cut.mask) if calm else covered(rng, self._painter.painted(rng, cut.mask))
        half = len(cut.box) // 2
        size = float(np.linalg.norm(cut.box[half // 2] - cut.box[half + half // 2]))
        image = taken(rng, image, calm, float(style.size) if style.stacked else size)
        return WordImage(image, text, centres) if legible(image, cut.mask) else None


def _plain(rng: np.random.Generator, text: str, face: FontFace) -> WordImage | None:
    letters = set_letters(rng, text, face, Lettering())
    if letters is None:
        return None
    cut = _cropped(rng, letters, calm=True)
    ink, paper = rng.uniform(0, 70, 3), rng.uniform(190, 255, 3)
    if rng.random() < 0.3:
        ink, paper = paper, ink
    centres = np.asarray(cut.centres[:, 0] / cut.mask.shape[1], np.float32)
    return WordImage(flat(cut.mask, paper, ink), text, centres)


def _cropped(rng: np.random.Generator, letters: Letters, calm: bool) -> Letters:
    """Cuts around the ink as labellers and segmenters do: near, sometimes loose, sometimes into it."""
    mask = letters.mask
    (x0, y0), (x1, y1) = letters.box.min(axis=0), letters.box.max(axis=0)
    tall = min(float(y1 - y0), float(x1 - x0)) if calm else float(y1 - y0)
    draw = rng.random()
    spread = 0.07 if draw < 0.72 else 0.2
    left, right, above, below = np.abs(rng.normal(0, spread, 4)) * tall
    if draw > 0.9:
        above, below = -rng.uniform(-0.02, 0.08, 2) * tall
        left, right = -rng.uniform(-0.04, 0.06, 2) * tall
    x0, y0 = int(np.floor(x0 - left)), int(np.floor(y0 - above))
    x1, y1 = int(np.ceil(x1 + right)), int(np.ceil(y1 + below))
    height, width = mask.shape
    pad = ((max(0, -y0), max(0, y1 - height)), (max(0, -x0), max(0, x1 - width)))
    if any(map(any, pad)):
        mask = np.pad(mask, pad)
    cut = mask[y0 + pad[0][0] : y1 + pad[0][0], x0 + pad[1][0] : x1 + pad[1][0]]
    offset = np.array([x0, y0], np.float32)
    return Letters(np.ascontiguousarray(cut), letters.centres - offset, letters.box - offset)
