"""Suggestion to incident to decision: people decide, along one table."""

from almere_vision.review.decide import allowed, decide
from almere_vision.review.desk import Desk
from almere_vision.review.ports import IncidentStore, Page, Query, Sort

__all__ = ["Desk", "IncidentStore", "Page", "Query", "Sort", "allowed", "decide"]
