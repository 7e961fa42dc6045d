"""The Helm chart agrees with the code. It keeps to plain substitution, to be readable without Helm."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from almere_vision.config import Settings

RELEASE = "city"
FIELD = re.compile(r"\{\{ \.([A-Za-z.]+) \}\}")


def field(values: dict[str, Any], path: str) -> str:
    found: Any = values
    for name in path.split("."):
        found = found[name]
    assert isinstance(found, str | int), path
    return str(found)


@pytest.fixture(scope="module")
def objects(root: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """What the chart makes, by kind and name."""
    folder = root / "deploy" / "helm" / "almere-vision"
    given = yaml.safe_load((folder / "values.yaml").read_text())
    values, used = {"Values": given, "Release": {"Name": RELEASE}}, set[str]()
    made = {}
    for path in sorted((folder / "templates").iterdir()):
        used |= set(FIELD.findall(path.read_text()))
        text = FIELD.sub(lambda found: field(values, found[1]), path.read_text())
        for one in yaml.safe_load_all(text):
            made[one["kind"], one["metadata"]["name"]] = one
    leaves = {
        f"Values.{top}.{name}" for top, part in given.items() if isinstance(part, dict) for name in part
    }
    leaves |= {f"Values.{top}" for top, part in given.items() if not isinstance(part, dict)}
    assert used - {"Release.Name"} == leaves, "every value is used"
    return made


def container(objects: dict[tuple[str, str], dict[str, Any]], part: str) -> dict[str, Any]:
    pod = objects["StatefulSet", f"{RELEASE}-{part}"]["spec"]["template"]["spec"]
    (found,) = pod["containers"]
    return dict(found)


def test_the_chart_makes_workers_and_the_api(objects: dict[tuple[str, str], dict[str, Any]]) -> None:
    kinds = [(kind, f"{RELEASE}-{part}") for part in ("api", "worker") for kind in ("Service", "StatefulSet")]
    assert set(objects) == set(kinds)


@pytest.mark.parametrize("part", ["api", "worker"])
def test_settings_are_those_of_the_code_and_secrets_are_only_named(
    part: str,
    objects: dict[tuple[str, str], dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    environment = {one["name"]: one["value"] for one in container(objects, part)["env"]}
    assert set(environment) <= {f"ALMERE_{name.upper()}" for name in Settings.model_fields}
    assert not {"ALMERE_REDIS_URL", "ALMERE_DATABASE_URL"} & set(environment)
    for name, value in environment.items():
        assert isinstance(value, str), "Kubernetes takes texts only"
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert settings.blobs() == "s3://almere/evidence"
    if part == "worker":
        (port,) = container(objects, part)["ports"]
        assert (settings.metrics_port, settings.metrics_host) == (port["containerPort"], "0.0.0.0")
        assert settings.lease_s == Settings.model_fields["lease_s"].default
        assert settings.site == Path("/zones/site.yaml")


@pytest.mark.parametrize("part", ["api", "worker"])
def test_what_selects_matches_and_what_is_mounted_exists(
    part: str, objects: dict[tuple[str, str], dict[str, Any]]
) -> None:
    spec = objects["StatefulSet", f"{RELEASE}-{part}"]["spec"]
    labels = spec["template"]["metadata"]["labels"].items()
    service = objects["Service", f"{RELEASE}-{part}"]
    assert spec["selector"]["matchLabels"].items() <= labels
    assert service["spec"]["selector"].items() <= labels
    assert spec["serviceName"] == service["metadata"]["name"]
    volumes = {one["name"] for one in spec["template"]["spec"]["volumes"]}
    volumes |= {one["metadata"]["name"] for one in spec["volumeClaimTemplates"]}
    one = container(objects, part)
    assert {mount["name"] for mount in one["volumeMounts"]} == volumes
    ports = {port["name"] for port in one["ports"]}
    assert {probe["httpGet"]["port"] for name, probe in one.items() if name.endswith("Probe")} == ports
    assert one["livenessProbe"]["httpGet"]["path"] == "/healthz", "Redis away is no reason to kill a worker"
    assert one["securityContext"]["readOnlyRootFilesystem"]
