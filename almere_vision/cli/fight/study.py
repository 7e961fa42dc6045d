"""What is measured of a classifier before it is trained on everything: cross-validation, controls, probes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier  # type: ignore[import-untyped]
from sklearn.metrics import roc_auc_score  # type: ignore[import-untyped]
from sklearn.model_selection import (  # type: ignore[import-untyped]
    StratifiedGroupKFold,
    StratifiedKFold,
    cross_val_predict,
)

from almere_vision.action.training import (
    Floats,
    Samples,
    calibrate,
    clip_odds,
    cross_validated,
    grow_forests,
    highest_odds,
    train,
)
from almere_vision.cli.fight.figures import Figure, auc, aucs
from almere_vision.cli.fight.table import Pieces
from almere_vision.evaluation.intervals import poisson_interval

LIMBS: Final = ("joint", "wrist", "elbow", "knee", "ankle", "nose", "trunk", "lean", "arm", "reach")
BOXES: Final = (
    "people",
    "broken",
    "seen",
    "tube",
    "gap",
    "near",
    "overlap",
    "pair",
    "speed",
    "rise",
    "shape",
)
CHANGE: Final = ("change",)

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Study:
    """What was found.

    Attributes:
        methods: of each method, the area under the ROC curve on each set of clips.
        tube, clip: scale and offset that calibrate the chosen method, by clips that it had not seen.
        recall: share of the fights of each source and visibility that score 0.5 or more, and their number.
        false_share: the same of clips without a fight.
        streams: how often ordinary footage scores 0.5 or more.
        probe: how well a probe tells the sources apart by each kind of numbers, on clips without fights; with
            groups apart, and with clips apart at random.
        transfer: trained on one source alone, tested on the other.
    """

    methods: dict[str, dict[str, list[float]]]
    tube: tuple[float, float]
    clip: tuple[float, float]
    recall: dict[str, list[float]]
    false_share: dict[str, list[float]]
    streams: dict[str, float]
    probe: dict[str, list[float]]
    transfer: dict[str, list[float]]


def study(pieces: Pieces, fold_count: int, seed: int, tell: Tell) -> Study:
    """Everything that is reported; `tell` hears what is going on."""
    samples = pieces.samples
    masks = clip_masks(pieces)
    kinds = kinds_of(samples.names)
    tried = {name: samples.only(wanted) for name, wanted in kinds.items()}
    tried["all, without normal footage"] = samples.counted_only()
    methods: dict[str, dict[str, Figure]] = {}
    for name, odds in _controls(samples).items():
        methods[name] = aucs(samples, odds, masks, seed)
    for name, part in tried.items():
        tell(f"cross-validation: {name}")
        odds = clip_odds(part, cross_validated(part, grow_forests, fold_count, seed))
        methods[name] = aucs(samples, odds, masks, seed)
    tell("cross-validation: all, the chosen one")
    tubes = cross_validated(samples, grow_forests, fold_count, seed)
    tube = calibrate(samples, highest_odds(samples, tubes))
    tubes = tube[0] * tubes + tube[1]
    odds = clip_odds(samples, tubes)
    methods["all"] = aucs(samples, odds, masks, seed)
    clip = calibrate(samples, odds)
    scores = _sigmoid(clip[0] * odds + clip[1])
    tell("trained on one source")
    return Study(
        methods={
            name: {mask: figure.rounded() for mask, figure in found.items()}
            for name, found in methods.items()
        },
        tube=tube,
        clip=clip,
        recall=_shares(pieces, scores, samples.fight),
        false_share=_shares(pieces, scores, ~samples.fight),
        streams=_streams(pieces, _sigmoid(tubes)),
        probe={name: _probe(part, fold_count, seed) for name, part in [*tried.items(), ("all", samples)]},
        transfer=_transfer(samples, masks, seed),
    )


def clip_masks(pieces: Pieces) -> dict[str, NDArray[np.bool_]]:
    """The sets of clips that figures are given for."""
    samples = pieces.samples
    counted = samples.counted
    small = np.array([clip.visibility == "small" for clip in pieces.clips])
    people = samples.rows[:, samples.names.index("people_max")]
    pair = np.zeros(len(counted), np.bool_)
    np.logical_or.at(pair, samples.clip, people >= 2)
    masks = {"all": counted}
    for source in np.unique(samples.source[counted]):
        masks[str(source)] = counted & (samples.source == source)
        if (small & masks[str(source)]).any():
            masks[f"{source} without small"] = masks[str(source)] & ~small
    masks["negatives with a visible pair"] = counted & (samples.fight | pair)
    return masks


def kinds_of(names: tuple[str, ...]) -> dict[str, list[str]]:
    """The numbers by what they are taken from."""
    pose = [name for name in names if name.startswith(LIMBS)]
    change = [name for name in names if name.startswith(CHANGE)]
    boxes = [name for name in names if name.startswith((*BOXES, "height"))]
    rest = [name for name in names if name not in {*pose, *change, *boxes}]
    return {
        "boxes": boxes,
        "frame difference": change,
        "flow": rest,
        "pose": pose,
    }


def _controls(samples: Samples) -> dict[str, Floats]:
    """Methods that learn nothing: what must be beaten."""
    column = samples.names.index
    people = clip_odds(samples, samples.rows[:, column("people_max")].astype(np.float64))
    energy = clip_odds(samples, samples.rows[:, column("change_mean")].astype(np.float64))
    return {"majority": np.zeros(len(samples.fight)), "people": people, "energy": energy}


def _shares(pieces: Pieces, scores: Floats, wanted: NDArray[np.bool_]) -> dict[str, list[float]]:
    """Of each source and visibility: share of clips that score 0.5 or more, and number of clips."""
    samples = pieces.samples
    shown = np.array([clip.visibility for clip in pieces.clips])
    found: dict[str, list[float]] = {}
    for source in np.unique(samples.source[samples.counted]):
        of_source = samples.counted & wanted & (samples.source == source)
        for visibility in np.unique(shown[of_source]):
            chosen = of_source & (shown == visibility)
            share = float((scores[chosen] >= 0.5).mean())
            found[f"{source}, {visibility}"] = [round(share, 3), int(chosen.sum())]
    return found


def _streams(pieces: Pieces, tube_scores: Floats) -> dict[str, float]:
    """False looks on normal footage by classifiers that never saw its cameras; single looks, no cooldown."""
    street = ~pieces.samples.counted[pieces.samples.clip]
    hours = max(pieces.normal_s, 1.0) / 3600
    false = int(((tube_scores >= 0.5) & street).sum())
    low, high = poisson_interval(false, hours)
    return {
        "camera_hours": round(hours, 4),
        "tubes": int(street.sum()),
        "tubes_that_score_half": false,
        "per_camera_hour": round(false / hours, 1),
        "low": round(low, 1),
        "high": round(high, 1),
    }


def _probe(samples: Samples, fold_count: int, seed: int) -> list[float]:
    """AUC of telling the two sources apart by their clips without fights; 0.5 is ignorance.

    A random forest on the means over the tubes of each clip. First with whole groups apart: what is common to
    a source. Then with clips apart at random: what tells cameras from each other helps as well.
    """
    sources = np.unique(samples.source[samples.counted])
    clips = np.unique(samples.clip[~samples.fight[samples.clip] & samples.counted[samples.clip]])
    second = samples.source[clips] == sources[-1]
    if len(sources) != 2 or min(second.sum(), (~second).sum()) < fold_count:
        return [float("nan"), float("nan")]
    means = np.stack([samples.rows[samples.clip == clip].mean(axis=0) for clip in clips])
    probe = RandomForestClassifier(300, min_samples_leaf=3, class_weight="balanced", random_state=seed)
    found = []
    for split in (StratifiedGroupKFold, StratifiedKFold):
        folded = split(fold_count, shuffle=True, random_state=seed)
        chances = cross_val_predict(
            probe, means, second, groups=samples.group[clips], cv=folded, method="predict_proba"
        )
        found.append(round(float(roc_auc_score(second, chances[:, 1])), 3))
    return found


def _transfer(samples: Samples, masks: Mapping[str, NDArray[np.bool_]], seed: int) -> dict[str, list[float]]:
    """Trained on one source and nothing else, tested on the other."""
    found = {}
    sources = [str(source) for source in np.unique(samples.source[samples.counted])]
    for source in sources:
        learned = np.flatnonzero(masks[source])
        if len(set(samples.fight[learned].tolist())) < 2:
            continue
        judge = train(samples, learned, grow_forests, seed)
        odds = clip_odds(samples, judge(samples.rows))
        for other in sources:
            if other != source:
                mask = masks[other]
                figure = auc(samples.fight[mask], odds[mask], samples.group[mask], seed)
                found[f"{source} to {other}"] = figure.rounded()
    return found


def _sigmoid(odds: Floats) -> Floats:
    scores: Floats = 1 / (1 + np.exp(-np.clip(odds, -50, 50)))
    return scores


def as_data(found: Study) -> dict[str, Any]:
    """The study as plain values, for accuracy.yaml."""
    return {
        "auc": found.methods,
        "fights_found_at_half": found.recall,
        "others_at_half": found.false_share,
        "normal_footage": found.streams,
        "source_told_by": found.probe,
        "trained_on_one_source": found.transfer,
    }
