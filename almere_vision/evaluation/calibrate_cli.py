"""`almere eval calibrate`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from almere_vision.domain.suggestion import Kind

if TYPE_CHECKING:
    from almere_vision.evaluation.calibrate import Fitted


def calibrate(
    report: Annotated[Path, typer.Argument(help="report.json, or its folder.")],
    out: Annotated[Path, typer.Option(help="The file to write: models/<name>/calibration.yaml.")],
    kind: Annotated[list[Kind] | None, typer.Option(help="Only this kind; can be given again.")] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Fit likelihoods to the scores of a report, and tell how good they are on cameras not fitted on."""
    from almere_vision.evaluation.calibrate import as_json, write_calibration
    from almere_vision.evaluation.calibrate import calibrate as fit

    calibration, fitted = fit(report, kind or ())
    write_calibration(calibration, out)
    if json_:
        typer.echo(json.dumps(as_json(calibration, fitted)))
        return
    for one, result in fitted.items():
        typer.echo(_told(one, result))
    typer.echo(str(out))


def _told(kind: Kind, fitted: Fitted) -> str:
    curve, before, after = fitted.curve, fitted.before, fitted.after
    return (
        f"{kind.value}: {curve.true_events} true and {curve.false_events} false alarms of {curve.cameras} "
        f"cameras; a {curve.a:.3f}, b {curve.b:.3f}\n"
        f"  score as it is -> calibrated, each camera by the others: Brier {before.brier:.3f} -> "
        f"{after.brier:.3f}, log loss {before.log_loss:.3f} -> {after.log_loss:.3f}, calibration error "
        f"{before.calibration_error:.3f} -> {after.calibration_error:.3f}"
    )
