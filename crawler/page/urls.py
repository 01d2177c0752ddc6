"""Addresses: the one canonical spelling of each, its host and its site.

``canonical`` spells an address so that the server still answers the same; which addresses stand for
one article is said in ``article_addresses``. Nothing here touches the network.
"""

import re
import socket
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from ipaddress import AddressValueError, IPv6Address
from urllib.parse import unquote

import idna
import tldextract

from crawler.errors import BadURL
from crawler.page.url_shapes import WORDS
from db.terms.addresses import Address

#: longer addresses are refused: beyond this, browsers, servers and sitemaps differ
MAX_URL_BYTES = 2_000
#: what is not even looked at: tracking parameters may double an address, not more
MAX_INPUT_CHARS = 8_000
#: a longer path is not taken as it is: with the host it might be too long
MAX_PLAIN_CHARS = 1_000
#: longer host names are not kept in memory
MAX_KEPT_CHARS = 300

_DEFAULT_PORTS = {"http": "80", "https": "443"}
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_ABSOLUTE = re.compile(r"(https?)://([^/?#]*)([^?#]*)(?:\?([^#]*))?", re.IGNORECASE)
_STRIPPED = "".join(map(chr, range(0x21)))
_LINE_BREAKS = str.maketrans("", "", "\t\n\r")
_PLAIN_HOST = re.compile(r"[a-z0-9_\-]+(?:\.[a-z0-9_\-]+)*$")
_PLAIN_PATH = re.compile(r"(?:/(?!\.)[A-Za-z0-9_.~!$&'()*+,;=:@\-]*)+$")
_PLAIN_QUERY = re.compile(r"[A-Za-z0-9_.~!$&'()*+,;=:@/?\-]*$")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNSAFE = re.compile(r"[^A-Za-z0-9_.~!$&'()*+,;=:@/?%\[\]|\-]")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_NUMBER = re.compile(r"(?:0x[0-9a-f]*|\d+)$")

#: query parameters that only tell the publisher where the visitor came from
_TRACKING_PREFIXES = tuple(WORDS["tracking_prefixes"])
_TRACKING = frozenset(WORDS["tracking"].split())


_suffixes = tldextract.TLDExtract(
    cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True
)


def canonical(url: str, base: str | None = None) -> str:
    """Return the canonical spelling of an http(s) address; ``base`` resolves a relative one.

    The server must not notice the difference: fragment, credentials, default port and tracking
    parameters go, case of scheme and host and percent-encoding become uniform, dot segments are
    resolved; order of parameters, path case and trailing slash stay. Raises ``BadURL``.
    """
    return _resolved(url, base, _encoding)


def as_written(url: str, base: str | None = None) -> str | None:
    """The spelling to ask for, None where that is the canonical one. Raises ``BadURL``.

    What is written as ``%d9`` or ``%7E`` stays so: not every server takes ``%D9`` and ``~`` for the
    same.
    """
    if "%" not in url:
        return None
    written = _resolved(url, base, _escaped)
    return None if written == canonical(url, base) else written


def _resolved(url: str, base: str | None, encode: Callable[[str], str]) -> str:
    """The absolute address; encode: spells what has other characters than the plain ones."""
    if len(url) > MAX_INPUT_CHARS:
        raise BadURL(f"address too long: {len(url)} characters")
    url = url.strip() if url.isprintable() else url.strip(_STRIPPED).translate(_LINE_BREAKS)
    if "\\" in url:
        url = _straighten(url)
    if base is not None and _is_plain(url):
        return _origin(base) + url
    match = _ABSOLUTE.match(url) or _ABSOLUTE.match(_absolute(url, base))
    if match is None:
        raise BadURL(f"not an http or https address: {url[:80]!r}")
    scheme, authority, path, query = match.groups()
    scheme = scheme.lower()
    result = f"{scheme}://{_host(authority, scheme)}{_path(path, encode)}"
    if query and (query := _query(query, encode)):
        result = f"{result}?{query}"
    if len(result) > MAX_URL_BYTES:
        raise BadURL(f"address too long: {len(result)} bytes, {MAX_URL_BYTES} allowed")
    return result


