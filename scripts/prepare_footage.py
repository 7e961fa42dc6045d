"""Make the demo clip playable: H.264 in an mp4, which browsers show, from an older codec, which they do not.

    prepare_footage.py SOURCE TARGET

One keyframe a second, so that evidence clips can be cut near the moment that they show.
"""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path

import av
from av.video.stream import VideoStream


def transcode(source: Path, target: Path) -> int:
    """Write `target` (H.264, yuv420p, constant frame rate) and give the number of pictures in it.

    The target appears whole or not at all.
    """
    partial = target.with_name(f"{target.stem}.partial{target.suffix}")
    target.parent.mkdir(parents=True, exist_ok=True)
    pictures = 0
    with av.open(str(source)) as incoming, av.open(str(partial), "w") as outgoing:
        read = incoming.streams.video[0]
        rate = Fraction(read.average_rate or 25)
        written = outgoing.add_stream("libx264", rate=rate, options={"preset": "veryfast", "crf": "20"})
        assert isinstance(written, VideoStream)
        written.width, written.height, written.pix_fmt = read.width, read.height, "yuv420p"
        written.codec_context.gop_size = max(1, round(rate))
        written.codec_context.max_b_frames = 0  # as cameras send it
        for frame in incoming.decode(read):
            frame.pts, frame.time_base = pictures, 1 / rate
            frame.pict_type = av.video.frame.PictureType.NONE
            outgoing.mux(written.encode(frame))
            pictures += 1
        outgoing.mux(written.encode(None))
    partial.replace(target)
    return pictures


if __name__ == "__main__":
    source_path, target_path = (Path(word) for word in sys.argv[1:3])
    print(f"{target_path.name}: {transcode(source_path, target_path)} pictures")
