"""Exports of labelling tools become label files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from almere_vision.domain.errors import LabelFileError
from almere_vision.evaluation.cli import app
from almere_vision.evaluation.importers import Asked, import_labels

CVAT = """\
<?xml version="1.0" encoding="utf-8"?>
<annotations>
  <version>1.1</version>
  <meta><task><name>plaza.mp4</name><original_size><width>64</width><height>36</height></original_size></task></meta>
  <track id="0" label="parking" source="manual">
    <box frame="20" outside="0" occluded="0" keyframe="1" xtl="6.4" ytl="18" xbr="16" ybr="27" z_order="0">
      <attribute name="zone">square</attribute>
      <attribute name="ignore">false</attribute>
    </box>
    <box frame="199" outside="0" occluded="0" keyframe="1" xtl="6.4" ytl="18" xbr="16" ybr="27" z_order="0"/>
    <box frame="200" outside="1" occluded="0" keyframe="1" xtl="6.4" ytl="18" xbr="16" ybr="27" z_order="0"/>
  </track>
  <track id="1" label="parking" source="manual">
    <box frame="4" outside="0" occluded="0" keyframe="1" xtl="0" ytl="0" xbr="6.4" ybr="3.6" z_order="0">
      <attribute name="zone">square</attribute>
      <attribute name="ignore">true</attribute>
    </box>
    <box frame="39" outside="0" occluded="0" keyframe="1" xtl="0" ytl="0" xbr="6.4" ybr="3.6" z_order="0"/>
  </track>
