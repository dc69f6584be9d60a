"""Evaluations as Markdown, JSON and a sheet of the worst crops."""

import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont
from rapidfuzz.distance import Levenshtein

from ocrapp.training.calibration import Calibration, calibrate, cross_calibrated
from ocrapp.training.data.real import Pixels, load_pixels
from ocrapp.training.evaluation import Evaluation
from ocrapp.training.metrics import (
    WordResult,
    WordScores,
    by_aspect,
    by_length,
    confusions,
    plain,
    score_words,
)

CONFUSIONS = 20
SHEET_CROPS = 60
_CELL = (240, 84)
_COLUMNS = 5


def markdown(evaluations: Sequence[Evaluation], split: str, missing: Sequence[str] = ()) -> str:
    """The report for people: readers side by side, one table a question. ``missing``: who is not there."""
    parts = [
        f"# Evaluation on the {split} part",
        table(["reader", "version", "provider", "threads", "settings", "models"], map(_who, evaluations)),
        *(f"Missing: {reason}" for reason in missing),
    ]
    if any(evaluation.words for evaluation in evaluations):
        parts += _word_parts(evaluations)
    texts = [
        [name, e.info.name, scores.count, percent(scores.cer), percent(scores.wer), percent(scores.right),
         percent(scores.bag_of_words)]
        for e in evaluations for name, scores in e.texts.items()
    ]  # fmt: skip
    if texts:
        columns = ["set", "reader", "texts", "CER", "WER", "without error", "bag of words F1"]
        parts += ["## Lines, receipts and pages", table(columns, sorted(texts))]
    scenes = [
        [name, e.info.name, s.detection.wanted, percent(s.detection.precision), percent(s.detection.recall),
         percent(s.detection.hmean), percent(s.end_to_end.hmean)]
        for e in evaluations for name, s in e.scenes.items()
    ]  # fmt: skip
    if scenes:
        columns = ["set", "reader", "regions", "precision", "recall", "H-mean", "end-to-end F1"]
        parts += ["## Found and read, IoU 0.5", table(columns, sorted(scenes))]
    return "\n\n".join(parts) + "\n"


def to_json(evaluations: Sequence[Evaluation], split: str, missing: Sequence[str] = ()) -> str:
    """The same numbers for programs; what is not a number is ``null``."""
    return json.dumps(
        {"split": split, "missing": list(missing), "readers": [_document(e) for e in evaluations]},
        ensure_ascii=False,
        indent=1,
        allow_nan=False,
    )


def worst(results: Iterable[WordResult]) -> list[WordResult]:
    """The words that were read wrong, the worst first."""
    wrong = [result for result in results if result.counts and not result.right]
    return sorted(wrong, key=lambda r: (_similarity(r), -r.confidence))


def sheet_name(reader: str) -> str:
    """File name of a reader's contact sheet, beside the report."""
    return f"worst-{reader}.png"


def contact_sheet(
    results: Iterable[WordResult], load: Callable[[str], Pixels] = lambda name: load_pixels(Path(name))
) -> bytes:
    """The words that were read worst, with label and reading below each crop.

    Those with the largest share of wrong characters come first, among them those the reader was surest of.

    Args:
        results: What was read.
        load: Gives the RGB pixels of a result that has no ``load`` of its own, by its name; by default the name
            is a path.

    Returns:
        A PNG file; empty bytes where every word is right.
    """
    wrong = worst(results)[:SHEET_CROPS]
    if not wrong:
        return b""
    width, height = _CELL
    sheet = Image.new("RGB", (width * _COLUMNS, height * math.ceil(len(wrong) / _COLUMNS)), "white")
    draw = ImageDraw.Draw(sheet)
    font = _font(13)
    for number, result in enumerate(wrong):
        left, top = number % _COLUMNS * width, number // _COLUMNS * height
        crop = Image.fromarray(result.load() if result.load else load(result.name))
        crop = crop.resize((min(width - 8, max(1, round(48 * crop.width / crop.height))), 48))
        sheet.paste(crop, (left + 2, top + 2))
        draw.text((left + 2, top + 51), result.label, "black", font)
        draw.text((left + 2, top + 66), f"{result.reading}  {result.confidence:.2f}", "firebrick", font)
    buffer = BytesIO()
    sheet.save(buffer, "PNG")
    return buffer.getvalue()


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    try:
        return ImageFont.truetype("DejaVuSans.ttf", size)
    except OSError:
        return ImageFont.load_default(size)  # has no letters with diacritics


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in lines)


def percent(share: float) -> str:
    """``0.975`` as ``97.5``; a dash where there is no number."""
    return "–" if math.isnan(share) else f"{100 * share:.1f}"


def _who(evaluation: Evaluation) -> list[object]:
    info = evaluation.info
    models = ", ".join(f"{model.name} `{model.sha256[:12]}`" for model in info.models)
    return [info.name, info.version, info.provider, info.threads or "auto", info.settings, models]


