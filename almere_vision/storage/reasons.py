"""Reasons in messages between processes, from and to releases that may know other ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from almere_vision.domain.reason import Reason, ReasonCode


def told(name: str, reason: Reason | None) -> dict[str, Any]:
    """The fields of a message that tell a reason.

    Under its name stands the English sentence, which releases before codes and those that do not know this
    one show; beside it code and values.
    """
    if reason is None:
        return {name: None}
    return {name: reason.text, f"{name}_code": reason.code.value, f"{name}_values": dict(reason.values)}


def heard(message: Mapping[str, Any], name: str) -> Reason | None:
    """What `told` put into a message; None where it says none.

    A code that is not known here or not told, or does not fit its values, becomes `other` with the sentence.
    """
    text, values = message.get(name), message.get(f"{name}_values")
    if text is None:
        return None
    if isinstance(values, dict) and all(isinstance(value, str) for value in values.values()):
        try:
            return Reason(ReasonCode(str(message.get(f"{name}_code"))), values)
        except ValueError:
            pass
    return Reason(
        ReasonCode.OTHER, {"text": text if isinstance(text, str) else "its reason cannot be read here"}
    )
