"""The lock files: whole, hashed, free of registries, and free of what the core must not have."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

LOCKS = ("core", "dev", "server", "uv", "node", "build", "helm")


def locked(root: Path, name: str) -> dict[str, str]:
    """Versions by package; a package may stand there twice with different markers."""
    text = (root / "requirements" / f"{name}.lock").read_text()
    return dict(re.findall(r"^([a-z0-9][a-z0-9.-]*)(?:\[[^\]]*\])?==([^\s;\\]+)", text, flags=re.MULTILINE))


def wanted(root: Path, *extras: str) -> set[str]:
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    texts = [*project["dependencies"]]
    for extra in extras:
        texts += project["optional-dependencies"][extra]
    names = [re.match(r"[A-Za-z0-9._-]+", text) for text in texts]
    return {re.sub(r"[._-]+", "-", name.group().lower()) for name in names if name}


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_has_hashes_and_no_registry_is_named(root: Path, name: str) -> None:
    text = (root / "requirements" / f"{name}.lock").read_text()

    assert "://" not in text
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)
    assert [
        block.splitlines()[0] for block in blocks if block.strip() and "--hash=sha256:" not in block
    ] == []
    assert locked(root, name)


def test_the_locks_hold_what_the_project_asks_for(root: Path) -> None:
    assert wanted(root) <= set(locked(root, "core"))
    assert wanted(root, "postgres", "s3", "tracing") <= set(locked(root, "server"))
    assert wanted(root, "dev", "postgres", "s3", "tracing") <= set(locked(root, "dev"))


@pytest.mark.parametrize("name", ["dev", "server"])
def test_larger_locks_have_the_versions_of_the_core_lock(root: Path, name: str) -> None:
    core, larger = locked(root, "core"), locked(root, name)

    assert {package: larger.get(package) for package in core} == core


@pytest.mark.parametrize("name", ["core", "dev", "server"])
def test_no_torch_and_no_windowed_opencv(root: Path, name: str) -> None:
    packages = set(locked(root, name))

    assert (
        packages & {"torch", "torchvision", "ultralytics", "opencv-python", "opencv-contrib-python"} == set()
    )
    assert "opencv-python-headless" in packages
    assert [package for package in packages if package.startswith("nvidia-")] == []
