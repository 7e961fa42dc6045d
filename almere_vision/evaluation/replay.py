"""Other zones on the detections of the past days: what would have been suggested, and what would be missed.

    hours ── tracker ──► tracks ──┬── rules of the zones that hold ── once ──► suggestions
                                  └── rules of the changed zones ──── once ──► suggestions

Both are replayed in the same way, so that what a replay cannot know (the pictures of fights, other cameras,
a stay that began before the first kept hour) is left out of both. Of what people confirmed it is told what
the replay of the zones that hold finds again, and of that, what the changed zones do not.

`python -m almere_vision.evaluation.replay` reads a `DryRunJob` as JSON and writes `DryRun`s, a line each,
so that it can run beside a service, in a process of its own that may be stopped at any time.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise
from typing import Final

from almere_vision.domain.detections import Detections
from almere_vision.domain.geometry import Box, iou, overlap
from almere_vision.domain.scene import SamePlace
from almere_vision.domain.suggestion import Kind, RuleHit
from almere_vision.domain.tracks import Tracks
from almere_vision.evaluation.dry_run import Confirmed, DryRun, DryRunCount, DryRunJob
from almere_vision.scene import Scene
from almere_vision.scene.drawing import scene_of
from almere_vision.storage.seen import Seen
from almere_vision.suggest import Once
from almere_vision.worker.fights import wants_fights
from almere_vision.worker.pipeline import Judge

SLACK_S: Final = 15.0
"""A confirmed suggestion and a replayed one are the same if they were raised at most so long apart, or if
each goes on while the other does,"""
SAME_IOU: Final = 0.3
"""and their boxes overlap so much (vehicles), or at all (groups)."""

_NICE: Final = 10
_BLOCK: Final = timedelta(days=1)
"""Hours are replayed in blocks of so long, the newest first; a stay is cut where two meet."""


@dataclass(slots=True)
class _Suggested:
    """A suggestion of a replay; `last_s` is when it was heard of last."""

    kind: Kind
    zone: str
    onset_s: float
    raised_s: float
    box: Box
    last_s: float


@dataclass(slots=True)
class _Side:
    """One of the two zone files over one block."""

    judge: Judge
    scene: Scene
    once: Once
    suggested: dict[str, _Suggested] = field(default_factory=dict)

    def take(self, tracks: Tracks) -> None:
        for hit in self.judge.judge(tracks):
            told = self.once.tell(hit, self.scene.view(tracks.moment.preset)).hit
            known = self.suggested.get(told.stay)
            if known is None:
                self.suggested[told.stay] = _begun(told)
            else:
                known.last_s = told.moment.clock_s


def _begun(told: RuleHit) -> _Suggested:
    return _Suggested(told.kind, told.zone, told.onset_s, told.alarm_s, told.box, told.moment.clock_s)


def replay(job: DryRunJob, clock: Callable[[], float] = time.monotonic) -> Iterator[DryRun]:
    """Replay the newest day first, until all is done or the time is up; tells after each hour how it stands.

    Raises:
        InputError: one of the zone files cannot be used.
    """
    ends_s = clock() + job.limit_s
    seen = Seen(job.folder)
    first = _hour(job.since)
    hours = [hour for hour in seen.hours(job.camera) if first <= hour < job.until]
    scenes = scene_of(job.now.encode()), scene_of(job.changed.encode())
    outcome = DryRun(
        hours=len(hours),
        needed_fps=Judge.rate_fps(scenes[1]),
        fights=wants_fights(scenes),
    )
    yield outcome
    places = [SamePlace(str(n), frozenset(views)) for n, views in enumerate(job.same_place)]
    before: tuple[list[_Suggested], list[_Suggested]] = [], []
    covered: set[datetime] = set()
    rates: list[float] = []
    for block in _blocks(hours, job.until):
        sides = [_side(scene, places, rates) for scene in scenes]
        for hour in block:
            if clock() > ends_s:
                return
            pictures = _within(seen.read(job.camera, hour), job)
            rates.extend(_rate(pictures))
            for picture in pictures:
                tracks = sides[0].judge.follow(picture)
                for side in sides:
                    side.take(tracks)
            covered.add(hour)
            _stretch(outcome, pictures)
            outcome.replayed = len(covered)
            outcome.fps = round(sorted(rates)[len(rates) // 2], 2) if rates else 0.0
            now, changed = ([*one, *side.suggested.values()] for one, side in zip(before, sides, strict=True))
            _count(outcome, now, changed)
            _compare(outcome, now, changed, [one for one in job.confirmed if _hour(one.raised) in covered])
            yield outcome
        for one, side in zip(before, sides, strict=True):
            one.extend(side.suggested.values())


def _blocks(hours: Sequence[datetime], until: datetime) -> Iterator[list[datetime]]:
    """Days back from `until`, the newest first; hours within each in order."""
    days = [list(block) for _, block in groupby(hours, lambda hour: (until - hour) // _BLOCK)]
    return reversed(days)


def _side(scene: Scene, places: Sequence[SamePlace], rates: Sequence[float]) -> _Side:
    return _Side(Judge(scene, "replay", rates[-1] if rates else Judge.rate_fps(scene)), scene, Once(places))


def _within(pictures: Iterable[Detections], job: DryRunJob) -> list[Detections]:
    since_s, until_s = job.since.timestamp(), job.until.timestamp()
    return [picture for picture in pictures if since_s <= picture.moment.clock_s < until_s]


def _rate(pictures: Sequence[Detections]) -> list[float]:
    """Pictures a second, by the median of the time between two; nothing of a single picture."""
    steps = sorted(b.moment.clock_s - a.moment.clock_s for a, b in pairwise(pictures))
    return [1 / steps[len(steps) // 2]] if steps and steps[len(steps) // 2] > 0 else []


def _stretch(outcome: DryRun, pictures: Sequence[Detections]) -> None:
    if pictures:
        first, last = (datetime.fromtimestamp(pictures[at].moment.clock_s, UTC) for at in (0, -1))
        outcome.since = first if outcome.since is None else min(first, outcome.since)
        outcome.until = last if outcome.until is None else max(last, outcome.until)


def _hour(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _count(outcome: DryRun, now: Sequence[_Suggested], changed: Sequence[_Suggested]) -> None:
    by_place = [Counter((one.zone, one.kind) for one in side) for side in (now, changed)]
    outcome.now, outcome.changed = len(now), len(changed)
    outcome.counts = [
        DryRunCount(zone=zone, kind=kind, now=by_place[0][zone, kind], changed=by_place[1][zone, kind])
        for zone, kind in sorted(by_place[0].keys() | by_place[1].keys())
    ]


def _compare(
    outcome: DryRun,
    now: Sequence[_Suggested],
    changed: Sequence[_Suggested],
    confirmed: Sequence[Confirmed],
) -> None:
    again, then = (
        {one.id for one in confirmed if any(_same(one, other) for other in side)} for side in (now, changed)
    )
    outcome.confirmed, outcome.found = len(confirmed), len(again)
    outcome.lost = [one.id for one in confirmed if one.id in again - then]
    outcome.gained = [one.id for one in confirmed if one.id in then - again]


def _same(confirmed: Confirmed, other: _Suggested) -> bool:
    if confirmed.kind is not other.kind:
        return False
    onset_s, raised_s = confirmed.onset.timestamp(), confirmed.raised.timestamp()
    if raised_s < other.onset_s - SLACK_S or onset_s > max(other.last_s, other.raised_s) + SLACK_S:
        return False
    if confirmed.kind is Kind.PARKING:
        return iou(confirmed.box, other.box) >= SAME_IOU
    return overlap(confirmed.box, other.box) > 0


if __name__ == "__main__":
    os.nice(_NICE)
    work = DryRunJob.model_validate_json(sys.stdin.buffer.read())
    for told in replay(work):
        print(told.model_dump_json(), flush=True)  # noqa: T201
