"""Cooldowns in zone files, and places in a site file that several views show."""

from __future__ import annotations

from pathlib import Path

import pytest

from almere_vision.domain.errors import ZoneFileError
from almere_vision.domain.scene import SamePlace
from almere_vision.scene import Scene, check, load_site

SITE = """\
site: almere
name: Almere
cameras:
  - {id: plaza-1, name: One, source: one.mp4, zones: plaza-1.yaml}
  - {id: plaza-2, name: Two, source: two.mp4, zones: plaza-2.yaml}
same_place:
  - id: fountain
    views:
      - {camera: plaza-1, zone: square}
      - {camera: plaza-2, zone: corner}
"""
ZONES = """\
camera: {camera}
presets:
  - id: home
    zones:
      - id: {zone}
        polygon: [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9]]
        rules:
          parking: {{limit_s: 60{cooldown}}}
          loitering: {{people: 3, limit_s: 300, within_m: 2.0}}
          fight: {{}}
"""


def zones(folder: Path, camera: str, zone: str, cooldown: str = "") -> Path:
    path = folder / f"{camera}.yaml"
    path.write_text(ZONES.format(camera=camera, zone=zone, cooldown=cooldown))
    return path


@pytest.fixture
def site_file(tmp_path: Path) -> Path:
    zones(tmp_path, "plaza-1", "square")
    zones(tmp_path, "plaza-2", "corner")
    path = tmp_path / "site.yaml"
    path.write_text(SITE)
    return path


def test_a_place_is_its_views(site_file: Path) -> None:
    assert check(site_file) == []
    views = frozenset({("plaza-1", "square"), ("plaza-2", "corner")})
    assert load_site(site_file).same_place == (SamePlace("fountain", views),)


@pytest.mark.parametrize(
    ("old", "new", "line", "advice"),
    [
        ("plaza-2, zone: corner", "plaza-3, zone: corner", 10, "the site has no camera 'plaza-3'"),
        ("zone: corner", "zone: square", 10, "camera 'plaza-2' has no zone 'square': it has corner"),
        ("      - {camera: plaza-2, zone: corner}\n", "", 8, "at least 2 views, this one has 1"),
        ("plaza-2, zone: corner", "plaza-1, zone: square", 10, "this view stands twice in one place"),
        ("zone: corner}", "zone: corner, preset: x}", 10, "`preset` is not known here"),
        (", zone: corner", "", 10, "`zone` is missing"),
        ("views:\n", "views: 3\n    was:\n", 8, "`views` must be a list"),
        (
            "same_place:\n",
            "same_place:\n  - id: fountain\n    views: [{camera: plaza-1, zone: square},"
            " {camera: plaza-2, zone: corner}]\n",
            9,
            "the id 'fountain' is used twice",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line_and_a_site_with_one_is_not_used(
    site_file: Path, old: str, new: str, line: int, advice: str
) -> None:
    assert SITE.count(old) == 1
    site_file.write_text(SITE.replace(old, new))
    found = check(site_file)
    assert any((p.file, p.line) == (site_file, line) and advice in p.message for p in found), found
    with pytest.raises(ZoneFileError, match=r"site\.yaml:\d+: "):
        load_site(site_file)


def test_a_cooldown_is_that_of_the_rule_and_has_a_default(tmp_path: Path) -> None:
    def cooldowns(text: str) -> list[float]:
        (zone,) = Scene.load(zones(tmp_path, "plaza-1", "square", text)).view(None).zones
        return [rule.cooldown_s for rule in zone.rules]

    assert cooldowns("") == [60, 120, 30]
    assert cooldowns(", cooldown_s: 0") == [0, 120, 30]
    assert cooldowns(", cooldown_s: 7.5") == [7.5, 120, 30]


@pytest.mark.parametrize(
    ("given", "advice"),
    [("-1", "greater than or equal to 0"), ("100000", "less than or equal"), ("x", "number")],
)
def test_a_wrong_cooldown_is_told(tmp_path: Path, given: str, advice: str) -> None:
    (problem,) = check(zones(tmp_path, "plaza-1", "square", f", cooldown_s: {given}"))
    assert problem.line == 8
    assert "`cooldown_s`" in problem.message
    assert advice in problem.message
