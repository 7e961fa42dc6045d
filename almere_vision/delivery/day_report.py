"""The day report: what a shift that begins should know, as PDF of one or more pages A4.

Faults, blind time, what is open, what the shift before left, and what became of suggestions of the past day.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from almere_vision.delivery.letters import BOLD, REGULAR, printable, register_fonts
from almere_vision.delivery.words import city_time
from almere_vision.domain.delivery import Language

_MARGIN: Final = 18 * mm
_LINE: Final = HexColor("#b0b0b0")
_HEAD: Final = HexColor("#eef2f6")
_LONGEST: Final = 400
"""Characters of a cell or note; a report is read in a minute."""

Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with a table; without rows it says `empty` instead.

    Attributes:
        title: of the section.
        head: of the columns.
        rows: as texts, one for each column.
        empty: said where there are no rows.
        widths: of the columns, as shares of the page that add up to 1.
    """

    title: str
    head: Row
    rows: Sequence[Row]
    empty: str
    widths: Sequence[float]


@dataclass(frozen=True, slots=True)
class DayReport:
    """What is printed; all words are in the language of the report already."""

    title: str
    subtitle: str
    footer: str
    sections: Sequence[Section]


def draw_day_report(report: DayReport, at: datetime, language: Language) -> bytes:
    """The report as PDF, the same bytes for the same input.

    Args:
        report: what to print.
        at: moment of the report (aware), which stands on each page.
        language: of the words, for screen readers.
    """
    register_fonts()
    target = io.BytesIO()
    document = SimpleDocTemplate(
        target,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title=report.title,
        author="Almere Vision",
        lang=language,
        invariant=1,
    )
    story: list[Flowable] = [_text(report.title, 16, bold=True), _text(report.subtitle, 9), Spacer(1, 4 * mm)]
    for section in report.sections:
        story += [_text(section.title, 11, bold=True), Spacer(1, 1.5 * mm)]
        story += [_table(section, document.width) if section.rows else _text(section.empty, 9)]
        story += [Spacer(1, 5 * mm)]
    foot = partial(_foot, f"{report.footer}  {city_time(at)}")
    document.build(story, onFirstPage=foot, onLaterPages=foot)
    return target.getvalue()


def _foot(text: str, page: Canvas, document: SimpleDocTemplate) -> None:
    page.saveState()
    page.setFont(REGULAR, 7)
    page.drawString(_MARGIN, _MARGIN / 2, text)
    page.drawRightString(A4[0] - _MARGIN, _MARGIN / 2, str(document.page))
    page.restoreState()


def _text(text: str, size: float, *, bold: bool = False) -> Paragraph:
    style = ParagraphStyle(
        "plain", fontName=BOLD if bold else REGULAR, fontSize=size, leading=size * 1.3, splitLongWords=1
    )
    cut = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}\u2026"
    return Paragraph(escape(printable(cut)), style)


def _table(section: Section, width: float) -> Table:
    rows = [[_text(cell, 8, bold=True) for cell in section.head]]
    rows += [[_text(cell, 8) for cell in row] for row in section.rows]
    table = Table(rows, colWidths=[share * width for share in section.widths], repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.4, _LINE),
                ("BACKGROUND", (0, 0), (-1, 0), _HEAD),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
            ]
        )
    )
    return table


def words(table: Mapping[str, tuple[str, str]], language: Language) -> Mapping[str, str]:
    """The texts of one language, from Dutch and English."""
    return {key: both[0 if language == "nl" else 1] for key, both in table.items()}
