"""Every layering contract is proven: a copy of the tree with one bad import breaks it."""

from __future__ import annotations

import ast
import json
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
    ("stages", "almere_vision/action/__init__.py", "import almere_vision.detection"),
    ("networks", "almere_vision/networks/__init__.py", "import almere_vision.action"),
    ("stages", "almere_vision/onvif/__init__.py", "import almere_vision.sources"),
    ("rules", "almere_vision/rules/__init__.py", "import almere_vision.storage"),
    ("rules", "almere_vision/suggest/__init__.py", "import almere_vision.scene"),
    ("review", "almere_vision/review/__init__.py", "import sqlalchemy"),
    ("review", "almere_vision/review/__init__.py", "import almere_vision.storage"),
    ("delivery", "almere_vision/delivery/__init__.py", "import sqlalchemy"),
    ("delivery", "almere_vision/delivery/__init__.py", "import almere_vision.storage"),
    ("library", "almere_vision/worker/__init__.py", "import api"),
    ("library", "almere_vision/storage/__init__.py", "import fastapi"),
    ("storage", "api/__init__.py", "import redis"),
    ("storage", "almere_vision/worker/__init__.py", "import sqlalchemy"),
]


@pytest.fixture(scope="session")
def contract_names(root: Path) -> dict[str, str]:
    settings = tomllib.loads((root / "pyproject.toml").read_text())
    return {entry["id"]: entry["name"] for entry in settings["tool"]["importlinter"]["contracts"]}


DRIVER = """
import json, sys
from pathlib import Path
from importlinter.cli import lint_imports

for module, statement in json.load(sys.stdin):
    path = Path(module)
    before = path.read_bytes()
    path.write_bytes(before + b"\\n" + statement.encode() + b"\\n")
    status = lint_imports(cache_dir=None)
    path.write_bytes(before)
    print(f"\\n=== exit status {status}", flush=True)
"""
"""Runs import-linter many times in one process, since starting it takes longer than its work."""


@pytest.fixture(scope="module")
def broken(root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Names of the contracts that each bad import breaks; "" is the tree as it is."""
    tree = tmp_path_factory.mktemp("layering")
    for package in ("almere_vision", "api"):
        shutil.copytree(root / package, tree / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(root / "pyproject.toml", tree)
    cases = [("api/__init__.py", ""), *((module, statement) for _, module, statement in BAD_IMPORTS)]
    ran = subprocess.run(
        [sys.executable, "-c", DRIVER],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree), "COLUMNS": "200"},
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        timeout=240,
        check=True,
    )
    reports = re.split(r"=== exit status \d+\n", ran.stdout)[:-1]
    statuses = re.findall(r"=== exit status (\d+)\n", ran.stdout)
    found = {}
    for (module, statement), report, status in zip(cases, reports, statuses, strict=True):
        assert re.search(r"Contracts: \d+ kept, \d+ broken", report), report
        names = set(re.findall(r"^(.+) BROKEN", report, flags=re.MULTILINE))
        assert int(status) == (1 if names else 0), report
        found[f"{module}: {statement}" if statement else ""] = names
    return found


def test_the_tree_as_it_is_keeps_every_contract(broken: dict[str, set[str]]) -> None:
    assert broken[""] == set()


@pytest.mark.parametrize(("contract", "module", "statement"), BAD_IMPORTS)
def test_a_bad_import_breaks_its_contract(
    contract: str, module: str, statement: str, broken: dict[str, set[str]], contract_names: dict[str, str]
) -> None:
    assert contract_names[contract] in broken[f"{module}: {statement}"]


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
