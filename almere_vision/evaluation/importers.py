"""Label files from the exports of labelling tools.

- CVAT, "CVAT for video 1.1" (XML): each track is an event, from its first to its last picture that is not
  `outside`; the label is the kind; the attributes `zone`, `ignore` and `note` are taken.
- Label Studio (JSON): timeline labels and video rectangles; the label is the kind, `kind:zone` names the
  zone too. Pictures count from 1.
- VGG VIA 3 (project JSON): temporal segments; an attribute called `kind` (and perhaps `zone`, `ignore` and
  `note`); text, radio, select or checkbox.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException, ElementTree  # type: ignore[import-untyped]

from almere_vision.domain.errors import LabelFileError
from almere_vision.domain.suggestion import DETECTED
from almere_vision.evaluation.labels import load_labels, video_rate_fps

_TRUE: Final = ("true", "1", "yes")
_LABEL_STUDIO_TYPES: Final = ("timelinelabels", "videorectangle")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the person says that the export does not."""

    clips_dir: Path
    zones_dir: Path
    clip: str | None = None
    zone: str | None = None
    conditions: tuple[str, ...] = ()
    overwrite: bool = False


@dataclass(frozen=True, slots=True)
class _Found:
    """An event as an export tells it; `where` is how to find it there."""

    where: str
    kind: str
    zone: str | None
    start_s: float
    end_s: float
    box: tuple[float, float, float, float] | None = None
    ignore: bool = False
    note: str = ""


def import_labels(export: Path, out: Path, asked: Asked) -> list[tuple[Path, int]]:
    """Make a label file for each clip of an export; nothing is left behind when one is wrong.

    Returns:
        Each file written, and its number of events.

    Raises:
        LabelFileError: the export cannot be read, or a label made from it is wrong.
    """
    text = _read(export)
    events = _cvat(export, text, asked) if text.lstrip().startswith("<") else _from_json(export, text, asked)
    written: list[tuple[Path, int]] = []
    try:
        out.mkdir(parents=True, exist_ok=True)
        for clip, found in events.items():
            path = out / f"{Path(clip).stem}.json"
            if path.exists() and not asked.overwrite:
                raise LabelFileError(f"{path}: is there already: use --overwrite to replace it")
            draft = path.with_name(f".{path.stem}.draft.json")
            written.append((draft, len(found)))
            draft.write_text(_label_file(export, clip, found, asked), encoding="utf-8")
            load_labels(draft, asked.clips_dir, asked.zones_dir)
    except (LabelFileError, OSError) as error:
        for draft, _ in written:
            draft.unlink(missing_ok=True)
        if isinstance(error, LabelFileError):
            raise
        raise LabelFileError(f"{out}: cannot be written ({error.strerror})") from None
    final = [(draft.with_name(f"{draft.name[1 : -len('.draft.json')]}.json"), n) for draft, n in written]
    for (draft, _), (path, _) in zip(written, final, strict=True):
        draft.replace(path)
    return final


def _read(export: Path) -> str:
    try:
        text = export.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise LabelFileError(f"{export}: cannot be read as text ({error})") from None
    if not text.strip():
        raise LabelFileError(f"{export}: is empty")
    return text


