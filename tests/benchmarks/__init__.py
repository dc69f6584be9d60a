"""Comparisons with peers, printed as tables; no unit tests. ``python -m tests.benchmarks``: all of them."""
