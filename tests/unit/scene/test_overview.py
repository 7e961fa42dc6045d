"""The map and the macros of a site file, and the sheet that is drawn from them."""

from __future__ import annotations

from pathlib import Path

import pytest

from almere_vision.domain.errors import ZoneFileError
from almere_vision.domain.incident import EVERYTHING
from almere_vision.domain.overview import Cone
from almere_vision.domain.position import Position
from almere_vision.scene import load_site
from api.site_map import EMPTY, drawn

CAMERAS = """\
site: almere
name: Almere
cameras:
  - {id: north, name: A, source: a.mp4, zones: a.yaml, position: {lat: 52.371, lon: 5.219, heading_deg: 180}}
  - {id: south, name: Two, source: b.mp4, zones: b.yaml, position: {lat: 52.370, lon: 5.220}}
  - {id: nowhere, name: Three, source: c.mp4, zones: c.yaml}
"""


def site(folder: Path, more: str = "", cameras: str = CAMERAS) -> Path:
    path = folder / "site.yaml"
    path.write_text(cameras + more, encoding="utf-8")
    return path


def test_north_is_up_and_a_degree_is_what_it_is_in_almere(tmp_path: Path) -> None:
    sheet = drawn(load_site(site(tmp_path)), EVERYTHING)
    north, south = sheet.cameras
    assert south.at.y_m - north.at.y_m == pytest.approx(111.2, abs=0.2)
    assert south.at.x_m - north.at.x_m == pytest.approx(67.9, abs=0.2)  # a thousandth at 52.37 degrees
    assert 0 < north.at.x_m < south.at.x_m < sheet.width_m
    assert 0 < north.at.y_m < south.at.y_m < sheet.height_m
    assert north.cone is not None
    assert (north.cone.heading_deg, south.cone) == (180, None)


def test_streets_and_squares_make_the_sheet_as_large_as_they_need(tmp_path: Path) -> None:
    alone = drawn(load_site(site(tmp_path)), EVERYTHING)
    streets = "map: {streets: [{name: {nl: Straat, en: Street}, line: [[52.371, 5.219], [52.371, 5.239]]}]}\n"
    wide = drawn(load_site(site(tmp_path, streets)), EVERYTHING)
    assert wide.width_m > alone.width_m + 1000
    assert wide.streets[0].name is not None
    assert wide.streets[0].name.nl == "Straat"


def test_without_positions_there_is_no_sheet(tmp_path: Path) -> None:
    plain = CAMERAS.splitlines(keepends=True)
    path = site(tmp_path, cameras="".join([*plain[:3], plain[5]]))
    assert drawn(load_site(path), EVERYTHING) == EMPTY
    assert drawn(None, EVERYTHING) == EMPTY


def test_where_a_camera_looks_and_its_macros_come_from_the_file(tmp_path: Path) -> None:
    macros = "macros: [{id: all, name: {nl: Alles, en: All}, cameras: [south, north]}]\n"
    read = load_site(site(tmp_path, macros))
    assert read.cameras[0].position == Position(52.371, 5.219)
    assert read.cameras[0].cone == Cone(180, 60, 40)
    assert read.macros[0].cameras == ("south", "north")
    assert read.macros[0].name == {"nl": "Alles", "en": "All"}


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("macros: [{id: a, name: A, cameras: [north, west]}]\n", "no camera 'west'"),
        ("macros: [{id: a, name: A, cameras: [north]}, {id: a, name: B, cameras: [south]}]\n", "a"),
        ("map: {areas: [{corners: [[95.0, 5.2], [52.3, 5.2], [52.4, 5.3]]}]}\n", "latitude, longitude"),
        ("map: {streets: [{line: [[52.37, 5.2], [52.3, 5.2]], width_m: 0}]}\n", "0"),
    ],
    ids=["unknown camera", "macro twice", "not on earth", "no width"],
)
def test_what_cannot_be_is_told_with_its_line(tmp_path: Path, more: str, told: str) -> None:
    with pytest.raises(ZoneFileError, match=told) as error:
        load_site(site(tmp_path, more))
    assert "site.yaml:7" in str(error.value)
