"""What people call the cameras of a site, and where these stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from almere_vision.domain.delivery import Language
from almere_vision.domain.position import Position


@dataclass(frozen=True, slots=True)
class Names:
    """Names of cameras by id and language, and positions by id.

    A camera without a name is called by its id; `positions` has those that the site file gives.
    """

    cameras: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    positions: Mapping[str, Position] = field(default_factory=dict)

    def camera(self, camera: str, language: Language) -> str:
        return self.cameras.get(camera, {}).get(language, camera)
