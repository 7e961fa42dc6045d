"""Tables of priorities: what they mean, and what is refused at which line with which advice."""

from __future__ import annotations

import hashlib
from datetime import time
from pathlib import Path

import pytest

from almere_vision.domain.assessment import BandLimits, PriorityTable
from almere_vision.domain.clock import TimeWindow
from almere_vision.domain.errors import ZoneFileError
from almere_vision.domain.priority import Band, Priority
from almere_vision.domain.suggestion import Kind
from almere_vision.scene import check, load_priorities, load_site

GOOD = """\
bands: {possible: 0.2, likely: 0.6, very_likely: 0.9}
rows:
  - {kind: fight, zone: square, when: [{days: [fri, sat], from: "22:00", to: "04:00"}], priority: P1}
  - {kind: [parking, loitering], camera: [market, station], dwell_at_least_s: 900, priority: P2}
  - {kind: any, band_at_least: likely, priority: P2}
  - {priority: P3}
"""
SITE = """\
site: city
name: City
priorities: priorities.yaml
cameras:
  - {id: market, name: Market, source: "rtsp://192.0.2.1/a", zones: market.yaml}
  - {id: station, name: Station, source: "rtsp://192.0.2.2/a", zones: station.yaml}
"""
ZONES = """\
camera: %s
presets:
  - id: home
    zones:
      - {id: %s, polygon: [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9]], rules: {fight: {}}}
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "market.yaml").write_text(ZONES % ("market", "square"))
    (tmp_path / "station.yaml").write_text(ZONES % ("station", "taxi"))
    (tmp_path / "priorities.yaml").write_text(GOOD)
    (tmp_path / "site.yaml").write_text(SITE)
    return tmp_path / "site.yaml"


def problems(site: Path, text: str) -> list[tuple[int, str]]:
    """What is told of a table, by the check of its site; the same as by its own, but for strangers."""
    table = site.parent / "priorities.yaml"
    table.write_text(text)
    found = check(site)
    assert all(problem.file == table for problem in found)
    return [(problem.line, problem.message) for problem in found]


def rows(*lines: str) -> str:
    return "rows:\n" + "".join(f"  - {{{line}}}\n" for line in lines)


def test_a_good_table_is_read_as_it_is_written(site: Path) -> None:
    assert check(site) == []
    path = load_site(site).priorities
    assert path == site.parent / "priorities.yaml"
    table = load_priorities(path)
    assert table.limits == BandLimits(0.2, 0.6, 0.9)
    assert table.version == hashlib.sha256(GOOD.encode()).hexdigest()[:8]
    night, long, likely, rest = table.rows
    assert (night.kinds, night.zones, night.priority) == ({Kind.FIGHT}, {"square"}, Priority.P1)
    assert night.when == (TimeWindow(frozenset({4, 5}), time(22), time(4)),)
    assert (long.kinds, long.cameras) == ({Kind.PARKING, Kind.LOITERING}, {"market", "station"})
    assert long.dwell_at_least_s == 900
    assert (likely.kinds, likely.band_at_least) == (frozenset(), Band.LIKELY)
    assert (rest.kinds, rest.cameras, rest.zones, rest.when) == (frozenset(), frozenset(), frozenset(), ())


def test_a_site_without_a_table_has_none_and_the_default_is_empty(site: Path) -> None:
    site.write_text(SITE.replace("priorities: priorities.yaml\n", ""))
    assert load_site(site).priorities is None
    assert PriorityTable().rows == ()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("kind: burglary, priority: P1", "'burglary' is no kind: known are parking, loitering, fight, other"),
        ("kind: [fight, 3], priority: P1", "'3' is no kind: known are parking, loitering, fight, other, any"),
        ("kind: [], priority: P1", "this is empty: name at least one, or leave it out"),
        ("zone: , priority: P1", "this is empty: name at least one, or leave it out"),
        ("zone: 'a b', priority: P1", "'a b' cannot be an id: use letters, digits, '.', '_' and '-'"),
        ("camera: 7, priority: P1", "`camera` must be text: put it in quotes"),
        ("kind: fight", "`priority` is missing: add it"),
        ("priority: P4", "'P4' is no priority: known are P1, P2, P3"),
        ("priority: 1", "'1' is no priority: known are P1, P2, P3"),
        ("band_at_least: sure, priority: P1", "'sure' is no band: known are unlikely, possible, likely, v"),
        ("dwell_at_least_s: -1, priority: P1", "`dwell_at_least_s`: input should be greater than or equal"),
        ("dwell_at_least_s: long, priority: P1", "`dwell_at_least_s` must be a number"),
        ("when: [], priority: P1", "`when` is empty: give at least 1"),
        ("when: [{from: 9, to: '10:00'}], priority: P1", "`from` must be text: put it in quotes"),
        ("severity: 3, priority: P1", "`severity` is not known here: check the spelling, or leave it out"),
        ("camera: markt, priority: P1", "the site has no camera 'markt': known are market, station"),
        ("zone: plein, priority: P1", "the site has no zone 'plein': known are square, taxi"),
        ("camera: market, zone: [square, taxi], priority: P1", "camera market has no zone 'taxi': known are"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line_and_what_to_do(site: Path, line: str, message: str) -> None:
    ((told_line, told),) = problems(site, rows("kind: fight, dwell_at_least_s: 9999, priority: P2", line))
    assert told_line == 3
    assert told.startswith(message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("bands: {likely: 0.8}\nrows: []\n", "the bands do not rise: write possible < likely < very_likely"),
        ("bands: {possible: 0}\nrows: []\n", "`possible` must be more than 0"),
        ("bands: {likely: 0.5, possible: 0.5}\nrows: []\n", "the bands do not rise"),
        ("bands: {}\n", "`rows` is missing"),
        ("rows: {}\n", "`rows` must be a list"),
    ],
)
def test_a_table_that_makes_no_sense_is_told(site: Path, text: str, message: str) -> None:
    ((line, told),) = problems(site, text)
    assert line == 1
    assert told.startswith(message)


WEEK = "when: [{from: '08:00', to: '20:00'}, {from: '20:00', to: '08:00'}]"
SATURDAY_NIGHT = "when: [{days: [sat], from: '22:00', to: '06:00'}]"
ALL_KINDS = "kind: [parking, loitering, fight]"


@pytest.mark.parametrize(
    ("earlier", "later", "reached"),
    [
        ("kind: any", "kind: fight", False),
        ("kind: fight", "kind: any", True),
        (ALL_KINDS, "kind: any", False),
        ("kind: fight", "kind: [fight, parking]", True),
        ("zone: square", "camera: market, zone: square", False),
        ("camera: market", "zone: square", True),
        ("camera: [market, station]", "camera: station", False),
        ("dwell_at_least_s: 60", "dwell_at_least_s: 900", False),
        ("dwell_at_least_s: 900", "dwell_at_least_s: 60", True),
        ("band_at_least: likely", "band_at_least: very_likely", False),
        ("band_at_least: unlikely", "kind: any", True),
        ("when: [{from: '22:00', to: '06:00'}]", "when: [{from: '23:00', to: '05:00'}]", False),
        ("when: [{from: '22:00', to: '06:00'}]", "when: [{from: '23:00', to: '06:01'}]", True),
        (SATURDAY_NIGHT, "when: [{days: [sun], from: '00:00', to: '06:00'}]", False),
        (SATURDAY_NIGHT, "when: [{days: [sun], from: '22:00', to: '24:00'}]", True),
        (WEEK, "kind: any", False),
        ("when: [{from: '08:00', to: '20:00'}]", "kind: any", True),
    ],
)  # fmt: skip
def test_a_row_that_can_never_be_reached_is_told(site: Path, earlier: str, later: str, reached: bool) -> None:
    found = problems(site, rows(f"{earlier}, priority: P2", f"{later}, priority: P1"))
    assert [line for line, _ in found] == ([] if reached else [3])
    assert all("never reached, because row 1 above" in message for _, message in found)


def test_a_table_is_checked_alone_too(site: Path) -> None:
    path = site.parent / "priorities.yaml"
    path.write_text(rows("zone: elsewhere, priority: P1", "priority: P9"))
    (problem,) = check(path)
    assert (problem.file, problem.line) == (path, 3)
    with pytest.raises(ZoneFileError, match=r"priorities.yaml:3: 'P9' is no priority"):
        load_priorities(path)


def test_a_table_that_is_missing_is_told_at_the_line_that_names_it(site: Path) -> None:
    (site.parent / "priorities.yaml").unlink()
    (problem,) = check(site)
    assert (problem.file, problem.line) == (site, 3)
    assert "no such file" in problem.message


def test_broken_zone_files_are_told_without_strangers_that_only_follow_from_them(site: Path) -> None:
    (site.parent / "market.yaml").write_text(ZONES % ("market", "'s q'"))
    (problem,) = check(site)
    assert problem.file == site.parent / "market.yaml"
