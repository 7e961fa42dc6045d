"""The application: routes, and the parts that serve them."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Final

from fastapi import FastAPI

from almere_vision.config import Settings
from almere_vision.delivery.dispatch import Dispatcher
from almere_vision.delivery.senders import make_senders
from almere_vision.delivery.site import site_channels
from almere_vision.identity.provider import Provider
from almere_vision.identity.seal import Seal
from almere_vision.identity.terms import load_terms
from almere_vision.review.desk import Desk
from almere_vision.review.gate import Gate
from almere_vision.review.tuning import Tuning
from almere_vision.scene import load_site
from almere_vision.storage.accounts import Accounts
from almere_vision.storage.attempts import Attempts
from almere_vision.storage.audit import Audit
from almere_vision.storage.blobs import open_blobs
from almere_vision.storage.database import migrate, open_database
from almere_vision.storage.documents import Documents
from almere_vision.storage.faults import Faults
from almere_vision.storage.handovers import Handovers
from almere_vision.storage.happenings import Happenings
from almere_vision.storage.identities import Identities
from almere_vision.storage.incidents import SqlIncidents
from almere_vision.storage.live_pictures import LivePictures
from almere_vision.storage.notices import Notices
from almere_vision.storage.outbox import SqlOutbox
from almere_vision.storage.people import People
from almere_vision.storage.pins import Pins
from almere_vision.storage.rates import Rates
from almere_vision.storage.screens import Screens
from almere_vision.storage.second_factor import SecondFactor, load_key
from almere_vision.storage.signed_on import observers_signed_on
from almere_vision.storage.snapshots import Snapshots
from almere_vision.storage.steering import Steering
from almere_vision.storage.stream import SuggestionStream
from almere_vision.storage.thresholds import SqlThresholds
from almere_vision.storage.watched import Bookkeeper, Watched
from almere_vision.storage.watched_feed import WatchedFeed
from api import problems
from api.background import Background
from api.benchmarks import Benchmarks
from api.blind import Blind
from api.configured import note_files
from api.console import Console
from api.deps import Services, SingleSignOn, now
from api.dry_runs import DryRuns
from api.edge import Edge
from api.events import Hub
from api.following import follow, site_protocol
from api.pinning import Pinning
from api.places import Places
from api.routes import audit as audit_route
from api.routes import benchmarks as benchmarks_route
from api.routes import (
    budget,
    cameras,
    catalogue,
    deliveries,
    entry,
    events,
    evidence,
    faults,
    health,
    incidents,
    learning,
    live_picture,
    overview,
    people,
    queue,
    shift,
    snapshots,
    sso,
)
from api.routes import session as session_route
from api.routes import signals as signals_route
from api.routes import (
    steering as steering_route,
)
from api.routes import tables as tables_route
from api.routes import thresholds as thresholds_route
from api.routes import zones as zones_route
from api.signals import Signals
from api.turning import Keeper, turning_cameras
from api.versions import Versions
from api.views import Views

PREFIX: Final = "/api/v1"
SSO_FLOW_S: Final = 600
"""So long a person may take at the identity provider, and"""
SSO_CODE_S: Final = 300
"""so long to give a code of the authenticator after that."""

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def create_app(settings: Settings) -> FastAPI:
    """Compose the application; its database is brought up to date first.

    Raises:
        SettingsError: an address in the settings cannot be used.
        ZoneFileError: nor the files of the site.
        StoreUnavailable: the database is away.
    """
    engine = open_database(settings.database())
    migrate(engine)
    store, hub = SqlIncidents(engine), Hub()
    notices, stream = Notices(settings.redis()), SuggestionStream(settings.redis())
    channels, names = site_channels(settings.site)
    outbox, blobs = SqlOutbox(engine), open_blobs(settings.blobs(), settings.s3_endpoint)
    senders = make_senders(channels, os.environ, settings.outgoing_networks, names, blobs.read, now)
    protocol = site_protocol(settings)
    desk = Desk(store, settings.claim_s, protocol(), now, channels)
    thresholds = SqlThresholds(engine)
    gate = Gate(
        store,
        protocol().budget,
        lambda at: observers_signed_on(engine, at),
        thresholds.in_force,
        settings.sample_share,
    )
    snapshots, live = Snapshots(settings.redis()), LivePictures(settings.redis())
    key = load_key(settings.key_file)
    audit, rates = Audit(engine), Rates(settings.redis())
    documents = Documents(engine)
    if settings.site is not None:
        note_files(audit, documents, settings.site, now())
    pinning = Pinning(audit, Pins(settings.audit_dirs), settings.audit_pin_s)

    def dispatch(stop: threading.Event) -> None:
        Dispatcher(outbox, senders, now, beside.announce_by_id).run(stop)

    turning = turning_cameras(settings)
    steering = Steering(engine, settings.steer_s, settings.idle_s)
    feed, watched = WatchedFeed(settings.redis()), Watched(engine)
    threads: dict[str, Callable[[threading.Event], None]] = {
        "keeper": Keeper(steering, turning, now).run,
        "watched": Bookkeeper(feed, watched, now).run,
        "protocol": follow(protocol, desk, gate),
    }
    if settings.dispatch:
        threads["dispatch"] = dispatch
    beside = Background(store, desk, stream, notices, hub, threads, gate=gate)

    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with pinning.running(), beside.running():
            yield
        stream.close()
        rates.close()
        notices.close()
        snapshots.close()
        live.close()
        feed.close()
        engine.dispose()

    app = routed_app(lifespan)
    app.router.default = Console(settings.console_dir)
    app.state.services = Services(
        settings=settings,
        site=None if settings.site is None else load_site(settings.site),
        people=People(engine, idle_s=60 * settings.session_idle_minutes),
        accounts=Accounts(engine),
        second_factor=SecondFactor(engine, key),
        attempts=Attempts(engine),
        sso=_single_sign_on(settings, Identities(engine), key),
        audit=audit,
        rates=rates,
        views=Views(),
        places=Places.of(settings, notices),
        snapshots=snapshots,
        live=live,
        blind=Blind(watched, now),
        signals=Signals(Happenings(engine), watched, now),
        benchmarks=Benchmarks(settings.reports_dir),
        versions=Versions(documents, now),
        dry_runs=DryRuns(store, settings.detections_dir),
        steering=steering,
        turning=turning,
        desk=desk,
        gate=gate,
        tuning=Tuning(thresholds, now),
        handovers=Handovers(engine),
        faults=Faults(engine),
        screens=Screens(engine),
        outbox=outbox,
        names=names,
        blobs=blobs,
        notices=notices,
        stream=stream,
        hub=hub,
        missing=beside.missing,
        announce=beside.announce,
    )
    app.state.end = beside.end
    return app


def _single_sign_on(settings: Settings, identities: Identities, key: bytes) -> SingleSignOn | None:
    """If the settings name a provider."""
    if settings.identity_provider is None:
        return None
    return SingleSignOn(
        Provider(load_terms(settings.identity_provider, os.environ), settings.outgoing_networks),
        identities,
        Seal(key, "sso flow", SSO_FLOW_S),
        Seal(key, "sso code", SSO_CODE_S),
    )


def routed_app(lifespan: Lifespan | None = None) -> FastAPI:
    """All routes, without the parts that serve them."""
    app = FastAPI(
        title="Almere Vision",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    problems.install(app)
    app.add_middleware(Edge)
    app.include_router(health.router)
    review = (incidents, entry, budget, thresholds_route, deliveries, evidence, events, cameras, snapshots)
    turning, room = (steering_route, learning, live_picture, faults), (overview, shift)
    tuning = (zones_route, tables_route, signals_route, benchmarks_route)
    signing_in, rest = (session_route, sso, people), (catalogue, queue, audit_route)
    for module in (*signing_in, *review, *turning, *room, *tuning, *rest):
        app.include_router(module.router, prefix=PREFIX)
    return app
