"""JSON Schemas of zone and site files, for editors: `python -m almere_vision.scene.schema [FOLDER]`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel

from almere_vision.config import share_dir
from almere_vision.scene.channels import ChannelsFile
from almere_vision.scene.models import SiteFile, ZoneFile
from almere_vision.scene.priorities import PrioritiesFile
from almere_vision.scene.protocol import ProtocolFile

SCHEMAS: Final[dict[str, type[BaseModel]]] = {
    "zones.schema.json": ZoneFile,
    "site.schema.json": SiteFile,
    "priorities.schema.json": PrioritiesFile,
    "protocol.schema.json": ProtocolFile,
    "channels.schema.json": ChannelsFile,
}


def schema(name: str) -> str:
    """One schema as the text of its file."""
    head: dict[str, Any] = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps(head | SCHEMAS[name].model_json_schema(), indent=2, ensure_ascii=False) + "\n"


def write(folder: Path) -> None:
    """Write all schemas into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in SCHEMAS:
        (folder / name).write_text(schema(name), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else share_dir() / "zones" / "schema")
