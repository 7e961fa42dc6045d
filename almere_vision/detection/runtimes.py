"""What all runtimes share: settling the input size, and telling what went wrong."""

from __future__ import annotations

from pathlib import Path

from almere_vision.domain.errors import ModelError

DEFAULT_INPUT_PX = (640, 384)
"""Width and height for networks that take any size: close to 16:9, and far people are still seen."""

ON_A_GPU = 16
"""Pictures that a GPU is given together when they are there; not measured, for want of one."""


def agree_on_size(
    path: Path, fixed: tuple[int | None, int | None], wanted: tuple[int, int] | None
) -> tuple[int, int]:
    """Settle the input size.

    Args:
        path: the network, for the message.
        fixed: width and height that it takes, None where it takes any.
        wanted: width and height that the caller wants, or None.

    Raises:
        ModelError: the network takes another size, or the size is no multiple of 32.
    """
    chosen = wanted or DEFAULT_INPUT_PX
    if wanted is None:
        chosen = (fixed[0] or chosen[0], fixed[1] or chosen[1])
    for side_px, fixed_px in zip(chosen, fixed, strict=True):
        if fixed_px is not None and fixed_px != side_px:
            raise ModelError(
                f"{path}: takes an input of {fixed[0] or 'any'}x{fixed[1] or 'any'}, "
                f"not {chosen[0]}x{chosen[1]}; leave the input size out"
            )
        if side_px <= 0 or (fixed_px is None and side_px % 32 != 0):
            raise ModelError(f"{path}: input {chosen[0]}x{chosen[1]}: both sides must be multiples of 32")
    return chosen


def first_line(error: Exception) -> str:
    """The line of a runtime's message that says what is wrong; runtimes like to print their call stack."""
    lines = [line.strip() for line in str(error).splitlines()]
    telling = [line for line in lines if line and not line.startswith(("Exception from", "Check '", "[json"))]
    return (telling or lines or [type(error).__name__])[0][:200]
