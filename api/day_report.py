"""What stands in the day report, gathered for the person who asks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from almere_vision.delivery.day_report import DayReport, Row, Section, words
from almere_vision.delivery.reasons import why
from almere_vision.delivery.words import city_time, word
from almere_vision.domain.delivery import Language
from almere_vision.domain.incident import Incident, State
from almere_vision.domain.priority import Priority
from almere_vision.domain.suggestion import Kind
from almere_vision.domain.watching import RuleTime
from almere_vision.review.ports import Query
from api.access import Caller
from api.deps import Services

_DAY: Final = timedelta(hours=24)
_MOST_ROWS: Final = 60
"""More of one kind are told by their number; nobody reads them on paper."""

_AT_ONCE: Final = 200
_LEAST_BLIND_S: Final = 60.0

_TEXT: Final[Mapping[str, tuple[str, str]]] = {
    # key: Dutch, English
    "title": ("Dagrapport", "Day report"),
    "subtitle": (
        "Gemaakt voor {name} op {at}. Cijfers over de 24 uur daarvoor.",
        "Made for {name} at {at}. Figures of the 24 hours before.",
    ),
    "footer": (
        "Almere Vision, dagrapport. Alleen voor de dienst.",
        "Almere Vision, day report. For the shift only.",
    ),
    "faults": ("Storingen", "Faults"),
    "no_faults": ("Alle camera's zijn online en kijken mee.", "All cameras are online and watched."),
    "no_cameras": (
        "De staat van de camera's is nu niet bekend.",
        "The state of the cameras is not known now.",
    ),
    "camera": ("Camera", "Camera"),
    "state": ("Staat", "State"),
    "since": ("Sinds", "Since"),
    "why": ("Waarom", "Why"),
    "offline": ("offline", "offline"),
    "starting": ("start op", "starting"),
    "not_watching": ("kijkt niet mee", "not watching"),
    "reported": ("Gemelde storingen", "Reported faults"),
    "no_reported": ("Geen open, en geen verholpen in deze tijd.", "None open, and none ended in this time."),
    "wrong": ("Wat is er mis", "What is wrong"),
    "ticket": ("Ticket", "Ticket"),
    "result": ("Resultaat", "Result"),
    "pending": ("nog open", "still open"),
    "blind": ("Niet bewaakt", "Not watched"),
    "no_blind": ("Niets van een minuut of langer.", "Nothing of a minute or longer."),
    "rule": ("Regel", "Rule"),
    "minutes": ("Minuten", "Minutes"),
    "elsewhere": ("keek ergens anders", "looked elsewhere"),
    "moving": ("bewoog", "moved"),
    "unknown": ("onbekend beeld", "unknown picture"),
    "uncounted": ("niet geteld", "not counted"),
    "present": ("gesloten straat", "closed street"),
    "open": ("Open en nog niet klaar", "Open, and not done"),
    "no_open": ("Er is niets open.", "Nothing is open."),
    "priority": ("Prio", "Prio"),
    "what": ("Wat", "What"),
    "standing": ("Stand", "Standing"),
    "who": ("Wie", "Who"),
    "more": ("en nog {count}", "and {count} more"),
    "notes": ("Overdracht", "Hand-over"),
    "no_notes": ("Er is niets achtergelaten.", "Nothing was left behind."),
    "by": ("Van", "From"),
    "note": ("Notitie", "Note"),
    "claims": ("Claims", "Claims"),
    "numbers": (
        "Voorstellen van de afgelopen 24 uur, zoals ze nu staan",
        "Suggestions of the past 24 hours, as they stand now",
    ),
    "no_numbers": ("Er kwam niets binnen.", "Nothing came in."),
    "kind": ("Soort", "Kind"),
    "came": ("Binnen", "Came"),
    "all": ("Samen", "Together"),
    "waiting": ("open", "open"),
    "confirmed": ("bevestigd", "confirmed"),
    "rejected": ("afgewezen", "rejected"),
    "told": ("doorgezet", "told"),
    "done": ("afgehandeld", "resolved"),
    "expired": ("niet bekeken", "not looked at"),
    "suggested": ("voorgesteld", "suggested"),
    "claimed": ("geclaimd", "claimed"),
    "escalated": ("doorgezet", "told"),
    "acknowledged": ("aangenomen", "acknowledged"),
    "on_scene": ("ter plaatse", "on scene"),
    "no_capacity": ("geen capaciteit", "no capacity"),
}

_OPEN: Final = (
    State.SUGGESTED,
    State.CLAIMED,
    State.ESCALATED,
    State.ACKNOWLEDGED,
    State.ON_SCENE,
    State.NO_CAPACITY,
)
_COLUMNS: Final[Mapping[str, frozenset[State]]] = {
    "waiting": frozenset({State.SUGGESTED, State.CLAIMED}),
    "confirmed": frozenset({State.CONFIRMED}),
    "rejected": frozenset({State.REJECTED}),
    "told": frozenset({State.ESCALATED, State.ACKNOWLEDGED, State.ON_SCENE, State.NO_CAPACITY}),
    "done": frozenset({State.RESOLVED}),
    "expired": frozenset({State.EXPIRED}),
}


def gathered(parts: Services, person: Caller, at: datetime, language: Language) -> DayReport:
    """The report of a person who watches, in their scope.

    Raises:
        StoreUnavailable: the database is away.
        QueueUnavailable: Redis is, so that nobody knows how the cameras do.
    """
    text = words(_TEXT, language)
    return DayReport(
        title=text["title"],
        subtitle=text["subtitle"].format(name=person.actor.name, at=city_time(at)),
        footer=text["footer"],
        sections=(
            _faults(parts, person, language, text),
            _reported(parts, person, at, language, text),
            _blind(parts, person, at, language, text),
            _open(parts, person, language, text),
            _notes(parts, person, at, text),
            _numbers(parts, person, at, language, text),
        ),
    )


def _faults(parts: Services, person: Caller, language: Language, text: Mapping[str, str]) -> Section:
    cameras = [one for one in parts.notices.cameras() if _sees(person, one.id)]
    rows = [
        (
            one.name,
            text["not_watching" if one.state == "online" else one.state],
            city_time(one.since),
            why(one.not_watching or one.reason, language),
        )
        for one in cameras
        if one.state != "online" or one.not_watching is not None
    ]
    empty = text["no_faults" if cameras else "no_cameras"]
    head = (text["camera"], text["state"], text["since"], text["why"])
    return Section(text["faults"], head, rows, empty, (0.25, 0.15, 0.2, 0.4))


def _reported(
    parts: Services, person: Caller, at: datetime, language: Language, text: Mapping[str, str]
) -> Section:
    rows: list[Row] = [
        (
            parts.names.camera(one.camera, language),
            city_time(one.at),
            one.what,
            one.ticket,
            text["pending"] if one.result is None else one.result,
        )
        for one in parts.faults.listed(person.actor, at)
        if one.ended_at is None or one.ended_at > at - _DAY
    ]
    head = (text["camera"], text["since"], text["wrong"], text["ticket"], text["result"])
    return Section(
        text["reported"], head, _shortened(rows, text), text["no_reported"], (0.18, 0.17, 0.28, 0.12, 0.25)
    )


def _blind(
    parts: Services, person: Caller, at: datetime, language: Language, text: Mapping[str, str]
) -> Section:
    def row(one: RuleTime) -> Row:
        why = sorted(one.seconds.items(), key=lambda part: -part[1])
        told = (f"{text.get(what, what)} {seconds / 60:.0f}" for what, seconds in why if what != "watched")
        return (
            parts.names.camera(one.camera, language),
            text["present"] if one.rule == "present" else word(one.rule, language),
            f"{one.blind_s / 60:.0f}",
            ", ".join(told),
        )

    blind = [
        one
        for one in parts.blind.since(at - _DAY)
        if one.blind_s >= _LEAST_BLIND_S and _sees(person, one.camera)
    ]
    rows = [row(one) for one in sorted(blind, key=lambda one: -one.blind_s)]
    head = (text["camera"], text["rule"], text["minutes"], text["why"])
    return Section(text["blind"], head, _shortened(rows, text), text["no_blind"], (0.25, 0.25, 0.12, 0.38))


def _open(parts: Services, person: Caller, language: Language, text: Mapping[str, str]) -> Section:
    def row(one: Incident) -> Row:
        seen = one.suggestion
        zone = f", {seen.zone}" if seen.zone else ""
        return (
            str(one.priority or seen.priority or ""),
            f"{word(seen.kind, language)}: {parts.names.camera(seen.camera, language)}{zone}",
            text[one.state],
            city_time(seen.raised_at),
            one.claimed_by or (word(one.recipient, language) if one.recipient else ""),
        )

    found = sorted(
        _all(parts, person, Query(states=_OPEN, held=False)),
        key=lambda one: (
            str(one.priority or one.suggestion.priority or Priority.P3),
            one.suggestion.raised_at,
        ),
    )
    head = (text["priority"], text["what"], text["standing"], text["since"], text["who"])
    rows = _shortened([row(one) for one in found], text)
    return Section(text["open"], head, rows, text["no_open"], (0.08, 0.4, 0.15, 0.2, 0.17))


def _notes(parts: Services, person: Caller, at: datetime, text: Mapping[str, str]) -> Section:
    rows = [
        (one.author, city_time(one.at), one.note, f"{one.handed + one.released}")
        for one in parts.handovers.recent(person.actor, at)
    ]
    head = (text["by"], text["since"], text["note"], text["claims"])
    return Section(text["notes"], head, rows, text["no_notes"], (0.15, 0.2, 0.53, 0.12))


def _numbers(
    parts: Services, person: Caller, at: datetime, language: Language, text: Mapping[str, str]
) -> Section:
    counted = Counter(
        (one.suggestion.kind, one.state)
        for one in _all(parts, person, Query(since=at - _DAY))
        if one.entered_by is None
    )

    def row(name: str, kinds: frozenset[Kind]) -> Row:
        by_state = Counter(dict.fromkeys(State, 0))
        for (kind, state), count in counted.items():
            if kind in kinds:
                by_state[state] += count
        columns = (str(sum(by_state[state] for state in states)) for states in _COLUMNS.values())
        return (name, str(by_state.total()), *columns)

    kinds = [kind for kind in Kind if any(kind == one for one, _ in counted)]
    rows = [row(word(kind, language), frozenset({kind})) for kind in kinds]
    if len(kinds) > 1:
        rows.append(row(text["all"], frozenset(kinds)))
    head = (text["kind"], text["came"], *(text[name] for name in _COLUMNS))
    return Section(text["numbers"], head, rows, text["no_numbers"], (0.23, *[0.11] * 7))


def _all(parts: Services, person: Caller, query: Query) -> Iterator[Incident]:
    query = replace(query, limit=_AT_ONCE)
    while True:
        page = parts.desk.page(query, person.actor)
        yield from page.incidents
        if page.after is None:
            return
        query = replace(query, after=page.after)


def _shortened(rows: list[Row], text: Mapping[str, str]) -> list[Row]:
    if len(rows) <= _MOST_ROWS:
        return rows
    rest = text["more"].format(count=len(rows) - _MOST_ROWS)
    return [*rows[:_MOST_ROWS], ("", rest, *[""] * (len(rows[0]) - 2))]


def _sees(person: Caller, camera: str) -> bool:
    cameras = person.actor.scope.cameras
    return cameras is None or camera in cameras