def _is_plain(reference: str) -> bool:
    """Whether it is a path from the root on, spelled as it should be: most links are."""
    if len(reference) > MAX_PLAIN_CHARS or reference.startswith("//"):
        return False
    return _PLAIN_PATH.match(reference) is not None


@lru_cache(maxsize=1_024)
def _origin(base: str) -> str:
    """Canonical scheme and host of an absolute address."""
    scheme, authority, _, _ = _split(base)
    return f"{scheme.lower()}://{_host(authority, scheme.lower())}"


def _split(base: str) -> tuple[str, ...]:
    match = _ABSOLUTE.match(base)
    if match is None:
        raise BadURL(f"the base is not an http or https address: {base[:80]!r}")
    return match.groups()


def _straighten(url: str) -> str:
    """Backslashes before the query are slashes, as in browsers."""
    path, mark, rest = url.partition("?")
    return path.replace("\\", "/") + mark + rest


def _absolute(reference: str, base: str | None) -> str:
    """Resolve a relative reference against an absolute base; dot segments are left in."""
    scheme = _SCHEME.match(reference)
    if scheme and scheme[1].lower() in _DEFAULT_PORTS:
        raise BadURL(f"no host in {reference[:80]!r}")
    if scheme:
        raise BadURL(f"scheme {scheme[1].lower()[:40]!r} is not http or https")
    if base is None:
        raise BadURL(
            f"not an absolute address: {reference[:80]!r}; it begins with http:// or https://"
        )
    base_scheme, host, path, query = _split(base)
    if reference.startswith("//"):
        return f"{base_scheme}:{reference}"
    origin = f"{base_scheme}://{host}"
    if reference.startswith("/"):
        return origin + reference
    if reference.startswith("?"):
        return origin + path + reference
    if not reference or reference.startswith("#"):
        return f"{origin}{path}?{query}" if query else origin + path
    return f"{origin}{path[: path.rfind('/') + 1] or '/'}{reference}"


def _host(authority: str, scheme: str) -> str:
    """Canonical "host" or "host:port" of an authority; credentials are dropped."""
    name = authority.rpartition("@")[2]
    return _known_host(name, scheme) if len(name) <= MAX_KEPT_CHARS else _spelled(name, scheme)


def _spelled(name: str, scheme: str) -> str:
    """The same without credentials."""
    bracket = name.rfind("]")
    colon = name.find(":", bracket + 1)
    name, port = (name, "") if colon < 0 else (name[:colon], name[colon + 1 :])
    host = _ip6(name) if bracket >= 0 else _name(name)
    port = _port(port)
    return host if port in ("", _DEFAULT_PORTS[scheme]) else f"{host}:{port}"


_known_host = lru_cache(maxsize=4_096)(_spelled)


def _port(port: str) -> str:
    if not port:
        return ""
    if not (port.isascii() and port.isdigit()) or len(port) > 9 or not 0 < int(port) < 65_536:
        raise BadURL(f"bad port {port[:20]!r}; ports are 1 to 65535")
    return str(int(port))


def _ip6(name: str) -> str:
    try:
        return f"[{IPv6Address(name.removeprefix('[').removesuffix(']'))}]"
    except AddressValueError as exc:
        raise BadURL(f"bad IPv6 address {name[:80]!r}") from exc


def _name(name: str) -> str:
    """A host name in lower case, IDN as punycode; every spelling of an IPv4 address dotted."""
    name = (unquote(name) if "%" in name else name).lower()
    if not name.isascii():
        name = _punycode(name)
    name = name.removesuffix(".")
    if not name:
        raise BadURL("no host in the address")
    if len(name) > 253 or not _PLAIN_HOST.match(name):
        raise BadURL(f"bad host name {name[:80]!r}")
    return _ip4(name) if _NUMBER.match(name.rpartition(".")[2]) else name


