import threading

import numpy as np

from ocrapp.batch.crops import SharedRecognizer, default_jobs
from ocrapp.errors import CancelledError, DeviceUnavailableError
from ocrapp.reading.ctc import Reading
from ocrapp.runtime import Cancel, choose_device


class Gate:
    """A recogniser that waits until it may read, and notes its batches."""

    def __init__(self, fails=lambda crops: False):
        self.batches = []
        self.may = threading.Event()
        self.began = threading.Semaphore(0)
        self._fails = fails

    def read(self, crops, cancel=None):
        self.batches.append([int(crop[0, 0, 0]) for crop in crops])
        self.began.release()
        assert self.may.wait(10)
        cancel.check()
        if self._fails(self.batches[-1]):
            raise DeviceUnavailableError("Out of memory.")
        return [Reading(str(number), 1.0, ()) for number in self.batches[-1]]


def crops(*numbers):
    return [np.full((2, 2, 3), number, np.uint8) for number in numbers]


def together(shared, gate, requests, cancel=None):
    """The first request is being read while the others come."""
    answers = [None] * len(requests)

    def ask(index):
        try:
            answers[index] = [r.text for r in shared.read(crops(*requests[index]), cancel or Cancel())]
        except (DeviceUnavailableError, CancelledError) as error:
            answers[index] = error

    threads = [threading.Thread(target=ask, args=(index,), daemon=True) for index in range(len(requests))]
    threads[0].start()
    gate.began.acquire()
    for count, thread in enumerate(threads[1:], 1):
        thread.start()
        while len(shared._waiting) < count:
            pass
    gate.may.set()
    for thread in threads:
        thread.join(10)
    return answers


def test_crops_of_pages_that_wait_are_read_together():
    gate = Gate()
    answers = together(SharedRecognizer(gate), gate, [(1,), (2, 3), (4,)])
    assert answers == [["1"], ["2", "3"], ["4"]]
    assert [sorted(batch) for batch in gate.batches] == [[1], [2, 3, 4]]


def test_a_batch_does_not_grow_without_limit():
    gate = Gate()
    answers = together(SharedRecognizer(gate, most=3), gate, [(1,), (2, 3), (4, 5), (6, 7, 8, 9)])
    assert answers == [["1"], ["2", "3"], ["4", "5"], ["6", "7", "8", "9"]]
    assert max(map(len, gate.batches)) == 4


def test_a_batch_that_fails_is_tried_page_by_page():
    gate = Gate(fails=lambda numbers: len(numbers) > 2 or 4 in numbers)
    answers = together(SharedRecognizer(gate), gate, [(1,), (2, 3), (4,)])
    assert answers[:2] == [["1"], ["2", "3"]]
    assert isinstance(answers[2], DeviceUnavailableError)


def test_a_stop_reaches_all():
    gate, cancel = Gate(), Cancel()
    cancel.cancel()
    answers = together(SharedRecognizer(gate), gate, [(1,), (2,), (3,)], cancel)
    assert {type(answer) for answer in answers} == {CancelledError}


def test_no_crops_need_no_turn():
    assert SharedRecognizer(Gate()).read([]) == []


def test_there_is_a_number_of_jobs():
    assert 1 <= default_jobs(choose_device("cpu")) <= 8


def test_with_more_turns_nobody_waits_for_another():
    gate = Gate()
    gate.may.set()
    shared = SharedRecognizer(gate, turns=4)
    results = {}
    threads = [
        threading.Thread(
            target=lambda n=n: results.update({n: [r.text for r in shared.read(crops(n), Cancel())]}),
            daemon=True,
        )
        for n in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert results == {n: [str(n)] for n in range(20)}
