"""Zone and site files: what is refused, at which line, and with which advice."""

from __future__ import annotations

import json
from datetime import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from almere_vision.domain.detections import MOTOR_VEHICLES, ObjectClass
from almere_vision.domain.errors import ZoneFileError
from almere_vision.domain.scene import FightSettings, LoiteringSettings, ParkingSettings
from almere_vision.scene import Scene, check, load_site, load_zone_file

GOOD = """\
camera: plaza-1
presets:
  - id: home                  # a fixed camera
    reference: plaza-1-home.jpg
    ground_plane: null
    zones:
      - id: square
        polygon: [[0.05, 0.30], [0.95, 0.30], [0.95, 0.98], [0.05, 0.98]]
        rules:
          parking: {limit_s: 60, vehicles: [car, van], allowed: [{days: [mon, fri], from: 07:00, to: 11:00}]}
          loitering: {people: 3, limit_s: 300, within_m: 2.0, active: [{from: "22:00", to: "06:00"}]}
          fight:     {}
"""


@pytest.fixture
def zone_file(tmp_path: Path) -> Path:
    path = tmp_path / "plaza.yaml"
    path.write_text(GOOD)
    return path


def mistakes(path: Path, old: str, new: str) -> list[tuple[int, str]]:
    assert GOOD.count(old) == 1, "the change must change one thing"
    path.write_text(GOOD.replace(old, new))
    problems = check(path)
    assert all(problem.file == path for problem in problems)
    return [(problem.line, problem.message) for problem in problems]


def test_a_good_file_becomes_a_view(zone_file: Path) -> None:
    assert check(zone_file) == []

    view = Scene.load(zone_file).view(None)

    (zone,) = view.zones
    parking, loitering, fight = zone.rules
    assert (view.camera, view.preset, zone.id) == ("plaza-1", "home", "square")
    assert zone.polygon[0] == (0.05, 0.30)
    assert isinstance(parking, ParkingSettings)
    assert parking.vehicles == {ObjectClass.CAR, ObjectClass.TRUCK}
    assert parking.allowed[0].days == {0, 4}
    assert (parking.allowed[0].start, parking.allowed[0].end) == (time(7), time(11))
    assert isinstance(loitering, LoiteringSettings)
    assert loitering.active[0].days == set(range(7))
    assert fight == FightSettings()


def test_motor_vehicles_are_watched_when_none_are_named(zone_file: Path) -> None:
    zone_file.write_text(GOOD.replace("vehicles: [car, van], ", ""))

    (parking, *_) = load_zone_file(zone_file).presets[0].zones[0].rules.settings()

    assert isinstance(parking, ParkingSettings)
    assert parking.vehicles == MOTOR_VEHICLES


def plane(*x: float) -> str:
    """Four points of a street, the first three on one line of the picture."""
    picture = [*([place, 0.9] for place in x), [0.5, 0.4]]
    metres = [[0, 0], [4, 0], [8, 0], [4, 12]]
    return json.dumps([{"picture": p, "metres": m} for p, m in zip(picture, metres, strict=True)])


