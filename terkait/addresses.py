"""Addresses as people write them: without a scheme, in any spelling; and what is none."""

import re

from terkait.errors import BadUsage

_HAS_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_HOST_AND_PORT = re.compile(r"[^:/?#@\s]+:\d+(?:[/?#]|$)")
_WEB_SCHEME = re.compile(r"https?://[^/?#\s]", re.IGNORECASE)
_NO_HOST = re.compile(r"https?:/*(?=[?#\s]|$)", re.IGNORECASE)
#: hosts that speak HTTP alone as a rule: this machine, IP addresses, one label with a port
_PLAIN_HTTP = re.compile(
    r"(?:localhost|[\d.]+|\[[^\]]*\]|[^.:/?#]+(?=:\d))(?::\d+)?(?:[/?#]|$)", re.I
)
#: what neither an id nor a title looks like: a scheme, or one word with a dot or slash inside
_ADDRESS = re.compile(
    r"https?:\S|\S*[^\s.]\.[^\s.]\S*$|\S+/\S*$|\S+:\d+$|localhost$", re.IGNORECASE
)
#: ``http:/``, ``https//``, ``htp://`` and ``//`` before the rest of an address
_MISSPELT_SCHEME = re.compile(r"(?:(h[tps]{2,5})(?:[:;]/*|\.?//+)|//+)(?=[^/\s])", re.IGNORECASE)
_FILE = re.compile(
    r"file:|[/\\~]|\.{1,2}[/\\]|[A-Za-z]:[/\\]|[^/:?]*\.(?:x?html?|pdf|xml|jsonl?|warc|gz)$",
    re.IGNORECASE,
)
#: full stops of host names, those of other scripts too
_DOT = re.compile("[.\u3002\uff0e\uff61]")
_NUMBER = re.compile(r"\d+$")
_USER = re.compile(r"[^/?#]*@")
_SEVERAL = re.compile(r"[\t\n\r\v\f]|\shttps?://", re.IGNORECASE)
#: of an address that is shown
_MAX_SHOWN_CHARS = 80
_WHOLE = "write it whole, as in https://news.example/read/1"


def with_scheme(text: str) -> str:
    """The address as people write it, with https:// or http:// where no scheme is given."""
    text = text.strip()
    if _HAS_SCHEME.match(text) and not _HOST_AND_PORT.match(text):
        return text
    return f"{'http' if _PLAIN_HTTP.match(text) else 'https'}://{text}"


def asked_address(text: str) -> str:
    """The same of what is given to be fetched or looked up. Raises BadUsage where it is none."""
    text = text.strip()
    if problem := _problem(text):
        raise BadUsage(f"{shown(text)} is no address of a web page: {problem}")
    return with_scheme(text)


def canonical_address(text: str) -> str:
    """The canonical spelling of an address as people write it. Raises BadUsage."""
    return _canonical(asked_address(text), text)


def canonical_site(text: str) -> str:
    """The same of a site or host, of which a part may be given. Raises BadUsage."""
    return _canonical(with_scheme(text), text)


def _canonical(address: str, text: str) -> str:
    from crawler.errors import BadURL
    from crawler.page.urls import canonical

    try:
        return canonical(address)
    except BadURL as error:
        raise BadUsage(f"{shown(text)}: {error}") from error


def is_address(text: str) -> bool:
    """Whether it is written as an address, not as an id or a title."""
    return _ADDRESS.match(text.strip()) is not None


def shown(text: str) -> str:
    """The text in quotes, not all of a long one."""
    return repr(text if len(text) <= _MAX_SHOWN_CHARS else f"{text[:_MAX_SHOWN_CHARS]}...")


def _problem(text: str) -> str:
    """Why it cannot be an address, and what it may be meant to be; "" where it can."""
    if not text:
        return f"it is empty; {_WHOLE}"
    if _SEVERAL.search(text):
        return "give several addresses apart from each other, without line breaks"
    if _WEB_SCHEME.match(text):
        return ""
    if lonely := _NO_HOST.match(text):
        return f"no host follows {lonely[0]}"
    if misspelt := _MISSPELT_SCHEME.match(text):
        scheme = "http" if "s" not in (misspelt[1] or "s").lower() else "https"
        return f"did you mean {scheme}://{text[misspelt.end() :][:_MAX_SHOWN_CHARS]}?"
    if _FILE.match(text):
        return "`terkait extract FILE` reads a saved page, `terkait import FILE` takes it in"
    return _problem_of_host(text)


def _problem_of_host(text: str) -> str:
    if _USER.match(text):
        return f"it is a mailbox, or begins with a user's name; {_WHOLE}"
    has_port = _HOST_AND_PORT.match(text)
    scheme = _HAS_SCHEME.match(text)
    if scheme and not has_port:
        return f"{scheme[1].lower()[:40]}: is not http or https"
    is_label = not (has_port or _DOT.search(re.split(r"[/?#]", text)[0]) or _PLAIN_HTTP.match(text))
    if is_label or _NUMBER.match(text):
        return f"{_WHOLE}; a host of your own network as in http://name/"
    return ""
