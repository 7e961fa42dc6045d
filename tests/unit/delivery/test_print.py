"""The print: one page, with the facts on it, whatever the texts are."""

from __future__ import annotations

import io
from collections.abc import Callable

import cv2
import numpy as np
import pypdfium2
import pytest

from almere_vision.delivery.names import Names
from almere_vision.delivery.sheet import draw_sheet
from almere_vision.domain.delivery import Language, Message

MakeMessage = Callable[..., Message]
NL: Language = "nl"
EN: Language = "en"


def jpeg(width: int = 1280, height: int = 720) -> bytes:
    picture = np.zeros((height, width, 3), np.uint8)
    picture[:] = (0, 0, 255)  # red
    return bytes(cv2.imencode(".jpg", picture)[1].tobytes())


def read(sheet: bytes) -> tuple[str, np.ndarray]:
    """Text and picture (RGB, 72 dpi) of the only page."""
    document = pypdfium2.PdfDocument(io.BytesIO(sheet))
    try:
        assert len(document) == 1
        page = document[0]
        assert [round(side) for side in page.get_size()] == [595, 842]
        text = page.get_textpage().get_text_range()
        return text, np.array(page.render().to_pil().convert("RGB"))
    finally:
        document.close()


def red_share(shown: np.ndarray) -> float:
    red = (shown[..., 0] > 200) & (shown[..., 1] < 60) & (shown[..., 2] < 60)
    return float(red.mean())


def test_it_tells_what_where_when_and_why(message: MakeMessage, names: Names) -> None:
    text, shown = read(draw_sheet(message(), jpeg(), NL, names))

    for fact in (
        "Voertuig staat stil",
        "Plein noord, zone bay",
        "2026-07-01 12:01:00",  # on the clocks of Almere
        "Auto, minstens 64 s, grens 60 s",
        "P3",
        "observant, 2026-07-01 12:02:00",
        "handhaving",
        "Bestelwagen op het plein",
        "plaza-1-17",
    ):
        assert fact in text
    assert red_share(shown) > 0.2


def test_it_speaks_english(message: MakeMessage, names: Names) -> None:
    text, _ = read(draw_sheet(message(), None, EN, names))

    assert "Vehicle standing" in text
    assert "Square north, zone bay" in text
    assert "There is no picture" in text


def test_the_same_input_gives_the_same_bytes(message: MakeMessage, names: Names) -> None:
    assert draw_sheet(message(), jpeg(), NL, names) == draw_sheet(message(), jpeg(), NL, names)


def test_a_map_shows_the_camera_among_the_others_north_up(message: MakeMessage, mapped: Names) -> None:
    sheet = draw_sheet(message(), None, NL, mapped)
    text, _ = read(sheet)
    assert "52.37000, 5.22000" in text
    assert "100 m" in text

    page = pypdfium2.PdfDocument(io.BytesIO(sheet))[0]
    shown = np.array(page.render(scale=3).to_pil().convert("RGB"))
    near = np.abs(shown.astype(int) - (201, 42, 42)).max(axis=-1) < 30
    y, x = (float(axis.mean()) for axis in np.nonzero(near))  # dot and ring share their middle
    grey = (np.abs(shown.astype(int) - (138, 138, 138)).max(axis=-1) < 20).astype(np.uint8)
    _, _, stats, middles = cv2.connectedComponentsWithStats(grey)
    round_ = (stats[:, cv2.CC_STAT_AREA] > 30) & (stats[:, cv2.CC_STAT_WIDTH] == stats[:, cv2.CC_STAT_HEIGHT])
    dots = {(round(dx), round(dy)) for dx, dy in middles[round_] - (x, y)}
    far = max(-dy for dx, dy in dots if dx == 0)
    assert far > 100
    assert {(0, -far), (-far, 0)} <= dots  # as far west as the other is north


def test_without_a_position_there_is_no_map(message: MakeMessage, names: Names) -> None:
    text, _ = read(draw_sheet(message(), None, NL, names))

    assert "Positie camera" not in text


@pytest.mark.parametrize("note", ["", "Bestelwagen op het plein", "W" * 2000, "a\n" * 1000])
def test_with_a_map_all_still_fits(message: MakeMessage, mapped: Names, note: str) -> None:
    text, shown = read(draw_sheet(message(note=note, zone=note[:128]), jpeg(), NL, mapped))

    assert "Voorgesteld door software" in text
    assert red_share(shown) > 0.2


@pytest.mark.parametrize("size", [(320, 240), (4000, 300), (300, 4000)])
def test_a_picture_of_any_shape_fits(message: MakeMessage, names: Names, size: tuple[int, int]) -> None:
    text, shown = read(draw_sheet(message(), jpeg(*size), NL, names))

    assert "Bestelwagen op het plein" in text
    assert red_share(shown) > 0.01


HOSTILE = {
    "markup": "<b>x</b> <img src='file:///etc/passwd'/> &amp; <font size=99>y</font> </para> {{7*7}}",
    "right to left": "\u202egnp.exe \u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627 \u2066z\u2069",
    "emoji": "\U0001f600\U0001f1f3\U0001f1f1 \U0001f468\u200d\U0001f469\u200d\U0001f467",
    "one long word": "W" * 2000,
    "many lines": "a\n" * 1000,
    "wide": "\u4e2d\u6587" * 1000,
    "marks": "a" + "\u0301" * 1999,
    "quotes": "\\) Tj ET (evil) /JS (app.alert(1)) " * 50,
    "spaces": "\t \u00a0\u2028\u2029" * 400,
}


@pytest.mark.parametrize("note", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_text_breaks_it(message: MakeMessage, names: Names, note: str) -> None:
    assert len(note) <= 2000
    sheet = draw_sheet(message(note=note, zone=note[:128], incident="i" * 128), jpeg(), NL, names)

    text, shown = read(sheet)

    assert "Voorgesteld door software" in text  # the foot is there, below everything
    assert red_share(shown) > 0.2
    assert b"/JS" not in sheet
    assert b"/URI" not in sheet
    margin = shown[:, -40:]  # nothing runs out of the right side
    assert (margin > 200).all()


def test_markup_is_printed_as_it_is(message: MakeMessage, names: Names) -> None:
    text, _ = read(draw_sheet(message(note=HOSTILE["markup"]), None, NL, names))

    assert "<b>x</b> <img src='file:///etc/passwd'/> &amp;" in text


def test_a_note_that_cannot_fit_says_so(message: MakeMessage, names: Names) -> None:
    text, _ = read(draw_sheet(message(note="W" * 2000 + "END"), jpeg(), NL, names))

    assert "END" in text or "(ingekort)" in text
    long, _ = read(draw_sheet(message(note="Ww " * 4000), jpeg(), NL, names))
    assert "(ingekort)" in long


def test_fault_19_a_picture_that_is_none_or_a_bomb_is_left_out(message: MakeMessage, names: Names) -> None:
    whole = jpeg()
    frame = whole.index(b"\xff\xc0")  # start of frame: height and width follow
    bomb = whole[: frame + 5] + b"\xff\xff\xff\xff" + whole[frame + 9 :]
    for picture in (b"", b"GIF89a", b"\xff\xd8\xff", whole[:2000], bomb):
        text, shown = read(draw_sheet(message(), picture, NL, names))
        assert "Er is geen beeld" in text
        assert red_share(shown) == 0
