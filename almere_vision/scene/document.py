"""YAML as we accept it: plain, small, and every value knows its line.

YAML 1.2 core schema instead of 1.1: `11:00` is text (not 660), `no` is text, a date is text. Anchors,
aliases, tags and merge keys are refused, so a small file cannot become a large document.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import yaml

MAX_BYTES: Final = 1 << 20
MAX_DEPTH: Final = 24
_EMPTY: Final = "is empty: see zones/demo for an example"

Location = tuple[str | int, ...]
"""Keys and indices from the root of the document, as pydantic gives them."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a file that a person must mend: where, and what to do."""

    file: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class Unreadable(Exception):
    """A file in which nothing can be checked any further."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML file: its values, and the line of each of them."""

    path: Path
    content: bytes
    value: Any
    lines: dict[Location, int]
    repeated: tuple[tuple[Location, int], ...]

    def line(self, where: Location) -> int:
        """Line of a value, or of the nearest thing around it."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)


_SCALARS: Final[tuple[tuple[re.Pattern[str], Callable[[str], Any]], ...]] = (
    (re.compile(r"|~|null|Null|NULL"), lambda _: None),
    (re.compile(r"true|True|TRUE"), lambda _: True),
    (re.compile(r"false|False|FALSE"), lambda _: False),
    (re.compile(r"[-+]?[0-9]{1,18}"), int),
    (re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"), float),
    (re.compile(r"[-+]?\.(inf|Inf|INF)"), lambda text: -math.inf if text[0] == "-" else math.inf),
    (re.compile(r"\.(nan|NaN|NAN)"), lambda _: math.nan),
)


class _Builder:
    """Builds the values from the parser's events; stops at the first construct that we refuse."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.lines: dict[Location, int] = {}
        self.repeated: list[tuple[Location, int]] = []
        self._events: Iterator[yaml.Event] = yaml.parse(text, yaml.SafeLoader)

    def document(self) -> Any:
        """The only document of the stream."""
        next(self._events)  # the stream begins
        if not isinstance(next(self._events), yaml.DocumentStartEvent):
            raise Unreadable(Problem(self.path, 1, _EMPTY))
        value = self.value(next(self._events), ())
        next(self._events)  # the document ends
        if not isinstance(event := next(self._events), yaml.StreamEndEvent):
            raise self.refuse(event, "holds several documents (---): keep one")
        return value

    def refuse(self, event: yaml.Event, message: str) -> Unreadable:
        return Unreadable(Problem(self.path, _line(event.start_mark), message))

    def value(self, event: yaml.Event, where: Location) -> Any:
        self.lines.setdefault(where, _line(event.start_mark))
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise self.refuse(event, "anchors and aliases (& and *) are not allowed: write the values out")
        if getattr(event, "tag", None):
            raise self.refuse(event, "tags (!) are not allowed: leave the tag out")
        if len(where) > MAX_DEPTH:
            raise self.refuse(event, "nested too deeply")
        if isinstance(event, yaml.ScalarEvent):
            return event.value if event.style else plain_value(event.value)
        return self.sequence(where) if isinstance(event, yaml.SequenceStartEvent) else self.mapping(where)

    def sequence(self, where: Location) -> list[Any]:
        values: list[Any] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            values.append(self.value(event, (*where, len(values))))
        return values

    def mapping(self, where: Location) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise self.refuse(event, "a key must be a plain word")
            key, line = event.value, _line(event.start_mark)
            if key in values:
                self.repeated.append(((*where, key), line))
            self.lines[(*where, key)] = line
            values[key] = self.value(next(self._events), (*where, key))
        return values


def plain_value(text: str) -> Any:
    """What a word means that stands without quotes."""
    for pattern, convert in _SCALARS:
        if pattern.fullmatch(text):
            return convert(text)
    return text


class _Mark(Protocol):
    @property
    def line(self) -> int: ...


def _line(mark: _Mark | None) -> int:
    return mark.line + 1 if mark is not None else 1


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise Unreadable(Problem(path, 1, "no such file: check the path")) from None
    except IsADirectoryError:
        raise Unreadable(Problem(path, 1, "is a folder: name a YAML file")) from None
    except OSError as error:
        raise Unreadable(Problem(path, 1, f"cannot be read: {error.strerror}")) from None
    if len(content) > MAX_BYTES:
        raise Unreadable(Problem(path, 1, "is larger than 1 MiB: this is not a zone or site file"))
    if not content.strip():
        raise Unreadable(Problem(path, 1, _EMPTY))
    return content


def read_document(path: Path) -> Document:
    """Read one YAML file.

    Raises:
        Unreadable: missing, too large, not text, not YAML, or with constructs that we refuse.
    """
    return parse_document(path, _content(path))


def parse_document(path: Path, content: bytes) -> Document:
    """As `read_document`, of bytes that are not in the file yet; `path` is what problems name."""
    try:
        builder = _Builder(path, content.decode("utf-8-sig"))
        value = builder.document()
    except UnicodeDecodeError:
        raise Unreadable(Problem(path, 1, "is not text in UTF-8: save it as UTF-8")) from None
    except yaml.MarkedYAMLError as error:
        raise Unreadable(Problem(path, _line(error.problem_mark), f"is not YAML: {error.problem}")) from None
    except yaml.YAMLError as error:
        raise Unreadable(Problem(path, 1, f"is not YAML: {' '.join(str(error).split())}")) from None
    except (ValueError, OverflowError):  # what PyYAML lets through: "\\Uffffffff"
        raise Unreadable(Problem(path, 1, "is not YAML: a character that does not exist")) from None
    return Document(path, content, value, builder.lines, tuple(builder.repeated))
