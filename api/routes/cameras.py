"""Cameras, whether their pictures come in, and how long their rules were watched."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query

from almere_vision.domain.clock import CITY_TIME
from almere_vision.domain.watching import RuleTime
from api.access import GuardedRoute, Person
from api.deps import Parts, now
from api.problems import Problem
from api.schemas.camera import Camera, CameraList, ListedCamera, RuleBlind, WatchedDay, WatchedRule
from api.schemas.fields import Name

router = APIRouter(tags=["cameras"], route_class=GuardedRoute)


@router.get("/cameras", operation_id="listCameras")
def list_cameras(parts: Parts, person: Person) -> CameraList:
    """The cameras that a worker has told about and that this person may see."""
    mine = person.actor.scope.cameras
    seen = [camera for camera in parts.notices.cameras() if mine is None or camera.id in mine]
    rules: dict[str, list[RuleTime]] = defaultdict(list)
    for one in parts.blind.today():
        rules[one.camera].append(one)
    return CameraList(
        items=[
            ListedCamera(
                **Camera.of(camera).model_dump(),
                turns=camera.id in parts.turning,
                blind_today=[
                    RuleBlind(preset=one.preset, rule=one.rule, blind_s=round(one.blind_s, 1))
                    for one in rules[camera.id]
                ],
            )
            for camera in seen
        ]
    )


@router.get("/cameras/{camera_id}/watched", operation_id="getWatched")
def get_watched(
    camera_id: Annotated[Name, Path(description="Id of the camera.")],
    parts: Parts,
    person: Person,
    day: Annotated[date | None, Query(description="A day of the city, YYYY-MM-DD; else today.")] = None,
) -> WatchedDay:
    """How long each rule of a camera was watched on a day, and how long not, and why."""
    if not parts.places.has_camera(camera_id, person.actor.scope):
        raise Problem("not_found", "There is no such camera.")
    asked = day or now().astimezone(CITY_TIME).date()
    if not 2000 <= asked.year <= 9000:
        raise Problem("invalid", "day: must lie between the years 2000 and 9000")
    begin, end = parts.blind.period(asked)
    rules = [WatchedRule.of(one) for one in parts.blind.of(camera_id, asked)]
    return WatchedDay(camera=camera_id, day=asked, begin=begin, end=end, rules=rules)
