"""The one place where the stages meet: an image in, a `Page` out."""

import time
from collections.abc import Sequence
from functools import cached_property, partial
from typing import Literal, get_args

from ocrapp.errors import UsageError
from ocrapp.geometry import Box, Crop, enclosing_quad, find_rules, reading_order, rectify
from ocrapp.page import Block, Line, Page, Rule, Word
from ocrapp.reading.ctc import Reading
from ocrapp.reading.orientation import View, find_view
from ocrapp.reading.stages import (
    FindsLines,
    Pixels,
    ReadsCrops,
    Stage,
    load_recognizer,
    load_segmenter,
)
from ocrapp.reading.turning import Read, plausibility, read_tall_and_wide, turn_if_upside_down
from ocrapp.reading.words import one_word, split_words
from ocrapp.runtime import Cancel, Catalog, Device, Progress, choose_device, load_catalog
from ocrapp.sources import PageImage

Layout = Literal["auto", "line", "word"]
Mode = Literal["fast", "balanced", "accurate"]

_SMALLEST = 4
"""Crops with fewer rows, or less than half as many columns, are not readable by anybody."""
_CHUNK = 32
"""Crops that are read between two reports."""


class Reader:
    """Reads pages. Models are loaded when the first page needs them, or by `load`, and stay.

    Args:
        device: Where models run, or its name (``"auto"``, ``"cpu"``, ``"cuda:0"``); None decides by itself.
        catalog: The models; None for those that ocrapp ships.
        mode: Effort a page. Only ``fast`` is there yet; the others fall back to it.
        segmenter: Finds lines, instead of the catalog's model.
        recognizer: Reads crops, instead of the catalog's models.

    Attributes:
        mode: The mode that is really used.

    Raises:
        UsageError: There is no such mode or device.

    Example:
        >>> from ocrapp import Reader
        >>> from ocrapp.sources import open_pages
        >>> reader = Reader()
        >>> pages = [reader.read(image) for image in open_pages("assets/samples/receipt.png")]
        >>> "Butter" in pages[0].text
        True
    """

    def __init__(
        self,
        device: Device | str | None = None,
        catalog: Catalog | None = None,
        mode: str = "fast",
        *,
        segmenter: Stage[FindsLines] | None = None,
        recognizer: Stage[ReadsCrops] | None = None,
    ) -> None:
        if mode not in get_args(Mode):
            raise UsageError(f"There is no mode {mode!r}.", f"Choose one of: {', '.join(get_args(Mode))}.")
        self.mode: Mode = "fast"
        self._device_asked = device
        self._catalog_asked = catalog
        self._given_segmenter = segmenter
        self._given_recognizer = recognizer

    def load(self) -> None:
        """Load the models now instead of with the first page.

        Raises:
            ModelUnusableError: A model is missing or damaged.
            DeviceUnavailableError: The device failed.

        Example:
            >>> from ocrapp import Reader
            >>> reader = Reader(device="cpu")
            >>> reader.load()
        """
        _ = self._segmenter, self._recognizer

    def read(
        self,
        page_image: PageImage,
        layout: str = "auto",
        cancel: Cancel | None = None,
        progress: Progress | None = None,
    ) -> Page:
        """Read one page.

        Args:
            page_image: Upright RGB pixels and where they come from.
            layout: ``auto`` finds the lines first; with ``line`` or ``word`` the whole image is one.
            cancel: Stops the work between and within inferences.
            progress: Is told how many crops of how many are read.

        Returns:
            What was read; a page without text has no blocks.

        Raises:
            UsageError: There is no such layout.
            CancelledError: ``cancel`` was cancelled.
            ModelUnusableError: A model is missing or damaged.
            DeviceUnavailableError: The device failed.

        Example:
            >>> from ocrapp import Reader
            >>> from ocrapp.sources import open_pages
            >>> (image,) = open_pages("assets/samples/sign.jpg")
            >>> page = Reader().read(image)
            >>> [word.text for word in page.words if word.text.lower() == "soup" and word.confidence > 0.5]
            ['soup']
        """
        if layout not in get_args(Layout):
            raise UsageError(
                f"There is no layout {layout!r}.", f"Choose one of: {', '.join(get_args(Layout))}."
            )
        began = time.perf_counter()
        work = _Work(self._recognizer, cancel or Cancel(), progress or _silent)
        rules: tuple[Rule, ...] = ()
        stages: list[Stage[FindsLines] | Stage[ReadsCrops]] = [self._recognizer]
        if layout == "auto":
            stages.insert(0, self._segmenter)
            blocks = work.read_page(page_image.pixels, self._segmenter)
            rules = find_rules(page_image.pixels)
        else:
            blocks = work.read_crop(page_image.pixels, layout == "word")
        providers = dict.fromkeys(provider for stage in stages for provider in stage.providers)
        return Page(
            source=page_image.source,
            number=page_image.number,
            width=page_image.width,
            height=page_image.height,
            blocks=blocks,
            provider="+".join(providers),
            models=tuple(dict.fromkeys(model for stage in stages for model in stage.models)),
            seconds=time.perf_counter() - began,
            rules=rules,
        )

    @cached_property
    def _device(self) -> Device:
        asked = self._device_asked
        return asked if isinstance(asked, Device) else choose_device(asked or "auto")

    @cached_property
    def _catalog(self) -> Catalog:
        return self._catalog_asked or load_catalog()

    @cached_property
    def _segmenter(self) -> Stage[FindsLines]:
        return self._given_segmenter or load_segmenter(self._catalog, self._device)

    @cached_property
    def _recognizer(self) -> Stage[ReadsCrops]:
        return self._given_recognizer or load_recognizer(self._catalog, self._device)


