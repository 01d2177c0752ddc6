"""Packed bodies: whole, too large, or broken off."""

import contextlib
import gzip
import random
import zlib

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.engine.downloader.unpack import unpack, zstd
from crawler.errors import BrokenOff, TooLarge

PAGE = b"<p>" + random.Random(1).randbytes(3_000).hex().encode() + b"</p>"


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


PACKERS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
}


@pytest.mark.parametrize("encoding", PACKERS)
@given(body=st.binary(max_size=200_000))
def test_what_was_packed_comes_out_whole(encoding: str, body: bytes) -> None:
    assert unpack(PACKERS[encoding](body), encoding, 0) == body


@pytest.mark.parametrize("encoding", PACKERS)
@given(share=st.floats(0.02, 0.98))
def test_stream_that_ends_before_its_end_is_no_page(encoding: str, share: float) -> None:
    packed = PACKERS[encoding](PAGE)
    with pytest.raises(BrokenOff):
        unpack(packed[: max(2, int(len(packed) * share))], encoding, 0)


@pytest.mark.parametrize("encoding", PACKERS)
def test_bomb_is_noticed_before_it_is_unpacked(encoding: str) -> None:
    with pytest.raises(TooLarge):
        unpack(PACKERS[encoding](bytes(50_000_000)), encoding, 100_000)


def test_deflate_without_its_frame_is_read() -> None:
    assert unpack(raw_deflate(PAGE), "deflate", 0) == PAGE


def test_all_members_of_a_gzip_stream_are_read_and_what_follows_is_not() -> None:
    packed = gzip.compress(b"one ") + gzip.compress(b"two") + b"\0\0\0"
    assert unpack(packed, "gzip", 0) == b"one two"


def test_page_that_only_claims_to_be_packed_is_taken_as_it_is() -> None:
    assert unpack(PAGE, "gzip", 0) == PAGE


@pytest.mark.parametrize("encoding", PACKERS)
@given(body=st.binary(min_size=1, max_size=2_000))
def test_any_bytes_are_unpacked_or_refused(encoding: str, body: bytes) -> None:
    with contextlib.suppress(BrokenOff, TooLarge):
        assert len(unpack(body, encoding, 10_000)) <= 10_000
