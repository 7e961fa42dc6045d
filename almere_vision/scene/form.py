"""What all blocks of a zone or site file have in common."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


class Strict(BaseModel):
    """A block in which nothing unknown and nothing of another type passes."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")]


def named(kind: type[StrEnum]) -> BeforeValidator:
    """Take the words of an enumeration; anything else is left for the strict check to refuse."""

    def convert(value: Any) -> Any:
        return kind(value) if isinstance(value, str) and value in set(kind) else value

    return BeforeValidator(convert)


class Texts(Strict):
    """One name in the languages of the console."""

    nl: Annotated[str, Field(min_length=1, max_length=200)]
    en: Annotated[str, Field(min_length=1, max_length=200)]


Titled = Texts | Annotated[str, Field(min_length=1, max_length=200)]
"""One name for all languages, or one for each."""


def texts(name: Texts | str) -> dict[str, str]:
    """The name by language."""
    return {"nl": name, "en": name} if isinstance(name, str) else name.model_dump()
