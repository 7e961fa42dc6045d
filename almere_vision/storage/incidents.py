"""Incidents and their history in the database."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine

from almere_vision.domain.incident import AuditLine, Incident
from almere_vision.domain.suggestion import Suggestion
from almere_vision.review.ports import Page, Query


class SqlIncidents:
    """`review.ports.IncidentStore` on SQL. Safe to use from several threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def receive(self, suggestion: Suggestion, at: datetime) -> Incident | None:
        raise NotImplementedError

    def get(self, incident_id: str) -> Incident:
        raise NotImplementedError

    def page(self, query: Query) -> Page:
        raise NotImplementedError

    def history(self, incident_id: str) -> tuple[AuditLine, ...]:
        raise NotImplementedError

    def replace(self, incident: Incident, expected_version: int, line: AuditLine) -> None:
        raise NotImplementedError