class _Work:
    """Reading of one page with one recogniser, token and listener."""

    def __init__(self, recognizer: Stage[ReadsCrops], cancel: Cancel, progress: Progress) -> None:
        self._recognizer = recognizer
        self._reader = recognizer.models[-1]
        self._cancel = cancel
        self._progress = progress

    def read_page(self, pixels: Pixels, segmenter: Stage[FindsLines]) -> tuple[Block, ...]:
        """Find lines, the right way up, read them, put them in order."""
        self._cancel.check()
        self._progress(0, 1, "finding text")
        view = find_view(
            pixels,
            lambda image: segmenter.worker.segment(image, self._cancel),
            lambda crops: self._recognizer.worker.read(crops, self._cancel),
        )
        self._progress(1, 1, "finding text")
        rest = self._crops_of_rest(view)
        lines = [view.lines[index] for index in (*view.known, *rest)]
        read_rest = partial(self._read_crops, done=len(view.known))
        reads = [*view.known.values(), *read_tall_and_wide(list(rest.values()), read_rest)]
        reads = turn_if_upside_down(reads, self._read_crops)
        sure = [line.score >= segmenter.sure_score for line in lines]
        kept = [read for read, is_sure in zip(reads, sure, strict=True) if self._is_text(read, is_sure)]
        return self._arrange(kept, view)

    def _crops_of_rest(self, view: View) -> dict[int, Crop]:
        """Crops of the lines that are not read yet, by index, without those that nobody can read."""
        crops = {}
        for index, line in enumerate(view.lines):
            self._cancel.check()
            if index not in view.known:
                crop = rectify(view.pixels, line.polygon)
                if _is_legible(crop):
                    crops[index] = crop.turned(2) if view.head_down else crop
        return crops

    def _is_text(self, read: Read, is_sure: bool) -> bool:
        """Whether a reading is more than noise: fences and barcodes read as little, or as nothing."""
        crop, reading = read
        if not reading.text.strip() or reading.confidence < self._recognizer.min_confidence:
            return False
        return is_sure or plausibility(crop, reading) >= self._recognizer.doubtful_confidence

    def read_crop(self, pixels: Pixels, is_word: bool) -> tuple[Block, ...]:
        """Read the whole image as one line or word."""
        height, width = pixels.shape[:2]
        whole = rectify(pixels, Box(0, 0, width, height).polygon)
        crops = [whole] if _is_legible(whole) else []
        lines = []
        for crop, reading in read_tall_and_wide(crops, self._read_crops):
            words = (one_word if is_word else split_words)(crop, reading, self._reader)
            if words:
                lines.append(Line(words, crop.outline(), reading.confidence))
        return (Block(tuple(lines)),) if lines else ()

    def _read_crops(self, crops: Sequence[Pixels], done: int = 0) -> list[Reading]:
        """Read crops of similar shape together, and report in between; ``done`` are read already."""
        total = done + len(crops)
        order = sorted(range(len(crops)), key=lambda index: crops[index].shape[1] / crops[index].shape[0])
        readings: dict[int, Reading] = {}
        for start in range(0, len(order), _CHUNK):
            self._cancel.check()
            self._progress(done + start, total, "reading")
            chunk = order[start : start + _CHUNK]
            readings |= zip(
                chunk,
                self._recognizer.worker.read([crops[index] for index in chunk], self._cancel),
                strict=True,
            )
        if order:
            self._progress(total, total, "reading")
        return [readings[index] for index in range(len(crops))]

    def _arrange(self, reads: Sequence[Read], view: View) -> tuple[Block, ...]:
        """Lines with words in blocks."""
        lines = []
        for crop, reading in reads:
            words = tuple(
                Word(word.text, view.to_page(word.polygon), word.confidence, word.reader)
                for word in split_words(crop, reading, self._reader)
            )
            lines.append(Line(words, view.to_page(crop.outline()), reading.confidence))
        order = reading_order([line.polygon for line in lines], [line.text for line in lines])
        return tuple(Block(tuple(_join([lines[index] for index in row]) for row in block)) for block in order)


def _is_legible(crop: Crop) -> bool:
    """Whether anybody can read it, whichever way it is turned."""
    return min(crop.height, 2 * crop.width) >= _SMALLEST


def _join(pieces: Sequence[Line]) -> Line:
    """Pieces on one baseline as one line."""
    if len(pieces) == 1:
        return pieces[0]
    words = tuple(word for piece in pieces for word in piece.words)
    letters = sum(len(word.text) for word in words)
    confidence = sum(len(word.text) * word.confidence for word in words) / letters
    return Line(words, enclosing_quad(piece.polygon for piece in pieces), confidence)


def _silent(_done: int, _total: int, _what: str) -> None:
    """Nobody listens."""
