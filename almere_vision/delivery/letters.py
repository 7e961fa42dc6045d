"""The letters of everything that is printed: DejaVu Sans, which comes with matplotlib.

It knows Latin, Greek, Cyrillic, Hebrew and Arabic letters; letters that it lacks (emoji) become a box.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR: Final = "AlmereSans"
BOLD: Final = "AlmereSans-Bold"


@cache
def register_fonts() -> frozenset[int]:
    """Make the fonts known; the letters that both have."""
    import matplotlib as mpl  # slow to import, and only its fonts are wanted, once something is printed

    folder = Path(mpl.get_data_path()) / "fonts" / "ttf"
    fonts = [TTFont(REGULAR, folder / "DejaVuSans.ttf"), TTFont(BOLD, folder / "DejaVuSans-Bold.ttf")]
    for font in fonts:
        pdfmetrics.registerFont(font)
    return frozenset.intersection(*(frozenset(font.face.charToGlyph) for font in fonts))


def printable(text: str) -> str:
    """Text that cannot leave its line or turn it round: no control or direction marks, known letters only."""
    known = register_fonts()

    def letters() -> Iterator[str]:
        for letter in unicodedata.normalize("NFC", text):
            category = unicodedata.category(letter)
            if letter.isspace():
                yield " "
            elif category[0] != "C":
                yield letter if ord(letter) in known else "\u25a1"

    return " ".join("".join(letters()).split())
