"""Reasons on their way between processes: as JSON, from and to releases that may know other ones."""

from __future__ import annotations

from typing import Any

from almere_vision.domain.reason import Reason, ReasonCode


def told(reason: Reason | None) -> dict[str, Any] | None:
    """For JSON. The English sentence goes along, for a reader that does not know the code."""
    if reason is None:
        return None
    return {"code": reason.code.value, "values": dict(reason.values), "text": reason.text}


def heard(message: object) -> Reason | None:
    """What `told` made, or the plain sentence of an older worker; None for none.

    What is not known here, or does not fit its sentence, becomes `other` with the English that came along.
    """
    if message is None:
        return None
    text = message
    if isinstance(message, dict):
        text, values = message.get("text"), message.get("values")
        if isinstance(values, dict) and all(isinstance(value, str) for value in values.values()):
            try:
                return Reason(ReasonCode(str(message.get("code"))), values)
            except ValueError:
                pass
    return Reason(
        ReasonCode.OTHER, {"text": text if isinstance(text, str) else "its reason cannot be read here"}
    )
