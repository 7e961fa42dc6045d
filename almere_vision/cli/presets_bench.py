"""How well presets are recognised, and what that costs, on views of the virtual camera."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from almere_vision.domain.errors import FootageError
from almere_vision.domain.offset import Offset
from almere_vision.domain.ptz import Position
from almere_vision.domain.whereabouts import Sight
from almere_vision.scene.learning import objection, still_picture
from almere_vision.scene.recognition import Recogniser
from almere_vision.scene.reference import Eye, Picture
from almere_vision.scene.search import Known
from almere_vision.simulate.scenery import WIDEST, pictures, render, window
from almere_vision.simulate.show import night

_SIZE: Final = (640, 360)
_FPS: Final = 5.0
_PICTURES: Final = 60
_LEARNT_FROM: Final = 8
_PRESETS: Final = 8
_WITHIN_S: Final = 2.0
_LOOKED_S: Final = 3.0
_SHIFT: Final = 0.03
_ZOOM: Final = 0.05
_CAMERAS: Final = 87


@dataclass(frozen=True, slots=True)
class Order:
    """How much to measure: returns to a preset, views that are none, views that are a little off."""

    footage: Path
    returns: int
    views: int
    offsets: int
    seed: int = 1


@dataclass(frozen=True, slots=True)
class _Stage:
    whole: list[Picture]
    aspect: float
    chance: np.random.Generator

    def view(self, at: Position, dark: bool = False) -> Picture:
        """A view at a random moment, with the losses of a stream."""
        whole = self.whole[int(self.chance.integers(_LEARNT_FROM, len(self.whole)))]
        image = render(whole, at, _SIZE)
        if dark:
            image = night(image, self.chance)
        return _streamed(image)

    def truth(self, preset: Position, at: Position) -> Offset:
        """From points of the view of a preset to points of another view."""
        x1, y1, w1, h1 = window(preset, self.aspect)
        x2, y2, w2, h2 = window(at, self.aspect)
        return Offset.of(
            np.array(
                [
                    [w1 / w2, 0, (x1 - w1 / 2 - x2 + w2 / 2) / w2],
                    [0, h1 / h2, (y1 - h1 / 2 - y2 + h2 / 2) / h2],
                    [0, 0, 1],
                ]
            )
        )

    def shifted(self, preset: Position, across: float, down: float, zoom: float = 1.0) -> Position:
        """A position whose view is shifted by fractions of it, and seen so many times larger."""
        _, _, width, height = window(preset, self.aspect)
        widest = min(WIDEST, 1 / self.aspect)
        pan = preset.pan + across * width / ((1 - widest) / 2)
        tall = (1 - widest * self.aspect) / 2
        tilt = preset.tilt - (down * height / tall if tall > 1e-6 else 0.0)
        return Position(pan, tilt, preset.zoom + (zoom - 1) * (1 + 3 * preset.zoom) / 3)


def _streamed(image: Picture) -> Picture:
    """With about the losses of a stream."""
    _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 70])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


def measure(order: Order) -> dict[str, Any]:
    """All figures. Raises `FootageError`: it cannot be read, or no view of it can be recognised."""
    chance = np.random.default_rng(order.seed)
    shown = pictures(order.footage, 1.0)
    whole = [next(shown) for _ in range(_PICTURES)]
    height_px, width_px = whole[0].shape[:2]
    stage = _Stage(whole, (width_px / height_px) / (_SIZE[0] / _SIZE[1]), chance)
    presets, refused = _learn(stage)
    known = {name: known for name, (_, known) in presets.items()}
    places = {name: at for name, (at, _) in presets.items()}
    found: dict[str, Any] = {"footage": order.footage.name, "presets": len(presets), "refused": refused}
    found |= _returns(stage, places, known, order.returns)
    found |= _others(stage, places, known, order.views)
    found |= _offsets(stage, places, known, order.offsets)
    found |= _night(stage, places, known, max(20, order.offsets // 4))
    found |= _cost(stage, places, known, order.footage)
    return found


def _learn(stage: _Stage) -> tuple[dict[str, tuple[Position, Known]], int]:
    """Presets at random places that are distinctive enough to be kept, as `almere presets learn` judges."""
    eye, chance = Eye(), stage.chance
    made: dict[str, tuple[Position, Known]] = {}
    refused = 0
    while len(made) < _PRESETS and refused < 10 * _PRESETS:
        at = Position(chance.uniform(-0.8, 0.8), chance.uniform(-0.8, 0.8), chance.uniform(0.0, 0.2))
        seen = [_streamed(render(picture, at, _SIZE)) for picture in stage.whole[:_LEARNT_FROM]]
        reference = eye.reference(still_picture(seen))
        near = any(stage.truth(at, other).size < 2 * _SHIFT for other, _ in made.values())
        if near or objection(reference, seen) is not None:
            refused += 1
            continue
        made[f"p{len(made)}"] = at, Known({"day": reference})
    if not made:
        raise FootageError("no view of this footage is distinctive enough: name other footage")
    return made, refused


def _returns(
    stage: _Stage, places: dict[str, Position], known: dict[str, Known], count: int
) -> dict[str, Any]:
    """Arrivals from elsewhere; checks come at 1 Hz from a moment that does not know of them."""
    waits = []
    names = list(places)
    for number in range(count):
        name = names[number % len(names)]
        recogniser = Recogniser(known)
        away = Position(-places[name].pan, -places[name].tilt, 0.3)
        arrives_s = 2.0 + stage.chance.uniform(0, 1)
        waits.append(float("inf"))
        for clock_s in np.arange(0.0, arrives_s + 6.0, 1 / _FPS):
            there = clock_s >= arrives_s
            told = recogniser.update(stage.view(places[name] if there else away), None, float(clock_s))
            if there and told.preset == name:
                waits[-1] = float(clock_s) - arrives_s
                break
    return {
        "returns": count,
        "returns_in_time": sum(wait <= _WITHIN_S for wait in waits),
        "return_s_p50": round(float(np.median(waits)), 2),
        "return_s_max": round(max(waits), 2) if np.isfinite(max(waits)) else None,
    }


def _others(
    stage: _Stage, places: dict[str, Position], known: dict[str, Known], count: int
) -> dict[str, Any]:
    """Views that are off by 3 % of the width or more, or by 5 % of zoom or more; half of them only just.

    Each is looked at for three seconds at random moments, so that what passes has its chance to deceive.
    """
    wrong, seen = 0, 0
    names, chance = list(places), stage.chance
    while seen < count:
        if seen % 2:
            at = Position(chance.uniform(-1, 1), chance.uniform(-1, 1), chance.uniform(0, 0.4))
        else:
            zoom = 1.0 if chance.random() < 0.5 else 1 + chance.uniform(-0.15, 0.15)
            shift = chance.uniform(-0.15, 0.15, 2)
            at = stage.shifted(places[names[seen % len(names)]], float(shift[0]), float(shift[1]), zoom)
        at = Position(min(1, max(-1, at.pan)), min(1, max(-1, at.tilt)), min(1, max(0, at.zoom)))
        if not all(_is_other(stage.truth(preset, at)) for preset in places.values()):
            continue
        seen += 1
        recogniser, taken = Recogniser(known), False
        for clock_s in np.arange(0.0, _LOOKED_S, 1 / _FPS):
            taken |= recogniser.update(stage.view(at), None, float(clock_s)).sight is Sight.AT_PRESET
        wrong += taken
    return {"other_views": count, "taken_for_a_preset": wrong}


def _is_other(offset: Offset) -> bool:
    middle = np.array(offset.point_on_picture((0.5, 0.5))) - 0.5
    return bool(np.abs(middle).max() >= _SHIFT or abs(offset.zoom - 1) >= _ZOOM)


def _offsets(
    stage: _Stage, places: dict[str, Position], known: dict[str, Known], count: int
) -> dict[str, Any]:
    """Views off by up to 1 %: how far the corrected corners of the picture lie from the truth."""
    errors, missed = [], 0
    names, chance = list(places), stage.chance
    for number in range(count):
        name = names[number % len(names)]
        across, down = chance.uniform(-0.01, 0.01, 2)
        at = stage.shifted(places[name], float(across), float(down))
        recogniser = Recogniser(known)
        for clock_s in (0.0, 1.0):
            told = recogniser.update(stage.view(at), None, clock_s)
        if told.sight is not Sight.AT_PRESET:
            missed += 1
            continue
        true = stage.truth(places[name], at)
        errors.append(Offset.of(np.linalg.inv(true.matrix) @ told.offset.matrix).size)
    return {
        "offsets": count,
        "offsets_missed": missed,
        "offset_error_p50": round(float(np.median(errors)), 5) if errors else None,
        "offset_error_p99": round(float(np.quantile(errors, 0.99)), 5) if errors else None,
        "offset_within_half_percent": sum(error <= 0.005 for error in errors),
    }


def _night(stage: _Stage, places: dict[str, Position], known: dict[str, Known], count: int) -> dict[str, Any]:
    """Pictures that were made dark, against day references, and against references that were made dark."""
    eye = Eye()
    dark = {
        name: Known({"night": eye.reference(still_picture([stage.view(at, dark=True) for _ in range(8)]))})
        for name, at in places.items()
    }
    return {
        "made_night_by_day_reference": _share(stage, places, known, count),
        "made_night_by_night_reference": _share(stage, places, dark, count),
    }


def _share(stage: _Stage, places: dict[str, Position], known: dict[str, Known], count: int) -> float:
    right = 0
    names = list(places)
    for number in range(count):
        name = names[number % len(names)]
        recogniser = Recogniser(known)
        for clock_s in (0.0, 1.0):
            told = recogniser.update(stage.view(places[name], dark=True), None, clock_s)
        right += told.preset == name
    return round(right / count, 3)


def _cost(
    stage: _Stage, places: dict[str, Position], known: dict[str, Known], footage: Path
) -> dict[str, Any]:
    """CPU of a check (all presets known), of a picture between checks, and of decoding for comparison."""
    check_ms, lost_ms, between_ms = [], [], []
    for name, at in places.items():
        recogniser = Recogniser(known)
        for number in range(12):
            view = _streamed(render(stage.whole[_LEARNT_FROM + number], at, _SIZE))
            clock_s = 1.0 * number
            check_ms.append(_ms(partial(recogniser.update, view, None, clock_s)))
            between_ms.append(_ms(partial(recogniser.update, view, None, clock_s + 0.1)))
        others = [other for other in places if other != name] or [name]
        stranger = Recogniser({other: known[other] for other in others})
        lost_ms += [_ms(partial(stranger.update, stage.view(at), None, 10.0 + n)) for n in range(12)]
    shown: Iterator[Picture] = pictures(footage, 1000.0)
    decode_ms = [_ms(lambda: next(shown)) for _ in range(50)]
    check, between = float(np.mean(check_ms)), float(np.median(between_ms))
    return {
        "check_ms": round(check, 2),
        "check_when_lost_ms": round(float(np.mean(lost_ms)), 2),
        "check_ms_p95": round(float(np.quantile(check_ms, 0.95)), 2),
        "between_ms": round(between, 3),
        "cores_for_87_cameras": round(_CAMERAS * (check + (_FPS - 1) * between) / 1000, 3),
        "check_per_decoded_picture": round(check / float(np.mean(decode_ms)), 2),
    }


def _ms(call: Callable[[], object]) -> float:
    began_s = time.thread_time()
    call()
    return (time.thread_time() - began_s) * 1000
