"""Suggestion to incident to decision: people decide, along one table."""

from almere_vision.review.desk import Desk, allowed, decide
from almere_vision.review.ports import IncidentStore, Page, Query, Sort

__all__ = ["Desk", "IncidentStore", "Page", "Query", "Sort", "allowed", "decide"]
