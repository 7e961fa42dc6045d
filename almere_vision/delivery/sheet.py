"""The print of an incident: one page A4 with the picture, a sketch map, and what, where, when and why.

Nothing in a text is taken for markup.
"""

from __future__ import annotations

import io
from typing import Final
from xml.sax.saxutils import escape

from PIL import Image
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from almere_vision.delivery.letters import BOLD, REGULAR, printable, register_fonts
from almere_vision.delivery.names import Names
from almere_vision.delivery.sketch import draw_sketch
from almere_vision.delivery.words import city_time, place, reason, what, word
from almere_vision.domain.delivery import Language, Message, MessageEvent

_WIDTH, _HEIGHT = A4
_MARGIN: Final = 18 * mm
_INNER: Final = _WIDTH - 2 * _MARGIN
_PICTURE_HEIGHT: Final = 92 * mm
_FOOTER: Final = 26 * mm
_LABEL_WIDTH: Final = 34 * mm
_SKETCH: Final = 46 * mm
_GAP: Final = 4 * mm
_NOTE_SIZES: Final = (10.0, 9.0, 8.0, 7.0)
_FACT_LIMIT: Final = 160
_LARGEST_PICTURE: Final = 40_000_000
"""Pixels; a picture with more is not one of ours."""

_INK: Final = HexColor("#1a1a1a")
_GREY: Final = HexColor("#5a5a5a")
_LINE: Final = HexColor("#b0b0b0")


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}\u2026"


def draw_sheet(message: Message, picture: bytes | None, language: Language, names: Names) -> bytes:
    """The print as PDF, the same bytes for the same input.

    Args:
        message: what is told.
        picture: a JPEG; None, or one that cannot be read, leaves a line that says so.
        language: of the words.
        names: and positions of the cameras; without the position of this one there is no map.
    """
    register_fonts()
    target = io.BytesIO()
    page = Canvas(target, pagesize=A4, invariant=1, pageCompression=1, lang=language)
    page.setTitle(f"{word('print', language)} {message.incident}")
    page.setAuthor("Almere Vision")
    top = _draw_head(page, message, language)
    top = _draw_picture(page, picture, top, language)
    top = _draw_facts(page, message, top, language, names)
    _draw_note(page, message.note, top, language)
    footer = "footer" if message.type is None else "footer_entered"
    _draw_text(page, word(footer, language), 7, _MARGIN, _FOOTER - 4 * mm, _INNER)
    page.showPage()
    page.save()
    return target.getvalue()


def _draw_head(page: Canvas, message: Message, language: Language) -> float:
    top = _HEIGHT - _MARGIN
    page.setFillColor(_INK)
    page.setFont(BOLD, 16)
    title = what(message, language)
    if message.event is MessageEvent.WITHDRAWN:
        title = f"{word('withdrawn', language)}: {title}"
    page.drawString(_MARGIN, top - 14, _cut(title, 40))
    if message.priority is not None:
        page.drawRightString(_WIDTH - _MARGIN, top - 14, str(message.priority))
    page.setFont(REGULAR, 8)
    page.setFillColor(_GREY)
    page.drawString(_MARGIN, top - 27, f"Almere Vision \u2013 {word('print', language)}")
    page.drawRightString(_WIDTH - _MARGIN, top - 27, _cut(printable(message.incident), 90))
    page.setStrokeColor(_LINE)
    page.line(_MARGIN, top - 32, _WIDTH - _MARGIN, top - 32)
    return top - 40


