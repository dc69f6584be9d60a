"""Opens what people drop: images of every kind, multi-page TIFF, PDF. One page in memory at a time.

Importing this room is cheap: decoders are loaded when the first file of their kind is opened.
"""

from ocrapp.sources.finding import find_inputs
from ocrapp.sources.kinds import KINDS, SUFFIXES, Kind
from ocrapp.sources.model import OpenOptions, PageImage, PageSelection
from ocrapp.sources.opening import content_hash, count_pages, decode_image, open_bytes, open_pages

__all__ = [
    "KINDS",
    "SUFFIXES",
    "Kind",
    "OpenOptions",
    "PageImage",
    "PageSelection",
    "content_hash",
    "count_pages",
    "decode_image",
    "find_inputs",
    "open_bytes",
    "open_pages",
]
