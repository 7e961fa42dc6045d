"""What a browser keeps for us."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet, InvalidToken

from almere_vision.identity.seal import Seal

KEY = Fernet.generate_key()


def test_only_who_sealed_opens_and_only_for_the_same_purpose() -> None:
    sealed = Seal(KEY, "flow", 60).close({"state": "x"})

    assert Seal(KEY, "flow", 60).open(sealed) == {"state": "x"}
    assert Seal(KEY, "code", 60).open(sealed) is None
    assert Seal(Fernet.generate_key(), "flow", 60).open(sealed) is None
    assert Seal(KEY, "flow", -1).open(sealed) is None  # too old
    assert "state" not in sealed


@pytest.mark.parametrize("text", ["", "x", "\xe9", "gAAAA", "\ud800"])
def test_what_is_no_seal_is_nothing(text: str) -> None:
    assert Seal(KEY, "flow", 60).open(text) is None


def test_the_key_of_second_factors_opens_no_seal() -> None:
    sealed = Seal(KEY, "flow", 60).close({"state": "x"})
    with pytest.raises(InvalidToken):
        Fernet(KEY).decrypt(sealed.encode())
