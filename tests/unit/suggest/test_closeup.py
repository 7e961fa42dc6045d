"""The moving picture of the people, as browsers play it."""

from __future__ import annotations

import io

import av
import numpy as np
import pytest

from almere_vision.domain.tube import Tube
from almere_vision.suggest import closeup_mp4


def tube(width_px: int, height_px: int) -> Tube:
    pictures = np.zeros((20, height_px, width_px, 3), np.uint8)
    pictures[10:] = 255
    people = np.full((1, 20, 4), 0.5, np.float32)
    times_s = 7.0 + np.arange(20) / 10
    return Tube("plaza", times_s, (0.0, 0.0, 1.0, 1.0), pictures, people, ("a",), (640, 360))


@pytest.mark.parametrize(("width_px", "height_px"), [(384, 217), (33, 95), (7, 3)])
def test_a_tube_of_any_size_becomes_a_video_of_even_size_that_keeps_its_time(
    width_px: int, height_px: int
) -> None:
    with av.open(io.BytesIO(closeup_mp4(tube(width_px, height_px)))) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.name == "h264"
        assert stream.width % 2 == stream.height % 2 == 0
        assert stream.width / stream.height == pytest.approx(width_px / height_px, rel=0.15)
        frames = [(frame.time, frame.to_ndarray(format="gray").mean()) for frame in container.decode(stream)]
    assert [time_s for time_s, _ in frames] == pytest.approx(np.arange(20) / 10, abs=0.01)
    assert [grey > 128 for _, grey in frames] == [False] * 10 + [True] * 10


def test_it_begins_with_its_index_so_that_it_plays_while_it_loads() -> None:
    written = closeup_mp4(tube(64, 48))
    assert written.index(b"moov") < written.index(b"mdat")
