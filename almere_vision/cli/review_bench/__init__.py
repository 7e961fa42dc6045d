"""What `almere bench review` does: real parts, a large database, and figures."""

from almere_vision.cli.review_bench.measure import measure

__all__ = ["measure"]
