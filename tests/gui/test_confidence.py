import pytest

from ocrapp.gui.confidence import POOR_BELOW, SURE_FROM, Trust, mean_confidence, trust
from tests.gui.fakes import page_of


@pytest.mark.parametrize(
    ("confidence", "step"),
    [
        (1.0, Trust.SURE),
        (SURE_FROM, Trust.SURE),
        (SURE_FROM - 0.001, Trust.CHECK),
        (POOR_BELOW, Trust.CHECK),
        (POOR_BELOW - 0.001, Trust.POOR),
        (0.0, Trust.POOR),
    ],
)
def test_steps_of_trust(confidence, step):
    assert trust(confidence) is step


def test_long_words_weigh_more():
    page = page_of("aaaa b", confidences=[1.0, 0.5])
    assert mean_confidence(page.words) == pytest.approx(0.9)


def test_no_words_have_no_confidence():
    assert mean_confidence([]) is None
