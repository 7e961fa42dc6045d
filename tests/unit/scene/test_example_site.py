"""The worked example in zones/almere says what it claims to say."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from typer.testing import CliRunner

from almere_vision.cli import app
from almere_vision.domain.clock import CITY_TIME
from almere_vision.domain.scene import LoiteringSettings, ParkingSettings, PresentSettings, RuleSettings
from almere_vision.scene import Scene, check, load_site


def rules(root: Path, camera: str, preset: str | None = None) -> dict[str, RuleSettings]:
    site = load_site(root / "zones/almere/site.yaml")
    (entry,) = (entry for entry in site.cameras if entry.id == camera)
    return {zone.id: zone.rules[0] for zone in Scene.load(entry.zones, camera=camera).view(preset).zones}


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CITY_TIME)


def test_the_example_can_be_used_and_names_no_address_or_password(root: Path) -> None:
    folder = root / "zones" / "almere"

    told = CliRunner().invoke(app, ["zones", "check", str(folder)])
    site = load_site(folder / "site.yaml")

    assert (told.exit_code, check(folder)) == (0, [])
    assert len(site.cameras) == 3
    assert all(camera.source.startswith("rtsp://${") for camera in site.cameras)


def test_stall_holders_may_stand_on_market_days(root: Path) -> None:
    market = rules(root, "grote-markt", "square")["market"]

    assert isinstance(market, ParkingSettings)
    assert market.allows(local("2026-03-11T06:00"))  # a Wednesday
    assert market.allows(local("2026-03-14T18:59"))  # a Saturday
    assert market.allows(local("2026-04-27T20:00"))  # King's Day, a Monday
    assert not market.allows(local("2026-03-12T09:00"))  # a Thursday
    assert not market.allows(local("2026-12-26T09:00"))  # Boxing Day, a Saturday


def test_the_shopping_street_is_closed_outside_the_hours_of_delivery(root: Path) -> None:
    street = rules(root, "stationsstraat")["street"]

    assert isinstance(street, PresentSettings)
    assert street.allows(local("2026-03-12T07:00"))
    assert not street.allows(local("2026-03-12T11:00"))
    assert not street.allows(local("2026-03-14T08:00"))  # a Saturday
    assert not street.allows(local("2026-04-27T08:00"))  # King's Day


def test_groups_are_watched_for_at_night(root: Path) -> None:
    groups = rules(root, "festivalplein")

    assert {zone: getattr(rule, "people", None) for zone, rule in groups.items()} == {
        "stage": 4,
        "bicycle-shed": 3,
    }
    stage = groups["stage"]
    assert isinstance(stage, LoiteringSettings)
    assert stage.limit_s == 300
    assert stage.active[0].covers(local("2026-03-12T05:59"))
    assert not stage.active[0].covers(local("2026-03-12T12:00"))
    assert not stage.active[0].covers(local("2026-06-27T23:00"))  # the festival
