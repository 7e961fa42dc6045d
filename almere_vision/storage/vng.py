"""Lines of the audit log in the form of the VNG standard Verwerkingenlogging.

The form is `VerwerkingsactieUitgebreidBasis`, what a program sends to a log, of the *Bewerking API voor
logging van verwerkingen* 0.9.0 of VNG Realisatie (repository VNG-Realisatie/gemma-verwerkingenlogging,
docs/api-write, EUPL 1.2), without `url`, which the log that takes it in gives out.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Final, Self

from almere_vision import __version__
from almere_vision.config import Settings
from almere_vision.domain.audit import Action, Line, Subject, moment, sha256
from almere_vision.domain.errors import SettingsError

STANDARD: Final = "Bewerking API voor logging van verwerkingen 0.9.0"
_NAMESPACE: Final = uuid.UUID("6d5c1f0e-8f3b-5f0a-9d2c-0b6f4a1e7c38")
_LONGEST_ID: Final = 40


@dataclass(frozen=True, slots=True)
class Organisation:
    """Who answers for the processing: its OIN (20 digits), and the activity in its register."""

    oin: str
    activity: uuid.UUID
    keep: str

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Raises `SettingsError`: they are not set."""
        if settings.oin is None or settings.processing_activity is None:
            raise SettingsError(
                "ALMERE_OIN and ALMERE_PROCESSING_ACTIVITY are needed for this form: the number of your "
                "organisation (20 digits) and the id of the activity in its register (a UUID)"
            )
        return cls(settings.oin, settings.processing_activity, f"P{settings.audit_years}Y")


def processing_action(line: Line, organisation: Organisation) -> dict[str, object]:
    """One line as a `verwerkingsactie`. Ids are made of the hash of the line, so they stay the same.

    No person who was watched can be named, since the system knows none: the processed object is the
    incident, zone file or account, under a number of its own (`soortObjectId`).
    """
    entry = line.entry
    case = uuid.uuid5(_NAMESPACE, f"{entry.kind}/{entry.subject}")
    told: dict[str, object] = {
        "actieId": str(uuid.uuid5(_NAMESPACE, line.hash)),
        "actieNaam": str(entry.action),
        "handelingNaam": entry.purpose or _handling(line),
        "verwerkingNaam": f"Cameratoezicht: {entry.kind}",
        "verwerkingId": str(case),
        "verwerkingsactiviteitId": str(organisation.activity),
        "vertrouwelijkheid": "vertrouwelijk",
        "bewaartermijn": organisation.keep,
        "uitvoerder": organisation.oin,
        "systeem": f"Almere Vision {__version__}",
        "gebruiker": _short(entry.actor),
        "gegevensbron": "Almere Vision",
        "tijdstip": moment(entry.at),
        "tijdstipRegistratie": moment(entry.at),
        "verwerkteObjecten": _objects(line) if entry.kind == Subject.INCIDENT else [],
    }
    return told


def _short(text: str) -> str:
    """An identifier has up to 40 characters there; a longer one goes as its hash."""
    return text if len(text) <= _LONGEST_ID else sha256(text)[:_LONGEST_ID]


def _handling(line: Line) -> str:
    from_state, to_state = line.entry.from_state, line.entry.to_state
    return f"{from_state or '-'} naar {to_state}" if to_state else str(line.entry.action)


def _objects(line: Line) -> list[dict[str, object]]:
    """The standard knows the object `persoon` only: whoever was in the picture, by the incident's id."""
    kinds = ["camerabeeld"] if line.entry.action == Action.VIEW else ["incidentgegevens"]
    return [
        {
            "objecttype": "persoon",
            "soortObjectId": "Almere Vision incident",
            "objectId": _short(line.entry.subject),
            "betrokkenheid": "mogelijk in beeld",
            "verwerkteSoortenGegevens": [{"soortGegeven": kind} for kind in kinds],
        }
    ]
