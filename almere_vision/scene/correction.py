"""Between the picture at hand and the one that zones were drawn on, where a camera came back a little off.

What is seen is moved to where it would be in the reference picture. That is the same as moving the zones, and
keeps what rules remember of places true from one return to the next. What they find is moved back.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from almere_vision.domain.detections import Detections
from almere_vision.domain.geometry import Box, Polygon
from almere_vision.domain.look import Look
from almere_vision.domain.offset import STRAIGHT, Offset
from almere_vision.domain.suggestion import RuleHit
from almere_vision.domain.tracks import Tracks


def as_drawn(detections: Detections) -> Detections:
    """The detections as they would lie in the reference picture."""
    offset = detections.moment.offset
    if offset == STRAIGHT or not len(detections):
        return detections
    moved = [offset.on_reference(_box(row)) for row in detections.boxes]
    return replace(detections, boxes=np.array(moved, np.float32))


def as_seen(hit: RuleHit) -> RuleHit:
    """The hit as it lies in the picture of its moment."""
    offset = hit.moment.offset
    if offset == STRAIGHT:
        return hit
    members = tuple(offset.on_picture(box) for box in hit.members)
    return replace(hit, box=offset.on_picture(hit.box), members=members)


def look_as_seen(look: Look) -> Look:
    """The look with everybody where they lie in the pictures of their moments."""
    return replace(look, seen=tuple(_tracks_as_seen(tracks) for tracks in look.seen))


def _tracks_as_seen(tracks: Tracks) -> Tracks:
    offset = tracks.moment.offset
    if offset == STRAIGHT:
        return tracks
    moved = tuple(replace(track, box=offset.on_picture(track.box)) for track in tracks.tracks)
    return replace(tracks, tracks=moved)


def zone_as_seen(polygon: Polygon, offset: Offset) -> Polygon:
    """A zone as it lies in the picture."""
    return polygon if offset == STRAIGHT else tuple(offset.point_on_picture(point) for point in polygon)


def _box(row: np.ndarray[tuple[int], np.dtype[np.float32]]) -> Box:
    x1, y1, x2, y2 = (float(edge) for edge in row)
    return x1, y1, x2, y2
