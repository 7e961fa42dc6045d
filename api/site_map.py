"""A site as it is drawn: degrees become metres on a sheet with a margin around everything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from almere_vision.domain.incident import Scope
from almere_vision.domain.position import Position
from almere_vision.scene.files import Site
from api.schemas.overview import MapArea, MapCamera, MapCone, MapStreet, Metres, SiteMap, Title

_MARGIN_M: Final = 30.0
_SMALLEST_M: Final = 120.0
"""One lonely camera still has a street's width around it."""

EMPTY: Final = SiteMap(name=None, width_m=0, height_m=0, areas=[], streets=[], cameras=[])


def drawn(site: Site | None, scope: Scope) -> SiteMap:
    """The map for a person who may see the cameras of `scope`; the sheet is the same for everybody."""
    points = () if site is None else tuple(_points(site))
    if site is None or not points:
        return EMPTY
    north_west = Position(max(one.lat_deg for one in points), min(one.lon_deg for one in points))
    east_m, north_m = zip(*(north_west.metres_to(one) for one in points), strict=True)
    width_m, height_m = (max(_SMALLEST_M, size + 2 * _MARGIN_M) for size in (max(east_m), -min(north_m)))
    left_m, top_m = (width_m - max(east_m)) / 2, (height_m + min(north_m)) / 2

    def place(position: Position) -> Metres:
        east, north = north_west.metres_to(position)
        return Metres(x_m=round(left_m + east, 1), y_m=round(top_m - north, 1))

    return SiteMap(
        name=_title(site.name),
        width_m=round(width_m, 1),
        height_m=round(height_m, 1),
        areas=[
            MapArea(name=_title(one.name), corners=[place(corner) for corner in one.corners])
            for one in site.map.areas
        ],
        streets=[
            MapStreet(name=_title(one.name), line=[place(point) for point in one.line], width_m=one.width_m)
            for one in site.map.streets
        ],
        cameras=list(_cameras(site, scope, place)),
    )


def _points(site: Site) -> Iterable[Position]:
    for camera in site.cameras:
        if camera.position is not None:
            yield camera.position
    for area in site.map.areas:
        yield from area.corners
    for street in site.map.streets:
        yield from street.line


def _cameras(site: Site, scope: Scope, place: Callable[[Position], Metres]) -> Iterable[MapCamera]:
    for camera in site.cameras:
        if camera.position is None or (scope.cameras is not None and camera.id not in scope.cameras):
            continue
        cone = camera.cone
        yield MapCamera(
            id=camera.id,
            at=place(camera.position),
            cone=None
            if cone is None
            else MapCone(heading_deg=cone.heading_deg, view_deg=cone.view_deg, reach_m=cone.reach_m),
        )


def _title(name: Mapping[str, str]) -> Title | None:
    return Title(nl=name["nl"], en=name["en"]) if name else None
