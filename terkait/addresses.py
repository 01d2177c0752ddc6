"""Addresses as people write them: without a scheme, in any spelling."""

import re

from terkait.errors import BadUsage

_HAS_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_HOST_AND_PORT = re.compile(r"[^:/]*\.[^:/]*:\d+(/|$)|localhost:\d+(/|$)")
#: what neither an id nor a title looks like: a scheme, or one word with a dot or slash inside
_ADDRESS = re.compile(
    r"https?:\S|\S*[^\s.]\.[^\s.]\S*$|\S+/\S*$|\S+:\d+$|localhost$", re.IGNORECASE
)


def with_scheme(text: str) -> str:
    """The address as people write it, with https:// where no scheme is given."""
    text = text.strip()
    if not _HAS_SCHEME.match(text) or _HOST_AND_PORT.match(text):
        return f"https://{text}"
    return text


def canonical_address(text: str) -> str:
    """The canonical spelling of an address; https:// is added where no scheme is given."""
    from crawler.errors import BadURL
    from crawler.page.urls import canonical

    try:
        return canonical(with_scheme(text))
    except BadURL as error:
        raise BadUsage(str(error)) from error


def is_address(text: str) -> bool:
    """Whether it is written as an address, not as an id or a title."""
    return _ADDRESS.match(text.strip()) is not None
