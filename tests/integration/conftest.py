"""How integration tests are shared out among processes, with `-n 2 --dist loadgroup`."""

from __future__ import annotations

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests that share a stack go to one process, and otherwise those of a module."""
    for item in items:
        stack = (
            item.callspec.params.get("stack")
            if isinstance(item, pytest.Function) and hasattr(item, "callspec")
            else None
        )
        item.add_marker(pytest.mark.xdist_group(f"stack on {stack}" if stack else item.path.name))
