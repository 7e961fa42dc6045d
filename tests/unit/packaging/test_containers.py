"""compose.yaml and the Dockerfile agree with the code: settings, commands, files, no secret by default."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from almere_vision.cli import app
from almere_vision.config import Settings

GIVEN = {"REDIS_PASSWORD": "fromtheenvfile", "POSTGRES_PASSWORD": "alsofromthere", "SITE": "demo"}
VARIABLE = re.compile(r"(?<!\$)\$\{([A-Z_]+)([^}]*)\}")


@pytest.fixture(scope="module")
def compose_text(root: Path) -> str:
    return (root / "compose.yaml").read_text()


@pytest.fixture(scope="module")
def services(compose_text: str) -> dict[str, Any]:
    filled = VARIABLE.sub(lambda found: GIVEN[found[1]], compose_text)
    parsed: dict[str, Any] = yaml.safe_load(filled)["services"]
    return parsed


def instructions(root: Path) -> list[tuple[str, str]]:
    text = (root / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [
        (word, " ".join(rest.split())) for word, _, rest in (line.strip().partition(" ") for line in lines)
    ]


def test_the_services_are_those_of_an_installation(services: dict[str, Any]) -> None:
    assert set(services) == {"redis", "postgres", "api", "worker"}


def test_every_variable_must_be_given_and_is_in_the_example(root: Path, compose_text: str) -> None:
    found = VARIABLE.findall(compose_text)

    assert {name for name, _ in found} == set(GIVEN)
    assert {rule[:2] for _, rule in found} == {":?"}
    example = (root / ".env.example").read_text()
    assert dict(re.findall(r"^([A-Z_]+)=(.*)$", example, flags=re.MULTILINE)) == dict.fromkeys(GIVEN, "")


@pytest.mark.parametrize("part", ["api", "worker"])
def test_our_services_get_settings_that_the_code_has(
    part: str, services: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    environment = services[part]["environment"]
    fields = {f"ALMERE_{name.upper()}": name for name in Settings.model_fields}
    assert set(environment) <= set(fields)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    settings = Settings()

    assert settings.redis() == "redis://:fromtheenvfile@redis:6379/0"
    if part == "api":
        assert settings.database() == "postgresql+psycopg://almere:alsofromthere@postgres:5432/almere"
    else:
        assert settings.site == Path("/zones/demo/site.yaml")
        assert "ALMERE_DATABASE_URL" not in environment  # least privilege: a worker decides nothing


def test_the_services_that_addresses_name_exist_and_are_waited_for(services: dict[str, Any]) -> None:
    for part in ("api", "worker"):
        values = services[part]["environment"].values()
        named = {host for value in values for host in re.findall(r"@([a-z]+)[:/]", str(value))}
        assert named == set(services[part]["depends_on"])
        for other in named:
            assert services[part]["depends_on"][other] == {"condition": "service_healthy"}
            assert services[other]["healthcheck"]


def test_the_password_of_redis_is_in_no_process_list(services: dict[str, Any]) -> None:
    command = " ".join(services["redis"]["command"])

    assert GIVEN["REDIS_PASSWORD"] not in command
    assert "redis-server -" in command
    assert "appendonly yes" in command


def test_worker_and_api_share_the_blobs(services: dict[str, Any]) -> None:
    for part in ("api", "worker"):
        assert "state:/data" in services[part]["volumes"]


def test_the_targets_run_commands_that_exist_and_not_as_root(root: Path, services: dict[str, Any]) -> None:
    stages: dict[str, dict[str, str]] = {}
    for word, rest in instructions(root):
        if word == "FROM":
            base, _, name = rest.partition(" AS ")
            stages[name] = current = dict(stages.get(base, {}))
        else:
            current[word] = rest
    commands = {command.name for command in app.registered_commands}

    for part in ("api", "worker"):
        stage = stages[services[part]["build"]["target"]]
        assert stage["USER"] == "10001"
        program, command = re.findall(r'"([^"]+)"', stage["CMD"])
        assert (program, command) == ("almere", part)
        assert command in commands
    assert "/readyz" in stages["api"]["HEALTHCHECK"]


def test_what_the_dockerfile_copies_exists_and_is_sent(root: Path) -> None:
    sent = [line[1:] for line in (root / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    for word, rest in instructions(root):
        if word != "COPY" or rest.startswith("--from"):
            continue
        for source in rest.split()[:-1]:
            assert (root / source).exists(), f"the Dockerfile copies {source}, which is not there"
            assert any(source == path or source.startswith(f"{path}/") for path in sent), source


def test_the_lock_files_that_the_dockerfile_installs_exist(root: Path) -> None:
    text = (root / "Dockerfile").read_text()
    named = set(re.findall(r"requirements/([a-z]+\.lock)", text))

    assert named == {"uv.lock", "server.lock", "build.lock"}
    assert all((root / "requirements" / name).is_file() for name in named)
