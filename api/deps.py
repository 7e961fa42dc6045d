"""The parts that routes work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request

from almere_vision.config import Settings
from almere_vision.delivery.names import Names
from almere_vision.domain.incident import Incident
from almere_vision.review.desk import Desk
from almere_vision.storage.attempts import Attempts
from almere_vision.storage.blobs import FolderBlobs
from almere_vision.storage.notices import Notices
from almere_vision.storage.outbox import SqlOutbox
from almere_vision.storage.people import People
from api.events import Hub


@dataclass(frozen=True, slots=True)
class Services:
    """What one process of the API is made of.

    `missing` names the parts that do not answer now; empty when everything is there. `announce` tells all
    consoles that an incident changed; it never raises.
    """

    settings: Settings
    people: People
    attempts: Attempts
    desk: Desk
    outbox: SqlOutbox
    names: Names
    blobs: FolderBlobs
    notices: Notices
    hub: Hub
    missing: Callable[[], list[str]]
    announce: Callable[[Incident], None]


def services_of(request: Request) -> Services:
    """The parts of the application that serves this request."""
    services: Services = request.app.state.services
    return services


Parts = Annotated[Services, Depends(services_of)]
"""Parameter of a route: the parts of this process."""


def now() -> datetime:
    """Wall time in UTC."""
    return datetime.now(UTC)
