"""Reports of `almere eval` in a folder of the operator. They are read, never made and never changed."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from almere_vision.domain.errors import InputError
from almere_vision.evaluation.report import Report, read_report

REPORT_ID: Final = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"
"""Name of a folder with a `report.json` in it."""

MOST_REPORTS: Final = 200
_LARGEST: Final = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Found:
    """One report, or in a sentence why it cannot be read. `head` is the report without its parts."""

    id: str
    file: Path
    head: Report | None
    fault: str = ""


class Benchmarks:
    """Reads the folder at each question; what did not change since is kept.

    Args:
        folder: where reports lie, each in a folder of its own; None where the operator named none.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._kept: dict[Path, tuple[tuple[int, int], Found]] = {}

    def list(self) -> tuple[Found, ...]:
        """The newest files, newest first.

        Raises:
            InputError: the folder cannot be read.
        """
        with self._lock:
            files = sorted(self._files(), key=lambda item: (-item[1][0], item[0]))[:MOST_REPORTS]
            self._kept = {path: (stamp, self._found(path, stamp)) for path, stamp in files}
            return tuple(found for _, found in self._kept.values())

    def get(self, report_id: str) -> Report | None:
        """One of the list, by its id: an id never becomes a path.

        Raises:
            InputError: the file is no report.
        """
        found = next((one for one in self.list() if one.id == report_id), None)
        if found is None:
            return None
        if found.head is None:
            raise InputError(f"this report cannot be read: {found.fault}")
        return read_report(found.file)

    def _files(self) -> Iterator[tuple[Path, tuple[int, int]]]:
        """Reports with time of change (ns) and size (bytes); no links that lead out of the folder."""
        if self.folder is None:
            return
        try:
            top = self.folder.resolve(strict=True)
            entries = list(top.iterdir())
        except OSError as error:
            raise InputError(f"the folder of reports cannot be read: {error.strerror}") from None
        for entry in entries:
            file = entry / "report.json"
            try:
                if re.match(REPORT_ID, entry.name) and file.resolve(strict=True).is_relative_to(top):
                    told = file.stat()
                    yield file, (told.st_mtime_ns, told.st_size)
            except OSError:  # no report in it, or gone by now
                continue

    def _found(self, file: Path, stamp: tuple[int, int]) -> Found:
        kept = self._kept.get(file)
        if kept is not None and kept[0] == stamp:
            return kept[1]
        name = file.parent.name
        if stamp[1] > _LARGEST:
            return Found(name, file, None, f"larger than {_LARGEST // 2**20} MiB")
        try:
            bare = {"events": None, "clips": None, "tracking": None}
            return Found(name, file, read_report(file).model_copy(update=bare))
        except InputError as error:
            return Found(name, file, None, str(error).replace(str(file.parent) + "/", ""))
