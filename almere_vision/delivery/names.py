"""What people call the cameras of a site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from almere_vision.domain.delivery import Language


@dataclass(frozen=True, slots=True)
class Names:
    """Names of cameras by id and language; one without a name is called by its id."""

    cameras: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def camera(self, camera: str, language: Language) -> str:
        return self.cameras.get(camera, {}).get(language, camera)
