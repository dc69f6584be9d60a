"""Settings that all tests share."""

from hypothesis import settings

# Times on a busy machine say nothing about correctness.
settings.register_profile("ocrapp", deadline=None)
settings.load_profile("ocrapp")
