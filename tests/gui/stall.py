"""Measures how long the event loop did not get around to its work."""

import gc
import threading
import time
from pathlib import Path

from PySide6.QtCore import QTimer

TICK_MS = 10


class StallMeter:
    """A timer that ticks every ``TICK_MS`` and keeps the longest gaps, in seconds.

    What other programs took from us is not counted: on a machine whose cores are all busy a thread may wait
    longer than any limit without anybody's fault. Linux tells that for each thread: of a gap we subtract the
    time that the window's thread, and the one other thread that waited most, were ready but not run.
    """

    def __init__(self):
        self.gaps = []
        self.excused = 0.0
        self._timer = QTimer()
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._main = str(threading.get_native_id())
        self._last, self._waited = 0.0, {}

    def __enter__(self):
        # What all tests before have left in this process is not the window's: it would cost hundreds of
        # milliseconds each time that the garbage collector looks at everything.
        gc.collect()
        gc.freeze()
        self._last, self._waited = time.perf_counter(), waiting_times()
        self._timer.start()
        return self

    def __exit__(self, *_):
        self._timer.stop()
        gc.unfreeze()

    @property
    def longest(self):
        return max(self.gaps, default=0.0)

    def _tick(self):
        now, waited = time.perf_counter(), waiting_times()
        delays = {thread: waited[thread] - self._waited.get(thread, 0.0) for thread in waited}
        excuse = delays.pop(self._main, 0.0) + max(delays.values(), default=0.0)
        self.gaps.append(max(0.0, now - self._last - excuse))
        self.excused = max(self.excused, excuse)
        self._last, self._waited = now, waited


def waiting_times():
    """Seconds that each thread of this process was ready but not run, so far; empty if not told."""
    times = {}
    for folder in Path("/proc/self/task").glob("*"):
        try:
            times[folder.name] = int((folder / "schedstat").read_text().split()[1]) / 1e9
        except OSError:  # the thread has ended
            continue
    return times
