"""Unpacks the bodies of answers: whole, within a limit, or not at all. Plain Python."""

import sys
import zlib
from collections.abc import Callable

import brotli

from crawler.errors import BrokenOff, TooLarge

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

#: bytes unpacked at a time, so that a bomb is noticed early
_CHUNK = 64 * 1024
_GZIP_MAGIC = b"\x1f\x8b"
_RAW_DEFLATE, _ZLIB, _GZIP = -15, 15, 31


def unpack(body: bytes, encoding: str, limit: int) -> bytes:
    """What a packed body holds.

    encoding: a Content-Encoding that Scrapy accepts; limit: bytes, 0 for none. A body that is
    labelled gzip and is not packed at all is taken as it is, as some servers send it. Raises
    ``TooLarge``, ``BrokenOff``.
    """
    if not body:
        return body
    try:
        return _UNPACKERS[encoding](body, limit)
    except (zlib.error, brotli.error, zstd.ZstdError) as error:
        raise BrokenOff(f"{encoding}: {error}") from error


def _gunzip(body: bytes, limit: int) -> bytes:
    """All members of a gzip stream; bytes behind the last one are none of its business."""
    if not body.startswith(_GZIP_MAGIC):
        return body
    output = bytearray()
    while body.startswith(_GZIP_MAGIC):
        body = _inflate_into(output, body, _GZIP, limit)
    return bytes(output)


def _inflate(body: bytes, limit: int) -> bytes:
    output = bytearray()
    try:
        _inflate_into(output, body, _ZLIB, limit)
    except zlib.error:
        output.clear()
        _inflate_into(output, body, _RAW_DEFLATE, limit)
    return bytes(output)


def _inflate_into(output: bytearray, body: bytes, form: int, limit: int) -> bytes:
    """Unpack one stream; returns the bytes behind it."""
    stream = zlib.decompressobj(form)
    while not stream.eof:
        chunk = stream.decompress(body, _CHUNK)
        output += chunk
        _check(len(output), limit)
        body = stream.unconsumed_tail
        if not chunk and not body and not stream.eof:
            raise BrokenOff("the stream ends before its end")
    return stream.unused_data


def _unbrotli(body: bytes, limit: int) -> bytes:
    stream = brotli.Decompressor()
    output = bytearray()
    while not stream.is_finished():
        chunk = stream.process(body, output_buffer_limit=_CHUNK)
        output += chunk
        _check(len(output), limit)
        if not chunk and not stream.is_finished():
            raise BrokenOff("the stream ends before its end")
        body = b""
    return bytes(output)


def _unzstd(body: bytes, limit: int) -> bytes:
    output = bytearray()
    while body:
        stream = zstd.ZstdDecompressor()
        while not stream.eof:
            chunk = stream.decompress(body, _CHUNK)
            output += chunk
            _check(len(output), limit)
            if not chunk and stream.needs_input:
                raise BrokenOff("the stream ends before its end")
            body = b""
        body = stream.unused_data
    return bytes(output)


def _check(size: int, limit: int) -> None:
    if limit and size > limit:
        raise TooLarge(f"more than {limit} bytes")


_UNPACKERS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _inflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