def _word_parts(evaluations: Sequence[Evaluation]) -> list[str]:
    rows = []
    for name in dict.fromkeys(name for e in evaluations for name in e.words):
        rows += [_word_row(name, e, e.words[name]) for e in evaluations if name in e.words]
    rows += [_word_row("all words", e, _all(e)) for e in evaluations if e.words]
    columns = ["set", "reader", "words", "accuracy", "exact", "1-NED", "CER", "ECE"]
    parts = [
        "## Words",
        "*accuracy*: letters and digits, case ignored. *exact*: case and punctuation as far as the labels "
        "know them.",
        table(columns, rows),
        "Accuracy by number of letters and digits",
        _breakdown("characters", evaluations, by_length),
        "Accuracy by width over height",
        _breakdown("width / height", evaluations, by_aspect),
    ]
    for evaluation in evaluations:
        if evaluation.words:
            parts += _reader_parts(evaluation)
    return parts


def _reader_parts(evaluation: Evaluation) -> list[str]:
    results = _all(evaluation)
    before, after = _calibrations(results)
    shown = [("as it says", before)] + ([("isotonic", after)] if after else [])
    bins = [
        [which, f"{b.low:.1f}-{b.high:.1f}", b.count, percent(b.confidence), percent(b.accuracy)]
        for which, calibration in shown
        for b in calibration.bins
    ]
    errors = ", ".join(f"{which} {percent(calibration.ece)}" for which, calibration in shown)
    pairs = [
        f"{_visible(label)}→{_visible(reading)} {count}"
        for (label, reading), count in _confusions(results).most_common(CONFUSIONS)
    ]
    name = evaluation.info.name
    picture = [f"![The crops that {name} read worst]({sheet_name(name)})"] if worst(results) else []
    return [
        f"### {name}",
        f"Expected calibration error: {errors}. *isotonic*: corrected by a map fitted to the other folds of "
        "a cross-validation.",
        table(["confidence", "from-to", "words", "mean confidence", "right"], bins),
        "Most frequent confusions (label→reading): " + (", ".join(pairs) or "none"),
        *picture,
    ]


def _word_row(name: str, evaluation: Evaluation, results: Sequence[WordResult]) -> list[object]:
    s = score_words(results)
    ece = _calibration(results).ece
    shares = (s.accuracy, s.exact, s.one_minus_ned, s.cer, ece)
    return [name, evaluation.info.name, s.count, *map(percent, shares)]


def _breakdown(
    title: str,
    evaluations: Sequence[Evaluation],
    split: Callable[[Sequence[WordResult]], Mapping[str, WordScores]],
) -> str:
    with_words = [e for e in evaluations if e.words]
    scores = [split(_all(e)) for e in with_words]
    rows = [
        [bucket, of_first.count, *(percent(s[bucket].accuracy) if bucket in s else "–" for s in scores)]
        for bucket, of_first in scores[0].items()
    ]
    return table([title, "words", *(e.info.name for e in with_words)], rows)


def _document(evaluation: Evaluation) -> dict[str, Any]:
    document: dict[str, Any] = {"reader": asdict(evaluation.info)}
    if evaluation.words:
        results = _all(evaluation)
        document["words"] = {
            name: {**asdict(score_words(part)), "ece": _calibration(part).ece}
            for name, part in evaluation.words.items()
        }
        document["all_words"] = asdict(score_words(results))
        document["by_length"] = {name: asdict(s) for name, s in by_length(results).items()}
        document["by_aspect"] = {name: asdict(s) for name, s in by_aspect(results).items()}
        before, after = _calibrations(results)
        document["calibration"] = asdict(before)
        document["calibration_isotonic"] = asdict(after) if after else None
        document["confusions"] = [
            [label, reading, count]
            for (label, reading), count in _confusions(results).most_common(CONFUSIONS)
        ]
    document["texts"] = {name: asdict(scores) for name, scores in evaluation.texts.items()}
    document["scenes"] = {
        name: {
            kind: {
                **asdict(counts),
                "precision": counts.precision,
                "recall": counts.recall,
                "hmean": counts.hmean,
            }
            for kind, counts in (("detection", scores.detection), ("end_to_end", scores.end_to_end))
        }
        for name, scores in evaluation.scenes.items()
    }
    return _without_nan(document)


def _all(evaluation: Evaluation) -> list[WordResult]:
    return [result for results in evaluation.words.values() for result in results]


def _calibration(results: Sequence[WordResult]) -> Calibration:
    return _calibrations(results)[0]


def _calibrations(results: Sequence[WordResult]) -> tuple[Calibration, Calibration | None]:
    """As the reader says, and corrected by cross-validation where there are words enough."""
    counting = [result for result in results if result.counts]
    right = [result.right for result in counting]
    given = [result.confidence for result in counting]
    corrected = cross_calibrated(given, right)
    return calibrate(given, right), calibrate(corrected, right) if corrected else None


def _confusions(results: Iterable[WordResult]) -> Counter[tuple[str, str]]:
    """Of words that were read nearly right: alignments of unlike words say nothing."""
    return confusions(result for result in results if _similarity(result) >= 0.5)


def _similarity(result: WordResult) -> float:
    return float(Levenshtein.normalized_similarity(plain(result.label), plain(result.reading)))


def _visible(character: str) -> str:
    return {"": "∅", " ": "␣"}.get(character, character)


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nan(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_nan(item) for item in value]
    return None if isinstance(value, float) and math.isnan(value) else value
