"""Every layering contract is proven: a copy of the tree with one bad import breaks it."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

BAD_IMPORTS = [
    ("domain", "almere_vision/domain/__init__.py", "import pydantic"),
    ("domain", "almere_vision/domain/__init__.py", "import almere_vision.rules"),
    ("stages", "almere_vision/rules/__init__.py", "import almere_vision.tracking"),
    ("stages", "almere_vision/detection/__init__.py", "import almere_vision.sources"),
    ("rules", "almere_vision/rules/__init__.py", "import almere_vision.storage"),
    ("rules", "almere_vision/suggest/__init__.py", "import almere_vision.scene"),
    ("review", "almere_vision/review/__init__.py", "import sqlalchemy"),
    ("review", "almere_vision/review/__init__.py", "import almere_vision.storage"),
    ("library", "almere_vision/worker/__init__.py", "import api"),
    ("library", "almere_vision/storage/__init__.py", "import fastapi"),
    ("storage", "api/__init__.py", "import redis"),
    ("storage", "almere_vision/worker/__init__.py", "import sqlalchemy"),
]


@pytest.fixture(scope="session")
def contract_names(root: Path) -> dict[str, str]:
    settings = tomllib.loads((root / "pyproject.toml").read_text())
    return {entry["id"]: entry["name"] for entry in settings["tool"]["importlinter"]["contracts"]}


@pytest.fixture(scope="session")
def pristine(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    tree = tmp_path_factory.mktemp("layering")
    no_caches = shutil.ignore_patterns("__pycache__")
    for package in ("almere_vision", "api"):
        shutil.copytree(root / package, tree / package, ignore=no_caches)
    shutil.copy(root / "pyproject.toml", tree)
    return tree


@pytest.fixture
def tree(pristine: Path) -> Iterator[Path]:
    """A tree to spoil; what was written to it is put back afterwards."""
    spoiled = {pristine / module for _, module, _ in BAD_IMPORTS}
    before = {path: path.read_bytes() for path in spoiled}
    yield pristine
    for path, content in before.items():
        path.write_bytes(content)


def broken_contracts(tree: Path) -> set[str]:
    """Names of the contracts that import-linter finds broken; it must have looked at this very tree."""
    ran = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert re.search(r"Contracts: \d+ kept, \d+ broken", ran.stdout), ran.stdout + ran.stderr
    broken = set(re.findall(r"^(.+) BROKEN", ran.stdout, flags=re.MULTILINE))
    assert ran.returncode == (1 if broken else 0), ran.stdout
    return broken


def test_the_tree_as_it_is_keeps_every_contract(pristine: Path) -> None:
    assert broken_contracts(pristine) == set()


@pytest.mark.parametrize(("contract", "module", "statement"), BAD_IMPORTS)
def test_a_bad_import_breaks_its_contract(
    contract: str, module: str, statement: str, tree: Path, contract_names: dict[str, str]
) -> None:
    path = tree / module
    path.write_text(f"{path.read_text()}\n{statement}\n")

    assert contract_names[contract] in broken_contracts(tree)


def test_every_contract_has_its_bad_import(contract_names: dict[str, str]) -> None:
    assert {contract for contract, _, _ in BAD_IMPORTS} == set(contract_names)


def test_the_domain_imports_only_the_standard_library_and_numpy(root: Path) -> None:
    # the contract can only forbid packages that it names; this forbids all others too
    allowed = sys.stdlib_module_names | {"numpy"}
    for path in (root / "almere_vision" / "domain").glob("*.py"):
        for name in imported_modules(path):
            top = name.partition(".")[0]
            assert top in allowed or name.startswith("almere_vision.domain"), f"{path.name} imports {name}"


def imported_modules(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module is not None
            yield node.module
