"""The obvious way to watch one camera, and the two limits; each measured as processor time.

The obvious way is one loop per camera: decode and convert every picture, detect at the rate that the rules
ask for. `python -m almere_vision.cli.streams_bench.plain ADDRESS SECONDS FPS` runs one such loop.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any, Final

import av

from almere_vision.config import load_settings
from almere_vision.detection import Detector, load_detector
from almere_vision.domain.frame import Frame, Moment

RULES_FPS: Final = 5.0
"""What the rules of the cameras of the bench ask for (docs/adr/0009)."""


def open_detector() -> Detector:
    """The detector of the settings."""
    settings = load_settings()
    return load_detector(
        settings.model, settings.models_dir, settings.backend, threads=1, precision=settings.precision
    )


def one_loop(address: str, seconds: float, fps: float) -> dict[str, float]:
    """Watch one camera for a while; gives processor and media time, and how many pictures were detected."""
    detector = open_detector()
    began_s = first_s = cpu_s = last_s = next_s = 0.0
    detected = 0
    with av.open(address, options={"rtsp_transport": "tcp", "timeout": "5000000"}) as container:
        for frame in container.decode(video=0):
            if frame.time is None:
                continue
            image: Any = frame.to_ndarray(format="bgr24")
            if not began_s:
                began_s, first_s, cpu_s = time.monotonic(), frame.time, time.process_time()
                next_s = first_s
            last_s = frame.time
            if frame.time >= next_s:
                next_s += 1 / fps
                detected += 1
                moment = Moment("plain", None, frame.time, frame.time, None, frame.width, frame.height)
                detector.detect(Frame(moment, image))
            if time.monotonic() - began_s > seconds:
                break
    return {"cpu_s": time.process_time() - cpu_s, "media_s": last_s - first_s, "detected": detected}


def decode_cpu_s_per_s(path: Path) -> float:
    """Processor seconds to decode a second of a stream file, every picture, and nothing else."""
    with av.open(str(path)) as container:
        container.streams.video[0].codec_context.thread_count = 1
        began_s = time.process_time()
        last_s = 0.0
        for frame in container.decode(video=0):
            last_s = frame.time or last_s
    return (time.process_time() - began_s) / last_s


def inference_cpu_s(path: Path, pictures: int = 24) -> float:
    """Processor seconds to detect one picture, and nothing else; pictures evenly from a stream file."""
    detector = open_detector()
    frames: list[Frame] = []
    with av.open(str(path)) as container:
        for index, frame in enumerate(container.decode(video=0)):
            if index % 10 == 0 and len(frames) < pictures:
                moment = Moment("limit", None, index, index, None, frame.width, frame.height)
                image: Any = frame.to_ndarray(format="bgr24")
                frames.append(Frame(moment, image))
    detector.detect(frames[0])
    began_s = time.process_time()
    for one in frames:
        detector.detect(one)
    return (time.process_time() - began_s) / len(frames)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(one_loop(sys.argv[1], float(sys.argv[2]), float(sys.argv[3]))))
