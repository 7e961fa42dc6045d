"""The licence is the EUPL 1.2, whole, and is what the project says it is."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path


def test_the_text_is_whole(root: Path) -> None:
    text = (root / "LICENSE").read_text(encoding="utf-8")

    assert text.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2\n")
    assert re.findall(r"^(\d+)\.[A-Z]", text, flags=re.MULTILINE) == [str(n) for n in range(1, 16)]
    assert text.rstrip().endswith("require the production of a new EUPL version.")


def test_the_project_names_it(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]

    assert project["license"] == "EUPL-1.2"
    assert project["license-files"] == ["LICENSE"]
