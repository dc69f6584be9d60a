"""Whether the end of a file is there.

Asked only after decoding has failed, to tell a truncated file (copy it again) from a damaged one: decoders
report both in the same words.
"""

import struct
from collections.abc import Iterator

TAIL_BYTES = 1024

_TIFF_TYPE_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
_TIFF_EXTENTS = (273, 279, 324, 325)
"""Tags: offsets and byte counts of strips, offsets and byte counts of tiles."""


def always(data: bytes) -> bool:
    """For kinds whose decoder names truncation itself."""
    return True


def png(data: bytes) -> bool:
    """The last chunk is there."""
    return b"IEND" in data[-TAIL_BYTES:]


def jpeg(data: bytes) -> bool:
    """The end-of-image marker is there (JPEG and JPEG 2000 share it)."""
    return b"\xff\xd9" in data[-TAIL_BYTES:]


def gif(data: bytes) -> bool:
    """The trailer is there, perhaps padded."""
    return data.rstrip(b"\0").endswith(b";")


def pdf(data: bytes) -> bool:
    """The end-of-file marker is there."""
    return b"%%EOF" in data[-TAIL_BYTES:]


def bmp(data: bytes) -> bool:
    """The file is as long as its header says."""
    return len(data) >= 6 and len(data) >= struct.unpack_from("<I", data, 2)[0]


def riff(data: bytes) -> bool:
    """The file is as long as its header says (WebP)."""
    return len(data) >= 8 and len(data) >= 8 + struct.unpack_from("<I", data, 4)[0]


def boxes(data: bytes) -> bool:
    """All top-level boxes of an ISO base media file lie within it (HEIC, AVIF)."""
    position = 0
    while position + 16 <= len(data):
        size = struct.unpack_from(">I", data, position)[0]
        if size == 1:
            size = struct.unpack_from(">Q", data, position + 8)[0]
        if size < 8:  # 0 means "up to the end of the file"; anything else is broken, not truncated
            return True
        position += size
    return position == len(data)


def tiff(data: bytes) -> bool:
    """All directories of a TIFF and what they refer to lie within it (BigTIFF is not looked into)."""
    if data[2:3] != b"*" and data[3:4] != b"*":
        return True
    order = "<" if data[:1] == b"I" else ">"
    try:
        return all(_tiff_end(data, order, offset) <= len(data) for offset in _tiff_offsets(data, order))
    except struct.error:
        return False


def _tiff_offsets(data: bytes, order: str) -> Iterator[int]:
    """Positions of the directories, which are a linked list, in broken files a circular one."""
    seen: set[int] = set()
    offset = struct.unpack_from(f"{order}I", data, 4)[0]
    while offset and offset not in seen:
        seen.add(offset)
        yield offset
        entries = struct.unpack_from(f"{order}H", data, offset)[0]
        offset = struct.unpack_from(f"{order}I", data, offset + 2 + 12 * entries)[0]


def _tiff_end(data: bytes, order: str, offset: int) -> int:
    """Position behind the last byte that the directory at ``offset`` refers to."""
    end = 0
    values: dict[int, tuple[int, ...]] = {}
    for index in range(struct.unpack_from(f"{order}H", data, offset)[0]):
        entry = offset + 2 + 12 * index
        tag, kind, count = struct.unpack_from(f"{order}HHI", data, entry)
        size = _TIFF_TYPE_BYTES.get(kind, 0) * count
        at = entry + 8 if size <= 4 else struct.unpack_from(f"{order}I", data, entry + 8)[0]
        end = max(end, at + size)
        if end <= len(data) and tag in _TIFF_EXTENTS and kind in (3, 4):
            values[tag] = struct.unpack_from(f"{order}{count}{'H' if kind == 3 else 'I'}", data, at)
    for starts, lengths in ((273, 279), (324, 325)):
        pairs = zip(values.get(starts, ()), values.get(lengths, ()), strict=False)
        end = max((end, *(start + length for start, length in pairs)))
    return end
