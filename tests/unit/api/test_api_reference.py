"""Tables in the reference are those of the code."""

from __future__ import annotations

import pytest

from api.reference import FOLDER, pages


@pytest.mark.parametrize("name", pages())
def test_the_page_is_that_of_the_code(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == pages()[name], "run: python -m api.reference"
