"""Almere Vision: computer vision that suggests incidents, and people who decide."""

__version__ = "0.1.0"
