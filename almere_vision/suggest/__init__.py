"""From what a rule noticed to what is put before a person."""

from almere_vision.suggest.closeup import closeup_mp4
from almere_vision.suggest.compose import blob_name, suggestion_from
from almere_vision.suggest.evidence import annotated_jpeg, snapshot_jpeg
from almere_vision.suggest.likelihood import find_likelihood
from almere_vision.suggest.once import Once
from almere_vision.suggest.priority import Assess, assessor

__all__ = [
    "Assess",
    "Once",
    "annotated_jpeg",
    "assessor",
    "blob_name",
    "closeup_mp4",
    "find_likelihood",
    "snapshot_jpeg",
    "suggestion_from",
]
