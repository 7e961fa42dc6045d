"""Channels, names and positions of the site that an installation watches."""

from __future__ import annotations

from pathlib import Path

from almere_vision.delivery.names import Names
from almere_vision.domain.delivery import Channel
from almere_vision.scene.files import load_channels, load_site


def site_channels(site_file: Path | None) -> tuple[tuple[Channel, ...], Names]:
    """The channels of a site, what its cameras are called and where they stand; nothing without a site.

    Raises:
        ZoneFileError: a file cannot be used; with file, line and what to do.
    """
    if site_file is None:
        return (), Names()
    site = load_site(site_file)
    channels = () if site.channels is None else load_channels(site.channels)
    positions = {camera.id: camera.position for camera in site.cameras if camera.position is not None}
    return channels, Names({camera.id: camera.name for camera in site.cameras}, positions)
