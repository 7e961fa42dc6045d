"""The wire form of a suggestion: JSON, schema version 1."""

from __future__ import annotations

from almere_vision.domain.suggestion import Suggestion


def encode(suggestion: Suggestion) -> bytes:
    """Raises `MessageError`: a field is out of its range."""
    raise NotImplementedError


def decode(payload: bytes) -> Suggestion:
    """Raises `MessageError`: not a suggestion of a schema that we know."""
    raise NotImplementedError
