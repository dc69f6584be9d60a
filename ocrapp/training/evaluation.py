"""Evaluate any reader the same way on the held-out images, and write down what was measured."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path

from ocrapp.geometry import rectify
from ocrapp.page import Polygon
from ocrapp.training.data import real
from ocrapp.training.data.real import PageSample, Pixels, SceneSample, Split, WordSample
from ocrapp.training.detection import SceneScores, score_scene
from ocrapp.training.metrics import (
    WordResult,
    bag_of_words_f1,
    character_error_rate,
    clean_text,
    word_error_rate,
)
from ocrapp.training.readers import AnyReader, Cache, Item, PageReading, ReaderInfo, read_crops, read_image
from ocrapp.training.rendered_sets import RENDERED_SETS, RenderedWord, rendered_words

Report = Callable[[int, int, str], None]
"""Progress: done, total, what."""

RECEIPTS = "docs_sroie"


@dataclass(frozen=True, slots=True)
class TextScores:
    """Scores of lines or pages.

    Attributes:
        count: Number of texts.
        cer: Character errors over label characters, all texts together.
        wer: Word errors over label words.
        right: Share of texts without any error.
        bag_of_words: Mean F1 of the words in any order.
    """

    count: int
    cer: float
    wer: float
    right: float
    bag_of_words: float


@dataclass(frozen=True, slots=True)
class Plan:
    """What to evaluate on.

    Attributes:
        split: Part of the sets; anything but ``validation`` is for looking, not for reporting.
        limit: At most so many images of a set, the first ones; None for all.
        cache: Keeps readings between runs; None reads anew.
        root: Data folder; None for the default.
        progress: Told what goes on.
    """

    split: Split = "validation"
    limit: int | None = None
    cache: Cache | None = None
    root: Path | None = None
    progress: Report = lambda done, total, what: None


@dataclass(slots=True)
class Evaluation:
    """All that was measured of one reader; sets that were not asked for are missing."""

    info: ReaderInfo
    words: dict[str, list[WordResult]] = field(default_factory=dict)
    texts: dict[str, TextScores] = field(default_factory=dict)
    scenes: dict[str, SceneScores] = field(default_factory=dict)


def evaluate(reader: AnyReader, sets: Iterable[str], plan: Plan) -> Evaluation:
    """Evaluate a reader on sets.

    Args:
        reader: Who reads.
        sets: Names of sets, ``rendered`` or ``rotated`` for words drawn here, or ``words``, ``receipts``,
            ``scenes``, ``pages`` for groups of them.
        plan: Which part of the sets, and how.

    Raises:
        UsageError: No such set.
        InputNotFoundError: A set is not on disk.
    """
    evaluation = Evaluation(reader.info)
    for name in _expand(sets):
        if name == real.PAGE_SET:
            evaluation.texts[name] = _pages(reader, plan)
        elif name == RECEIPTS:
            evaluation.texts[f"{name} lines"] = _lines(reader, plan)
            evaluation.texts[f"{name} whole"], evaluation.scenes[name] = _scenes(reader, name, plan)
        elif name in real.SCENE_SETS:
            _, evaluation.scenes[name] = _scenes(reader, name, plan)
        elif name in RENDERED_SETS:
            evaluation.words[name] = evaluate_words(
                reader, rendered_words(name, plan.limit, root=plan.root), name, plan
            )
        else:
            samples = real.read_words(name, plan.split, root=plan.root)[: plan.limit]
            evaluation.words[name] = evaluate_words(reader, samples, name, plan)
    return evaluation


def evaluate_words(
    reader: AnyReader, samples: Sequence[WordSample | RenderedWord], dataset: str, plan: Plan
) -> list[WordResult]:
    """Read word crops; one result a sample, in order."""
    aspects: dict[str, float] = {}

    def load(sample: WordSample | RenderedWord) -> Pixels:
        pixels = sample.load()
        aspects[sample.path.name] = pixels.shape[1] / pixels.shape[0]
        return pixels

    plan.progress(0, len(samples), f"{reader.info.name}: {dataset}")
    items = [Item(sample.path.name, partial(load, sample)) for sample in samples]
    readings = read_crops(reader, items, "word", dataset, plan.cache)
    for sample in samples:
        if sample.path.name not in aspects:
            load(sample)  # came from the cache
    return [
        WordResult(
            label=sample.text,
            reading=reading.text,
            confidence=reading.confidence,
            aspect=aspects[sample.path.name],
            exact=sample.exact,
            punctuation=sample.punctuation,
            name=str(sample.path),
            load=sample.load,
        )
        for sample, reading in zip(samples, readings, strict=True)
    ]


def score_texts(labels: Sequence[str], readings: Sequence[str], *, case: bool) -> TextScores:
    """Compare whole texts; without case unless ``case``."""
    pairs = list(zip(labels, readings, strict=True))
    count = len(pairs)
    right = sum(clean_text(a, case=case) == clean_text(b, case=case) for a, b in pairs)
    words = sum(bag_of_words_f1(a, b, case=case) for a, b in pairs)
    return TextScores(
        count=count,
        cer=character_error_rate(labels, readings, case=case),
        wer=word_error_rate(labels, readings, case=case),
        right=right / count if count else float("nan"),
        bag_of_words=words / count if count else float("nan"),
    )


def _expand(sets: Iterable[str]) -> list[str]:
    groups = {
        "words": list(real.WORD_SETS),
        "receipts": [RECEIPTS],
        "scenes": [name for name in real.SCENE_SETS if name != RECEIPTS],
        "pages": [real.PAGE_SET],
    }
    return list(dict.fromkeys(name for asked in sets for name in groups.get(asked, [asked])))


def _pages(reader: AnyReader, plan: Plan) -> TextScores:
    samples = real.read_pages(plan.split, root=plan.root)[: plan.limit]
    readings = []
    for number, sample in enumerate(samples):
        plan.progress(number, len(samples), f"{reader.info.name}: {sample.path.name}")
        readings.append(_read_sample(reader, sample, real.PAGE_SET, plan).text)
    return score_texts([sample.text for sample in samples], readings, case=True)


def _lines(reader: AnyReader, plan: Plan) -> TextScores:
    """Lines of the receipts, cut out along their labelled quads: what the recogniser alone does."""
    samples = real.read_scenes(RECEIPTS, plan.split, root=plan.root)[: plan.limit]
    load = lru_cache(maxsize=1)(real.load_pixels)
    items, labels = [], []
    for sample in samples:
        for number, region in enumerate(sample.regions):
            if region.text and not region.ignore:
                cut = partial(_cut, load, sample.path, region.polygon)
                items.append(Item(f"{sample.path.name}#{number}", cut))
                labels.append(region.text)
    plan.progress(0, len(items), f"{reader.info.name}: lines of {RECEIPTS}")
    readings = read_crops(reader, items, "line", f"{RECEIPTS}-lines", plan.cache)
    return score_texts(labels, [reading.text for reading in readings], case=False)


def _scenes(reader: AnyReader, dataset: str, plan: Plan) -> tuple[TextScores, SceneScores]:
    """Whole images: regions by place and text. Words in photos, lines on receipts, as they are labelled."""
    samples = real.read_scenes(dataset, plan.split, root=plan.root)[: plan.limit]
    scores = SceneScores()
    labels, readings = [], []
    for number, sample in enumerate(samples):
        plan.progress(number, len(samples), f"{reader.info.name}: {sample.path.name}")
        reading = _read_sample(reader, sample, dataset, plan)
        scores += score_scene(sample.regions, reading.lines if dataset == RECEIPTS else reading.words)
        labels.append("\n".join(region.text or "" for region in sample.regions))
        readings.append(reading.text)
    return score_texts(labels, readings, case=bool(samples) and samples[0].exact), scores


def _read_sample(
    reader: AnyReader, sample: PageSample | SceneSample, dataset: str, plan: Plan
) -> PageReading:
    return read_image(reader, Item(sample.path.name, sample.load), dataset, plan.cache)


def _cut(load: Callable[[Path], Pixels], path: Path, polygon: Polygon) -> Pixels:
    return rectify(load(path), polygon).pixels
