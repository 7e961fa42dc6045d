"""What to do about what is wrong with a file, in one line."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

from almere_vision.scene.document import Location
from almere_vision.scene.settings import VehicleName
from almere_vision.scene.times import Day


def _choices(kind: type[StrEnum]) -> str:
    return ", ".join(kind)


_ADVICE: Final = {
    "missing": "`{field}` is missing: add it",
    "extra_forbidden": "`{field}` is not known here: check the spelling, or leave it out",
    "string_type": "`{field}` must be text: put it in quotes",
    "float_type": "`{field}` must be a number",
    "int_type": "`{field}` must be a whole number",
    "bool_type": "`{field}` must be true or false",
    "list_type": "`{field}` must be a list",
    "dict_type": "`{field}` must be a block of `key: value` lines",
    "model_type": "`{field}` must be a block of `key: value` lines",
    "greater_than": "`{field}` must be more than {gt}",
    "finite_number": "`{field}` must be a number",
}


def advice(error: Any) -> str:
    """What to do about one error of pydantic."""
    where: Location = error["loc"]
    names = [part for part in where if isinstance(part, str)]
    field, kind, given = (names[-1] if names else "file"), error["type"], error["input"]
    context = error.get("ctx", {})
    if "polygon" in names or "picture" in names:
        if kind in ("greater_than_equal", "less_than_equal"):
            return f"a corner lies at {given}: points are fractions of the picture, between 0 and 1"
        if kind in ("too_short", "too_long") and isinstance(where[-1], int):
            return "a corner is two numbers, [x, y]"
        if kind == "too_short":
            return f"a polygon needs at least 3 points, this one has {len(given)}: add points"
    if kind == "extra_forbidden" and len(names) > 1 and names[-2] == "rules":
        return f"unknown rule '{field}': known are parking, present, loitering and fight"
    if "vehicles" in names and kind == "is_instance_of":
        return f"unknown class '{given}': known are {_choices(VehicleName)}"
    if "days" in names and kind == "is_instance_of":
        return f"unknown weekday '{given}': known are {_choices(Day)}"
    if kind == "string_pattern_mismatch" and "permits" in names:
        return f"'{given}' is not a time: write YYYY-MM-DD HH:MM, in quotes"
    if kind == "string_pattern_mismatch" and field in ("dates", "except"):
        return f"'{given}' is not a date: write YYYY-MM-DD"
    if kind == "string_pattern_mismatch" and field in ("from", "to"):
        return f"'{given}' is not a time of day: write HH:MM between 00:00 and 23:59, in quotes"
    if kind == "string_pattern_mismatch":
        return f"'{given}' cannot be an id: use letters, digits, '.', '_' and '-'"
    if kind == "too_short" and field == "views":
        return f"a place needs at least 2 views, this one has {len(given)}: add views"
    if kind in ("too_short", "string_too_short"):
        return f"`{field}` is empty: give at least {context.get('min_length', 1)}"
    if kind in _ADVICE:
        return _ADVICE[kind].format(field=field, **context)
    if kind in ("greater_than_equal", "less_than_equal", "too_long", "string_too_long"):
        return f"`{field}`: {error['msg'][0].lower()}{error['msg'][1:]}"
    return str(error["msg"])


def one_line(message: str) -> str:
    """What a file holds may stand in a message, but it may not break out of its line or fill a screen."""
    plain = "".join(letter if letter.isprintable() else " " for letter in message)
    return plain if len(plain) <= 300 else f"{plain[:300]}..."
