"""Cameras that speak ONVIF: what they are, what they can do, where they look, and turning them."""

from almere_vision.onvif.address import OnvifAddress, read_onvif_address
from almere_vision.onvif.camera import Abilities, Information, OnvifCamera, Profile

__all__ = ["Abilities", "Information", "OnvifAddress", "OnvifCamera", "Profile", "read_onvif_address"]
