"""What a file holds, read again when the file changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

import structlog

from almere_vision.domain.errors import InputError

_Held = TypeVar("_Held")
_Stamp = tuple[int, int, int] | None

log = structlog.get_logger()


class Fresh(Generic[_Held]):
    """The newest usable content of a file. The same content is always the same object.

    A change that cannot be used is told in the log, once, and what held before goes on.
    """

    def __init__(self, path: Path, load: Callable[[Path], _Held]) -> None:
        """Raises what `load` raises: there is nothing yet that could go on."""
        self._path = path
        self._load = load
        self._stamp = _stamp(path)
        self._held = load(path)

    def now(self) -> _Held:
        """May be asked often: the file is read only when it was changed."""
        stamp = _stamp(self._path)
        if stamp != self._stamp:
            self._stamp = stamp
            try:
                self._held = self._load(self._path)
            except InputError as error:
                log.error("a changed file is not used", reason=str(error))
        return self._held


def _stamp(path: Path) -> _Stamp:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
