"""The models behind the pipeline: what it needs of each stage, and how they are loaded from the catalog."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from ocrapp.errors import ModelUnusableError
from ocrapp.reading.ctc import Reading
from ocrapp.reading.maps import TextLine
from ocrapp.reading.segmenter import Segmenter
from ocrapp.reading.svtr import Recognizer, SvtrParams
from ocrapp.runtime import Cancel, Catalog, Device, ModelEntry, Session

Pixels = NDArray[np.uint8]
"""RGB image of shape (H, W, 3)."""


class FindsLines(Protocol):
    """What the pipeline needs of `ocrapp.reading.segmenter.Segmenter`."""

    def segment(self, pixels: Pixels, cancel: Cancel | None = None) -> list[TextLine]:
        """Text lines of a page, in any order."""


class ReadsCrops(Protocol):
    """What the pipeline needs of `ocrapp.reading.svtr.Recognizer`."""

    def read(self, crops: Sequence[Pixels], cancel: Cancel | None = None) -> list[Reading]:
        """One reading a crop."""


MIN_CONFIDENCE = 0.4
"""Where the catalog says nothing else: texture that was taken for a line mostly reads with less."""
DOUBTFUL_CONFIDENCE = 0.4
SURE_SCORE = 0.88
"""The same: of texture that reads with more than the least, half is below both of these, of text a fiftieth."""

Worker = TypeVar("Worker")


@dataclass(frozen=True, slots=True)
class Stage(Generic[Worker]):
    """A worker and who it really is.

    Attributes:
        worker: Does the work.
        models: Ids of its models; the last one gives its name to readings.
        providers: ONNX Runtime providers that run them, as the sessions report.
        min_confidence: Of a reader: readings below are taken for noise.
        doubtful_confidence: Of a reader: readings below are noise where the segmenter was not sure either.
        sure_score: Of a segmenter: lines from this score on are text, however badly they read.
    """

    worker: Worker
    models: tuple[str, ...]
    providers: tuple[str, ...]
    min_confidence: float = 0.0
    doubtful_confidence: float = 0.0
    sure_score: float = 0.0


def load_segmenter(catalog: Catalog, device: Device, threads: int | None = None) -> Stage[FindsLines]:
    """The catalog's default segmenter on a device; ``threads`` as for `ocrapp.runtime.Session`.

    Raises:
        ModelUnusableError: It is missing or damaged.
        DeviceUnavailableError: A GPU is required, but the model does not run on it.
    """
    entry = catalog.default("segmenter")
    session = Session(entry, device, threads)
    return Stage(
        Segmenter(session, entry.params),
        (entry.id,),
        (session.provider,),
        sure_score=float(entry.params.get("sure_score", SURE_SCORE)),
    )


def load_recognizer(catalog: Catalog, device: Device, threads: int | None = None) -> Stage[ReadsCrops]:
    """The catalog's default encoder and CTC head on a device; arguments and errors as `load_segmenter`."""
    encoder, head = catalog.default("svtr-encoder"), catalog.default("svtr-ctc")
    sessions = Session(encoder, device, threads), Session(head, device, threads)
    known = {field.name for field in fields(SvtrParams)}
    params = SvtrParams(**{key: value for key, value in encoder.params.items() if key in known})
    return Stage(
        Recognizer(*sessions, _charset(head), params),
        (encoder.id, head.id),
        tuple(session.provider for session in sessions),
        min_confidence=float(head.params.get("min_confidence", MIN_CONFIDENCE)),
        doubtful_confidence=float(head.params.get("doubtful_confidence", DOUBTFUL_CONFIDENCE)),
    )


def _charset(entry: ModelEntry) -> str:
    if entry.charset is None:
        raise ModelUnusableError(
            f"The model {entry.id} has no charset in the catalog.", "Install ocrapp again."
        )
    try:
        return entry.charset.read_text(encoding="utf-8").rstrip("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ModelUnusableError(
            f"The charset {entry.charset} cannot be read ({error}).", "Install ocrapp again."
        ) from error
