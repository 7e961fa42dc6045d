"""Short clips of one camera, joined into streams with labels: fights as events, on footage that goes on.

A clip of two seconds has no before: whether an alarm comes in time, and what happens between fights, shows
only where a camera goes on. So the clips of one source are played one after the other, first those without a
fight, then those with one, which together are one event from the first cut on. The detector sees the cuts; a
real camera has none. Clips that are long enough stay as they are.
"""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import yaml
from av.video.frame import PictureType

from almere_vision.domain.errors import FootageError, LabelFileError
from almere_vision.evaluation.clips import SplitClip, read_splits
from almere_vision.evaluation.labels import video_duration_s
from almere_vision.sources.address import read_address
from almere_vision.sources.opening import open_file, video_stream

LONG_ENOUGH_S: Final = 4.9
"""A clip of this length is a stream by itself."""

_TICK: Final = Fraction(1, 12800)
_LEAST_EVENT_S: Final = 1.5
_ZONE: Final = "picture"
_EDGE: Final = 0.001


@dataclass(frozen=True, slots=True)
class Stream:
    """Clips of one camera that are played one after the other.

    Attributes:
        name: of its files.
        group: the camera.
        clips: paths, in order, and whether each shows a fight.
        conditions: words to slice by.
    """

    name: str
    group: str
    clips: tuple[tuple[Path, bool], ...]
    conditions: tuple[str, ...] = field(default=())


def plan_streams(
    splits: Path, footage: Path, split: str, positive: str, sources: Mapping[str, str]
) -> list[Stream]:
    """Which clips of a split file are played together.

    Args:
        splits: CSV with file, label, group and split.
        footage: folder that `file` is relative to.
        split: which part is wanted.
        positive: label of the clips with an event.
        sources: name of the source by prefix of the group; a condition of its streams.

    Raises:
        LabelFileError: the split file cannot be used, or has no clip of the split.
        FootageError: a clip is missing, or no video.
    """
    wanted = [clip for clip in read_splits(splits, positive) if clip.split == split]
    if not wanted:
        raise LabelFileError(f"{splits}: no clip is in split {split!r}")
    together: dict[tuple[str, tuple[int, int]], list[SplitClip]] = defaultdict(list)
    streams = []
    for clip in wanted:
        path = footage / clip.file
        words = (positive if clip.positive else f"no {positive}", _source(clip.group, sources))
        if video_duration_s(path) >= LONG_ENOUGH_S:
            streams.append(Stream(path.stem, clip.group, ((path, clip.positive),), words))
        else:
            together[clip.group, _size_px(path)].append(clip)
    for (group, (width_px, height_px)), clips in together.items():
        ordered = sorted(clips, key=lambda clip: (clip.positive, clip.file))
        words = (positive if ordered[-1].positive else f"no {positive}", _source(group, sources))
        played = tuple((footage / clip.file, clip.positive) for clip in ordered)
        streams.append(Stream(f"{group}_{width_px}x{height_px}", group, played, words))
    return sorted(streams, key=lambda stream: stream.name)


def plan_normal(listing: Path, footage: Path, split: str) -> list[Stream]:
    """Streams without any event from a CSV with file, group and split; each is one file.

    Raises:
        LabelFileError: the listing cannot be read.
    """
    try:
        with listing.open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["split"] == split]
    except (OSError, KeyError, UnicodeDecodeError, csv.Error) as error:
        raise LabelFileError(f"{listing}: needs columns file, group and split ({error})") from None
    return [
        Stream(
            Path(row["file"]).stem,
            row["group"],
            ((footage / row["file"], False),),
            ("ordinary life", Path(row["file"]).parts[0]),
        )
        for row in rows
    ]


