"""Training on made numbers: what is learned, what is weighed, what never meets, and what is written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from almere_vision.action.export import to_onnx
from almere_vision.action.runtime import Classifier
from almere_vision.action.training import (
    Forests,
    Samples,
    calibrate,
    clip_odds,
    cross_validated,
    folds,
    grow_forests,
    highest_odds,
    train,
    weights_of,
)
from almere_vision.domain.errors import ModelError


def samples(clips: int = 60, seed: int = 0) -> Samples:
    """Two sources of ten groups; two tubes a clip, of which the second of a fight shows it."""
    noise = np.random.default_rng(seed)
    fight = np.arange(clips) % 3 == 0
    clip = np.repeat(np.arange(clips), 2)
    rows = noise.normal(size=(2 * clips, 4)).astype(np.float32)
    rows[1::2, 0] += 4 * fight
    source = np.where(np.arange(clips) < clips // 4, "small", "large")
    group = np.array([f"{source[n]}-{n // 3 % 5}" for n in range(clips)])
    return Samples(rows, ("a", "b", "c", "d"), clip, fight, source, group, np.ones(clips, np.bool_))


def with_street(made: Samples, tubes: int = 40) -> Samples:
    """And a camera on which nobody fights, that only teaches."""
    clips = len(made.fight)
    street = np.random.default_rng(9).normal(size=(tubes, 4)).astype(np.float32)
    return Samples(
        np.concatenate([made.rows, street]),
        made.names,
        np.concatenate([made.clip, np.full(tubes, clips)]),
        np.append(made.fight, False),
        np.append(made.source, "normal"),
        np.append(made.group, "street"),
        np.append(made.counted, False),
    )


def test_fights_are_told_from_other_clips_of_groups_that_were_never_seen() -> None:
    made = samples(120)
    odds = clip_odds(made, cross_validated(made, grow_forests, 5, seed=0))
    assert roc_auc_score(made.fight, odds) > 0.8


def test_no_group_is_on_both_sides_of_a_fold_and_every_clip_is_judged_once() -> None:
    made = with_street(samples())
    judged = []
    for learned, left in folds(made, 5):
        assert not set(made.group[learned]) & set(made.group[left])
        judged += left.tolist()
    assert sorted(judged) == list(range(len(made.fight)))


def test_each_label_of_each_source_weighs_the_same_and_so_does_each_clip_in_it() -> None:
    made = samples()
    weights = weights_of(made, np.arange(len(made.clip)))
    cells = {
        (source, label): weights[(made.source[made.clip] == source) & (made.fight[made.clip] == label)].sum()
        for source in ("small", "large")
        for label in (False, True)
    }
    assert list(cells.values()) == pytest.approx([len(weights) / 4] * 4)
    assert weights.mean() == pytest.approx(1.0)


def test_the_second_round_learns_from_the_hard_half_of_ordinary_streets() -> None:
    made = with_street(samples())
    rounds: list[int] = []

    def learn(
        rows: NDArray[np.float32], labels: NDArray[np.bool_], weights: NDArray[np.float64], seed: int
    ) -> Forests:
        rounds.append(len(rows))
        return grow_forests(rows, labels, weights, seed)

    train(made, np.arange(len(made.fight)), learn, seed=0)
    assert rounds == [len(made.rows), len(made.rows) - 20]
    rounds.clear()
    train(made, np.arange(len(made.fight) - 1), learn, seed=0)
    assert rounds == [len(made.rows) - 40], "a street of another fold is never looked at"


def test_the_same_seed_gives_the_same_and_another_seed_does_not() -> None:
    made = samples()
    clips = np.arange(len(made.fight))
    first, again, other = (train(made, clips, grow_forests, seed)(made.rows) for seed in (3, 3, 30))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_clip_scores_by_its_highest_tube_and_all_of_them_and_nothing_without_tubes() -> None:
    made = with_street(samples(6), tubes=0)
    tubes = np.arange(12, dtype=np.float64)
    assert clip_odds(made, tubes).tolist() == [0.75, 2.75, 4.75, 6.75, 8.75, 10.75, -np.inf]
    assert highest_odds(made, tubes).tolist() == [1.0, 3.0, 5.0, 7.0, 9.0, 11.0, -np.inf]


def test_calibration_puts_the_middle_between_fights_and_others() -> None:
    made = samples()
    odds = np.where(made.fight, 5.0, 1.0) + np.random.default_rng(2).normal(size=len(made.fight))
    scale, offset = calibrate(made, np.append(odds[:-1], -np.inf))
    assert scale > 0
    assert -offset / scale == pytest.approx(3.0, abs=0.5)


def test_the_written_network_says_what_the_forests_say(tmp_path: Path) -> None:
    made = samples()
    judge = train(made, np.arange(len(made.fight)), grow_forests, seed=0)
    assert isinstance(judge, Forests)
    path = tmp_path / "fight.onnx"
    path.write_bytes(to_onnx(judge, made.names, 0.7, -0.2))
    written = Classifier(path)
    assert written.names == made.names
    rows = np.random.default_rng(5).normal(scale=3, size=(500, 4)).astype(np.float32)
    expected = 1 / (1 + np.exp(-(0.7 * judge(rows) - 0.2)))
    assert written.scores(rows) == pytest.approx(expected, abs=1e-5)


def test_what_is_no_classifier_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "fight.onnx"
    path.write_text("no network")
    with pytest.raises(ModelError, match="is it a classifier") as caught:
        Classifier(path)
    assert "\n" not in str(caught.value)
