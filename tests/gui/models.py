"""Whether the models that ocrapp ships are there."""

import pytest

from ocrapp.errors import OcrappError
from ocrapp.runtime import load_catalog


def skip_without_models():
    """Skip the test, and say why, where no model is installed. Loads no model."""
    try:
        catalog = load_catalog()
        for role in ("segmenter", "svtr-encoder", "svtr-ctc"):
            catalog.default(role)
    except OcrappError as error:
        pytest.skip(f"no models: {error}")
