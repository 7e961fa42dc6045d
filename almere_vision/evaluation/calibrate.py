"""From scores to likelihoods: Platt scaling on the alarms of a report, and what it is worth.

Platt, "Probabilistic outputs for support vector machines and comparisons to regularized likelihood
methods", 1999. The report holds alarms only, so a likelihood is that of an alarm that was raised.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np
import yaml
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.metrics import brier_score_loss, log_loss  # type: ignore[import-untyped]
from sklearn.model_selection import LeaveOneGroupOut  # type: ignore[import-untyped]

from almere_vision.domain.errors import InputError
from almere_vision.domain.suggestion import Kind
from almere_vision.evaluation.matching import Outcome
from almere_vision.evaluation.report import Report, read_report
from almere_vision.suggest.likelihood import Calibration, Curve

LEAST_EVENTS: Final = 5
"""So many true and so many false alarms are needed, or a curve would be made up."""

LEAST_CAMERAS: Final = 2
_BINS: Final = 10

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Alarms:
    """N alarms of one kind: scores (N,) 0..1, whether they were right (N,), and their cameras (N,)."""

    scores: Floats
    truths: Truths
    cameras: NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class Quality:
    """How far likelihoods lie from what was so; 0 is best for each.

    Attributes:
        brier: mean squared difference, 0..1 (Brier 1950).
        log_loss: mean negative logarithm of the likelihood of what was so, in nats.
        calibration_error: mean over ten bins of equal width of |share that was so - mean likelihood|,
            weighed by what is in the bin, 0..1 (Naeini et al. 2015).
    """

    brier: float
    log_loss: float
    calibration_error: float


@dataclass(frozen=True, slots=True)
class Fitted:
    """The curve of one kind, and its quality on cameras that it was not fitted on.

    `before` takes the score itself for a likelihood; `after` is cross-validated, each camera by a curve
    that was fitted on all the others.
    """

    curve: Curve
    before: Quality
    after: Quality


def fit_platt(scores: Floats, truths: Truths) -> tuple[float, float]:
    """The a and b of 1 / (1 + exp(-(a score + b))) with the least log loss.

    The targets are smoothed as Platt did, (N+ + 1) / (N+ + 2) for what was so and 1 / (N- + 2) for what was
    not, so that few examples, or examples that a line parts, give no certainty. A smoothed target t is an
    example that is so with weight t and is not with weight 1 - t.
    """
    smoothed = np.where(truths, (truths.sum() + 1) / (truths.sum() + 2), 1 / ((~truths).sum() + 2))
    if np.ptp(scores) == 0:  # no slope can be known
        mean = smoothed.mean()
        return 0.0, float(np.log(mean / (1 - mean)))
    curve = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000)
    both = np.repeat([1, 0], len(scores))
    curve.fit(np.tile(scores, 2)[:, None], both, np.concatenate([smoothed, 1 - smoothed]))
    return float(curve.coef_[0, 0]), float(curve.intercept_[0])


def quality(likelihoods: Floats, truths: Truths) -> Quality:
    """See `Quality`; both (N,)."""
    bins = np.minimum((likelihoods * _BINS).astype(int), _BINS - 1)
    gaps = np.bincount(bins, weights=likelihoods - truths, minlength=_BINS)
    return Quality(
        brier=float(brier_score_loss(truths, likelihoods)),
        log_loss=float(log_loss(truths, likelihoods, labels=[False, True])),
        calibration_error=float(np.abs(gaps).sum() / len(truths)),
    )


def alarms_of(report: Report, kind: Kind) -> Alarms:
    """The true and the false alarms of a kind.

    Ignored alarms are left out, and so are duplicates: the thing was there, only it was told before.
    """
    kept = [
        (alarm.score, alarm.outcome is Outcome.TRUE, clip.group)
        for clip in (report.events.clips if report.events else ())
        for alarm in clip.alarms
        if alarm.kind is kind and alarm.outcome in (Outcome.TRUE, Outcome.FALSE)
    ]
    return Alarms(
        np.array([score for score, _, _ in kept], float),
        np.array([true for _, true, _ in kept], bool),
        np.array([camera for _, _, camera in kept], str),
    )


def fit_kind(kind: Kind, alarms: Alarms) -> Fitted:
    """Fit the curve of one kind and measure it.

    Raises:
        InputError: too few alarms, too few cameras, or the score does not rise with the truth.
    """
    missing = _missing(alarms)
    if missing:
        raise InputError(
            f"{kind.value} cannot be calibrated: {', '.join(missing)}; add labelled footage, "
            "or leave this kind out with --kind"
        )
    a, b = fit_platt(alarms.scores, alarms.truths)
    if a <= 0:
        raise InputError(
            f"{kind.value} cannot be calibrated: its higher scores are not more often right "
            f"(slope {a:.2f}); leave this kind out with --kind"
        )
    counts = Counter(alarms.truths.tolist())
    cameras = len(np.unique(alarms.cameras))
    curve = Curve(a=a, b=b, true_events=counts[True], false_events=counts[False], cameras=cameras)
    return Fitted(
        curve=curve,
        before=quality(alarms.scores, alarms.truths),
        after=quality(_held_out(alarms), alarms.truths),
    )


def _missing(alarms: Alarms) -> list[str]:
    true, false = int(alarms.truths.sum()), int((~alarms.truths).sum())
    cameras = len(np.unique(alarms.cameras))
    found = [
        (true, LEAST_EVENTS, "true alarm"),
        (false, LEAST_EVENTS, "false alarm"),
        (cameras, LEAST_CAMERAS, "camera"),
    ]
    return [f"{n} {what}{'' if n == 1 else 's'}, {least} needed" for n, least, what in found if n < least]


def _held_out(alarms: Alarms) -> Floats:
    """The likelihood of each alarm by a curve that never saw its camera."""
    likelihoods = np.empty(len(alarms.scores))
    for others, own in LeaveOneGroupOut().split(alarms.scores, groups=alarms.cameras):
        a, b = fit_platt(alarms.scores[others], alarms.truths[others])
        likelihoods[own] = 1 / (1 + np.exp(-(a * alarms.scores[own] + b)))
    return likelihoods


def calibrate(path: Path, kinds: Sequence[Kind] = ()) -> tuple[Calibration, Mapping[Kind, Fitted]]:
    """Calibrate the kinds of a report, or only those that are named.

    Args:
        path: a `report.json`, or its folder.
        kinds: which; all that raised an alarm when empty.

    Raises:
        InputError: no report, no alarms, or a kind that cannot be calibrated: then nothing is.
    """
    report = read_report(path)
    alarms = {kind: alarms_of(report, kind) for kind in kinds or Kind}
    wanted = [kind for kind in alarms if kind in kinds or len(alarms[kind].scores)]
    if not wanted:
        raise InputError(f"{path}: the report has no true or false alarms: run a suite with labelled events")
    model = _model(report, wanted)
    fitted = {kind: fit_kind(kind, alarms[kind]) for kind in wanted}
    file = path / "report.json" if path.is_dir() else path
    calibration = Calibration(
        model=model,
        rules=report.rules,
        suite=report.suite,
        report_sha256=hashlib.sha256(file.read_bytes()).hexdigest(),
        kinds={kind: one.curve for kind, one in fitted.items()},
    )
    return calibration, fitted


def _model(report: Report, wanted: Sequence[Kind]) -> str:
    """Whose scores they are: those of fights are the classifier's, in a file of its own."""
    stages = report.events.cascade if report.events else None
    if stages is None or Kind.FIGHT not in wanted:
        return report.model
    if len(wanted) > 1:
        raise InputError("fights have a calibration of their own: calibrate them apart with --kind fight")
    return stages.classifier


def write_calibration(calibration: Calibration, path: Path) -> None:
    """Write `calibration.yaml`.

    Raises:
        InputError: it cannot be written.
    """
    head = "# Made by `almere eval calibrate`; see docs/reference/calibration.md. Not to be edited.\n"
    text = yaml.safe_dump(calibration.model_dump(mode="json"), sort_keys=False)
    try:
        path.write_text(head + text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror}); choose another --out") from None


def as_json(calibration: Calibration, fitted: Mapping[Kind, Fitted]) -> dict[str, object]:
    """What `almere eval calibrate --json` prints."""
    return calibration.model_dump(mode="json") | {
        "quality": {
            kind.value: {"before": asdict(one.before), "after": asdict(one.after)}
            for kind, one in fitted.items()
        }
    }
