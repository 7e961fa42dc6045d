"""Score -> probability, by the calibration that `almere eval calibrate` wrote for one network.

A score says which of two hits is the surer one, not how sure it is. Platt scaling puts a logistic curve
through the scores of events that people labelled: Platt, "Probabilistic outputs for support vector
machines and comparisons to regularized likelihood methods", 1999. Without labels there is no curve, and
then there is no likelihood.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from almere_vision.domain.errors import ModelError
from almere_vision.domain.suggestion import Kind, RuleHit

CALIBRATION_NAME: Final = "calibration.yaml"
_LARGEST_BYTES: Final = 1 << 20


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Curve(_Part):
    """Likelihood = 1 / (1 + exp(-(a score + b))); Platt's A and B are -a and -b.

    `a` is positive: a higher score is never less likely.
    """

    a: float = Field(gt=0)
    b: float
    true_events: int = Field(gt=0, description="True alarms that it was fitted on.")
    false_events: int = Field(gt=0, description="False alarms that it was fitted on.")
    cameras: int = Field(gt=0)

    def likelihood(self, score: float) -> float:
        """Probability that a hit with this score is right, 0..1."""
        return 0.5 + 0.5 * math.tanh((self.a * score + self.b) / 2)  # the same curve; cannot overflow


class Calibration(_Part):
    """What stands in `calibration.yaml`: the curve of each kind, and what it was fitted on."""

    model: str = Field(description="The network whose scores these are, as name@sha8.")
    rules: tuple[str, ...] = Field(description="The rules whose scores these are, as name@version.")
    suite: str
    report_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    kinds: Annotated[Mapping[Kind, Curve], Field(min_length=1)]


class Likelihood:
    """The curves of one network in use.

    Attributes:
        version: first eight digits of the sha256 of the file.
    """

    def __init__(self, calibration: Calibration, version: str) -> None:
        self.version = version
        self._calibration = calibration

    def of(self, hit: RuleHit) -> float | None:
        """0..1; None for a kind, or a version of a rule, that the calibration does not know."""
        curve = self._calibration.kinds.get(hit.kind)
        if curve is None or hit.rule not in self._calibration.rules:
            return None
        return curve.likelihood(hit.score)


def find_likelihood(models_dir: Path, model: str) -> Likelihood | None:
    """The calibration of a network, from its folder in the store; None where there is none.

    Args:
        models_dir: the store.
        model: the network in use, as name@sha8.

    Raises:
        ModelError: the file cannot be used, or is that of another network.
    """
    path = models_dir / model.partition("@")[0] / CALIBRATION_NAME
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ModelError(f"{path}: cannot be read: {error.strerror}") from None
    calibration = _parse(path, content)
    if calibration.model != model:
        raise ModelError(
            f"{path}: made for {calibration.model}, not for {model}: "
            "remove it, or make it again with `almere eval calibrate`"
        )
    return Likelihood(calibration, hashlib.sha256(content).hexdigest()[:8])


def _parse(path: Path, content: bytes) -> Calibration:
    if len(content) > _LARGEST_BYTES:
        raise ModelError(f"{path}: is larger than 1 MiB: this is not a calibration")
    try:
        return Calibration.model_validate(yaml.safe_load(content))
    except yaml.YAMLError as error:
        reason = " ".join(str(error).split())
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        reason = f"{'.'.join(str(part) for part in first['loc']) or 'file'}: {first['msg']}"
    raise ModelError(f"{path}: {reason}: make it again with `almere eval calibrate`")
