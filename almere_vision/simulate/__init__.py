"""A virtual PTZ camera, for tests, demos and newcomers (`almere simulate ptz`)."""
