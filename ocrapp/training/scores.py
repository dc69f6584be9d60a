"""The figures of an evaluation that go into the catalog and from there into the model card."""

import math
from collections.abc import Mapping

from ocrapp.training.calibration import calibrate
from ocrapp.training.evaluation import Evaluation
from ocrapp.training.metrics import WordResult, score_words

ALL_WORDS = "all words"
SPEED = "ms a crop"
PARITY = "largest difference of a logit"


def catalog_scores(evaluation: Evaluation) -> dict[str, float]:
    """Scores by ``<set> <measure>``, in [0, 1]; what is not a number is left out."""
    scores: dict[str, float] = {}
    for name, results in evaluation.words.items():
        scores |= _words(name, results)
    # Real words alone: rendered ones are easy or hard as the renderer likes.
    real = [r for name, part in evaluation.words.items() if name.startswith("words_") for r in part]
    if real:
        scores |= _words(ALL_WORDS, real)
    for name, texts in evaluation.texts.items():
        scores |= {f"{name} CER": texts.cer, f"{name} WER": texts.wer}
    for name, scene in evaluation.scenes.items():
        scores |= {f"{name} H-mean": scene.detection.hmean, f"{name} end-to-end F1": scene.end_to_end.hmean}
    return {name: round(value, 4) for name, value in scores.items() if not math.isnan(value)}


def of_peer(evaluation: Evaluation) -> dict[str, float]:
    """The same for a peer, each name preceded by ``<reader> <version>: ``."""
    info = evaluation.info
    return {f"{info.name} {info.version}: {k}": v for k, v in catalog_scores(evaluation).items()}


def by_reader(scores: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """Take ``of_peer``'s names apart again: scores by reader; ours under the empty name."""
    readers: dict[str, dict[str, float]] = {}
    for name, value in scores.items():
        reader, colon, measure = name.rpartition(": ")
        readers.setdefault(reader if colon else "", {})[measure] = value
    return readers


def _words(name: str, results: list[WordResult]) -> dict[str, float]:
    s = score_words(results)
    counting = [r for r in results if r.counts]
    ece = calibrate([r.confidence for r in counting], [r.right for r in counting]).ece
    measures = {"accuracy": s.accuracy, "exact": s.exact, "1-NED": s.one_minus_ned, "CER": s.cer, "ECE": ece}
    return {f"{name} {measure}": value for measure, value in measures.items()}
