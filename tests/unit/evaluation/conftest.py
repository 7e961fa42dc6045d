"""Small makers of clips, labels and alarms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from almere_vision.domain.event import Event
from almere_vision.domain.geometry import Box
from almere_vision.domain.suggestion import Kind
from almere_vision.evaluation.labels import Label, LabelledClip

MakeLabel = Callable[..., Label]
MakeAlarm = Callable[..., Event]
MakeClip = Callable[..., LabelledClip]


def _label(
    start_s: float,
    end_s: float,
    kind: Kind = Kind.PARKING,
    zone: str = "square",
    *,
    ignore: bool = False,
    box: Box | None = None,
) -> Label:
    return Label(kind=kind, zone=zone, start_s=start_s, end_s=end_s, ignore=ignore, box=box)


def _alarm(
    alarm_s: float,
    kind: Kind = Kind.PARKING,
    zone: str = "square",
    *,
    start_s: float | None = None,
    end_s: float | None = None,
    score: float = 0.9,
    box: Box = (0.4, 0.4, 0.6, 0.6),
) -> Event:
    return Event(
        kind=kind,
        camera="plaza",
        preset=None,
        zone=zone,
        start_s=alarm_s if start_s is None else start_s,
        alarm_s=alarm_s,
        end_s=end_s,
        at_least=False,
        score=score,
        box=box,
        people=0,
        model="net@01234567",
        rule="parking@1",
        facts={},
    )


def _clip(
    labels: Sequence[Label] = (),
    name: str = "one.mp4",
    *,
    group: str = "plaza",
    conditions: tuple[str, ...] = (),
    duration_s: float = 3600.0,
    limit_s: float = 60.0,
) -> LabelledClip:
    zones = ("square", "street")
    return LabelledClip(
        name=name,
        path=Path(name),
        zones_path=Path("zones.yaml"),
        group=group,
        conditions=conditions,
        duration_s=duration_s,
        limits_s={(kind, zone): limit_s for kind in (Kind.PARKING, Kind.LOITERING) for zone in zones}
        | {(Kind.FIGHT, zone): 0.0 for zone in zones},
        labels=tuple(labels),
    )


@pytest.fixture(scope="session")
def make_label() -> MakeLabel:
    return _label


@pytest.fixture(scope="session")
def make_alarm() -> MakeAlarm:
    return _alarm


@pytest.fixture(scope="session")
def make_clip() -> MakeClip:
    return _clip
