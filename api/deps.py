"""The parts that routes work with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Protocol

from fastapi import Depends, Request

from almere_vision.config import Settings
from almere_vision.delivery.names import Names
from almere_vision.domain.incident import Incident
from almere_vision.identity.provider import Provider
from almere_vision.identity.seal import Seal
from almere_vision.review.desk import Desk
from almere_vision.review.gate import Gate
from almere_vision.review.tuning import Tuning
from almere_vision.scene.files import Site
from almere_vision.storage.accounts import Accounts
from almere_vision.storage.attempts import Attempts
from almere_vision.storage.audit import Audit
from almere_vision.storage.blobs import Blobs
from almere_vision.storage.faults import Faults
from almere_vision.storage.handovers import Handovers
from almere_vision.storage.identities import Identities
from almere_vision.storage.live_pictures import LivePictures
from almere_vision.storage.notices import Notices
from almere_vision.storage.outbox import SqlOutbox
from almere_vision.storage.people import People
from almere_vision.storage.rates import Rates
from almere_vision.storage.screens import Screens
from almere_vision.storage.second_factor import SecondFactor
from almere_vision.storage.snapshots import Snapshots
from almere_vision.storage.steering import Steering
from almere_vision.storage.stream import SuggestionStream
from api.benchmarks import Benchmarks
from api.blind import Blind
from api.dry_runs import DryRuns
from api.events import Hub
from api.places import Places
from api.signals import Signals
from api.turning import Turning
from api.versions import Versions
from api.views import Views


@dataclass(frozen=True, slots=True)
class SingleSignOn:
    """Signing in through the identity provider: `flow` is on its way there, `code` waits for a code."""

    provider: Provider
    identities: Identities
    flow: Seal
    code: Seal


class Announce(Protocol):
    """Of `api.background.Background.announce`."""

    def __call__(self, incidents: Sequence[Incident], before: Incident | None = None) -> None: ...


@dataclass(frozen=True, slots=True)
class Services:
    """What one process of the API is made of.

    `missing` names the parts that do not answer now; empty when everything is there. `announce` tells all
    consoles that incidents changed, and from what (of a single one); it never raises.
    """

    settings: Settings
    site: Site | None
    people: People
    accounts: Accounts
    second_factor: SecondFactor
    attempts: Attempts
    sso: SingleSignOn | None
    audit: Audit
    rates: Rates
    views: Views
    places: Places
    snapshots: Snapshots
    live: LivePictures
    blind: Blind
    signals: Signals
    benchmarks: Benchmarks
    versions: Versions
    dry_runs: DryRuns
    steering: Steering
    turning: Mapping[str, Turning]
    desk: Desk
    gate: Gate
    tuning: Tuning
    handovers: Handovers
    faults: Faults
    screens: Screens
    outbox: SqlOutbox
    names: Names
    blobs: Blobs
    notices: Notices
    stream: SuggestionStream
    hub: Hub
    missing: Callable[[], list[str]]
    announce: Announce


def services_of(request: Request) -> Services:
    """The parts of the application that serves this request."""
    services: Services = request.app.state.services
    return services


Parts = Annotated[Services, Depends(services_of)]
"""Parameter of a route: the parts of this process."""


def now() -> datetime:
    """Wall time in UTC."""
    return datetime.now(UTC)
