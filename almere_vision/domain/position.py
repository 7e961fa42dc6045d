"""A place on earth."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

METRES_PER_DEGREE: Final = 111_195.0
"""Of latitude, on a sphere of 6,371 km; a map of a city centre needs no better."""


@dataclass(frozen=True, slots=True)
class Position:
    """Latitude and longitude in degrees, WGS 84 (EPSG:4326); north and east count up."""

    lat_deg: float
    lon_deg: float

    def metres_to(self, other: Position) -> tuple[float, float]:
        """How far the other is to the east and to the north, on a plane that touches here."""
        east = (other.lon_deg - self.lon_deg) * math.cos(math.radians(self.lat_deg))
        return east * METRES_PER_DEGREE, (other.lat_deg - self.lat_deg) * METRES_PER_DEGREE
