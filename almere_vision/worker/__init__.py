"""The flow from camera to suggestion, and the processes that carry it."""
