import threading
import time

import pytest

from ocrapp.batch.control import Channel, Control
from ocrapp.errors import CancelledError
from ocrapp.runtime import Cancel


def in_thread(work):
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_a_channel_holds_no_more_than_it_may():
    channel = Channel(Control(), most=2, budget=100)
    put = []

    def fill():
        for item in range(4):
            channel.put(item, 10)
            put.append(item)
        channel.close()

    thread = in_thread(fill)
    time.sleep(0.1)
    assert put == [0, 1]
    assert [channel.get() for _ in range(5)] == [0, 1, 2, 3, None]
    thread.join(5)


def test_weights_count_until_they_are_released():
    channel = Channel(Control(), most=9, budget=100)
    channel.put("large", 500)  # alone, it may
    thread = in_thread(lambda: channel.put("small", 1))
    assert channel.get() == "large"
    time.sleep(0.1)
    assert thread.is_alive()
    channel.release(500)
    assert channel.get() == "small"
    thread.join(5)


@pytest.mark.parametrize("what", ["put", "get", "pause"])
def test_a_stop_wakes_all_who_wait(what):
    control = Control()
    channel = Channel(control, most=1, budget=100)
    raised = []
    if what == "put":
        channel.put(0, 1)
    elif what == "pause":
        control.pause()

    def wait():
        try:
            {"put": lambda: channel.put(1, 1), "get": channel.get, "pause": control.check}[what]()
        except CancelledError as error:
            raised.append(error)

    thread = in_thread(wait)
    time.sleep(0.05)
    assert thread.is_alive()
    control.stop()
    thread.join(5)
    assert len(raised) == 1


def test_the_first_error_is_kept():
    control = Control()
    first = KeyError("first")
    control.stop(first)
    control.stop(KeyError("second"))
    assert control.error is first


def test_a_control_follows_another_token():
    control, outer = Control(), Cancel()
    with control.following(outer):
        outer.cancel()
        assert control.cancel.cancelled
    assert control.error is None
