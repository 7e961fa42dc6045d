"""Why an event was missed, and why an alarm was false: the first thing in the chain that went wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from almere_vision.domain.detections import CLASSES, MOTOR_VEHICLES, Detections, ObjectClass
from almere_vision.domain.event import Event
from almere_vision.domain.geometry import Box, Polygon, contains, ground_point
from almere_vision.domain.look import Answer
from almere_vision.domain.scene import SceneView
from almere_vision.domain.suggestion import Kind
from almere_vision.domain.tracks import Track, Tracks
from almere_vision.evaluation.matching import Expectation, Outcome, Standing, same_place, temporal_iou
from almere_vision.evaluation.metrics import JudgedClip
from almere_vision.evaluation.suite import EventsSettings

_SEEN_OFTEN: Final = 0.5
"""Less than this share of the pictures is "not detected", or "not in the zone"."""

_FOLLOWED: Final = 0.9
"""A track must cover this share of the limit, or it was lost on the way."""

_MOVED_WIDTHS: Final = 0.5


class Reason(StrEnum):
    """What went wrong first."""

    NO_DETECTION = "no detection"
    TRACK_LOST = "track lost"
    ZONE = "zone"
    CLOCK = "clock"
    SUPPRESSED = "suppressed"
    DUPLICATE = "duplicate"
    MOVING = "moving"
    UNLABELLED = "unlabelled"
    NO_TRIGGER = "no trigger"
    BELOW = "below threshold"
    OUTWEIGHED = "outweighed"
    LOOKS_ALIKE = "look-alike"


@dataclass(frozen=True, slots=True)
class Finding:
    """A reason, and a sentence with its figures."""

    reason: Reason
    because: str


@dataclass(frozen=True, slots=True)
class Trace:
    """What the stages made of a clip.

    Attributes:
        detections: picture by picture.
        tracks: gives the tracks, picture by picture; only asked for when something went wrong.
        raised: all alarms, those below the working point included.
        view: the zones.
        answers: what came of closer looks.
        look_threshold: score from which on a look says fight.
    """

    detections: Sequence[Detections]
    tracks: Callable[[], Sequence[Tracks]]
    raised: Sequence[Event]
    view: SceneView
    answers: Sequence[Answer] = ()
    look_threshold: float = 0.5


def why_missed(row: int, judged: JudgedClip, trace: Trace, settings: EventsSettings) -> Finding:
    """Why the event `row` has no alarm."""
    expected = judged.expected[row]
    span_s = (expected.label.start_s, min(expected.label.end_s, expected.due_s + settings.after_s))
    if finding := _alarm_elsewhen(expected, judged, trace, settings):
        return finding
    if expected.label.kind is Kind.FIGHT:
        return _unfought(trace, span_s)
    here = _Here(expected.label.kind, expected.label.box, _polygon(trace.view, expected.label.zone), settings)
    pictures = [d for d in trace.detections if span_s[0] <= d.moment.clock_s <= span_s[1]]
    scores = [score for d in pictures if (score := here.best_score(d)) is not None]
    if not pictures or len(scores) < _SEEN_OFTEN * len(pictures):
        best = f", with a score of {max(scores):.2f} at best" if scores else ""
        return Finding(
            Reason.NO_DETECTION, f"the network saw it in {len(scores)} of {len(pictures)} pictures{best}"
        )
    return _lost_on_the_way(expected, here, [t for t in trace.tracks() if _during(t, span_s)])


def why_false(column: int, judged: JudgedClip, trace: Trace, settings: EventsSettings) -> Finding:
    """Why the alarm `column` is false."""
    alarm = judged.alarms[column]
    end_s = judged.clip.duration_s if alarm.end_s is None else alarm.end_s
    partner = {row: judged.alarms[other].alarm_s for row, other in judged.matching.pairs}
    for row, expected in enumerate(judged.expected):
        label = expected.label
        near = label.kind is alarm.kind and (
            label.box is None or same_place(label.box, alarm.box, settings.place_min)
        )
        if not near or temporal_iou((label.start_s, label.end_s), (alarm.start_s, end_s)) <= 0:
            continue
        event = f"the event of {label.start_s:.1f}-{label.end_s:.1f} s"
        if label.zone not in (alarm.zone, *alarm.zones):
            return Finding(Reason.ZONE, f"{event} is labelled in zone {label.zone}, not in {alarm.zone}")
        if row in partner:
            return Finding(Reason.DUPLICATE, f"{event} already has the alarm at {partner[row]:.1f} s")
        if expected.standing is Standing.SHORT:
            return Finding(Reason.CLOCK, f"{event} ends before its alarm is due at {expected.due_s:.1f} s")
        return Finding(Reason.CLOCK, f"{event}: {_lateness(alarm.alarm_s - expected.due_s)}")
    if judged.matching.outcomes[column] is Outcome.DUPLICATE:
        return Finding(Reason.DUPLICATE, "another alarm belongs to the same event")
    if alarm.kind is Kind.FIGHT:
        return _looks_alike(alarm, trace)
    moved = _moved_widths(alarm, trace.tracks())
    if moved > _MOVED_WIDTHS:
        return Finding(Reason.MOVING, f"it moved {moved:.1f} of its widths between onset and alarm")
    return Finding(
        Reason.UNLABELLED, "nothing is labelled there: a missing label, or not what the network took it for"
    )


@dataclass(frozen=True, slots=True)
class _Here:
    """Which detections and tracks can be the labelled thing."""

    kind: Kind
    box: Box | None
    polygon: Polygon
    settings: EventsSettings

    @property
    def _classes(self) -> frozenset[ObjectClass]:
        return MOTOR_VEHICLES if self.kind is Kind.PARKING else frozenset({ObjectClass.PERSON})

    def is_at(self, box: Box) -> bool:
        if self.box is None:
            return contains(self.polygon, ground_point(box))
        return same_place(self.box, box, self.settings.place_min)

    def best_score(self, detections: Detections) -> float | None:
        scores = [
            float(score)
            for box, score, kind in zip(
                detections.boxes.tolist(), detections.scores, detections.classes, strict=True
            )
            if CLASSES[kind] in self._classes and self.is_at(tuple(box))
        ]
        return max(scores, default=None)

    def tracks(self, tracks: Tracks) -> Iterable[Track]:
        return (t for t in tracks.tracks if t.kind in self._classes and self.is_at(t.box))


def _alarm_elsewhen(
    expected: Expectation, judged: JudgedClip, trace: Trace, settings: EventsSettings
) -> Finding | None:
    """An alarm for the same thing that was dropped, taken by another event, or came at another time."""
    label = expected.label
    taken = [judged.alarms[column] for _, column in judged.matching.pairs]
    for alarm in trace.raised:
        end_s = judged.clip.duration_s if alarm.end_s is None else alarm.end_s
        if (
            alarm.kind is not label.kind
            or label.zone not in (alarm.zone, *alarm.zones)
            or temporal_iou((label.start_s, label.end_s), (alarm.start_s, end_s)) <= 0
            or (label.box is not None and not same_place(label.box, alarm.box, settings.place_min))
        ):
            continue
        if alarm.score < settings.score_min:
            return Finding(
                Reason.SUPPRESSED,
                f"its alarm at {alarm.alarm_s:.1f} s has a score of {alarm.score:.2f}, below the working "
                f"point of {settings.score_min:.2f}",
            )
        late_s = alarm.alarm_s - expected.due_s
        if -settings.before_s <= late_s <= settings.after_s:
            if label.box is None:
                continue
            return Finding(
                Reason.SUPPRESSED, f"one alarm at {alarm.alarm_s:.1f} s stands for two labelled events"
            )
        if alarm in taken:
            continue  # it is the alarm of something else nearby
        return Finding(Reason.CLOCK, _lateness(late_s))
    return None


def _lost_on_the_way(expected: Expectation, here: _Here, pictures: Sequence[Tracks]) -> Finding:
    """Detected, and yet no alarm: the track, the zone or the clock of the rule."""
    limit_s = expected.due_s - expected.label.start_s
    times_s: dict[str, list[float]] = defaultdict(list)
    inside: dict[str, int] = defaultdict(int)
    for tracks in pictures:
        for track in here.tracks(tracks):
            times_s[track.id].append(tracks.moment.clock_s)
            inside[track.id] += contains(here.polygon, ground_point(track.box))
    if not times_s:
        return Finding(Reason.TRACK_LOST, "it was detected, but never became a track")
    longest = max(times_s, key=lambda track: times_s[track][-1] - times_s[track][0])
    followed_s = times_s[longest][-1] - times_s[longest][0]
    if followed_s < _FOLLOWED * limit_s:
        return Finding(
            Reason.TRACK_LOST,
            f"{len(times_s)} tracks; the longest lasts {followed_s:.1f} s of the {limit_s:g} s needed",
        )
    share = inside[longest] / len(times_s[longest])
    if share < _SEEN_OFTEN:
        return Finding(
            Reason.ZONE, f"its ground point lies inside the zone in only {share:.0%} of the pictures"
        )
    return Finding(
        Reason.CLOCK,
        f"it was followed for {followed_s:.1f} s in the zone, but the rule never counted {limit_s:g} s",
    )


def _unfought(trace: Trace, span_s: tuple[float, float]) -> Finding:
    """At which stage a fight was lost."""
    pictures = [tracks for tracks in trace.tracks() if _during(tracks, span_s)]
    people = [sum(track.kind is ObjectClass.PERSON for track in tracks.tracks) for tracks in pictures]
    if max(people, default=0) == 0:
        return Finding(Reason.NO_DETECTION, f"nobody was tracked in {len(pictures)} pictures")
    looked = [a for a in trace.answers if span_s[0] <= a.look.moment.media_time_s <= span_s[1]]
    if not looked:
        return Finding(
            Reason.NO_TRIGGER, f"at most {max(people)} people at once, never close and restless for long"
        )
    scores = [answer.score or 0.0 for answer in looked]
    above = sum(score >= trace.look_threshold for score in scores)
    told = f"{len(scores)} looks, the surest {max(scores):.2f}"
    if above == 0:
        return Finding(Reason.BELOW, f"{told}, below {trace.look_threshold:.2f}")
    return Finding(
        Reason.OUTWEIGHED, f"{told}; {above} at or above {trace.look_threshold:.2f}, outweighed by the others"
    )


def _looks_alike(alarm: Event, trace: Trace) -> Finding:
    scores = [
        answer.score or 0.0
        for answer in trace.answers
        if alarm.start_s <= answer.look.moment.media_time_s <= alarm.alarm_s
    ]
    return Finding(Reason.LOOKS_ALIKE, f"{len(scores)} looks, the surest {max(scores, default=0.0):.2f}")


def _moved_widths(alarm: Event, pictures: Sequence[Tracks]) -> float:
    """How far the box of the alarm's first track moved between onset and alarm, in its own widths."""
    boxes = [
        track.box
        for tracks in pictures
        if alarm.start_s <= tracks.moment.clock_s <= alarm.alarm_s
        for track in tracks.tracks
        if track.id in alarm.tracks[:1]
    ]
    if len(boxes) < 2:
        return 0.0
    (ax, ay), (bx, by) = ground_point(boxes[0]), ground_point(boxes[-1])
    return float(((ax - bx) ** 2 + (ay - by) ** 2) ** 0.5 / max(1e-6, boxes[-1][2] - boxes[-1][0]))


def _lateness(late_s: float) -> str:
    return f"the alarm came {abs(late_s):.1f} s {'after' if late_s > 0 else 'before'} it was due"


def _during(tracks: Tracks, span_s: tuple[float, float]) -> bool:
    return span_s[0] <= tracks.moment.clock_s <= span_s[1]


def _polygon(view: SceneView, zone: str) -> Polygon:
    return next(one.polygon for one in view.zones if one.id == zone)
