"""Steering over the API: one person at a time, a real camera that turns, and every move audited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from almere_vision.domain.incident import Actor, Role
from almere_vision.onvif.address import read_onvif_address
from almere_vision.scene.learnt import Stored, Variant, places, save
from almere_vision.storage.audit import Audit, AuditQuery
from almere_vision.storage.database import migrate, open_database
from almere_vision.storage.steering import Steering
from api.turning import Keeper, Turning
from tests.integration.api.conftest import MakeStack, make_stack, postgres
from tests.integration.api.stack import problem
from tests.integration.ptz.stage import PASSWORD, USER, VirtualPtz
from tests.integration.ptz.test_nudge_during_a_stay import SITE, ZONES
from tests.integration.sources.footage_stage import until
from tests.unit.scene.views import street, view

__all__ = ["make_stack", "postgres"]


@pytest.fixture
def site(tmp_path: Path, camera: VirtualPtz) -> Path:
    login = "://${CAMERA_USER}:${CAMERA_PASSWORD}@"
    written = SITE.format(rtsp=camera.rtsp.replace("://", login), onvif=camera.onvif.replace("://", login))
    (tmp_path / "site.yaml").write_text(written)
    (tmp_path / "mast.yaml").write_text(ZONES)
    picture = view(street(), 0.3, 0.4)
    save(places(tmp_path / "mast.yaml")["bay"], Variant.DAY, picture, Stored("home", None))
    return tmp_path / "site.yaml"


@pytest.fixture
def settings(site: Path) -> dict[str, str]:
    return {"ALMERE_SITE": str(site), "CAMERA_USER": USER, "CAMERA_PASSWORD": PASSWORD}


def test_one_person_steers_a_supervisor_takes_over_and_the_log_knows(
    site: Path, settings: dict[str, str], camera: VirtualPtz, make_stack: MakeStack
) -> None:
    stack = make_stack("sqlite", **settings)
    where = "/cameras/mast/control"
    with stack.signed_in("observer") as anna, stack.signed_in("colleague") as ben:
        move = {"to": {"pan": 0.4, "tilt": 0.1, "zoom": 0.2}}
        assert problem(anna.post(f"{where}/move", json=move)) == (409, "version_conflict")
        taken = anna.post(f"{where}/take", json={})
        assert taken.json()["holder"] == "observer"
        assert problem(ben.post(f"{where}/take", json={"takeover": True})) == (409, "version_conflict")
        assert ben.get(where).json()["holder"] == "observer"
        assert anna.post(f"{where}/move", json=move).status_code == 200
        until(lambda: camera.state()["position"]["pan"] == 0.4, 10, "it is there")
        assert {row["token"] for row in anna.get("/cameras/mast/presets").json()["items"]} == {"home"}
        assert problem(anna.post(f"{where}/move", json={"preset": "99"})) == (409, "transition_refused")
        for wrong in ({}, {"stop": True, "preset": "home"}, {"to": {"pan": 9, "tilt": 0, "zoom": 0}}):
            assert problem(anna.post(f"{where}/move", json=wrong)) == (422, "invalid")
        with stack.signed_in("supervisor") as chief:
            assert chief.post(f"{where}/take", json={"takeover": True}).json()["holder"] == "supervisor"
            assert problem(anna.post(f"{where}/move", json={"stop": True})) == (409, "version_conflict")
            assert chief.post(f"{where}/move", json={"preset": "home"}).status_code == 200
            until(lambda: camera.state()["position"]["pan"] == 0.0, 10, "it is at home")
            learn = "/cameras/mast/presets/{}/learn"
            assert problem(chief.post(learn.format("nowhere"), json={})) == (404, "not_found")
            learnt = chief.post(learn.format("lawn"), json={"variant": "night"}, timeout=60)
            assert learnt.status_code == 200, learnt.text
            assert learnt.json()["token"] in {
                p["token"] for p in chief.get("/cameras/mast/presets").json()["items"]
            }
            assert (site.parent / "lawn.night.jpg").stat().st_size > 1000
            looks = {one["preset"]: one for one in chief.get("/cameras/mast/looks").json()["items"]}
            assert (looks["bay"]["variants"], looks["lawn"]["variants"]) == (["day"], ["night"])
            assert looks["lawn"]["objection"] is None
            assert looks["bay"]["alike"] == []
            night = "/cameras/mast/presets/lawn/reference?variant=night"
            assert chief.get(night).content == (site.parent / "lawn.night.jpg").read_bytes()
            assert problem(chief.get("/cameras/mast/presets/lawn/reference")) == (404, "not_found")
            assert chief.post(f"{where}/give-back").status_code == 204
        with stack.signed_in("room") as room:
            assert problem(room.post(f"{where}/take", json={})) == (403, "not_allowed")
        assert anna.get(where).json() == {"holder": None, "until": None}
        assert problem(anna.get("/cameras/elsewhere/control")) == (404, "not_found")
    engine = open_database(stack.database_url)
    lines = [line.entry for line in Audit(engine).lines(AuditQuery(subject="mast"))]
    engine.dispose()
    assert [(line.actor, line.action) for line in lines] == [
        ("observer", "take"),
        ("observer", "steer"),
        ("observer", "steer"),
        ("supervisor", "take"),
        ("supervisor", "steer"),
        ("supervisor", "steer"),
        ("supervisor", "give_back"),
    ]
    assert lines[5].details == {"learn": "lawn", "variant": "night"}
    assert lines[1].details == {"to_pan": 400, "to_tilt": 100, "to_zoom": 200}


def test_an_operator_learns_but_neither_looks_nor_steers(
    settings: dict[str, str], make_stack: MakeStack, camera: VirtualPtz
) -> None:
    stack = make_stack("sqlite", **settings)
    stack.add_person("maker", Role.OPERATOR)
    learn = {"variant": "day"}
    with stack.signed_in("maker") as maker:
        assert problem(maker.post("/cameras/mast/presets/bay/learn", json=learn)) == (409, "version_conflict")
        assert maker.post("/cameras/mast/control/take", json={}).json()["holder"] == "maker"
        kept = maker.get("/cameras/mast/presets").json()
        assert (kept["home"], kept["tour"]) == ("home", False)
        assert problem(maker.post("/cameras/mast/control/move", json={"stop": True})) == (403, "not_allowed")
        assert problem(maker.get("/cameras/mast/picture")) == (403, "not_allowed")
        assert maker.get("/cameras/mast/presets/bay/reference").headers["content-type"] == "image/jpeg"
        done = maker.post("/cameras/mast/presets/bay/learn", json=learn, timeout=60)
        assert done.status_code == 200, done.text


def test_the_control_room_steers_where_it_may(settings: dict[str, str], make_stack: MakeStack) -> None:
    stack = make_stack("sqlite", **settings, ALMERE_CONTROL_ROOM_STEERS="true")
    with stack.signed_in("room") as room:
        assert room.post("/cameras/mast/control/take", json={}).json()["holder"] == "room"


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def steering(tmp_path: Path) -> Iterator[Steering]:
    engine = open_database(f"sqlite:///{tmp_path / 'almere.db'}")
    migrate(engine)
    yield Steering(engine, lease_s=60, idle_s=30)
    engine.dispose()


def turning(camera: VirtualPtz, **more: object) -> Turning:
    address = read_onvif_address(
        camera.onvif.replace("://", f"://{USER}:{PASSWORD.replace('%', '%25').replace('@', '%40')}@")
    )
    return Turning(address, "home", **more)  # type: ignore[arg-type]


def test_an_idle_camera_goes_home_and_one_that_is_not_reached_is_tried_again(
    camera: VirtualPtz, steering: Steering
) -> None:
    clock = Clock()
    keeper = Keeper(steering, {"mast": turning(camera)}, clock)
    steering.take("mast", Actor("anna", Role.OBSERVER), clock(), takeover=False)
    camera.tell(jump=[0.7, 0, 0])
    clock.passes(89)
    keeper.look()
    assert camera.state()["position"]["pan"] == 0.7
    clock.passes(2)
    camera.tell(faults=["malformed"])
    keeper.look()
    camera.tell(faults=[])
    assert camera.state()["position"]["pan"] == 0.7
    clock.passes(61)
    keeper.look()
    until(lambda: camera.state()["position"]["pan"] == 0.0, 10, "it is at home")


def test_a_tour_goes_round_and_rests_while_somebody_steers(camera: VirtualPtz, steering: Steering) -> None:
    clock, anna = Clock(), Actor("anna", Role.OBSERVER)
    camera.tell(jump=[0.5, 0, 0])
    stop = turning(camera).ask(lambda client: client.save_preset("corner"))
    keeper = Keeper(steering, {"mast": turning(camera, tour=((stop, 20.0), ("home", 40.0)))}, clock)
    keeper.begin()
    seen = []
    for _ in range(12):
        keeper.look()
        until(lambda: not camera.state()["moving"], 10, "it rests")
        seen.append(camera.state()["position"]["pan"])
        clock.passes(10)
    assert seen == [0.5, 0.5, 0.0, 0.0, 0.0, 0.0, 0.5, 0.5, 0.0, 0.0, 0.0, 0.0]
    steering.take("mast", anna, clock(), takeover=False)
    camera.tell(jump=[-0.3, 0, 0])
    clock.passes(60)
    keeper.look()
    assert camera.state()["position"]["pan"] == -0.3
    clock.passes(31)
    keeper.look()
    until(lambda: camera.state()["position"]["pan"] in (0.0, 0.5), 10, "the tour goes on")
