"""How the virtual camera misbehaves on command."""

from __future__ import annotations

from enum import StrEnum


class Fault(StrEnum):
    """What goes wrong as long as it is on."""

    STATUS_ZEROS = "status-zeros"
    """It says that it stands still at zero, wherever it looks."""
    STATUS_LATE = "status-late"
    """It says where it was some seconds ago."""
    STATUS_LIES = "status-lies"
    """It says that it stands still where it stood when this was switched on."""
    STATUS_MISSING = "status-missing"
    """It does not know the question."""
    MALFORMED = "malformed"
    """Its answers are cut off in the middle."""
    ENTITY_BOMB = "entity-bomb"
    """Its answers hold entities that grow to gigabytes."""
    EXTERNAL_ENTITY = "external-entity"
    """Its answers ask for a file of the reader."""
    SLOW = "slow"
    """Its answers take some seconds."""
    SILENT = "silent"
    """It takes questions and never answers."""
    WRONG_CLOCK = "wrong-clock"
    """Its clock is ten minutes ahead, and it wants the time in passwords to fit."""
