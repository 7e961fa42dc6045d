"""The catalogue of types that an incident entered by hand can have (`types.yaml`), and how to find one."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import yaml

from almere_vision.domain.priority import Priority
from almere_vision.domain.suggestion import Kind


@dataclass(frozen=True, slots=True)
class IncidentType:
    """One type of incident.

    Attributes:
        id: for ever; incidents carry it.
        category: id of the main category.
        names: by language, `nl` and `en`.
        category_names: of the main category, by language.
        kind: what a detector would call it; `Kind.OTHER` where none looks for it.
        priority: what a form proposes.
        also: further words that it is found by.
    """

    id: str
    category: str
    names: Mapping[str, str]
    category_names: Mapping[str, str]
    kind: Kind
    priority: Priority
    also: tuple[str, ...]


@cache
def incident_types() -> Mapping[str, IncidentType]:
    """All types by id, in the order of the catalogue."""
    content = yaml.safe_load(files(__package__).joinpath("types.yaml").read_text(encoding="utf-8"))
    return MappingProxyType({one.id: one for one in _types(content)})


def _types(content: Any) -> Iterator[IncidentType]:
    for category in content["categories"]:
        category_names = MappingProxyType({"nl": category["nl"], "en": category["en"]})
        for row in category["types"]:
            yield IncidentType(
                id=row["id"],
                category=category["id"],
                names=MappingProxyType({"nl": row["nl"], "en": row["en"]}),
                category_names=category_names,
                kind=Kind(row.get("kind", Kind.OTHER)),
                priority=Priority(row.get("priority", Priority.P3)),
                also=tuple(row.get("also", ())),
            )


def find_types(words: str, limit: int) -> tuple[IncidentType, ...]:
    """Types that hold all of the words, in either language, without regard to case and accents.

    First those whose name begins with what was typed, then those of which a word of the name does, then the
    rest; in the order of the catalogue among equals. Without words, all.

    >>> [one.id for one in find_types("wildpl", 5)]
    ['public_urination', 'flyposting']
    """
    asked = _folded(words)
    found = [one for one in incident_types().values() if all(word in _text(one.id) for word in asked.split())]
    return tuple(sorted(found, key=lambda one: _distance(one, asked))[:limit])


def _distance(one: IncidentType, asked: str) -> int:
    names = [_folded(name) for name in one.names.values()]
    if any(name.startswith(asked) for name in names):
        return 0
    return 1 if any(f" {asked}" in name for name in names) else 2


@cache
def _text(type_id: str) -> str:
    """All that a type is found by."""
    one = incident_types()[type_id]
    return _folded(" ".join([one.id, *one.names.values(), *one.category_names.values(), *one.also]))


def _folded(text: str) -> str:
    bare = "".join(
        letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter)
    )
    return " ".join(bare.casefold().split())
