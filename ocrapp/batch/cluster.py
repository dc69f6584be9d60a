"""The engine of a Ray cluster: actors hold the models, the journal stays with whoever started the batch.

Plain actors rather than Ray Data, see README.md: a part of a document goes only to an actor that has shown to be
alive, and comes back when its actor is gone.
"""

import itertools
import socket
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any

from ocrapp.batch.cluster_worker import SLICE, ClusterWorker, Outcome, Part
from ocrapp.batch.control import Control
from ocrapp.batch.ledger import Ledger
from ocrapp.batch.model import Document, Failure, ReadsPages, Result
from ocrapp.errors import DeviceUnavailableError, OcrappError, OutputNotWritableError, UsageError

_AHEAD = 2
"""Parts an actor has at most, so that it need not wait for the next one."""
_ATTEMPTS = 3
"""After so many actors that ended while they read a part, it counts as what ended them."""
_TICK = 0.2
"""Seconds after which a stop is noticed."""
_KNOCK = 10.0
"""Seconds until a cluster must have answered."""
_RETRIES = 3
"""Actors in a row that end before they are ready, until the batch gives up."""


@dataclass(frozen=True, slots=True)
class ClusterOptions:
    """How to use a cluster.

    Attributes:
        address: Of the cluster, as ``ray.init`` takes it; empty for ``$RAY_ADDRESS``, or else this machine.
        actors: How many; None for as many as its processors bear.
        cpus: Processors an actor takes, fractions allowed.
        gpus: GPUs an actor takes: 0.25 lets four share one.
    """

    address: str = ""
    actors: int | None = None
    cpus: float = 1.0
    gpus: float = 0.0


@dataclass(slots=True, eq=False)
class _Actor:
    handle: Any
    ready: Any
    is_ready: bool = False
    parts: dict[Any, Part] = field(default_factory=dict)


