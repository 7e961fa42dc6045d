"""A place on earth."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Position:
    """Latitude and longitude in degrees, WGS 84 (EPSG:4326); north and east count up."""

    lat_deg: float
    lon_deg: float
