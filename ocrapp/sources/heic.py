"""HEIC through pi-heif, guarded against what makes it crash."""

import re
import struct

from pi_heif.as_plugin import HeifImageFile  # type: ignore[import-untyped]

_ITEM = re.compile(rb"infe(?:\x02.{7}|\x03.{9})", re.DOTALL)
"""Start of an "item info entry" box (ISO 14496-12, 8.11.6), up to the item type."""


class GuardedHeifImageFile(HeifImageFile):  # type: ignore[misc] # untyped base
    """As pi-heif's, but refuses damaged item types and names.

    pi-heif up to 1.4 takes them for text without looking, and the process ends in a segmentation fault when
    they are not. Remove this once pi-heif raises an error by itself.
    """

    def _open(self) -> None:
        data = self.fp.read()
        for match in _ITEM.finditer(data):
            size = struct.unpack_from(">I", data, match.start() - 4)[0]
            data[match.end() : match.start() - 4 + size].decode()
        self.fp.seek(0)
        super()._open()
