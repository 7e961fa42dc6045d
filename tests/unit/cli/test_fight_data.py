"""The folder that a fight classifier learns from."""

from __future__ import annotations

from pathlib import Path

import pytest

from almere_vision.cli.fight.data import read_clips
from almere_vision.domain.errors import FootageError, LabelFileError

SPLITS = """file,label,group,visibility,split
fight/scfd_1.mp4,fight,g1,as source,train
nofight/vp_2.mp4,nofight,g2,source_label,val
nofight/vp_3.mp4,nofight,g3,source_label,test
loitering/lo1.mp4,nofight,g4,sequence,train
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "fight_splits.csv").write_text(SPLITS)
    (tmp_path / "MANIFEST.csv").write_text('file,notes\nstreet/st1.avi,"group=g5; dirty lens"\n')
    for name in (
        "fight/scfd_1.mp4",
        "nofight/vp_2.mp4",
        "loitering/lo1.mp4",
        "street/st1.avi",
        "street/st2.mp4",
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"\0")
    return tmp_path


def test_clips_of_train_and_val_count_and_normal_footage_only_teaches(data: Path) -> None:
    clips = {clip.name: clip for clip in read_clips(data)}
    assert list(clips) == [
        "fight/scfd_1.mp4",
        "nofight/vp_2.mp4",
        "loitering/lo1.mp4",
        "street/st1.avi",
        "street/st2.mp4",
    ]
    assert [clip.counted for clip in clips.values()] == [True, True, False, False, False]
    assert [clip.source for clip in clips.values()] == ["scfd", "vp", "normal", "normal", "normal"]
    assert [clip.group for clip in clips.values()] == ["g1", "g2", "g4", "g5", "st2"]
    assert clips["fight/scfd_1.mp4"].fight
    assert clips["fight/scfd_1.mp4"].visibility == "as source"


def test_a_folder_without_splits_and_a_missing_clip_are_told(data: Path) -> None:
    (data / "nofight/vp_2.mp4").unlink()
    with pytest.raises(FootageError, match=r"vp_2\.mp4: is missing"):
        read_clips(data)
    with pytest.raises(LabelFileError, match=r"fight_splits\.csv"):
        read_clips(data / "fight")
