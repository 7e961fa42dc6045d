"""What the code imports is what the project declares, so that a fresh installation has it."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

OURS = {"almere_vision", "api", "tests"}


def declared(root: Path, *extras: str) -> set[str]:
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    texts = [
        *project["dependencies"],
        *(t for extra in extras for t in project["optional-dependencies"][extra]),
    ]
    names = {normal(re.split(r"[\[<>=; ]", text)[0]) for text in texts}
    return names | {"pydantic-core"}  # pydantic asks for one exact version of it, and shows its types


def normal(name: str) -> str:
    """Name of a distribution in the form of PEP 503."""
    return re.sub(r"[-_.]+", "-", name).lower()


def imported(folder: Path) -> Iterator[tuple[str, Path]]:
    """Top-level packages of others that the modules of a folder import."""
    for path in folder.rglob("*.py"):
        local = {other.stem for other in path.parent.glob("*.py")}
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
                names = [node.module]
            else:
                continue
            for top in {name.partition(".")[0] for name in names}:
                if top not in sys.stdlib_module_names and top not in OURS | local:
                    yield top, path


def undeclared(folder: Path, allowed: set[str]) -> dict[str, Path]:
    distributions = packages_distributions()
    return {
        top: path
        for top, path in imported(folder)
        if not {normal(name) for name in distributions.get(top, [])} & allowed
    }


def test_what_the_core_imports_is_declared(root: Path) -> None:
    # drivers of production stores are imported only when an address asks for them, and what writes trained
    # networks only by `almere train`, traces only where an address for them is set; what drives a browser
    # only by `almere bench console`, which says so
    allowed = declared(root, "postgres", "s3", "train", "tracing") | {"playwright"}

    assert {top for top, _ in imported(root / "almere_vision")} > {"av", "cv2", "sqlalchemy"}
    assert undeclared(root / "almere_vision", allowed) == {}
    assert undeclared(root / "api", allowed) == {}


def test_what_the_tests_import_is_declared(root: Path) -> None:
    recipes = {root / "tests" / "unit" / "evaluation" / "make_sed_eval_cases.py"}  # run once, by hand
    allowed = declared(root, "dev", "postgres", "s3")

    found = undeclared(root / "tests", allowed)

    # tests of the torch extras are collected everywhere, and run only where the extras are
    extras = {"torch", "torchvision", "ultralytics"}
    assert {top: path for top, path in found.items() if path not in recipes and top not in extras} == {}
