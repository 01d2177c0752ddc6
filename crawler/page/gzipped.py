"""Takes lists out of gzip, however often they were packed. Plain Python."""

import zlib

from crawler.errors import NoListing

_GZIP = b"\x1f\x8b"
#: a server packs what is packed already
_MAX_LAYERS = 3
#: files that were packed apart and put one behind the other
_MAX_MEMBERS = 100


def unpacked(body: bytes, *, max_bytes: int) -> bytes:
    """What was packed, or ``body`` itself where nothing was; cut at the limit. Raises NoListing."""
    for _ in range(_MAX_LAYERS):
        if not body.startswith(_GZIP):
            break
        body = _members(body, max_bytes)
    return body[:max_bytes]


def _members(body: bytes, max_bytes: int) -> bytes:
    parts: list[bytes] = []
    room = max_bytes
    for _ in range(_MAX_MEMBERS):
        if room <= 0 or not body.startswith(_GZIP):  # what follows unpacked is a remark
            break
        unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        try:
            parts.append(unpacker.decompress(body, room))
        except zlib.error as error:
            if parts:
                break
            raise NoListing(f"gzip: {error}") from error
        room -= len(parts[-1])
        body = unpacker.unused_data
    return b"".join(parts)
