"""From what a rule noticed to what is put before a person."""

from almere_vision.suggest.compose import blob_name, suggestion_from
from almere_vision.suggest.evidence import annotated_jpeg, snapshot_jpeg
from almere_vision.suggest.once import Once

__all__ = ["Once", "annotated_jpeg", "blob_name", "snapshot_jpeg", "suggestion_from"]
