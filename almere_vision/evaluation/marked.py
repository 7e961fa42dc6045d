"""Label files and suites from disk, with every mistake told at its line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from almere_vision.domain.errors import LabelFileError
from almere_vision.scene.document import Document, Unreadable, read_document

Model = TypeVar("Model", bound=BaseModel)

_WRAPPERS: Final = ("function-", "tagged-union", "union")


@dataclass(frozen=True, slots=True)
class MarkedFile:
    """A parsed file: its `data`, and the line of each of its parts."""

    document: Document
    data: Any

    @property
    def path(self) -> Path:
        return self.document.path

    def refuse(self, location: Sequence[str | int], reason: str) -> LabelFileError:
        """The error to raise about the part at `location`: `file:line: reason`."""
        return LabelFileError(f"{self.path}:{self.document.line(tuple(location))}: {reason}")

    def parse(self, model: type[Model]) -> Model:
        """Check the data against a pydantic model.

        Raises:
            LabelFileError: the first mistake, with its line.
        """
        try:
            return model.model_validate(self.data)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            location = [step for step in first["loc"] if not str(step).startswith(_WRAPPERS)]
            raise self.refuse(location, _in_words(location, first)) from None


def read_marked(path: Path) -> MarkedFile:
    """Read a JSON (by its ending) or YAML file.

    Raises:
        LabelFileError: missing, empty, not text, or not JSON or YAML; with the line where it breaks.
    """
    try:
        if path.is_file() and not path.read_bytes().strip():
            raise LabelFileError(f"{path}:1: is empty")
        document = read_document(path)
        if path.suffix.lower() == ".json":
            return MarkedFile(document, json.loads(document.content.decode("utf-8-sig")))
    except Unreadable as error:
        raise LabelFileError(str(error)) from None
    except json.JSONDecodeError as error:
        raise LabelFileError(f"{path}:{error.lineno}: is not JSON: {error.msg}") from None
    if document.repeated:
        where, line = document.repeated[0]
        raise LabelFileError(f"{path}:{line}: `{where[-1]}` stands here twice: keep one")
    return MarkedFile(document, document.value)


def _in_words(location: Sequence[str | int], error: ErrorDetails) -> str:
    name = ".".join(str(step) for step in location) or "the file"
    found = error["input"]
    match error["type"]:
        case "missing":
            return f"`{name}` is missing: add it"
        case "extra_forbidden":
            return f"`{name}` is not known here: check the spelling, or leave it out"
        case "enum" | "literal_error":
            return f"`{name}`: unknown {location[-1]} {found!r}; known are {error['ctx']['expected']}"
        case "value_error":
            return f"`{name}`: {error['ctx']['error']}"
        case _:
            return f"`{name}`: {error['msg'][0].lower()}{error['msg'][1:]}, found {found!r:.60}"