</annotations>
"""

LABEL_STUDIO: list[dict[str, Any]] = [
    {
        "id": 3,
        "file_upload": "0f3a91c2-plaza.mp4",
        "data": {"video": "/data/upload/1/0f3a91c2-plaza.mp4"},
        "annotations": [
            {"was_cancelled": True, "result": []},
            {
                "result": [
                    {
                        "type": "timelinelabels",
                        "value": {
                            "ranges": [{"start": 21, "end": 200}],
                            "timelinelabels": ["parking:square"],
                        },
                    },
                    {
                        "type": "videorectangle",
                        "value": {
                            "labels": ["Parking"],
                            "sequence": [
                                {"frame": 5, "x": 10, "y": 20, "width": 30, "height": 40, "enabled": True},
                                {"frame": 80, "x": 10, "y": 20, "width": 30, "height": 40, "enabled": False},
                            ],
                        },
                    },
                    {"type": "choices", "value": {"choices": ["night"]}},
                ]
            },
        ],
    }
]

VIA: dict[str, Any] = {
    "project": {"pname": "plaza"},
    "attribute": {
        "1": {"aname": "kind", "anchor_id": "FILE1_Z2_XY0", "type": 4,
              "options": {"0": "parking", "1": "fight"}},
        "2": {"aname": "zone", "anchor_id": "FILE1_Z2_XY0", "type": 1, "options": {}},
    },
    "file": {"7": {"fid": "7", "fname": "plaza.mp4", "type": 4, "loc": 1, "src": "plaza.mp4"}},
    "metadata": {
        "1_abc": {"vid": "1", "flg": 0, "z": [5.0, 50.25], "xy": [], "av": {"1": "0", "2": "square"}},
        "1_still": {"vid": "1", "flg": 0, "z": [3.0], "xy": [2, 1, 1, 5, 5], "av": {}},
    },
    "view": {"1": {"fid_list": ["7"]}},
}  # fmt: skip


@pytest.fixture
def asked(bench: Path) -> Asked:
    return Asked(clips_dir=bench / "clips", zones_dir=bench / "zones", conditions=("night",))


def imported(bench: Path, asked: Asked, text: str) -> dict[str, Any]:
    export = bench / "export"
    export.write_text(text)
    [(path, events)] = import_labels(export, bench / "made", asked)
    assert path == bench / "made" / "plaza.json"
    content: dict[str, Any] = json.loads(path.read_text())
    assert len(content["events"]) == events
    assert [p.name for p in path.parent.iterdir()] == ["plaza.json"]
    return content


def test_cvat(bench, asked):
    content = imported(bench, asked, CVAT)
    assert content["clip"] == "plaza.mp4"
    assert content["zones"] == "plaza.yaml"
    assert content["conditions"] == ["night"]
    # four pictures a second
    assert content["events"] == [
        {"kind": "parking", "zone": "square", "start_s": 1.0, "end_s": 10.0, "ignore": True,
         "box": [0.0, 0.0, 0.1, 0.1]},
        {"kind": "parking", "zone": "square", "start_s": 5.0, "end_s": 50.0, "ignore": False,
         "box": [0.1, 0.5, 0.25, 0.75]},
    ]  # fmt: skip


def test_label_studio(bench, asked):
    with_zone = Asked(asked.clips_dir, asked.zones_dir, zone="square")
    content = imported(bench, with_zone, json.dumps(LABEL_STUDIO))
    assert content["events"] == [
        {"kind": "parking", "zone": "square", "start_s": 1.0, "end_s": 20.0, "ignore": False,
         "box": [0.1, 0.2, 0.4, 0.6]},
        {"kind": "parking", "zone": "square", "start_s": 5.0, "end_s": 50.0, "ignore": False},
    ]  # fmt: skip


def test_via(bench, asked):
    content = imported(bench, asked, json.dumps(VIA))
    assert content["events"] == [
        {"kind": "parking", "zone": "square", "start_s": 5.0, "end_s": 50.25, "ignore": False}
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is empty"),
        ("<nonsense", "is not XML"),
        ("<annotations><image/></annotations>", "CVAT for video 1.1"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><annotations>&a;</annotations>', "is not XML that can be read"),
        (CVAT.replace("plaza.mp4", "other.mp4"), "clip 'other.mp4' is not in"),
        (CVAT.replace('label="parking"', 'label="theft"'), "track 1: unknown kind 'theft'"),
        (CVAT.replace('<attribute name="zone">square</attribute>', ""), "names no zone"),
        (CVAT.replace(">square<", ">market<"), "zone 'market' is not in plaza.yaml"),
        (CVAT.replace('frame="199"', 'frame="900"'), "lies outside the clip"),
        ("{", "is not JSON"),
        ("{}", "is neither"),
        ('[{"annotations": [{"result": [{}]}]}]', "does not name its clip"),
        (json.dumps(VIA).replace('"kind"', '"what"'), "has no attribute called kind"),
        (json.dumps(VIA).replace('"z": [5.0, 50.25]', '"z": ["x", 3]'), "is not an export as we know it"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_and_leaves_nothing(bench, asked, text, told):
    export = bench / "export"
    export.write_text(text)
    with pytest.raises(LabelFileError) as caught:
        import_labels(export, bench / "made", asked)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not (bench / "made").exists() or list((bench / "made").iterdir()) == []


def test_a_label_file_is_only_replaced_when_asked(bench, asked):
    imported(bench, asked, CVAT)
    with pytest.raises(LabelFileError, match="--overwrite"):
        imported(bench, asked, CVAT)
    assert len(json.loads((bench / "made" / "plaza.json").read_text())["events"]) == 2


def test_the_command_imports_and_its_files_pass_the_check(bench):
    export = bench / "export.json"
    export.write_text(json.dumps(VIA))
    where = ["--clips", str(bench / "clips"), "--zones", str(bench / "zones")]
    runner = CliRunner()
    made = runner.invoke(app, ["label", "import", str(export), "--out", str(bench / "made"), *where])
    assert (made.exit_code, made.stdout) == (0, f"{bench / 'made' / 'plaza.json'}: 1 events\n")
    assert runner.invoke(app, ["label", "check", str(bench / "made" / "plaza.json"), *where]).exit_code == 0
