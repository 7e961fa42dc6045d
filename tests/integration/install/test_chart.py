"""The Helm chart, rendered by Helm: it agrees with the code and with the schemas of Kubernetes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from almere_vision.config import Settings
from tests.integration.install.helm import Helm, Refused

RELEASE = "city"
HELMS = ("v3", "v4")
KUBERNETES = ("1.33", "1.37")
OTHER = {
    "image": {
        "worker": "registry.example:5000/worker@sha256:" + "0" * 64,
        "api": "registry.example:5000/api:1",
    },
    "secrets": {"shared": "one", "worker": "two", "api": "three"},
    "zones": "other-zones",
    "blobsUrl": 's3://city/a"b',
    "worker": {
        "replicas": 0,
        "cameras": 40,
        "leaseSeconds": 7.5,
        "cpu": "1500m",
        "memory": "8Gi",
        "disk": "20Gi",
    },
    "api": {"cpu": "500m", "memory": "512Mi", "disk": "3Gi"},
}
"""Every value of the chart, another than its default."""

Objects = Mapping[tuple[str, str], dict[str, Any]]


@pytest.fixture(scope="module")
def chart(root: Path) -> Path:
    return root / "deploy" / "helm" / "almere-vision"


@pytest.fixture(scope="module")
def helm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Helm]:
    made = Helm(tmp_path_factory.mktemp("helm"))
    yield made
    made.close()


def leaves(values: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """Values by their whole names, as `worker.replicas`."""
    found = {}
    for name, value in values.items():
        found |= leaves(value, f"{before}{name}.") if isinstance(value, dict) else {before + name: value}
    return found


@pytest.fixture(scope="module")
def objects(helm: Helm, chart: Path) -> Objects:
    """What the chart makes, by kind and name."""
    return {(one["kind"], one["metadata"]["name"]): one for one in helm.template(RELEASE, chart, HELMS[-1])}


@pytest.mark.parametrize("version", HELMS)
def test_helm_has_nothing_against_the_chart(helm: Helm, chart: Path, version: str) -> None:
    assert helm.lint(chart, version) == []


@pytest.mark.parametrize("release", [RELEASE, "true"])
@pytest.mark.parametrize("values", [{}, OTHER], ids=["default", "other"])
@pytest.mark.parametrize("version", HELMS)
def test_kubernetes_takes_what_is_rendered(
    helm: Helm, chart: Path, version: str, values: dict[str, Any], release: str
) -> None:
    made = helm.template(release, chart, version, values)
    assert len(made) == 4
    for one in made:
        for kubernetes in KUBERNETES:
            kubernetes_validate.validate(one, kubernetes, strict=True)


def test_every_value_is_used_and_arrives_as_it_was_given(helm: Helm, chart: Path) -> None:
    default = leaves(yaml.safe_load((chart / "values.yaml").read_text()))
    templates = "".join(path.read_text() for path in (chart / "templates").iterdir())
    assert set(re.findall(r"\.Values\.([A-Za-z.]+)", templates)) == set(default)
    given = leaves(OTHER)
    assert given.keys() == default.keys()
    assert not {name for name in given if given[name] == default[name]}
    rendered = set(map(str, _texts(helm.template(RELEASE, chart, HELMS[-1], OTHER))))
    assert {str(value) for value in given.values()} <= rendered


def _texts(of: object) -> Iterator[object]:
    if isinstance(of, dict | list):
        for one in of.values() if isinstance(of, dict) else of:
            yield from _texts(one)
    else:
        yield of


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"worker": {"replicas": "three"}}, "replicas"),
        ({"worker": {"replicas": -1}}, "replicas"),
        ({"worker": {"cameras": 1.5}}, "cameras"),
        ({"worker": {"leaseSeconds": 2}}, "leaseSeconds"),
        ({"worker": {"leaseSeconds": 21}}, "leaseSeconds"),
        ({"worker": {"memory": "4 GB"}}, "memory"),
        ({"api": {"cpu": "two"}}, "cpu"),
        ({"wroker": {"replicas": 3}}, "wroker"),
        ({"worker": {"replica": 3}}, "replica"),
        ({"secrets": {"shared": ""}}, "shared"),
        ({"zones": "Almere Zones"}, "zones"),
        ({"blobsUrl": "/data/blobs"}, "blobsUrl"),
    ],
)
@pytest.mark.parametrize("version", HELMS)
def test_a_wrong_value_is_refused_by_name(
    helm: Helm, chart: Path, version: str, values: dict[str, Any], told: str
) -> None:
    with pytest.raises(Refused, match=told):
        helm.template(RELEASE, chart, version, values)


def container(objects: Objects, part: str) -> dict[str, Any]:
    pod = objects["StatefulSet", f"{RELEASE}-{part}"]["spec"]["template"]["spec"]
    (found,) = pod["containers"]
    return dict(found)


def test_the_chart_makes_workers_and_the_api(objects: Objects) -> None:
    kinds = [(kind, f"{RELEASE}-{part}") for part in ("api", "worker") for kind in ("Service", "StatefulSet")]
    assert set(objects) == set(kinds)


@pytest.mark.parametrize("part", ["api", "worker"])
def test_settings_are_those_of_the_code_and_secrets_are_only_named(
    part: str,
    objects: Objects,
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
def test_what_selects_matches_and_what_is_mounted_exists(part: str, objects: Objects) -> None:
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
