"""Comparisons with peers, printed as tables: ``python -m tests.benchmarks.words`` and ``.pages``. No unit tests."""
