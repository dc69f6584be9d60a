from types import SimpleNamespace

import pytest

from ocrapp.errors import CancelledError
from ocrapp.runtime import Cancel


def test_check_raises_only_after_cancel():
    cancel = Cancel()
    cancel.check()
    assert not cancel.cancelled
    cancel.cancel()
    assert cancel.cancelled
    with pytest.raises(CancelledError):
        cancel.check()


def test_cancel_terminates_what_runs_and_leaves_what_has_ended():
    cancel = Cancel()
    ended, running = SimpleNamespace(terminate=False), SimpleNamespace(terminate=False)
    with cancel.stopping(ended):
        pass
    with cancel.stopping(running):
        cancel.cancel()
    assert running.terminate
    assert not ended.terminate


def test_a_cancelled_job_starts_nothing():
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(CancelledError), cancel.stopping(SimpleNamespace(terminate=False)):
        pytest.fail("the block must not run")


def test_an_error_inside_the_block_ends_the_watch():
    cancel = Cancel()
    run = SimpleNamespace(terminate=False)
    with pytest.raises(KeyError), cancel.stopping(run):
        raise KeyError
    cancel.cancel()
    assert not run.terminate
