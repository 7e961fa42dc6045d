"""Whether the audit log is as it was written: the chain of hashes, held against the pins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from almere_vision.domain.audit import GENESIS, Line, digest
from almere_vision.domain.errors import InputError
from almere_vision.storage.audit import Audit
from almere_vision.storage.pins import NAME, Pin, read_pins

SHOWN: Final = 100
"""Findings that a report holds; it counts all."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, with which line of the log (None: none in particular), and in words."""

    what: str
    line: int | None
    text: str


@dataclass(slots=True)
class Report:
    """What was looked at, and what was found; `counts` by kind of finding."""

    lines: int = 0
    pins: int = 0
    head: str = GENESIS
    counts: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)

    def add(self, what: str, line: int | None, text: str) -> None:
        self.counts[what] += 1
        if len(self.findings) < SHOWN:
            self.findings.append(Finding(what, line, text))


def verify(audit: Audit, folders: Sequence[Path]) -> Report:
    """Compute the chain again and hold it against the pins of all folders, in constant memory.

    Found are: `edited` a line; `removed` one or more; `moved`, that is reordered or inserted; `unlinked`, a
    line that does not follow from the one before; `rewritten`, a line that is not the one that was pinned;
    `truncated`, the log ends before a pin; `pin`, a pin that was changed or moved.

    Raises:
        InputError: the pins cannot be read, or there are none although the log has lines.
        StoreUnavailable: the database is away.
    """
    files = [folder / NAME for folder in folders]
    sizes = [_size(file) for file in files]  # first: what is pinned while we read is no truncation
    if audit.head() is None and not any(sizes):
        return Report()
    for file, size in zip(files, sizes, strict=True):
        if not size:
            raise InputError(f"there are no pins in {file}: the log has nothing to be held against")
    report = Report()
    pinned = [_Pinned(file, read_pins(file, size)) for file, size in zip(files, sizes, strict=True)]
    for line in _linked(audit.lines(), report):
        for pins in pinned:
            pins.hold(line, report)
    for pins in pinned:
        pins.end(report)
    return report


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise InputError(f"cannot read the pins {file}: {error.strerror}") from None


def _linked(lines: Iterable[Line], report: Report) -> Iterator[Line]:
    """The same lines, each held against the one before."""
    last, previous = 0, GENESIS
    for line in lines:
        gap = line.id != last + 1
        if gap:
            report.add("removed", line.id, f"lines {last + 1} to {line.id - 1} are missing")
        whole = _digest(line) == line.hash
        if not whole and (gap or line.previous == previous):
            report.add("edited", line.id, f"line {line.id} is not what it was when it was written")
        elif not whole:
            report.add("moved", line.id, f"line {line.id} was reordered or inserted")
        elif not gap and line.previous != previous:
            report.add("unlinked", line.id, f"line {line.id} does not follow from line {last}")
        last, previous = line.id, line.hash
        report.lines += 1
        yield line
    report.head = previous


def _digest(line: Line) -> str:
    try:
        return digest(line.id, line.entry, line.previous, line.form)
    except (ValueError, TypeError):  # what stands there cannot have been written by us
        return ""


class _Pinned:
    """The pins of one file, read along with the log."""

    def __init__(self, file: Path, pins: Iterator[Pin]) -> None:
        self._file, self._pins = file, pins
        self._next: Pin | None = None
        self._newest = 0
        self._began = False

    def hold(self, line: Line, report: Report) -> None:
        if not self._began:
            self._began = True
            self._advance(report)
        while self._next is not None and self._next.id <= line.id:
            pin = self._next
            if pin.id == line.id and pin.hash != line.hash:
                told = f"line {line.id} is not the one that was pinned ({self._file}, pin {pin.number})"
                report.add("rewritten", line.id, told)
            self._advance(report)  # a pin of a line that is missing is told as `removed`

    def end(self, report: Report) -> None:
        if not self._began:
            self._began = True
            self._advance(report)
        last = None
        while self._next is not None:
            last = self._next
            self._advance(report)
        if last is not None:
            told = f"the log ends before line {last.id}, which was pinned ({self._file}, pin {last.number})"
            report.add("truncated", last.id, told)

    def _advance(self, report: Report) -> None:
        """Go to the next pin that can be relied on."""
        for pin in self._pins:
            report.pins += 1
            if not pin.whole or pin.id < self._newest:
                report.add("pin", None, f"pin {pin.number} of {self._file} was changed or moved")
            if pin.id >= self._newest and pin.id > 0:
                self._newest, self._next = pin.id, pin
                return
        self._next = None
