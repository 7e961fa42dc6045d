"""Which arithmetic a processor is given."""

from __future__ import annotations

from pathlib import Path

import pytest

from almere_vision.detection.precision import multiplies_bytes


@pytest.mark.parametrize(
    ("flags", "answer"),
    [
        ("flags\t\t: fpu avx2 avx512f avx512_vnni amx_int8", True),
        ("flags\t\t: fpu avx2 avx_vnni", True),
        ("flags\t\t: fpu sse4_2 avx2 fma", False),
        ("Features\t: fp asimd asimddp", True),
        ("model name\t: avx512_vnni in the name only", False),
    ],
)
def test_dot_products_are_told_by_the_flags(tmp_path: Path, flags: str, answer: bool) -> None:
    (tmp_path / "cpuinfo").write_text(f"processor\t: 0\n{flags}\n")
    assert multiplies_bytes(tmp_path / "cpuinfo") is answer


def test_where_nothing_is_told_nothing_is_assumed(tmp_path: Path) -> None:
    assert not multiplies_bytes(tmp_path / "none")
