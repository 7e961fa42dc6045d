"""How exactly a network computes: the same on every machine, or as fast as this processor can.

On a processor that multiplies bfloat16 in hardware (AMX, AVX512-BF16) the network itself runs in it; on other
x86 processors its quantised twin does, where it has one.
"""

from __future__ import annotations

import platform
from typing import Literal

Precision = Literal["exact", "fast"]
"""`exact`: float32, so that a score depends on the picture alone. `fast`: what suits the processor."""


def gains_from_bytes() -> bool:
    """Whether 8 bits were seen to be faster on processors of this kind (models/nanodet-416-int8)."""
    return platform.machine().lower() in {"x86_64", "amd64"}
