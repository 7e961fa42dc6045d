"""The store of networks: what stands in `models/`, whether it is whole, and how it is fetched.

Detection and action load their networks from here; what a network does is their business.
"""

from almere_vision.networks.manifest import (
    MANIFEST_NAME,
    AnyManifest,
    CommonPart,
    Fetch,
    ModelFile,
    NetworkManifest,
    read_manifest,
    write_manifest,
)
from almere_vision.networks.registry import pull_model
from almere_vision.networks.store import ListedModel, ModelFiles, find_model, list_models, verify

__all__ = [
    "MANIFEST_NAME",
    "AnyManifest",
    "CommonPart",
    "Fetch",
    "ListedModel",
    "ModelFile",
    "ModelFiles",
    "NetworkManifest",
    "find_model",
    "list_models",
    "pull_model",
    "read_manifest",
    "verify",
    "write_manifest",
]