def _punycode(name: str) -> str:
    try:
        return idna.encode(name[:300], uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError) as exc:
        raise BadURL(f"bad host name {name[:80]!r}") from exc


def _ip4(name: str) -> str:
    """An IPv4 address as browsers read it: 2130706433 and 0x7f.1 are 127.0.0.1."""
    try:
        return socket.inet_ntoa(socket.inet_aton(name))
    except OSError as exc:
        raise BadURL(f"bad IPv4 address {name[:80]!r}") from exc


def _path(path: str, encode: Callable[[str], str]) -> str:
    if not path:
        return "/"
    if _PLAIN_PATH.match(path):
        return path
    path = encode(path)
    return _without_dots(path) if "/." in path else path


def _without_dots(path: str) -> str:
    """Resolve "." and ".." segments (RFC 3986, 5.2.4)."""
    segments: list[str] = []
    parts = path.split("/")[1:]
    for part in parts:
        if part == "..":
            if segments:
                segments.pop()
        elif part != ".":
            segments.append(part)
    tail = "/" if parts[-1] in (".", "..") and segments else ""
    return "/" + "/".join(segments) + tail


def _encoding(text: str) -> str:
    """One spelling of percent-encoding: unreserved characters bare, the rest in capitals."""
    if "%" in text:
        text = _ESCAPE.sub(_unescape, text)
    return _escaped(text)


def _escaped(text: str) -> str:
    """What must not stand in an address is encoded, as browsers do; the rest stays as it is."""
    return _UNSAFE.sub(_escape, text)


def _unescape(match: re.Match[str]) -> str:
    char = chr(int(match[1], 16))
    return char if char in _UNRESERVED else f"%{match[1].upper()}"


def _escape(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", errors="replace"))


def _query(query: str, encode: Callable[[str], str]) -> str:
    if not _PLAIN_QUERY.match(query):
        query = encode(query)
    if "&" not in query and not _is_tracking(query):
        return query
    return "&".join(part for part in query.split("&") if part and not _is_tracking(part))


def _is_tracking(parameter: str) -> bool:
    name = parameter.partition("=")[0].lower()
    return name in _TRACKING or name.startswith(_TRACKING_PREFIXES)


def host_of(url: str) -> str:
    """The "host" or "host:port" of an address. Raises ``BadURL``."""
    match = _ABSOLUTE.match(url)
    if match is None:
        raise BadURL(f"not an http or https address: {url[:80]!r}")
    return _host(match[2], match[1].lower())


def site_of(url: str) -> str:
    """The registered domain of an address, by the public suffix list bundled with tldextract.

    Names that the list does not know (``.test``, ``.internal``) follow its default rule; IP
    addresses, single-label hosts and public suffixes are their own site. Raises ``BadURL``.
    """
    return site_of_host(host_of(url))


def address_of(url: str) -> Address:
    """A canonical address as the rows need it."""
    return Address(url=url, host=host_of(url), site=site_of(url))


def address_at(reference: str, base: str | None = None) -> Address:
    """The same of an address as a page, a list, a redirect or a user writes it.

    Raises ``BadURL``.
    """
    address, written = address_of(canonical(reference, base)), as_written(reference, base)
    return replace(address, written=written) if written else address


@lru_cache(maxsize=4_096)
def site_of_host(host: str) -> str:
    name = host if host.endswith("]") else re.sub(r":\d+$", "", host)
    parts = _suffixes(name)
    if parts.suffix or parts.ipv4 or parts.ipv6:
        return parts.top_domain_under_public_suffix or name
    # the list's default rule: the last label of a name that no rule knows is its suffix
    return ".".join(name.rsplit(".", 2)[-2:])


def same_site(a: str, b: str) -> bool:
    """Whether two addresses belong to one registered domain."""
    return site_of(a) == site_of(b)


def path_and_query(url: str) -> tuple[str, str]:
    """Both, of a canonical address; the query without its mark."""
    match = _ABSOLUTE.match(url)
    assert match is not None  # canonical addresses are absolute
    return match[3], match[4] or ""