@pytest.mark.parametrize(
    ("old", "new", "line", "advice"),
    [
        ("[0.95, 0.98], [0.05, 0.98]]", "]", 8, "at least 3 points, this one has 2"),
        ("[0.95, 0.98]", "[0.95, 1.98]", 8, "a corner lies at 1.98"),
        ("[0.95, 0.98]", "[0.95, -0.1]", 8, "between 0 and 1"),
        ("[0.95, 0.98]", "[0.95, .nan]", 8, "must be a number"),
        ("[0.95, 0.98]", "[0.95]", 8, "two numbers"),
        ("[0.95, 0.30], [0.95, 0.98]", "[0.95, 0.98], [0.95, 0.30]", 8, "crosses"),
        ("[0.95, 0.98], [0.05, 0.98]]", "[0.5, 0.30]]", 8, "no area"),
        ("fight:     {}", "smoke: {}", 12, "known are parking, present, loitering and fight"),
        ("fight:     {}", "fight:", 12, "give its settings, or {}"),
        ("[car, van]", "[car, tank]", 10, "unknown class 'tank': known are car, van, truck"),
        ("limit_s: 60", "limit_s: 0", 10, "`limit_s` must be more than 0"),
        ("limit_s: 300", "limit_s: -5", 11, "`limit_s` must be more than 0"),
        ("limit_s: 60", "limit_s: long", 10, "`limit_s` must be a number"),
        ("limit_s: 60", "limit_s: yes", 10, "`limit_s` must be a number"),
        ("07:00", '"25:00"', 10, "'25:00' is not a time of day"),
        ("07:00", '"07:60"', 10, "not a time of day"),
        ('"06:00"', "6:00", 11, "not a time of day"),
        ("[mon, fri]", "[mon, vrijdag]", 10, "unknown weekday 'vrijdag': known are mon, tue"),
        ("people: 3", "people: 2.5", 11, "`people` must be a whole number"),
        ("within_m: 2.0, ", "", 11, "`within_m` is missing"),
        ("camera: plaza-1", "camera: ../plaza", 1, "cannot be an id"),
        ("camera: plaza-1", "camera: 12", 1, "put it in quotes"),
        ("camera: plaza-1", "cemera: plaza-1", 1, "`cemera` is not known here"),
        ("ground_plane: null", "ground_plane: [{picture: [0, 0], metres: [0, 0]}]", 5, "at least 4"),
        ("ground_plane: null", f"ground_plane: {plane(0.1, 0.5, 0.9)}", 5, "measure four corners"),
        ("    zones:\n", "    zones: &z\n", 6, "anchors and aliases"),
        ("    zones:\n", "    zones: !!python/object:os.system\n", 6, "tags"),
        ("camera: plaza-1", "camera: plaza-1\ncamera: plaza-2", 2, "stands here twice"),
        ("camera: plaza-1", "camera: [plaza-1", 2, "is not YAML"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line_and_what_to_do(
    zone_file: Path, old: str, new: str, line: int, advice: str
) -> None:
    found = mistakes(zone_file, old, new)

    assert any(at == line and advice in message for at, message in found), found
    with pytest.raises(ZoneFileError, match=r"plaza\.yaml:\d+: ") as raised:
        load_zone_file(zone_file)
    assert "\n" not in str(raised.value)


def test_all_mistakes_are_told_in_one_go(zone_file: Path) -> None:
    zone_file.write_text(
        GOOD.replace("limit_s: 60", "limit_s: 0")
        .replace("[car, van]", "[tank]")
        .replace("people: 3", "people: 0")
        .replace("fight:     {}", "smoke: {}")
        + "  - id: home\n    zones:\n      - {id: a, polygon: [[0, 0], [1, 0], [1, 1]], rules: {}}\n"
        + "      - {id: a, polygon: [[0, 0], [1, 0], [1, 1]], rules: {fight: {}}}\n"
    )

    told = " | ".join(str(problem) for problem in check(zone_file))

    for part in (
        ":10: `limit_s`", "unknown class 'tank'", ":11: `people`", "unknown rule 'smoke'",
        ":13: the id 'home'", "needs a reference picture", ":15: the zone has no rule",
        ":16: the id 'a' is used twice",
    ):  # fmt: skip
        assert part in told


def test_several_presets_need_a_reference_each_and_hold_one_at_a_time(zone_file: Path) -> None:
    zone = "[{id: %s, polygon: [[0, 0], [1, 0], [1, 1]], rules: {fight: {}}}]"
    presets = [f"  - {{id: {name}, reference: {name}.jpg, zones: {zone % name}}}\n" for name in ("a", "b")]
    zone_file.write_text("camera: ptz-1\npresets:\n" + "".join(presets))
    scene = Scene.load(zone_file)

    assert scene.presets == ("a", "b")
    assert [z.id for z in scene.view("b").zones] == ["b"]
    assert scene.view("b") is scene.view("b")
    assert scene.view(None).zones == ()
    assert scene.view("c").preset is None
    assert scene.view("c").zones == ()


def test_the_version_follows_the_bytes_of_the_file(zone_file: Path) -> None:
    before = Scene.load(zone_file).version
    zone_file.write_text(GOOD.replace("60", "61"))

    assert len(before) == 8
    assert Scene.load(zone_file).version != before


def test_a_file_drawn_for_another_camera_is_refused(zone_file: Path) -> None:
    with pytest.raises(ZoneFileError, match="drawn for camera 'plaza-1', not for 'plaza-2'"):
        Scene.load(zone_file, camera="plaza-2")


def test_fault_19_a_polygon_of_100_000_corners_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "zones.yaml"
    corners = ",".join(["[0,1]"] * 100_000)
    zone = f"{{id: square, polygon: [{corners}], rules: {{fight: {{}}}}}}"
    path.write_text(f"camera: plaza-1\npresets:\n  - id: home\n    zones: [{zone}]\n")

    assert [problem.line for problem in check(path)] == [4]
    with pytest.raises(ZoneFileError, match="at most 100 items"):
        load_zone_file(path)


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        (b"", "is empty"),
        (b"# nothing but words\n", "is empty"),
        (b"\xff\xfe\x00", "not text in UTF-8"),
        (b"- 1\n- 2\n", "block of `key: value` lines"),
        (b"just words", "block of `key: value` lines"),
        (b"a: 1\n---\nb: 2\n", "several documents"),
        (b"? [a, b]\n: 1\n", "a key must be a plain word"),
        (b"[" * 100_000, "nested too deeply"),
        (b"a: &a [x]\nb: [*a, *a]\n", "anchors and aliases"),
        (b"camera: " + b"x" * (1 << 20), "larger than 1 MiB"),
        (b"camera: \x00", "is not YAML"),
        (b'camera: "\\Uffffffff"', "a character that does not exist"),
    ],
)
def test_what_is_no_zone_file_is_refused(tmp_path: Path, content: bytes, advice: str) -> None:
    path = tmp_path / "zones.yaml"
    path.write_bytes(content)

    assert advice in " | ".join(problem.message for problem in check(path))
    with pytest.raises(ZoneFileError):
        load_zone_file(path)


@given(
    text=st.one_of(
        st.text(max_size=60),
        st.text(alphabet="camera: presets-idzone[]{}&*!|>\"'#?,\\n 0.1~\t%@\\\\", max_size=80),
        st.builds(
            lambda at, put: GOOD[:at] + put + GOOD[at:], st.integers(0, len(GOOD)), st.text(max_size=4)
        ),
    )
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_in_a_file_it_is_told_and_not_thrown(tmp_path: Path, text: str) -> None:
    path = tmp_path / "zones.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))

    for problem in check(path):
        assert problem.line >= 1
        assert str(problem).isprintable()


def test_a_file_that_is_missing_or_a_folder_is_told(tmp_path: Path) -> None:
    assert "no such file" in str(check(tmp_path / "none.yaml")[0])
    assert "is a folder" in str(check(tmp_path)[0])


class TestSite:
    SITE = """\
site: almere
name: {nl: Almere, en: Almere}
cameras:
  - id: plaza-1
    name: Grote Markt
    source: rtsp://${PLAZA_USER}:${PLAZA_PASSWORD}@10.0.0.5/stream
    zones: plaza.yaml
"""

    @pytest.fixture
    def site_file(self, zone_file: Path) -> Path:
        path = zone_file.with_name("site.yaml")
        path.write_text(self.SITE)
        return path

    def test_a_good_site_keeps_sources_as_they_are_written(self, site_file: Path, zone_file: Path) -> None:
        assert check(site_file) == []

        site = load_site(site_file)

        (camera,) = site.cameras
        assert (site.id, site.name["en"], site.folder) == ("almere", "Almere", site_file.parent)
        assert camera.name == {"nl": "Grote Markt", "en": "Grote Markt"}
        assert camera.source == "rtsp://${PLAZA_USER}:${PLAZA_PASSWORD}@10.0.0.5/stream"
        assert camera.zones == zone_file
        assert not camera.play

    def test_mistakes_in_its_zone_files_are_told_too(self, site_file: Path, zone_file: Path) -> None:
        zone_file.write_text(GOOD.replace("limit_s: 60", "limit_s: 0"))

        assert [(p.file, p.line) for p in check(site_file)] == [(zone_file, 10)]

    @pytest.mark.parametrize(
        ("old", "new", "line", "advice"),
        [
            ("id: plaza-1", "id: plaza-2", 7, "drawn for camera 'plaza-1'"),
            ("zones: plaza.yaml", "zones: square.yaml", 7, "no such file"),
            ("    source: rtsp", "    sauce: rtsp", 6, "`sauce` is not known here"),
            ("    zones: plaza.yaml", "    zones: plaza.yaml\n    play: 1", 8, "true or false"),
            ("name: Grote Markt", "name: {nl: Grote Markt}", 5, "`en` is missing"),
            ("zones: plaza.yaml", "zones: plaza.yaml\n  - {id: plaza-1, name: x, source: y, zones: z}",
             8, "'plaza-1' is used twice"),
        ],
    )  # fmt: skip
    def test_mistakes_of_its_own_are_told(
        self, site_file: Path, old: str, new: str, line: int, advice: str
    ) -> None:
        site_file.write_text(self.SITE.replace(old, new))

        found = check(site_file)

        assert any(p.line == line and advice in p.message for p in found), [str(p) for p in found]


def test_schemas_in_the_repository_are_those_of_the_models(root: Path) -> None:
    from almere_vision.scene.schema import SCHEMAS, schema

    for name in SCHEMAS:
        kept = (root / "zones" / "schema" / name).read_text(encoding="utf-8")
        assert kept == schema(name), f"{name} is old: run `python -m almere_vision.scene.schema`"


@pytest.mark.shared
def test_every_zone_file_of_the_footage_can_be_used(footage: Path) -> None:
    files = sorted((footage / "zones").glob("*.yaml"))

    assert len(files) >= 28
    assert {str(file): check(file) for file in files if check(file)} == {}
    assert all(Scene.load(file, camera=file.stem).view(None).zones for file in files)


def test_a_ground_plane_tells_metres_on_the_street(zone_file: Path) -> None:
    corners = [([0.1, 0.9], [0, 0]), ([0.9, 0.9], [8, 0]), ([0.6, 0.4], [8, 20]), ([0.4, 0.4], [0, 20])]
    points = json.dumps([{"picture": picture, "metres": metres} for picture, metres in corners])
    zone_file.write_text(GOOD.replace("ground_plane: null", f"ground_plane: {points}"))

    ground = Scene.load(zone_file).view("home").ground
    assert ground is not None
    for picture, metres in corners:
        assert ground.metres((picture[0], picture[1])) == pytest.approx(metres)
    middle = ground.metres((0.5, 0.6))
    assert middle[0] == pytest.approx(4)
    assert 0 < middle[1] < 20
