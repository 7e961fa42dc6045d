"""The demo site can be loaded, and its bay holds the two vehicles that stand in the clip."""

from __future__ import annotations

from pathlib import Path

import pytest

from almere_vision.domain.geometry import Box, contains, ground_point
from almere_vision.scene.files import check, load_site, load_zone_file

WHITE_VAN: Box = (0.845, 0.075, 0.945, 0.175)
BLUE_CAR: Box = (0.955, 0.085, 1.0, 0.165)


def test_the_site_and_its_zones_are_in_order(root: Path) -> None:
    path = root / "zones" / "demo" / "site.yaml"

    assert check(path) == []
    (camera,) = load_site(path).cameras
    assert (camera.id, camera.play) == ("plaza", True)
    assert (path.parent / camera.source).resolve() == root.resolve() / ".cache" / "footage" / "plaza.mp4"


@pytest.mark.parametrize("box", [WHITE_VAN, BLUE_CAR])
def test_the_parked_vehicles_stand_in_the_bay(root: Path, box: Box) -> None:
    (preset,) = load_zone_file(root / "zones" / "demo" / "plaza.yaml").presets
    (bay,) = [entry.zone() for entry in preset.zones]

    assert contains(bay.polygon, ground_point(box))
