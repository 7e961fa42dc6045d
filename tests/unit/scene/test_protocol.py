"""Protocol files: what they mean, and what is refused at which line with which advice."""

from __future__ import annotations

import hashlib
from datetime import time
from pathlib import Path

import pytest

from almere_vision.domain.clock import TimeWindow
from almere_vision.domain.errors import ZoneFileError
from almere_vision.domain.incident import Recipient
from almere_vision.domain.priority import Priority
from almere_vision.domain.protocol import DEFAULT_DEADLINES, DEFAULT_ROUTES, AlertBudget, Deadlines, Route
from almere_vision.domain.suggestion import Kind
from almere_vision.scene import check, load_protocol, load_site

GOOD = """\
recipients:
  enforcement:
    on_duty: [{days: [mon, tue], from: "08:00", to: "17:00"}]
  police: {}
routes:
  - {kind: fight, priority: [P1, P2], to: [control_room, police]}
  - {zone: square, when: [{from: "22:00", to: "06:00"}], to: police}
deadlines:
  P2: {claim_s: 45, decide_s: 120, acknowledge_s: 90, arrive_s: null}
"""
SITE = """\
site: city
name: City
protocol: protocol.yaml
cameras:
  - {id: market, name: Market, source: "rtsp://192.0.2.1/a", zones: market.yaml}
"""
ZONES = """\
camera: market
presets:
  - id: home
    zones:
      - {id: square, polygon: [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9]], rules: {fight: {}}}
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "market.yaml").write_text(ZONES)
    (tmp_path / "protocol.yaml").write_text(GOOD)
    (tmp_path / "site.yaml").write_text(SITE)
    return tmp_path / "site.yaml"


def test_a_good_protocol_is_read_as_it_is_written(site: Path) -> None:
    assert check(site) == []
    path = load_site(site).protocol
    assert path == site.parent / "protocol.yaml"
    assert check(path) == []
    protocol = load_protocol(path)
    assert protocol.version == hashlib.sha256(GOOD.encode()).hexdigest()[:8]
    assert protocol.duty == {Recipient.ENFORCEMENT: (TimeWindow(frozenset({0, 1}), time(8), time(17)),)}
    assert protocol.routes == (
        Route(
            (Recipient.CONTROL_ROOM, Recipient.POLICE),
            kinds=frozenset({Kind.FIGHT}),
            priorities=frozenset({Priority.P1, Priority.P2}),
        ),
        Route(
            (Recipient.POLICE,),
            zones=frozenset({"square"}),
            when=(TimeWindow(frozenset(range(7)), time(22), time(6)),),
        ),
    )
    assert protocol.deadlines == {
        **DEFAULT_DEADLINES,
        Priority.P2: Deadlines(45, 120, 90, None, None),
    }


def test_what_is_left_out_is_as_in_the_default(site: Path) -> None:
    (site.parent / "protocol.yaml").write_text("deadlines: {}\n")
    protocol = load_protocol(site.parent / "protocol.yaml")
    assert (protocol.routes, protocol.deadlines, protocol.duty) == (DEFAULT_ROUTES, DEFAULT_DEADLINES, {})


@pytest.mark.parametrize(
    ("text", "line", "advice"),
    [
        ("routes:\n  - {to: mayor}\n", 2, "'mayor' is no recipient: known are control_room, police"),
        ("routes:\n  - {to: []}\n", 2, "this is empty"),
        ("routes:\n  - {kind: fight}\n", 2, "`to` is missing: add it"),
        ("routes:\n  - {to: police, priority: P4}\n", 2, "'P4' is no priority: known are P1, P2, P3"),
        ("routes:\n  - {to: police, zone: lane}\n", 2, "no zone 'lane': known are square"),
        ("routes:\n  - {to: police, camera: pier}\n", 2, "no camera 'pier': known are market"),
        ("recipients:\n  mayor: {}\n", 2, "'mayor' is no recipient"),
        ("deadlines:\n  P2: {claim_s: 60, decide_s: 30}\n", 2, "`decide_s` is before `claim_s`"),
        ("deadlines:\n  P2: {claim_s: 0}\n", 2, "`claim_s` must be more than 0"),
        ("deadlines:\n  P4: {claim_s: 10}\n", 2, "`P4` is not known here"),
    ],
)
def test_what_is_wrong_is_told_with_line_and_advice(site: Path, text: str, line: int, advice: str) -> None:
    (site.parent / "protocol.yaml").write_text(text)
    (problem,) = check(site)
    assert (problem.file, problem.line) == (site.parent / "protocol.yaml", line)
    assert advice in problem.message


def test_a_protocol_that_is_not_there_is_told_at_the_site(site: Path) -> None:
    (site.parent / "protocol.yaml").unlink()
    (problem,) = check(site)
    assert (problem.file, problem.line) == (site, 3)
    with pytest.raises(ZoneFileError, match=r"protocol\.yaml"):
        load_protocol(site.parent / "protocol.yaml")


def test_an_alert_budget_is_read_and_never_holds_p1(site: Path) -> None:
    protocol = site.parent / "protocol.yaml"
    protocol.write_text("alert_budget: {per_observer_hour: 6, hold: [P2, P3]}\n")
    assert check(site) == []
    assert load_protocol(protocol).budget == AlertBudget(6, frozenset({Priority.P2, Priority.P3}))
    protocol.write_text("alert_budget: {per_observer_hour: 6}\n")
    assert load_protocol(protocol).budget == AlertBudget(6)
    protocol.write_text(GOOD)
    assert load_protocol(protocol).budget is None
    for wrong in ("{per_observer_hour: 6, hold: [P1]}", "{per_observer_hour: 0}", "{hold: [P3]}"):
        protocol.write_text(f"alert_budget: {wrong}\n")
        assert len(check(site)) == 1