def _read_picture(picture: bytes | None) -> tuple[ImageReader, int, int] | None:
    """A whole JPEG of sensible size, or None."""
    if not picture:
        return None
    try:
        with Image.open(io.BytesIO(picture), formats=["JPEG"]) as image:
            width, height = image.size
            if not 0 < width * height <= _LARGEST_PICTURE:
                return None
            image.load()
    except (OSError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None
    return ImageReader(io.BytesIO(picture)), width, height


def _draw_picture(page: Canvas, picture: bytes | None, top: float, language: Language) -> float:
    found = _read_picture(picture)
    if found is None:
        return _draw_text(page, word("no_picture", language), 9, _MARGIN, top, _INNER) - 4 * mm
    image, width, height = found
    scale = min(_INNER / width, _PICTURE_HEIGHT / height)
    wide, high = width * scale, height * scale
    page.drawImage(image, _MARGIN + (_INNER - wide) / 2, top - high, wide, high)
    return top - high - 5 * mm


def _draw_facts(page: Canvas, message: Message, top: float, language: Language, names: Names) -> float:
    since = f"{word('since', language)} {city_time(message.started_at)}"
    decided = word("nobody", language)
    if message.decided_role is not None:
        decided = word(message.decided_role, language)
        if message.decided_at is not None:
            decided += f", {city_time(message.decided_at)}"
    rows: list[tuple[str, str]] = [
        ("what", what(message, language)),
        ("where", place(message, language, names)),
        ("when", f"{city_time(message.raised_at)} ({since})"),
        ("why", reason(message, language)),
        ("priority", str(message.priority or word("none", language))),
        ("decided", decided),
        ("recipient", word(message.recipient, language) if message.recipient else word("nobody", language)),
    ]
    width, lowest = _INNER - _LABEL_WIDTH, top
    if (here := names.positions.get(message.camera)) is not None:
        width, lowest = width - _SKETCH - _GAP, top - _SKETCH - _GAP
        others = (where for camera, where in names.positions.items() if camera != message.camera)
        box = (_MARGIN + _INNER - _SKETCH, top - _SKETCH, _SKETCH)
        draw_sketch(page, here, others, box, REGULAR)
        rows.insert(2, ("position", f"{here.lat_deg:.5f}, {here.lon_deg:.5f}"))
    for label, value in rows:
        page.setFillColor(_GREY)
        page.setFont(REGULAR, 9)
        page.drawString(_MARGIN, top - 9, word(label, language))
        text = _cut(printable(value), _FACT_LIMIT)
        top = _draw_text(page, text, 10, _MARGIN + _LABEL_WIDTH, top, width) - 1.5 * mm
    return min(top, lowest)


def _draw_note(page: Canvas, note: str, top: float, language: Language) -> None:
    """The note as large as it fits; one that does not fit at the smallest size is shortened, and says so."""
    text = printable(note)
    if not text:
        return
    page.setFillColor(_GREY)
    page.setFont(REGULAR, 9)
    page.drawString(_MARGIN, top - 9, word("note", language))
    width, room = _INNER - _LABEL_WIDTH, top - _FOOTER
    for size in _NOTE_SIZES:
        if _height(text, size, width) <= room:
            _draw_text(page, text, size, _MARGIN + _LABEL_WIDTH, top, width)
            return
    fits, too_long = 0, len(text)
    end = f"\u2026 {word('cut', language)}"
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        fitting = _height(text[:middle] + end, _NOTE_SIZES[-1], width) <= room
        fits, too_long = (middle, too_long) if fitting else (fits, middle)
    _draw_text(page, text[:fits] + end, _NOTE_SIZES[-1], _MARGIN + _LABEL_WIDTH, top, width)


def _paragraph(text: str, size: float) -> Paragraph:
    style = ParagraphStyle(
        "plain", fontName=REGULAR, fontSize=size, leading=size * 1.25, textColor=_INK, splitLongWords=1
    )
    return Paragraph(escape(text), style)


def _height(text: str, size: float, width: float) -> float:
    return float(_paragraph(text, size).wrap(width, _HEIGHT)[1])


def _draw_text(page: Canvas, text: str, size: float, left: float, top: float, width: float) -> float:
    """Draw downwards from `top`; the bottom edge, in points."""
    paragraph = _paragraph(text, size)
    _, height = paragraph.wrap(width, _HEIGHT)
    paragraph.drawOn(page, left, top - height)
    return float(top - height)
