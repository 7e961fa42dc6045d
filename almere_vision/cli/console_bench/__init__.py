"""`almere bench console`: what the console takes in a real browser."""

from almere_vision.cli.console_bench.measure import Order, measure

__all__ = ["Order", "measure"]
