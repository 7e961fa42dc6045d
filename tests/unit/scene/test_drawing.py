"""Zones that were drawn in the console: checked as files are, written as files are, and taken over."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from almere_vision.domain.errors import StorageError
from almere_vision.scene import Scene, check
from almere_vision.scene.drawing import faults, file_of, scene_of, value_of, write
from almere_vision.scene.fresh import Fresh

EXAMPLE = Path("zones/almere")


@pytest.fixture
def site(tmp_path: Path, root: Path) -> Path:
    """A copy of the worked example, with a table, a protocol and a shared place that name its zones."""
    for file in (root / EXAMPLE).glob("*.yaml"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "table.yaml").write_text("rows: [{kind: parking, zone: loading-bay, priority: P2}]\n")
    with (tmp_path / "site.yaml").open("a") as file:
        file.write(
            "priorities: table.yaml\nsame_place:\n  - id: corner\n    views:\n"
            "      - {camera: stationsstraat, zone: street}\n      - {camera: grote-markt, zone: market}\n"
        )
    assert check(tmp_path / "site.yaml") == []
    return tmp_path / "site.yaml"


def drawn(site: Path, camera: str = "stationsstraat") -> dict[str, Any]:
    value: dict[str, Any] = value_of((site.parent / f"{camera}.yaml").read_bytes())
    return value


@pytest.mark.parametrize("camera", ["stationsstraat", "grote-markt", "festivalplein"])
def test_what_is_written_reads_as_it_was_drawn(site: Path, camera: str) -> None:
    value = drawn(site, camera)
    assert faults(site, camera, value) == []

    content = file_of(value, "Version 2\n- a second line may not break out")
    write(site.parent / f"{camera}.yaml", content)

    assert value_of(content) == value
    assert check(site) == []
    assert scene_of(content).version == Scene.load(site.parent / f"{camera}.yaml").version
    assert [line for line in content.decode().splitlines() if line.startswith("#")] == [
        content.decode().splitlines()[0]
    ]


@pytest.mark.parametrize(
    "text", ["1e3", "no", "null", "0x1F", "12:30", "007", "# none", "a: b", "é\u2028", "-", ""]
)
def test_text_stays_text(site: Path, text: str) -> None:
    value = drawn(site)
    value["presets"][0]["zones"][0]["rules"]["present"]["permits"][0]["what"] = text
    assert value_of(file_of(value, "v")) == value


def test_faults_are_those_of_the_file_check_with_their_place(site: Path) -> None:
    value = drawn(site)
    zone = value["presets"][0]["zones"][0]
    zone["polygon"] = [[0, 0], [1, 1], [1, 0], [0, 1]]
    zone["rules"]["present"]["limit_s"] = 0.1
    found = {fault.where: fault.message for fault in faults(site, "stationsstraat", value)}
    (site.parent / "stationsstraat.yaml").write_bytes(file_of(value, "v"))

    assert "crosses or touches itself" in found[("presets", 0, "zones", 0, "polygon")]
    assert ("presets", 0, "zones", 0, "rules", "present", "limit_s") in found
    assert sorted(found.values()) == sorted(problem.message for problem in check(site))


def test_a_zone_that_other_files_name_may_not_go(site: Path) -> None:
    value = drawn(site)
    for zone in value["presets"][0]["zones"]:
        zone["id"] += "-2"
    told = " ".join(fault.message for fault in faults(site, "stationsstraat", value))

    assert "place 'corner' in site.yaml names zone 'street'" in told
    assert "row 1 in table.yaml" in told
    assert "loading-bay" in told
    another = copy.deepcopy(drawn(site)) | {"camera": "grote-markt"}
    assert faults(site, "stationsstraat", another)[0].where == ("camera",)


def test_a_folder_that_cannot_be_written_is_told_and_leaves_the_file(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="let the API write"):
        write(tmp_path / "away" / "zones.yaml", b"new")
    (tmp_path / "zones.yaml").write_bytes(b"old")
    (tmp_path / ".zones.yaml.new").mkdir()
    with pytest.raises(StorageError):
        write(tmp_path / "zones.yaml", b"new")
    assert (tmp_path / "zones.yaml").read_bytes() == b"old"


def test_a_changed_file_is_taken_and_a_broken_one_is_not(site: Path) -> None:
    path = site.parent / "stationsstraat.yaml"
    fresh = Fresh(path, Scene.load)
    first = fresh.now()
    assert fresh.now() is first

    value = drawn(site)
    value["presets"][0]["zones"] = value["presets"][0]["zones"][:1]
    write(path, file_of(value, "one zone less"))
    second = fresh.now()
    assert second is not first
    assert [zone.id for zone in second.view("home").zones] == ["street"]

    path.write_text("camera: [")
    assert fresh.now() is second
    path.unlink()
    assert fresh.now() is second
    write(path, file_of(value, "mended"))
    assert fresh.now() is not second
