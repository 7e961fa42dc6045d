"""Cameras that speak ONVIF: what they are, what they can do, where they look, and turning them.

Only `camera` and `services` load the SOAP library, which is large: import them where a camera turns.
"""
