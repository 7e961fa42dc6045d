"""Networks that begin in the same moment: each answers, none waits for another for ever."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

# In a process of its own: only the first picture of a process is at stake. Threads change places all the
# time, which brings about in each run what was seen once in many starts of a worker.
TWO_AT_ONCE = """
import sys, threading
import numpy as np
from pathlib import Path
from almere_vision.detection.backend import open_backend
from almere_vision.detection.manifest import AS_THEY_ARE

networks = [open_backend("openvino", Path(sys.argv[1]), AS_THEY_ARE, None, 1) for _ in range(2)]
picture = np.zeros((1, *networks[0].input_px[::-1], 3), np.uint8)
meeting = threading.Barrier(2)
answers = []

def look(network):
    meeting.wait()
    answers.append(network.infer(picture))

sys.setswitchinterval(1e-6)
threads = [threading.Thread(target=look, args=(network,)) for network in networks]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(answers))
"""


def test_two_networks_may_see_their_first_picture_at_once(root: Path) -> None:
    command = [sys.executable, "-c", TWO_AT_ONCE, str(root / "models/nanodet-416/nanodet.onnx")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "2"
