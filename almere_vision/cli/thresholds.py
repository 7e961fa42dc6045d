"""`almere thresholds`: what decisions say about thresholds, and the last approval back."""

from __future__ import annotations

import getpass
import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from almere_vision.config import load_settings
from almere_vision.domain.incident import Actor, Role
from almere_vision.domain.suggestion import Kind
from almere_vision.domain.threshold import Place

if TYPE_CHECKING:
    from almere_vision.review.tuning import Tuned, Tuning

app = typer.Typer(
    help="Thresholds of the score; supervisors approve them in the console.", no_args_is_help=True
)


def _tuning() -> Tuning:
    from almere_vision.review.tuning import Tuning
    from almere_vision.storage.database import migrate, open_database
    from almere_vision.storage.thresholds import SqlThresholds

    engine = open_database(load_settings().database())
    migrate(engine)
    return Tuning(SqlThresholds(engine), lambda: datetime.now(UTC))


def _who() -> Actor:
    return Actor(getpass.getuser()[:64], Role.SYSTEM)


@app.command("list")
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Every place where something was decided: threshold, figures, and what is proposed or why nothing is."""
    tuned = _tuning().places(_who())
    for one in tuned:
        typer.echo(json.dumps(_as_object(one)) if as_json else _as_line(one))
    if not tuned and not as_json:
        typer.echo("nothing was decided in the last 90 days", err=True)


@app.command()
def undo(
    camera: str,
    zone: str,
    kind: Kind,
    note: Annotated[str, typer.Option(help="Why.")] = "",
) -> None:
    """Take the last approval of a place back. Approving is for supervisors, in the console."""
    from almere_vision.review.tuning import Choice

    tuning, place = _tuning(), Place(camera, zone, kind)
    version = next((one.version for one in tuning.places(_who()) if one.place == place), 0)
    after = tuning.undo(Choice(place, version, note=note), _who())
    typer.echo(f"{camera}/{zone} {kind.value}: {_threshold(after.threshold)}, version {after.version}")


def _threshold(value: float) -> str:
    return f"threshold {value:.2f}" if value > 0 else "no threshold"


def _as_line(tuned: Tuned) -> str:
    place, lesson = tuned.place, tuned.lesson
    where = f"{place.camera}/{place.zone} {place.kind.value}: {_threshold(tuned.threshold)}"
    proposal = lesson.proposal
    if proposal is None:
        return f"{where}; nothing proposed from {lesson.figures.decisions} decisions ({lesson.why_not})"
    way = "raise" if proposal.threshold > proposal.present else "lower"
    if way == "raise":
        told = f"{proposal.fewer_false} fewer false, {proposal.confirmed_lost} confirmed lost"
    else:
        told = f"{-proposal.fewer_false} more false, {-proposal.confirmed_lost} confirmed regained"
    about = "about " if proposal.estimated else ""
    return f"{where}; {way} to {proposal.threshold:.2f}: {about}{told}, from {proposal.decisions} decisions"


def _as_object(tuned: Tuned) -> dict[str, Any]:
    lesson = tuned.lesson
    return {
        **asdict(tuned.place),
        "threshold": tuned.threshold,
        "version": tuned.version,
        "proposal": None if lesson.proposal is None else asdict(lesson.proposal),
        "why_not": lesson.why_not,
        "figures": asdict(lesson.figures),
    }
