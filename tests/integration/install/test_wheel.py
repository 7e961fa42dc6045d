"""The built wheel, installed from the core lock into an environment of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

UV = Path(sys.executable).with_name("uv")


def run(*words: str | Path, cwd: Path) -> str:
    """Standard output of a command that must succeed; our own tree is out of its sight."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    ran = subprocess.run(words, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    constraints = root / "requirements" / "build.lock"
    run(UV, "build", "--wheel", "--build-constraints", constraints, "--out-dir", out, root, cwd=out)
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def home(root: Path, wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a fresh environment in `venv` that holds the core lock and the wheel."""
    folder = tmp_path_factory.mktemp("installed")
    python = folder / "venv" / "bin" / "python"
    run(UV, "venv", "--python", sys.executable, "venv", cwd=folder)
    lock = root / "requirements" / "core.lock"
    run(UV, "pip", "install", "--python", python, "--require-hashes", "--no-deps", "-r", lock, cwd=folder)
    run(UV, "pip", "install", "--python", python, "--no-deps", wheel, cwd=folder)
    return folder


@pytest.fixture(scope="module")
def installed(home: Path) -> set[str]:
    listed = run(
        UV, "pip", "list", "--python", home / "venv" / "bin" / "python", "--format", "json", cwd=home
    )
    return {package["name"] for package in json.loads(listed)}


def python(home: Path, code: str) -> str:
    return run(home / "venv" / "bin" / "python", "-W", "error", "-c", code, cwd=home).strip()


def test_the_wheel_holds_our_packages_the_licence_and_the_data(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith((".dist-info", ".data"))} == {"almere_vision", "api"}
    assert any(name.endswith("/licenses/LICENSE") for name in names)
    assert "almere_vision/py.typed" in names
    assert any(name.endswith("/share/almere-vision/models/nanodet-416/manifest.yaml") for name in names)
    assert any(name.endswith("/share/almere-vision/zones/demo/site.yaml") for name in names)


def test_the_core_has_no_torch_and_one_opencv(installed: set[str]) -> None:
    assert "almere-vision" in installed
    assert installed & {"torch", "torchvision", "ultralytics"} == set()
    assert {name for name in installed if name.startswith("opencv")} == {"opencv-python-headless"}


def test_every_module_can_be_imported_from_the_wheel(home: Path) -> None:
    # These need an extra, and whoever asks for them is told so: buckets, writing what was trained, traces.
    extra = (".storage.s3", ".action.export", ".worker.tracing")
    imported = python(
        home,
        "import importlib, pkgutil, almere_vision, api\n"
        "names = [m.name for p in (almere_vision, api)\n"
        "         for m in pkgutil.walk_packages(p.__path__, p.__name__ + '.')\n"
        f"         if not m.name.endswith(('__main__', *{extra})) and '.migrations' not in m.name]\n"
        "[importlib.import_module(name) for name in names]\n"
        "print(almere_vision.__file__, len(names))",
    )

    where, count = imported.split()
    assert Path(where).is_relative_to(home / "venv")
    assert int(count) > 50


def test_the_command_answers(home: Path) -> None:
    almere = home / "venv" / "bin" / "almere"

    assert "people decide" in run(almere, "--help", cwd=home)
    assert "nanodet-416" in run(almere, "models", "list", cwd=home)
    run(almere, "zones", "check", home / "venv/share/almere-vision/zones/demo/plaza.yaml", cwd=home)


def test_the_database_can_be_made_from_the_wheel(home: Path) -> None:
    made = python(
        home,
        "from almere_vision.storage.database import migrate, open_database\n"
        "engine = open_database('sqlite:///new.db'); migrate(engine)\n"
        "from sqlalchemy import inspect; print(len(inspect(engine).get_table_names()))",
    )

    assert int(made) > 1
