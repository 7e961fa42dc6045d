"""Scene: zone, site and priority files, and which zones hold for the picture at hand."""

from almere_vision.scene.document import Problem
from almere_vision.scene.files import (
    Site,
    SiteCamera,
    check,
    load_priorities,
    load_protocol,
    load_site,
    load_zone_file,
)
from almere_vision.scene.models import ZoneFile
from almere_vision.scene.scene import Scene

__all__ = [
    "Problem",
    "Scene",
    "Site",
    "SiteCamera",
    "ZoneFile",
    "check",
    "load_priorities",
    "load_protocol",
    "load_site",
    "load_zone_file",
]