def write_streams(streams: Sequence[Stream], kind: str, out: Path) -> None:
    """Write `clips`, `labels` and `zones` of streams below a folder; what is there already is kept.

    Raises:
        FootageError: a clip is missing or cannot be read.
    """
    for part in ("clips", "labels", "zones"):
        (out / part).mkdir(parents=True, exist_ok=True)
    for stream in streams:
        path = out / "clips" / f"{stream.name}{_ending(stream)}"
        spans_s = _write(stream, path)
        events = [
            {"kind": kind, "zone": _ZONE, "start_s": round(start_s, 3), "end_s": round(end_s, 3)}
            for start_s, end_s in spans_s
        ]
        for event, (start_s, end_s) in zip(events, spans_s, strict=True):
            if end_s - start_s < _LEAST_EVENT_S:
                event["ignore"] = True
        label = {
            "clip": path.name,
            "zones": f"{stream.name}.yaml",
            "group": stream.group,
            "conditions": stream.conditions,
            "events": events,
        }
        (out / "labels" / f"{stream.name}.json").write_text(json.dumps(label, indent=1) + "\n")
        (out / "zones" / f"{stream.name}.yaml").write_text(_zones(stream.name, kind))


def _write(stream: Stream, path: Path) -> list[tuple[float, float]]:
    """Write the video, and give the stretches of it that show the event."""
    if len(stream.clips) == 1:
        clip, positive = stream.clips[0]
        if not path.exists():
            shutil.copyfile(clip, path)
        return [(0.0, video_duration_s(path))] if positive else []
    sheet = path.with_suffix(".spans.json")
    print_of = hashlib.sha256(repr([clip.name for clip, _ in stream.clips]).encode()).hexdigest()
    if path.exists() and sheet.exists() and (known := json.loads(sheet.read_text()))["of"] == print_of:
        return [(start_s, end_s) for start_s, end_s in known["spans_s"]]
    spans_s = _join(stream.clips, path)
    sheet.write_text(json.dumps({"of": print_of, "spans_s": spans_s}))
    return spans_s


def _join(clips: Sequence[tuple[Path, bool]], path: Path) -> list[tuple[float, float]]:
    """Play clips into one H.264 file. Returns the stretches with an event; neighbours are one."""
    spans_s: list[tuple[float, float]] = []
    at_s = 0.0
    draft = path.with_name(f".{path.name}")
    with av.open(str(draft), "w", format="mp4") as output:
        target = None
        for clip, positive in clips:
            began_s, last_s, step_s = at_s, 0.0, 0.04
            with open_file(read_address(str(clip))) as container:
                source = video_stream(container)
                step_s = float(1 / (source.average_rate or 25))
                if target is None:
                    target = output.add_stream("libx264", rate=source.average_rate or 25)
                    target.width, target.height = source.width // 2 * 2, source.height // 2 * 2
                    target.pix_fmt, target.gop_size = "yuv420p", 50
                    target.options = {"crf": "18", "preset": "veryfast"}
                    target.codec_context.time_base = _TICK
                for frame in container.decode(source):
                    last_s = max(frame.time or 0.0, 0.0)
                    frame.pts, frame.time_base = round((began_s + last_s) / _TICK), _TICK
                    frame.pict_type = PictureType.NONE
                    output.mux(target.encode(frame.reformat(target.width, target.height, "yuv420p")))
            at_s = began_s + last_s + step_s
            if positive and spans_s and spans_s[-1][1] == began_s:
                spans_s[-1] = (spans_s[-1][0], at_s)
            elif positive:
                spans_s.append((began_s, at_s))
        if target is None:
            raise FootageError(f"{path.stem}: there is no clip to play")
        output.mux(target.encode(None))
    draft.replace(path)
    return spans_s


def _zones(camera: str, kind: str) -> str:
    corners = [[_EDGE, _EDGE], [1 - _EDGE, _EDGE], [1 - _EDGE, 1 - _EDGE], [_EDGE, 1 - _EDGE]]
    zone = {"id": _ZONE, "polygon": corners, "rules": {kind: {}}}
    return yaml.safe_dump({"camera": camera, "presets": [{"id": "home", "zones": [zone]}]}, sort_keys=False)


def _ending(stream: Stream) -> str:
    return stream.clips[0][0].suffix if len(stream.clips) == 1 else ".mp4"


def _size_px(path: Path) -> tuple[int, int]:
    with open_file(read_address(str(path))) as container:
        stream = video_stream(container)
        return stream.width, stream.height


def _source(group: str, sources: Mapping[str, str]) -> str:
    return next((name for prefix, name in sources.items() if group.startswith(prefix)), "other")
