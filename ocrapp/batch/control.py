"""Pausing and stopping a run, and handing pages from thread to thread without piling them up."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from ocrapp.runtime import Cancel

Item = TypeVar("Item")


class Control:
    """What all threads of a run watch.

    Attributes:
        cancel: Stops inferences of this run.
        error: What ended the run before its end.
    """

    def __init__(self) -> None:
        self.cancel = Cancel()
        self.error: BaseException | None = None
        self._going = threading.Event()
        self._going.set()
        self._lock = threading.Lock()

    @property
    def paused(self) -> bool:
        """Whether nothing new shall begin."""
        return not self._going.is_set()

    def pause(self) -> None:
        """Begin no further page; what is being read is finished."""
        self._going.clear()

    def go_on(self) -> None:
        """End a pause."""
        self._going.set()

    def stop(self, error: BaseException | None = None) -> None:
        """End the run; the first error is kept."""
        with self._lock:
            if self.error is None and not self.cancel.cancelled:
                self.error = error
        self.cancel.cancel()
        self._going.set()

    def check(self) -> None:
        """Wait while the run is paused.

        Raises:
            CancelledError: The run is stopped.
        """
        self._going.wait()
        self.cancel.check()

    @contextmanager
    def following(self, outer: Cancel) -> Iterator[None]:
        """Stop this run when another token is cancelled, inside the ``with`` block."""
        with outer.stopping(_Relay(self)):
            yield


class _Relay:
    """Looks like a running inference to a `Cancel`, and passes on that it shall end."""

    def __init__(self, control: Control) -> None:
        self._control = control

    @property
    def terminate(self) -> bool:
        return self._control.cancel.cancelled

    @terminate.setter
    def terminate(self, value: bool) -> None:
        if value:
            self._control.stop()


class Channel(Generic[Item]):
    """A queue that holds few items, and only as many as fit a budget.

    Args:
        control: A stopped run wakes everybody who waits here.
        most: So many items at most.
        budget: Sum of the weights of all items that were put and not yet released; one item alone may weigh more.
    """

    _TICK = 0.1
    """Seconds after which those who wait look whether the run was stopped."""

    def __init__(self, control: Control, most: int, budget: int) -> None:
        self._control = control
        self._most = most
        self._budget = budget
        self._items: deque[Item] = deque()
        self._weight = 0
        self._closed = False
        self._changed = threading.Condition()

    def put(self, item: Item, weight: int) -> None:
        """Hand on an item when there is room.

        Raises:
            CancelledError: The run is stopped.
        """
        with self._changed:
            while len(self._items) >= self._most or (self._weight and self._weight + weight > self._budget):
                self._control.cancel.check()
                self._changed.wait(self._TICK)
            self._items.append(item)
            self._weight += weight
            self._changed.notify_all()

    def get(self) -> Item | None:
        """The next item; None when no more come.

        Raises:
            CancelledError: The run is stopped.
        """
        with self._changed:
            while not self._items:
                if self._closed:
                    return None
                self._control.cancel.check()
                self._changed.wait(self._TICK)
            self._control.cancel.check()
            self._changed.notify_all()
            return self._items.popleft()

    def release(self, weight: int) -> None:
        """An item is done with."""
        with self._changed:
            self._weight -= weight
            self._changed.notify_all()

    def close(self) -> None:
        """No more items come."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