def _label_file(export: Path, clip: str, found: Sequence[_Found], asked: Asked) -> str:
    known = [kind.value for kind in DETECTED]
    events: list[dict[str, Any]] = []
    for one in sorted(found, key=lambda event: (event.start_s, event.end_s)):
        zone = one.zone or asked.zone
        if one.kind not in known:
            raise LabelFileError(
                f"{export}: {one.where}: unknown kind {one.kind!r}; known are {', '.join(known)}"
            )
        if zone is None:
            raise LabelFileError(f"{export}: {one.where}: names no zone: give it one, or use --zone")
        event = {
            "kind": one.kind,
            "zone": zone,
            "start_s": round(one.start_s, 3),
            "end_s": round(one.end_s, 3),
            "ignore": one.ignore,
        }
        if one.box is not None:
            event["box"] = [round(min(1.0, max(0.0, edge)), 4) for edge in one.box]
        if one.note:
            event["note"] = one.note
        events.append(event)
    content = {
        "clip": clip,
        "zones": f"{Path(clip).stem}.yaml",
        "conditions": list(asked.conditions),
        "events": events,
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _clip(export: Path, named: str | None, asked: Asked) -> str:
    """The clip below the folder of clips that an export means: by the given name, or by its file name."""
    if asked.clip is not None:
        return asked.clip
    name = Path(unquote(named or "").replace("\\", "/")).name
    if not name:
        raise LabelFileError(f"{export}: does not name its clip: use --clip")
    found = sorted(p for p in asked.clips_dir.rglob("*") if p.is_file() and _same_name(p.name, name))
    if len(found) != 1:
        what = "is not" if not found else f"stands {len(found)} times"
        raise LabelFileError(f"{export}: clip {name!r} {what} in {asked.clips_dir}: use --clip")
    return found[0].relative_to(asked.clips_dir).as_posix()


def _same_name(file: str, named: str) -> bool:
    """Label Studio puts a random prefix before the name of an uploaded file."""
    return named == file or named.endswith(f"-{file}")


def _cvat(export: Path, text: str, asked: Asked) -> dict[str, list[_Found]]:
    try:
        root: Element = ElementTree.fromstring(text)
    except (ParseError, DefusedXmlException) as error:
        raise LabelFileError(f"{export}: is not XML that can be read ({error})") from None
    if root.tag != "annotations" or root.find("track") is None:
        raise LabelFileError(f'{export}: has no tracks: export it from CVAT as "CVAT for video 1.1"')
    named = (
        root.findtext("meta/source") or root.findtext("meta/task/source") or root.findtext("meta/task/name")
    )
    clip = _clip(export, named, asked)
    fps = video_rate_fps(asked.clips_dir / clip)
    width = float(
        root.findtext("meta/task/original_size/width") or root.findtext("meta/original_size/width") or 0
    )
    height = float(
        root.findtext("meta/task/original_size/height") or root.findtext("meta/original_size/height") or 0
    )
    return {clip: [_cvat_track(export, track, fps, (width, height)) for track in root.iterfind("track")]}


def _cvat_track(export: Path, track: Element, fps: float, size_px: tuple[float, float]) -> _Found:
    where = f"track {track.get('id')}"
    shown = [box for box in track if box.get("frame") is not None and box.get("outside", "0") == "0"]
    if not shown:
        raise LabelFileError(f"{export}: {where}: is outside the picture all the time")
    said = {
        str(attribute.get("name")).lower(): (attribute.text or "").strip()
        for attribute in shown[0].iterfind("attribute")
    }
    box = None
    if shown[0].tag == "box" and all(size_px):
        edges = [float(shown[0].get(name, "0")) for name in ("xtl", "ytl", "xbr", "ybr")]
        box = (edges[0] / size_px[0], edges[1] / size_px[1], edges[2] / size_px[0], edges[3] / size_px[1])
    return _Found(
        where=where,
        kind=track.get("label", "").lower(),
        zone=said.get("zone") or None,
        start_s=int(shown[0].get("frame", "0")) / fps,
        end_s=(int(shown[-1].get("frame", "0")) + 1) / fps,
        box=box,
        ignore=said.get("ignore", "").lower() in _TRUE,
        note=said.get("note", ""),
    )


def _from_json(export: Path, text: str, asked: Asked) -> dict[str, list[_Found]]:
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        raise LabelFileError(f"{export}:{error.lineno}: is not JSON: {error.msg}") from None
    try:
        if isinstance(content, list):
            return dict(_label_studio(export, content, asked))
        if isinstance(content, dict) and {"attribute", "metadata", "file"} <= content.keys():
            return _via(export, content, asked)
    except (KeyError, TypeError, AttributeError, ValueError, IndexError) as error:
        raise LabelFileError(f"{export}: is not an export as we know it ({error!r})") from None
    raise LabelFileError(f"{export}: is neither an export of Label Studio (JSON) nor a project of VIA 3")


def _label_studio(
    export: Path, tasks: Iterable[Mapping[str, Any]], asked: Asked
) -> Iterator[tuple[str, list[_Found]]]:
    for task in tasks:
        data = task.get("data", {})
        named = task.get("file_upload") or data.get("video") or data.get("url")
        clip = _clip(export, named, asked)
        fps = video_rate_fps(asked.clips_dir / clip)
        given = [one for one in task.get("annotations", []) if not one.get("was_cancelled")]
        results = given[-1]["result"] if given else []
        found = [
            event
            for number, result in enumerate(results, start=1)
            if result.get("type") in _LABEL_STUDIO_TYPES
            for event in _label_studio_events(f"task {task.get('id')}, region {number}", result["value"], fps)
        ]
        yield clip, found


def _label_studio_events(where: str, value: Mapping[str, Any], fps: float) -> Iterator[_Found]:
    for label in value.get("timelinelabels") or value.get("labels") or [""]:
        kind, _, zone = str(label).partition(":")
        named = _Found(where, kind.strip().lower(), zone.strip() or None, 0.0, 0.0)
        for span in value.get("ranges", []):
            yield replace(named, start_s=(span["start"] - 1) / fps, end_s=span["end"] / fps)
        sequence = value.get("sequence", [])
        if sequence:
            x, y, width, height = (sequence[0][side] / 100 for side in ("x", "y", "width", "height"))
            yield replace(
                named,
                start_s=(sequence[0]["frame"] - 1) / fps,
                end_s=sequence[-1]["frame"] / fps,
                box=(x, y, x + width, y + height),
            )


def _via(export: Path, project: Mapping[str, Any], asked: Asked) -> dict[str, list[_Found]]:
    attributes = {key: (one["aname"].lower(), one) for key, one in project["attribute"].items()}
    if "kind" not in {name for name, _ in attributes.values()}:
        raise LabelFileError(f"{export}: has no attribute called kind")
    views = project.get("view", {})
    clips = {
        view: _clip(export, project["file"][str(one["fid_list"][0])]["fname"], asked)
        for view, one in views.items()
    }
    found: dict[str, list[_Found]] = {clip: [] for clip in clips.values()}
    for key, segment in project["metadata"].items():
        if len(segment["z"]) != 2:
            continue  # a still picture or a region, not a stretch of time
        said = {name: _via_value(one, segment["av"].get(key, "")) for key, (name, one) in attributes.items()}
        found[clips[segment["vid"]]].append(
            _Found(
                where=f"segment {key}",
                kind=said["kind"].lower(),
                zone=said.get("zone") or None,
                start_s=float(segment["z"][0]),
                end_s=float(segment["z"][1]),
                ignore=said.get("ignore", "").lower() in _TRUE,
                note=said.get("note", ""),
            )
        )
    return found


def _via_value(attribute: Mapping[str, Any], value: str) -> str:
    """Text as it is; of a choice the option that its number stands for."""
    return str(attribute.get("options", {}).get(value, value)).strip()