class ClusterEngine:
    """Reads what waits in a ledger with the actors of a cluster.

    Args:
        ledger: The books; its folders must be at the same paths on all machines.
        make_reader: Loads the models, called in each actor.
        control: Pauses and stops.
        options: How to use the cluster.
    """

    def __init__(
        self, ledger: Ledger, make_reader: Callable[[], ReadsPages], control: Control, options: ClusterOptions
    ) -> None:
        self._ray = load_ray()
        self._ledger = ledger
        self._make_reader = make_reader
        self._control = control
        self._options = options
        self._actors: list[_Actor] = []
        self._parts: deque[Part] = deque()
        self._attempts: dict[int, int] = {}
        self._failed_starts = 0
        self._seen: set[int] = set()

    def run(self) -> None:
        """Read until nothing waits or the run is stopped; what stopped it is in the control."""
        try:
            self._connect()
            try:
                self._work(self._documents())
            finally:
                self._ray.shutdown()
        except OcrappError as error:
            self._control.stop(error)

    def _connect(self) -> None:
        check_answers(self._options.address)
        try:
            self._ray.init(
                address=self._options.address or "local",  # never by itself one that runs here for others
                include_dashboard=None if self._options.address else False,
                log_to_driver=False,
                logging_level="ERROR",
                namespace="ocrapp",
            )
        except (ConnectionError, ValueError, RuntimeError) as error:
            raise _no_cluster(self._options.address or "this machine", error) from error
        resources = self._ray.cluster_resources()
        fits = [resources.get("CPU", 0) / self._options.cpus] if self._options.cpus else []
        fits += [resources.get("GPU", 0) / self._options.gpus] if self._options.gpus else []
        count = self._options.actors or int(min(fits, default=1)) or 1
        self._actors = [self._new_actor() for _ in range(count)]

    def _new_actor(self) -> _Actor:
        remote = self._ray.remote(num_cpus=self._options.cpus, num_gpus=self._options.gpus)(ClusterWorker)
        job = self._ledger.job  # an actor has another working directory
        job = replace(job, folder=job.folder.absolute(), out=job.out.absolute())
        handle = remote.remote(job, self._make_reader)
        return _Actor(handle, handle.ready.remote())

    def _documents(self) -> Iterator[Part]:
        """What waits, document by document."""
        journal = self._ledger.journal
        for id_ in journal.pending():
            document = journal.document(id_)
            yield from _slices(document, journal.waiting(id_))

    def _work(self, source: Iterator[Part]) -> None:
        while True:
            self._control.check()
            self._hand_out(source)
            if not any(actor.parts for actor in self._actors) and not self._parts:
                if (part := next(source, None)) is None:
                    return
                self._parts.append(part)
                continue
            refs = [
                ref for actor in self._actors for ref in (actor.parts if actor.is_ready else [actor.ready])
            ]
            over, _ = self._ray.wait(refs, num_returns=1, timeout=_TICK)
            for ref in over:
                self._take_in(ref)

    def _hand_out(self, source: Iterator[Part]) -> None:
        """Give work to actors that are ready, evenly."""
        for load, actor in itertools.product(range(_AHEAD), list(self._actors)):
            if actor.is_ready and len(actor.parts) == load:
                part = self._parts.popleft() if self._parts else next(source, None)
                if part is None:
                    return
                for number in part.numbers or (1,):
                    self._ledger.journal.start(part.document.id, number)
                actor.parts[actor.handle.read.remote(part)] = part

    def _take_in(self, ref: Any) -> None:
        """An actor is ready, or has read a part, or is gone."""
        actor = next(actor for actor in self._actors if ref == actor.ready or ref in actor.parts)
        try:
            outcome = self._ray.get(ref)
        except self._ray.exceptions.RayTaskError as error:
            self._raise_cause(error)
        except self._ray.exceptions.RayError as error:
            self._lose(actor, error)
        else:
            if ref == actor.ready:
                actor.is_ready, self._failed_starts = True, 0
            else:
                self._record(actor.parts.pop(ref), outcome, id(actor))

    def _raise_cause(self, error: Any) -> None:
        cause = error.cause if isinstance(error.cause, BaseException) else error
        if isinstance(cause, OcrappError):
            raise cause
        raise DeviceUnavailableError(f"A worker of the cluster failed ({cause}).", "See the logs of Ray.")

    def _lose(self, actor: _Actor, error: Exception) -> None:
        """An actor is gone, perhaps with its machine: what it had goes to others, and another takes its place."""
        self._actors.remove(actor)
        if not actor.is_ready:
            self._failed_starts += 1
            if self._failed_starts >= _RETRIES:
                raise DeviceUnavailableError(f"The actors do not start ({error}).", "See the logs of Ray.")
        for index, part in enumerate(actor.parts.values()):
            for number in part.numbers or (1,):
                self._ledger.journal.release(part.document.id, number)
            self._again(part, blamed=index == 0)  # the first is the one that it was reading
        self._actors.append(self._new_actor())

    def _again(self, part: Part, blamed: bool) -> None:
        attempts = self._attempts[part.document.id] = self._attempts.get(part.document.id, 0) + int(blamed)
        if attempts < _ATTEMPTS:
            singles = [Part(part.document, (number,)) for number in part.numbers or ()] or [part]
            self._parts.extend(singles)
            return
        failure = Failure("internal", f"{part.document.name}: {attempts} workers ended while they read it.")
        for number in part.numbers or (1,):
            self._ledger.journal.fail(part.document.id, number, failure)
        self._ledger.finish(part.document)

    def _record(self, part: Part, outcome: Outcome, actor: int) -> None:
        """Keep what an actor has done."""
        journal, id_ = self._ledger.journal, part.document.id
        document = before = journal.document(id_)
        if outcome.sha256 and outcome.sha256 != before.sha256:
            document = journal.identify(id_, outcome.sha256, self._ledger.job.options, outcome.stamp)
        if outcome.pages is not None and document.pages is None:
            self._ledger.counted(document, outcome.pages)
            document = journal.document(id_)
        for number, result in outcome.results:
            if isinstance(result, Result):
                self._check_shared(result, actor)
                journal.done(id_, number, result)
            else:
                self._check_visible(document, result)
                journal.fail(id_, number, result)
        if outcome.written and journal.is_complete(id_):
            journal.set_written(id_, self._ledger.job.formats)
            return
        if document != before:  # somebody has opened it now: the rest can be shared out
            self._parts.extend(_slices(document, journal.waiting(id_)))
        self._ledger.finish(document)

    def _check_shared(self, result: Result, actor: int) -> None:
        """The first reading of each actor must be visible here: else the output folder is not a shared one."""
        if actor in self._seen:
            return
        self._seen.add(actor)
        if not self._ledger.is_visible(result):
            raise OutputNotWritableError(
                f"What the cluster writes to {self._ledger.job.out} does not arrive there.",
                "Both folders must be on a disk that all machines share, at the same path.",
            )

    def _check_visible(self, document: Document, failure: Failure) -> None:
        if failure.code == "not_found":
            if (self._ledger.job.folder / document.name).exists():
                raise UsageError(
                    f"The machines of the cluster do not see {self._ledger.job.folder}.",
                    "Both folders must be on a disk that all machines share, at the same path.",
                )
            self._ledger.journal.forget_stamp(document.id)


def check_answers(address: str) -> None:
    """Knock at the address of a cluster, because Ray tries for many minutes.

    Raises:
        UsageError: Nobody answers.
    """
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not port.isdecimal():
        return  # empty, or a name that only Ray knows
    try:
        socket.create_connection((host.strip("[]"), int(port)), _KNOCK).close()
    except (OSError, OverflowError) as error:
        raise _no_cluster(address, error) from error


def _no_cluster(where: str, error: Exception) -> UsageError:
    return UsageError(f"No Ray cluster answers at {where} ({error}).", "Check the address and the cluster.")


def load_ray() -> Any:
    """The ``ray`` module.

    Raises:
        UsageError: It is not installed.
    """
    try:
        return import_module("ray")
    except ImportError as error:
        raise UsageError(
            f"Ray cannot be loaded ({error}).",
            'Install it with: pip install "ocrapp[ray]", or leave out --engine ray.',
        ) from error


def _slices(document: Document, waiting: list[int]) -> Iterator[Part]:
    if document.pages is None:
        yield Part(document, None)
        return
    for start in range(0, len(waiting), SLICE):
        yield Part(document, tuple(waiting[start : start + SLICE]))
