"""How exactly a network computes: the same on every machine, or as fast as this processor can.

On a processor that multiplies bfloat16 in hardware (AMX, AVX512-BF16) the network itself runs in it; on one
with 8-bit dot products (VNNI) its quantised twin does, where it has one. Elsewhere neither gains anything.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

Precision = Literal["exact", "fast"]
"""`exact`: float32, so that a score depends on the picture alone. `fast`: what suits the processor."""

_CPU_INFO: Final = Path("/proc/cpuinfo")
_DOT_PRODUCTS: Final = frozenset({"avx512_vnni", "avx_vnni", "asimddp"})


def multiplies_bytes(cpu_info: Path = _CPU_INFO) -> bool:
    """Whether this processor has dot products of 8-bit numbers (proc(5), cpuinfo; Linux only)."""
    try:
        lines = cpu_info.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    flags = next((line for line in lines if line.lower().startswith(("flags", "features"))), "")
    return not _DOT_PRODUCTS.isdisjoint(flags.partition(":")[2].split())
