"""Models shared by threads that read pages side by side."""

import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ocrapp.errors import CancelledError, OcrappError
from ocrapp.reading.ctc import Reading
from ocrapp.reading.maps import TextLine
from ocrapp.reading.pipeline import Reader
from ocrapp.reading.stages import FindsLines, Pixels, ReadsCrops, load_recognizer, load_segmenter
from ocrapp.runtime import Cancel, Device, choose_device, load_catalog
from ocrapp.runtime.ort import thread_count


@dataclass(slots=True, eq=False)
class _Request:
    crops: Sequence[Pixels]
    over: threading.Event = field(default_factory=threading.Event)
    readings: list[Reading] | None = None


class SharedRecognizer:
    """A recogniser that reads crops of several pages in one go.

    Whoever comes when a turn is free reads for all who wait; those find their readings when their turn comes.
    So batches grow by themselves while the device is busy, and nobody waits while it is idle.

    Args:
        worker: Really reads.
        turns: How many may read at the same time: 1 for a GPU, more where each has a core of its own.
        most: Crops a batch has at most; a page that asks for more gets them in one batch nevertheless.
    """

    def __init__(self, worker: ReadsCrops, turns: int = 1, most: int = 256) -> None:
        self._worker = worker
        self._most = most
        self._turn = threading.Semaphore(turns)
        self._lock = threading.Lock()
        self._waiting: list[_Request] = []

    def read(self, crops: Sequence[Pixels], cancel: Cancel | None = None) -> list[Reading]:
        """One reading a crop. All who call must have the same token, or tokens that are cancelled together."""
        if not crops:
            return []
        request = _Request(crops)
        with self._lock:
            self._waiting.append(request)
        with self._turn:
            batch = self._take(request)
            if batch:
                self._read(batch, cancel)
        request.over.wait()
        if request.readings is None:  # whoever took it along failed: alone then, to get an error of its own
            with self._turn:
                request.readings = self._worker.read(request.crops, cancel)
        return request.readings

    def _take(self, own: _Request) -> list[_Request]:
        """The request and, as far as they fit, others that wait; none if somebody else took it along."""
        with self._lock:
            if own not in self._waiting:
                return []
            batch, count = [own], len(own.crops)
            for request in self._waiting:
                if request is not own and count + len(request.crops) <= self._most:
                    batch.append(request)
                    count += len(request.crops)
            self._waiting = [request for request in self._waiting if request not in batch]
            return batch

    def _read(self, batch: list[_Request], cancel: Cancel | None) -> None:
        try:
            readings = self._worker.read([crop for request in batch for crop in request.crops], cancel)
            rest = iter(readings)
            for request in batch:
                request.readings = [next(rest) for _ in request.crops]
        except CancelledError:
            raise
        except OcrappError:
            if len(batch) == 1:
                raise  # else it may be too much at once: each tries alone
        finally:
            for request in batch:
                request.over.set()


class SharedSegmenter:
    """A segmenter that so many threads use at the same time: each run on a GPU takes memory there."""

    def __init__(self, worker: FindsLines, turns: int) -> None:
        self._worker = worker
        self._turn = threading.Semaphore(turns)

    def segment(self, pixels: Pixels, cancel: Cancel | None = None) -> list[TextLine]:
        """Text lines of a page, in any order."""
        with self._turn:
            return self._worker.segment(pixels, cancel)


def shared_reader(device: Device, mode: str, jobs: int, cores: int | None = None) -> Reader:
    """A reader for so many threads.

    On the CPU each inference has one thread, and as many run at the same time: a page's inferences are too
    small to share cores. On a GPU one runs at a time, over the crops of several pages.

    Args:
        device: Where models run.
        mode: As for `ocrapp.Reader`.
        jobs: Threads that will read.
        cores: Processor cores for them all; None for those of this process.

    Raises:
        ModelUnusableError: A model is missing or damaged.
        DeviceUnavailableError: A GPU is required, but a model does not run on it.
        UsageError: There is no such mode.
    """
    catalog = load_catalog()
    on_cpu = device.name == "cpu"
    turns, threads = (jobs, max(1, (cores or thread_count()) // jobs)) if on_cpu else (1, None)
    segmenter = load_segmenter(catalog, device, threads)
    recognizer = load_recognizer(catalog, device, threads)
    return Reader(
        device,
        catalog,
        mode,
        segmenter=replace(segmenter, worker=SharedSegmenter(segmenter.worker, turns)),
        recognizer=replace(recognizer, worker=SharedRecognizer(recognizer.worker, turns)),
    )


def default_jobs(device: Device) -> int:
    """Pages to read at the same time where nobody asked for a number.

    A core each, but not more than memory bears; on a GPU enough that pages wait for it and not it for them.
    """
    cores = thread_count() or os.cpu_count() or 1
    return min(cores, 8) if device.name == "cpu" else min(max(cores, 2), 6)


def actor_reader(device: str, require_gpu: bool, mode: str, cores: int) -> Reader:
    """The reader of one actor of a cluster, which has one thread; arguments and errors as `shared_reader`."""
    return shared_reader(choose_device(device, require_gpu), mode, 1, cores)
