"""Cameras and recordings in, frames and clips out; FFmpeg runs in child processes only."""

from almere_vision.sources.address import Address, camera_address, expand, read_address, read_addresses
from almere_vision.sources.camera import Camera
from almere_vision.sources.messages import Clip, NoClip
from almere_vision.sources.options import Options
from almere_vision.sources.shots import Film
from almere_vision.sources.status import State, Status

__all__ = [
    "Address",
    "Camera",
    "Clip",
    "Film",
    "NoClip",
    "Options",
    "State",
    "Status",
    "camera_address",
    "expand",
    "read_address",
    "read_addresses",
]
