"""What may be loaded: hashes that fit, files that are there, and no pickle of unknown origin."""

from __future__ import annotations

import hashlib
import pickle
from pathlib import Path

import pytest

from almere_vision.detection import load_detector
from almere_vision.detection.adding import add_model
from almere_vision.detection.manifest import Manifest, ModelInput
from almere_vision.detection.resolve import model_name, resolve
from almere_vision.domain.errors import ModelError
from almere_vision.networks import ModelFile, list_models, write_manifest

CONTENT = b"not really a network"


class Trap:
    """Unpickling this makes a file: the proof that a pickle was opened."""

    def __init__(self, victim: Path) -> None:
        self.victim = victim

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return Path.touch, (self.victim,)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    folder.mkdir()
    return folder


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    return tmp_path / "opened"


@pytest.fixture
def trap(tmp_path: Path, victim: Path) -> Path:
    path = tmp_path / "trap.pt"
    path.write_bytes(pickle.dumps(Trap(victim)))
    return path


def put(store: Path, name: str, filename: str, content: bytes, promised: bytes | None = None) -> Path:
    """A network in the store whose manifest promises the hash of `promised`, or else of `content`."""
    folder = store / name
    folder.mkdir()
    (folder / filename).write_bytes(content)
    manifest = Manifest(
        name=name,
        files=(
            ModelFile(
                path=filename,
                sha256=hashlib.sha256(content if promised is None else promised).hexdigest(),
                bytes=len(content),
            ),
        ),
        licence="MIT",
        source="made by hand",
        input=ModelInput(width=640, height=384, colour="rgb", scale=1.0),
        classes="coco80",
        decoder="yolo",
        backends=("ultralytics" if filename.endswith(".pt") else "openvino",),
    )
    write_manifest(manifest, folder / "manifest.yaml")
    return folder / filename


def test_a_network_is_found_by_name_and_known_by_its_hash(store: Path) -> None:
    path = put(store, "net", "net.onnx", CONTENT)

    found = resolve("net", store)

    assert found.path == path
    assert found.identity == "net@" + hashlib.sha256(CONTENT).hexdigest()[:8]


def test_a_wrong_hash_is_refused_with_both_hashes(store: Path) -> None:
    put(store, "net", "net.onnx", CONTENT, promised=b"the file that was checked")

    with pytest.raises(ModelError) as caught:
        load_detector("net", store)

    message = str(caught.value)
    assert hashlib.sha256(CONTENT).hexdigest()[:8] in message
    assert hashlib.sha256(b"the file that was checked").hexdigest()[:8] in message
    assert "restore" in message
    assert "\n" not in message


def test_a_missing_file_is_named(store: Path) -> None:
    put(store, "net", "net.onnx", CONTENT).unlink()

    with pytest.raises(ModelError, match=r"net\.onnx: is missing"):
        resolve("net", store)


def test_an_unknown_name_is_answered_with_those_there_are(store: Path) -> None:
    put(store, "one", "net.onnx", CONTENT)
    put(store, "two", "net.onnx", CONTENT)

    with pytest.raises(ModelError, match="one, two"):
        resolve("three", store)


@pytest.mark.parametrize("ref", ["nowhere.onnx", "no/where", "{tmp}/words.txt", "{tmp}/empty"])
def test_what_is_no_network_is_refused(tmp_path: Path, store: Path, ref: str) -> None:
    (tmp_path / "words.txt").write_text("words")
    (tmp_path / "empty").mkdir()

    with pytest.raises(ModelError) as caught:
        resolve(ref.format(tmp=tmp_path), store)

    assert "give" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_of_known_content_has_its_manifest_wherever_it_lies(tmp_path: Path, store: Path) -> None:
    put(store, "net", "net.onnx", CONTENT)
    elsewhere = tmp_path / "copy.onnx"
    elsewhere.write_bytes(CONTENT)

    found = resolve(str(elsewhere), store)

    assert found.manifest is not None
    assert found.name == "net"


def test_an_openvino_folder_needs_its_weights(tmp_path: Path, store: Path) -> None:
    folder = tmp_path / "openvino"
    folder.mkdir()
    (folder / "net.xml").write_text("<net/>")

    with pytest.raises(ModelError, match=r"net\.bin: is missing"):
        resolve(str(folder), store)

    (folder / "net.bin").write_bytes(CONTENT)
    assert [file.path for file in resolve(str(folder), store).files] == ["net.xml", "net.bin"]


def test_the_list_shows_what_is_wrong_and_the_rest_all_the_same(store: Path) -> None:
    put(store, "good", "net.onnx", CONTENT)
    put(store, "other-hash", "net.onnx", CONTENT, promised=b"x")
    (store / "torn").mkdir()
    (store / "torn" / "manifest.yaml").write_text("{")

    good, other, torn = list_models(store, {"detector": Manifest})

    assert (good.name, good.problem, good.size_bytes) == ("good", None, len(CONTENT))
    assert other.problem is not None
    assert "sha256" in other.problem
    assert torn.problem is not None
    assert "not YAML" in torn.problem


def test_an_unknown_pt_file_is_refused_and_never_opened(trap: Path, victim: Path, store: Path) -> None:
    with pytest.raises(ModelError, match="--trust only for a file that you made"):
        load_detector(str(trap), store)
    with pytest.raises(ModelError, match="--trust"):
        load_detector(str(trap), store, backend="onnxruntime")
    with pytest.raises(ModelError, match="--trust"):
        add_model(trap, store, name="trap", licence="unknown")

    assert not victim.exists()
    assert list_models(store, {"detector": Manifest}) == []

    pickle.loads(trap.read_bytes())
    assert victim.exists(), "the trap does not work, so this test proves nothing"


def test_a_pt_file_with_another_hash_than_its_manifest_is_never_opened(
    trap: Path, victim: Path, store: Path
) -> None:
    put(store, "net", "net.pt", trap.read_bytes(), promised=b"the file that was checked")

    with pytest.raises(ModelError, match="sha256"):
        load_detector("net", store, trust=True)
    with pytest.raises(ModelError, match="--trust"):
        load_detector(str(trap), store)

    assert not victim.exists()


def test_a_pt_file_that_a_manifest_lists_needs_no_trust(trap: Path, store: Path) -> None:
    put(store, "net", "net.pt", trap.read_bytes())

    assert resolve(str(trap), store).name == "net"
    assert resolve("net", store).path == store / "net" / "net.pt"


@pytest.mark.parametrize(
    ("filename", "name"),
    [("YOLO 11n (best).onnx", "yolo-11n-best"), ("yolo11n_fp32.onnx", "yolo11n_fp32"), ("@@.pt", "model")],
)
def test_a_file_without_a_manifest_has_a_plain_name(filename: str, name: str) -> None:
    assert model_name(Path(filename)) == name


@pytest.mark.parametrize("name", ["", "Net", "../net", "a b", "x" * 65])
def test_a_name_that_is_no_plain_folder_name_is_refused(trap: Path, store: Path, name: str) -> None:
    with pytest.raises(ModelError, match="cannot be a model's name"):
        add_model(trap, store, name=name, licence="MIT", trust=True)
