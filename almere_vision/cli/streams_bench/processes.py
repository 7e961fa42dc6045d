"""What processes take: processor time and memory, from /proc (proc(5); Linux only)."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Final

_TICKS_PER_S: Final = os.sysconf("SC_CLK_TCK")


def tree(pid: int) -> list[int]:
    """A process and all that it started, directly or not."""
    found, left = [], [pid]
    while left:
        one = left.pop()
        found.append(one)
        for tasks in Path(f"/proc/{one}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                left += map(int, tasks.read_text().split())
    return found


def cpu_s(pid: int) -> float:
    """Seconds of processor time of a process and all that it started; what has ended counts too."""
    total = 0
    for one in tree(pid):
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            total += sum(map(int, fields[11:15]))  # utime, stime, cutime, cstime
    return total / _TICKS_PER_S


def memory_mb(pid: int) -> float:
    """Resident memory of a process and all that it started, in MiB; what they share is counted once (PSS)."""
    total_kb = 0
    for one in tree(pid):
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total_kb += int(line.split()[1])
    return total_kb / 1024


def descriptors(pid: int) -> int:
    """Open file descriptors of a process and all that it started."""
    total = 0
    for one in tree(pid):
        with contextlib.suppress(OSError):
            total += sum(1 for _ in Path(f"/proc/{one}/fd").iterdir())
    return total


def busy_cpu_s() -> float:
    """Seconds of processor time that the whole machine has used so far."""
    fields = list(map(int, Path("/proc/stat").read_text().splitlines()[0].split()[1:9]))
    return (sum(fields) - fields[3] - fields[4]) / _TICKS_PER_S
