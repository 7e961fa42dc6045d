"""What a worker counted of each rule, hour by hour, until it is told to those who keep it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from almere_vision.domain.watching import WatchedTime

_EVERY_S: Final = 10.0

_Key = tuple[str, str, str, str]


class Watchbook:
    """Keeps sums; what is told again is the whole sum of the hour, so nothing is lost or counted twice.

    Args:
        run: names this run of the worker.
        tell: hands sums on, and gives the cameras of which they were refused; may raise, and is then given
            them again.
        clock: wall time in UTC.
    """

    def __init__(
        self,
        run: str,
        tell: Callable[[Sequence[WatchedTime]], frozenset[str]],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._run = run
        self._tell = tell
        self._clock = clock
        self._hours: dict[datetime, dict[_Key, float]] = {}
        self._told: dict[datetime, dict[_Key, float]] = {}
        self._told_at: datetime | None = None

    def count(self, camera: str, preset: str, rule: str, what: str, seconds: float) -> None:
        """As `Blindness` counts: seconds that just passed, so few that they belong to where they began."""
        hour = self._hours.setdefault(_hour(self._clock() - timedelta(seconds=seconds)), {})
        key = camera, preset, rule, what
        hour[key] = hour.get(key, 0.0) + seconds

    def hand_on(self, *, at_once: bool = False) -> None:
        """Tell the sums, every ten seconds; hours that are over are then forgotten. May raise as `tell`."""
        now = self._clock()
        if (
            not at_once
            and self._told_at is not None
            and 0 <= (now - self._told_at).total_seconds() < _EVERY_S
        ):
            return
        refused = self._tell(
            [
                WatchedTime(self._run, hour, *key, seconds)
                for hour, sums in self._hours.items()
                for key, seconds in sums.items()
            ]
        )
        self._told_at = now
        self._hours = {hour: sums for hour, sums in self._hours.items() if hour == _hour(now)}
        before = self._told
        self._told = {
            hour: {
                **before.get(hour, {}),
                **{key: seconds for key, seconds in sums.items() if key[0] not in refused},
            }
            for hour, sums in self._hours.items()
        }

    def take_back(self, camera: str) -> None:
        """Another worker watched this camera since sums were last told: what came since is not true."""
        for hour, sums in self._hours.items():
            told = self._told.get(hour, {})
            for key in [key for key in sums if key[0] == camera]:
                del sums[key]
                if key in told:
                    sums[key] = told[key]


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
