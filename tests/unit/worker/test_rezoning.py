"""Zones that change while a worker runs."""

from __future__ import annotations

from pathlib import Path

from almere_vision.scene import load_site
from almere_vision.scene.drawing import write
from almere_vision.worker.rezoning import Zones

ZONES = """camera: plaza
presets: [{id: home, zones: [{id: ZONE, polygon: [[0, 0], [1, 0], [1, 1]], rules: {parking: {limit_s: 60}}}]}]
"""


def test_frames_are_told_to_end_when_other_zones_hold(tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text(
        "site: s\nname: S\ncameras: [{id: plaza, name: P, source: a.mp4, zones: plaza.yaml}]\n"
    )
    (tmp_path / "plaza.yaml").write_text(ZONES.replace("ZONE", "bay"))
    zones = Zones(load_site(tmp_path / "site.yaml").cameras)
    before = zones.of("plaza")
    changed = zones.changed("plaza", before)
    assert not changed()

    (tmp_path / "plaza.yaml").write_text(ZONES.replace("plaza", "another camera"))
    assert not changed()

    write(tmp_path / "plaza.yaml", ZONES.replace("ZONE", "street").encode())
    assert changed()
    after = zones.of("plaza")
    assert [zone.id for zone in after.view("home").zones] == ["street"]
    assert after.version != before.version
