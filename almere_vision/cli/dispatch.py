"""`almere dispatch`: send what waits in the outbox, in a process of its own."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from almere_vision.config import load_settings
from almere_vision.domain.errors import SettingsError, StorageError
from almere_vision.worker.supervisor import stop_on_signals


def dispatch() -> None:
    """Send messages to recipients outside, over the channels of the site (ALMERE_SITE).

    The API does so itself unless ALMERE_DISPATCH is off; several processes share the work.
    """
    from almere_vision.delivery.dispatch import Dispatcher, log
    from almere_vision.delivery.senders import make_senders
    from almere_vision.delivery.site import site_channels
    from almere_vision.storage.blobs import open_blobs
    from almere_vision.storage.database import migrate, open_database
    from almere_vision.storage.incidents import SqlIncidents
    from almere_vision.storage.notices import IncidentNotice, Notices
    from almere_vision.storage.outbox import SqlOutbox

    def now() -> datetime:
        return datetime.now(UTC)

    def changed(incident: str) -> None:
        try:
            notices.send([IncidentNotice.of(incidents.get(incident))])
        except StorageError as error:
            log.warning("consoles could not be told", incident=incident, reason=str(error))

    settings = load_settings()
    if settings.site is None:
        raise SettingsError("ALMERE_SITE is not set: name the site file, as zones/<site>/site.yaml")
    channels, names = site_channels(settings.site)
    if not channels:
        raise SettingsError(f"{settings.site}: has no channels, so there is nothing to send")
    read = open_blobs(settings.blobs(), settings.s3_endpoint).read
    senders = make_senders(channels, os.environ, settings.outgoing_networks, names, read, now)
    engine = open_database(settings.database())
    migrate(engine)
    incidents, notices = SqlIncidents(engine), Notices(settings.redis())
    log.info("dispatching", channels=len(channels))
    Dispatcher(SqlOutbox(engine), senders, now, changed).run(stop_on_signals())
