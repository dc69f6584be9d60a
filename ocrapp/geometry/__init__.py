"""Outlines of text on a page: quads, overlap, straightened crops and their way back, reading order.

Coordinates are continuous page pixels: ``(0, 0)`` is the top left corner of the page, ``(0.5, 0.5)`` the
centre of its first pixel.
"""

from ocrapp.geometry.cells import Cell, Table
from ocrapp.geometry.order import reading_order
from ocrapp.geometry.polygons import (
    Box,
    area,
    bounds,
    clip,
    direction,
    enclosing_quad,
    extent,
    intersection_area,
    iou,
    min_area_quad,
    order_quad,
    to_array,
    to_polygon,
)
from ocrapp.geometry.rectify import MAX_HEIGHT, Crop, rectify
from ocrapp.geometry.ribbon import outline_from_contour, ribbon
from ocrapp.geometry.rules import find_rules
from ocrapp.geometry.tables import find_tables

__all__ = [
    "MAX_HEIGHT",
    "Box",
    "Cell",
    "Crop",
    "Table",
    "area",
    "bounds",
    "clip",
    "direction",
    "enclosing_quad",
    "extent",
    "find_rules",
    "find_tables",
    "intersection_area",
    "iou",
    "min_area_quad",
    "order_quad",
    "outline_from_contour",
    "reading_order",
    "rectify",
    "ribbon",
    "to_array",
    "to_polygon",
]
