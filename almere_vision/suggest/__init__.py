"""From what a rule noticed to what is put before a person."""

from almere_vision.suggest.compose import blob_folder, suggestion_from
from almere_vision.suggest.evidence import annotated_jpeg, snapshot_jpeg

__all__ = ["annotated_jpeg", "blob_folder", "snapshot_jpeg", "suggestion_from"]
