import threading
import time

from PySide6.QtCore import QTimer

from ocrapp.gui.mailbox import Mailbox
from ocrapp.gui.messages import Ended, Progressed


def heard_by(mailbox, pause=0.0):
    """What the mailbox tells, as it comes; the listener takes its time."""
    heard = []

    def listen(message):
        time.sleep(pause)
        heard.append((message, threading.current_thread()))

    mailbox.told.connect(listen)
    return heard


def from_another_thread(mailbox, messages):
    thread = threading.Thread(target=lambda: [mailbox.put(message) for message in messages])
    thread.start()
    thread.join()


def test_messages_come_in_order_on_the_thread_of_the_mailbox(qapp, qtbot):
    mailbox = Mailbox()
    heard = heard_by(mailbox)
    messages = [Ended(number) for number in range(500)]
    from_another_thread(mailbox, messages[:300])
    qtbot.waitUntil(lambda: len(heard) == 300)
    from_another_thread(mailbox, messages[300:])
    qtbot.waitUntil(lambda: len(heard) == 500)
    assert [message for message, _ in heard] == messages
    assert {thread for _, thread in heard} == {threading.main_thread()}


def test_the_event_loop_has_its_turn_between_portions(qapp, qtbot):
    mailbox = Mailbox()
    heard = heard_by(mailbox, pause=0.002)
    ticks = []
    timer = QTimer()
    timer.timeout.connect(lambda: ticks.append(len(heard)))
    timer.start(1)
    from_another_thread(mailbox, [Ended(number) for number in range(200)])
    qtbot.waitUntil(lambda: len(heard) == 200)
    assert len({done for done in ticks if 0 < done < 200}) >= 5


def test_only_the_last_progress_of_a_page_is_told(qapp, qtbot):
    mailbox = Mailbox()
    heard = heard_by(mailbox)
    first = [Progressed(1, 1, done, 9) for done in range(10)]
    second = [Progressed(1, 2, done, 9) for done in range(10)]
    from_another_thread(mailbox, [*first, *second, Ended(1), Progressed(2, 1, 0, 9)])
    qtbot.waitUntil(lambda: len(heard) == 4)
    assert [message for message, _ in heard] == [first[-1], second[-1], Ended(1), Progressed(2, 1, 0, 9)]
