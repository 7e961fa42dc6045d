"""The leases of one worker: keeps them up, takes what nobody watches, and gives back what is too much.

Renewing must not wait for cameras that open or close, so it has a thread of its own; `live.py` looks every
two seconds at what is held now, and begins and ends cameras by that.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from math import inf
from typing import Final

import structlog

from almere_vision.domain.errors import QueueUnavailable
from almere_vision.domain.lease import Lease
from almere_vision.storage.leases import Leases
from almere_vision.worker.sharing import Group, fair_share, to_give, to_take

log = structlog.get_logger()

_ASKS: Final = 6
"""A lease is renewed so many times in its length."""

_MARGIN: Final = 0.1
"""Share of its length that a lease is taken to end earlier: clocks do not run alike."""


class Holdings:
    """What this worker may watch; all methods may be called from any thread.

    While Redis is away everything that is held is watched on, however long that takes: nobody can be given
    it meanwhile, and not to look would be the only certain loss. If only this worker is cut off, another
    takes over, and what this one then tells is refused by its token.

    Args:
        store: the shared list.
        groups: all cameras of the site, as they go together.
        room: cameras that this worker takes at most; 0 for any number.
        lease_s: length of a lease.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        store: Leases,
        groups: Sequence[Group],
        room: int,
        lease_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._groups = tuple(groups)
        self._cameras = tuple(camera for group in groups for camera in group)
        self._room = room
        self._lease_s = lease_s
        self._clock = clock
        self._turn = threading.Lock()
        self._asking = threading.Lock()  # so that nothing is renewed that is being given back
        self._held: dict[Group, Lease] = {}
        self._surplus: set[Group] = set()
        self._sure_until_s = -inf
        self._away = False
        self._takes_from_s = -inf
        self._first = True

    def held(self) -> tuple[Lease, ...]:
        """What this worker is to watch now."""
        with self._turn:
            return tuple(lease for group, lease in self._held.items() if group not in self._surplus)

    def sure(self) -> bool:
        """Whether pictures may be judged now.

        Not when the leases ran out unnoticed, as in a process that was stopped for a while: then it must
        first ask whether they are still its own.
        """
        return self._clock() < self._sure_until_s or self._away

    def serve(self, stop: threading.Event) -> None:
        """Keep the leases until `stop` is set; blocking, run it in a thread."""
        while not stop.is_set():
            try:
                self.step()
            except Exception:
                log.exception("leases failed by a fault of ours")
            stop.wait(self._lease_s / _ASKS)

    def step(self) -> None:
        """Renew, and come nearer to a fair share; what goes wrong is tried again at the next step."""
        with self._asking:
            self._step()

    def _step(self) -> None:
        asked_s = self._clock()
        try:
            lost = self._store.renew(tuple(self._held.values()), self._room)
            if self._away:
                # others that were cut off as well get the time to renew theirs before anybody takes them
                self._takes_from_s = self._clock() + self._lease_s
            self._away, self._sure_until_s = False, asked_s + self._lease_s * (1 - _MARGIN)
            self._drop(lost)
            if self._clock() >= self._takes_from_s:
                self._balance()
        except QueueUnavailable as error:
            if not self._away:
                log.warning("leases cannot be renewed, cameras are watched on", reason=str(error))
            self._away = True

    def give_back(self, lease: Lease) -> None:
        """Its cameras are not watched here any more, and others may have them at once."""
        with self._asking:
            if self._held.get(lease.cameras) != lease:
                return
            with self._turn:
                self._surplus.discard(lease.cameras)
                del self._held[lease.cameras]
            try:
                self._store.give_back(lease)
            except QueueUnavailable:
                log.warning("a lease runs out by itself: the queue is away", cameras=lease.cameras)

    def close(self) -> None:
        """Give everything back and leave."""
        for lease in tuple(self._held.values()):
            self.give_back(lease)
        try:
            self._store.leave()
        except QueueUnavailable:
            log.debug("not taken off the list of workers: the queue is away")
        self._store.close()

    def _drop(self, lost: frozenset[str]) -> None:
        for group, lease in tuple(self._held.items()):
            if not lost.isdisjoint(group):
                log.warning("another worker has taken over", cameras=group)
                with self._turn:
                    del self._held[group]
                    self._surplus.discard(group)
                if len(group) > 1:  # the site file changed: others group these cameras in another way
                    self._store.give_back(lease)

    def _balance(self) -> None:
        survey = self._store.survey(self._cameras)
        share = fair_share(len(self._cameras), survey.rooms, self._room)
        back, self._first = self._first, False
        free = [
            group
            for group in self._groups
            if group not in self._held and (back or survey.taken.isdisjoint(group))
        ]
        for group in to_take(free, sum(map(len, self._held)), share, self._room):
            lease = self._store.take(group, back=back)
            if lease is not None:
                log.info("takes cameras", cameras=group, token=lease.token)
                with self._turn:
                    self._held[group] = lease
        surplus = set(to_give(tuple(self._held), share))
        with self._turn:
            self._surplus = surplus
