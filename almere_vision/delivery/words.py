"""What is told to recipients, in Dutch and in English; times are those of the city."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from almere_vision.delivery.names import Names
from almere_vision.domain.clock import CITY_TIME
from almere_vision.domain.delivery import Language, Message, MessageEvent

_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    # key: Dutch, English
    "parking": ("Voertuig staat stil", "Vehicle standing"),
    "loitering": ("Groep blijft hangen", "Group staying"),
    "fight": ("Vechtpartij", "Fight"),
    "other": ("Overig", "Other"),
    "control_room": ("meldkamer", "control room"),
    "police": ("politie", "police"),
    "enforcement": ("handhaving", "enforcement"),
    "city_wardens": ("stadstoezicht", "city wardens"),
    "observer": ("observant", "observer"),
    "supervisor": ("supervisor", "supervisor"),
    "car": ("auto", "car"),
    "truck": ("vrachtwagen of bestelwagen", "lorry or van"),
    "bus": ("bus", "bus"),
    "motorcycle": ("motorfiets", "motorcycle"),
    "bicycle": ("fiets", "bicycle"),
    "vehicle": ("voertuig", "vehicle"),
    "what": ("Wat", "What"),
    "where": ("Waar", "Where"),
    "position": ("Positie camera", "Camera position"),
    "when": ("Wanneer", "When"),
    "why": ("Waarom", "Why"),
    "priority": ("Prioriteit", "Priority"),
    "zone": ("zone", "zone"),
    "note": ("Opmerking", "Note"),
    "decided": ("Beoordeeld door", "Decided by"),
    "recipient": ("Aan", "To"),
    "number": ("Nummer", "Number"),
    "none": ("geen", "none"),
    "nobody": ("nog niemand", "nobody yet"),
    "no_picture": ("Er is geen beeld (meer) bij deze melding.", "There is no picture (any more) with this."),
    "since": ("sinds", "since"),
    "print": ("Afdruk van een melding", "Print of an incident"),
    "withdrawn": ("Ingetrokken", "Withdrawn"),
    "updated": ("Opnieuw", "Again"),
    "is_withdrawn": (
        "Deze melding is ingetrokken: er hoeft niemand meer te komen.",
        "This has been withdrawn: nobody needs to come any more.",
    ),
    "exercise": ("OEFENING", "EXERCISE"),
    "footer": (
        "Voorgesteld door software, beoordeeld door een mens. Op het beeld kunnen mensen staan: alleen voor "
        "de ontvanger, niet verder verspreiden.",
        "Suggested by software, decided by a person. People may be in the picture: for the recipient only, "
        "do not pass on.",
    ),
    "footer_entered": (
        "Ingevoerd door een mens. Op het beeld kunnen mensen staan: alleen voor de ontvanger, niet verder "
        "verspreiden.",
        "Entered by a person. People may be in the picture: for the recipient only, do not pass on.",
    ),
    "cut": ("(ingekort)", "(shortened)"),
}


def word(key: str, language: Language) -> str:
    """A word or sentence; what is not known is given back as it is."""
    return _WORDS.get(key, (key, key))[0 if language == "nl" else 1]


def city_time(moment: datetime) -> str:
    """As `2026-07-01 12:01:00` on the clocks of Almere."""
    return moment.astimezone(CITY_TIME).strftime("%Y-%m-%d %H:%M:%S")


def place(message: Message, language: Language, names: Names) -> str:
    """Camera and zone; no zone where a person entered an incident that lies in none."""
    if not message.zone:
        return names.camera(message.camera, language)
    return f"{names.camera(message.camera, language)}, {word('zone', language)} {message.zone}"


def what(message: Message, language: Language) -> str:
    """What it is: the type that a person chose, or what the detector looks for."""
    return message.type_names.get(language) or word(message.kind, language)


def headline(message: Message, language: Language, names: Names) -> str:
    """One line: priority, what and where."""
    parts = [message.priority, what(message, language)]
    text = f"{' '.join(part for part in parts if part)}: {place(message, language, names)}"
    return text if message.event is MessageEvent.ESCALATED else f"{word(message.event, language)}: {text}"


def reason(message: Message, language: Language) -> str:
    """Why it was suggested, from the facts; empty when they say nothing that people need."""
    facts, dutch = message.facts, language == "nl"
    parts = []
    if message.type is None and message.kind == "parking":
        parts.append(word(str(facts.get("object", "vehicle")), language))
    elif message.people:
        parts.append(f"{message.people} {'personen' if dutch else 'persons'}")
    dwell, limit = facts.get("dwell_s"), facts.get("limit_s")
    if _is_number(dwell):
        least = ("minstens " if dutch else "at least ") if message.at_least else ""
        parts.append(f"{least}{_duration(dwell)}")
    if _is_number(limit):
        parts.append(f"{'grens' if dutch else 'limit'} {_duration(limit)}")
    text = ", ".join(parts)
    return text[:1].upper() + text[1:]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _duration(value: object) -> str:
    seconds = round(float(str(value)))
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min {seconds % 60} s"
