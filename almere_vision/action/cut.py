"""Frames and tracks -> Tube. Training, scoring and live use cut tubes here and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from almere_vision.domain.frame import Frame
from almere_vision.domain.geometry import Box
from almere_vision.domain.tracks import Tracks
from almere_vision.domain.tube import Tube

TUBE_S: Final = 2.5
"""Length of a tube: long enough for blows to repeat, short enough to be told soon."""

TUBE_FPS: Final = 10.0

MARGIN: Final = 0.2
"""The box around the people is moved out on every side by this times the height of the tallest."""

LONG_SIDE_PX: Final = 384
"""Longest side of the cut pictures; larger cuts are scaled down."""

_BRIDGE_S: Final = 1.0
"""A person who is missed for no longer than this is taken to be between the boxes before and after."""

_HOLD_S: Final = 0.3
"""A person stays in the first or last box for this long, since pictures are more frequent than boxes."""


def cut_tube(frames: Sequence[Frame], tracks: Sequence[Tracks], group: Sequence[str]) -> Tube:
    """Cut a group of people out of some pictures.

    Pictures and boxes need not be of the same moments: a live camera is decoded at `TUBE_FPS` for a tube, but
    looked at less often. Boxes are joined by straight lines in media time.

    Args:
        frames: pictures of one camera, the times rising, all of one size; about `TUBE_S` at `TUBE_FPS`.
        tracks: what was seen at about the same time.
        group: ids of the tracks of the people; those that `tracks` never shows are left out.

    Raises:
        ValueError: there are no frames, they differ in size, or nobody of the group was seen.
    """
    if not frames:
        raise ValueError("a tube needs at least one picture")
    sizes = {frame.image.shape[:2] for frame in frames}
    if len(sizes) != 1:
        raise ValueError(f"a tube needs pictures of one size, not {sorted(sizes)}")
    times_s = np.array([frame.moment.media_time_s for frame in frames], np.float64)
    paths = {name: _path(name, tracks, times_s) for name in dict.fromkeys(group)}
    seen = {name: path for name, path in paths.items() if not np.isnan(path).all()}
    if not seen:
        raise ValueError("nobody of the group was seen while these pictures were taken")
    people = np.stack(list(seen.values()))
    height_px, width_px = sizes.pop()
    box = _around(people, width_px / height_px)
    return Tube(
        camera=frames[0].moment.camera,
        times_s=times_s,
        box=box,
        pictures=_cut(frames, box),
        people=people,
        ids=tuple(seen),
        picture_px=(frames[0].moment.width_px, frames[0].moment.height_px),
    )


def _path(name: str, tracks: Sequence[Tracks], times_s: NDArray[np.float64]) -> NDArray[np.float32]:
    """Boxes (T, 4) of one track at these times, NaN where it was not seen."""
    sightings = sorted(
        (picture.moment.media_time_s, track.box)
        for picture in tracks
        for track in picture.tracks
        if track.id == name
    )
    path = np.full((len(times_s), 4), np.nan, np.float32)
    if not sightings:
        return path
    seen_s = np.array([time_s for time_s, _ in sightings])
    boxes = np.array([box for _, box in sightings], np.float32)
    after = np.searchsorted(seen_s, times_s)
    before = np.maximum(after - 1, 0)
    after = np.minimum(after, len(seen_s) - 1)
    outside = np.minimum(np.abs(times_s - seen_s[before]), np.abs(times_s - seen_s[after]))
    known = (seen_s[after] - seen_s[before] <= _BRIDGE_S) & (times_s <= seen_s[-1]) & (times_s >= seen_s[0])
    known |= outside <= _HOLD_S
    for side in range(4):
        path[known, side] = np.interp(times_s[known], seen_s, boxes[:, side])
    return path


def _around(people: NDArray[np.float32], aspect: float) -> Box:
    """The box around all people at all times, with its margin, inside the picture."""
    x1, y1 = np.nanmin(people[..., :2], axis=(0, 1))
    x2, y2 = np.nanmax(people[..., 2:], axis=(0, 1))
    margin = MARGIN * float(np.nanmax(people[..., 3] - people[..., 1]))
    return (
        max(0.0, float(x1) - margin / aspect),
        max(0.0, float(y1) - margin),
        min(1.0, float(x2) + margin / aspect),
        min(1.0, float(y2) + margin),
    )


def _cut(frames: Sequence[Frame], box: Box) -> NDArray[np.uint8]:
    height_px, width_px = frames[0].image.shape[:2]
    left = min(int(box[0] * width_px), width_px - 1)
    top = min(int(box[1] * height_px), height_px - 1)
    right = max(left + 1, round(box[2] * width_px))
    bottom = max(top + 1, round(box[3] * height_px))
    scale = min(1.0, LONG_SIDE_PX / max(right - left, bottom - top))
    size = (max(1, round((right - left) * scale)), max(1, round((bottom - top) * scale)))
    pictures = np.empty((len(frames), size[1], size[0], 3), np.uint8)
    for number, frame in enumerate(frames):
        pictures[number] = cv2.resize(frame.image[top:bottom, left:right], size, interpolation=cv2.INTER_AREA)
    return pictures
