"""Tracking: detections of one camera become tracks. One tracker per camera."""

from almere_vision.tracking.tracker import Tracker, TrackerSettings

__all__ = ["Tracker", "TrackerSettings"]
