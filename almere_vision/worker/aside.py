"""Reports of one camera, made beside its judging: evidence takes longer than a picture may wait."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Final, Self

from almere_vision.domain.frame import Frame
from almere_vision.domain.suggestion import RuleHit
from almere_vision.domain.tube import Tube
from almere_vision.worker.journeys import Journey

_MOST_WAITING: Final = 16
"""Each holds its picture; a camera with more than so many that wait is itself made to wait."""


class Aside:
    """One after the other, in the order in which they were asked for, by a thread of its own."""

    def __init__(self, report: Callable[[RuleHit, Frame, Tube | None, Journey], None]) -> None:
        """`report` makes the evidence of a hit and sends its suggestion."""
        self._report = report
        self._thread = ThreadPoolExecutor(1, "report")
        self._waiting: deque[Future[None]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait until all are made. Raises as `settled` if nothing else went wrong."""
        self._thread.shutdown()
        if kind is None:
            self.settled()

    def report(self, hit: RuleHit, frame: Frame, tube: Tube | None, journey: Journey) -> None:
        """Have it made; returns at once, unless very many wait. Raises as `settled`."""
        if len(self._waiting) >= _MOST_WAITING:
            self._waiting.popleft().result()
        self._waiting.append(self._thread.submit(self._report, hit, frame, tube, journey))

    def settled(self) -> bool:
        """Whether all that was reported is out.

        Raises:
            StorageError: neither the queue nor the spool could take one.
        """
        while self._waiting and self._waiting[0].done():
            self._waiting.popleft().result()
        return not self._waiting
