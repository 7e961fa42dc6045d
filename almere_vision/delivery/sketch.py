"""A sketch map on the print: where a camera of the site stands among the others, north up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from almere_vision.domain.position import Position

_SMALLEST_M: Final = 100.0
_MARGIN: Final = 0.12
_BARS_M: Final = (20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000)

_INK: Final = HexColor("#1a1a1a")
_GREY: Final = HexColor("#8a8a8a")
_FRAME: Final = HexColor("#b0b0b0")
_HERE: Final = HexColor("#c92a2a")


def draw_sketch(
    page: Canvas, here: Position, others: Iterable[Position], box: tuple[float, float, float], font: str
) -> None:
    """Draw the map into a square.

    Args:
        page: to draw on.
        here: the camera that it is about.
        others: the other cameras of the site.
        box: left, bottom and side of the square, in points.
        font: for the letters.
    """
    left, bottom, side = box
    metres = [here.metres_to(other) for other in others]
    reach_m = max([_SMALLEST_M, *(max(abs(x), abs(y)) for x, y in metres)])
    scale = side * (0.5 - _MARGIN) / reach_m
    middle_x, middle_y = left + side / 2, bottom + side / 2
    page.setStrokeColor(_FRAME)
    page.rect(left, bottom, side, side)
    page.setFillColor(_GREY)
    for x, y in metres:
        page.circle(middle_x + x * scale, middle_y + y * scale, 1.4, stroke=0, fill=1)
    page.setStrokeColor(_HERE)
    page.setFillColor(_HERE)
    page.circle(middle_x, middle_y, 2.4, stroke=0, fill=1)
    page.circle(middle_x, middle_y, 5.5, stroke=1, fill=0)
    page.setFillColor(_INK)
    page.setStrokeColor(_INK)
    page.setFont(font, 7)
    page.drawCentredString(left + side - 8, bottom + side - 10, "N")
    page.line(left + side - 8, bottom + side - 24, left + side - 8, bottom + side - 12)
    bar_m = max(bar for bar in _BARS_M if bar == _BARS_M[0] or bar * scale <= side / 3)
    page.line(left + 5, bottom + 6, left + 5 + bar_m * scale, bottom + 6)
    page.drawString(left + 5, bottom + 9, f"{bar_m} m")
