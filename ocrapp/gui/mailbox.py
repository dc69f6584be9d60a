"""Where the workers put what they tell, and from where the window takes it in small portions.

Qt delivers all queued signals before it looks at timers and input again: a worker that tells faster than the
window listens would stop it. So messages wait here, and the event loop gets its turn in between.
"""

from __future__ import annotations

import time
from collections import deque
from threading import Lock

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from ocrapp.gui.messages import Progressed

_PORTION_S = 0.02
"""How long messages are handed out before the event loop has its turn."""


class Mailbox(QObject):
    """Takes messages from any thread, tells them on its own, in the order they came.

    Of the progress of one page only the last news counts, as long as nobody has taken it.
    """

    told = Signal(object)
    _woken = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._lock = Lock()
        self._messages: deque[object] = deque()
        self._is_awake = False
        self._woken.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def put(self, message: object) -> None:
        """Leave a message; called on the worker's thread."""
        with self._lock:
            if self._messages and _replaces(message, self._messages[-1]):
                self._messages.pop()
            self._messages.append(message)
            wake, self._is_awake = not self._is_awake, True
        if wake:
            self._woken.emit()

    @Slot()
    def _deliver(self) -> None:
        end = time.perf_counter() + _PORTION_S
        while time.perf_counter() < end:
            with self._lock:
                if not self._messages:
                    self._is_awake = False
                    return
                message = self._messages.popleft()
            self.told.emit(message)
        QTimer.singleShot(0, self._deliver)


def _replaces(new: object, old: object) -> bool:
    return (
        isinstance(new, Progressed)
        and isinstance(old, Progressed)
        and (new.job, new.number) == (old.job, old.number)
    )
