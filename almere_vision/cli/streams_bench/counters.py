"""What the counters of a worker say, read as Prometheus reads them."""

from __future__ import annotations

import math
import urllib.request
from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from prometheus_client.parser import text_string_to_metric_families

Sample = tuple[str, tuple[tuple[str, str], ...]]
"""Name and labels of one counter."""


def scrape(url: str) -> dict[Sample, float]:
    """All counters of the worker at an address."""
    with urllib.request.urlopen(f"{url}/metrics", timeout=20) as answer:  # noqa: S310 - our own
        text = answer.read().decode()
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): float(sample.value)
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def since(before: Mapping[Sample, float], after: Mapping[Sample, float]) -> dict[Sample, float]:
    """What was counted between two scrapes."""
    return {key: value - before.get(key, 0.0) for key, value in after.items()}


def all_ages(counted: Mapping[Sample, float]) -> dict[float, float]:
    """Ages at which pictures of all cameras were judged, as one cumulative histogram."""
    together: dict[float, float] = defaultdict(float)
    for (name, labels), value in counted.items():
        if name == "almere_frame_age_seconds_bucket":
            together[float(dict(labels)["le"])] += value
    return together


def quantile(buckets: Mapping[float, float], share: float) -> float:
    """Seconds below which a share of what a cumulative histogram counted lies, linear within a bucket.

    >>> quantile({0.1: 50, 0.2: 100, float("inf"): 100}, 0.75)
    0.15000000000000002
    """
    edges = sorted(buckets)
    if not edges or buckets[edges[-1]] == 0:
        return math.inf
    wanted, before, low = share * buckets[edges[-1]], 0.0, 0.0
    for edge in edges:
        if buckets[edge] >= wanted:
            if math.isinf(edge):
                return math.inf
            return low + (edge - low) * (wanted - before) / max(1e-9, buckets[edge] - before)
        before, low = buckets[edge], edge
    return math.inf


def growth(samples: Sequence[float]) -> float:
    """From the second and third fifth of a run to the last two; the highs of each, single ones left out.

    Highs, because memory was seen to swing by some tens of MB for minutes without growing.

    >>> growth([9, 9, 1, 1, 3, 1, 2, 2, 4, 2])
    1.0
    """
    part = max(1, len(samples) * 2 // 5)
    before, after = samples[-2 * part : -part] or samples, samples[-part:]
    return float(np.quantile(after, 0.9, method="lower") - np.quantile(before, 0.9, method="lower"))
