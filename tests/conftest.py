"""What all tests share: where the shared footage lies, and saying so when it does not."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    no_shared = pytest.mark.skip(reason="needs ../shared (footage and networks that we may not ship)")
    no_extras = pytest.mark.skip(reason="needs the torch extras: ./scripts/test --extras")
    for item in items:
        if "shared" in item.keywords and not SHARED.is_dir():
            item.add_marker(no_shared)
        if "extras" in item.keywords and importlib.util.find_spec("torch") is None:
            item.add_marker(no_extras)


@pytest.fixture(scope="session")
def shared() -> Path:
    return SHARED


@pytest.fixture(scope="session")
def footage(shared: Path) -> Path:
    return shared / "footage"


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT
