from pathlib import Path

import pytest

from ocrapp.training.corpus import CHARSET, Corpus
from ocrapp.training.fonts import FontLibrary
from ocrapp.training.networks.svtr import VARIANTS, SvtrConfig
from ocrapp.training.render.words import WordRenderer


@pytest.fixture(scope="session")
def dejavu_renderer():
    """Draws words with one family of fonts, no photos and no data folder."""
    folder = Path("/usr/share/fonts/truetype/dejavu")
    if not folder.exists():
        pytest.skip("needs the Debian package fonts-dejavu-core")
    corpus = Corpus("The quick brown fox jumps over the lazy dog.", 500)
    return WordRenderer(corpus, FontLibrary.find(CHARSET, [folder]), [], line_share=0.0)


@pytest.fixture
def pico(monkeypatch):
    """The name of a variant with 0.19 million parameters that trains in seconds."""
    monkeypatch.setitem(
        VARIANTS, "pico", SvtrConfig((16, 32, 64), (1, 2, 2), ("L", "LG", "G"), drop_path=0.0)
    )
    return "pico"
