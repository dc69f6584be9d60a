"""ONNX Runtime: which device and why, model catalog and checksums, sessions, cancellation.

Importing this room does not load ONNX Runtime; choosing a device or creating a session does.
"""

from ocrapp.runtime.cancel import Cancel, Progress
from ocrapp.runtime.catalog import Catalog, ModelEntry, load_catalog
from ocrapp.runtime.device import Device, choose_device
from ocrapp.runtime.session import Session

__all__ = [
    "Cancel",
    "Catalog",
    "Device",
    "ModelEntry",
    "Progress",
    "Session",
    "choose_device",
    "load_catalog",
]
