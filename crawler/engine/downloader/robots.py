"""robots.txt by RFC 9309: what its status and text allow. Plain Python over protego.

Which groups are ours is decided here, by the product token alone; protego, which searches the whole
User-Agent header for the names of groups, is handed our rules only and compares the paths.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from protego import Protego

#: what of a robots.txt is read
MAX_BYTES = 512 * 1024
MAX_REDIRECTS = 5
#: how long a verdict is kept
KEPT = timedelta(hours=20)
#: how long a host rests whose robots.txt cannot be had
HOLD = timedelta(minutes=10)
#: a longer Crawl-delay counts as this
MAX_DELAY_SECONDS = 60.0
#: the group of those that have none of their own
_ANYONE = "*"
_TOKEN = re.compile(r"[a-z_-]+", re.IGNORECASE)
#: a browser's header that names the crawler in its comment
_COMPATIBLE = re.compile(r"\(compatible;\s*([a-z_-]+)", re.IGNORECASE)
#: known lines, with the misspellings that others heed as well; a missing colon is forgiven
_LINE = re.compile(
    r"(?P<agent>user[- ]?agent)(?:\s*:|\s)\s*(?P<name>.*)"
    r"|(?:allow|diss?all?ow|diasllow|disallaw|crawl[- ]delay)(?:\s*:|\s).*"
    r"|(?P<list>site-?maps?)\s*:.*",
    re.IGNORECASE,
)
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, kw_only=True, slots=True)
class Robots:
    """A host's rules for one user agent."""

    #: False: nothing may be fetched until the rules can be had
    is_known: bool
    #: the rules of our groups alone, as those for anyone
    rules: Protego | None = None

    @property
    def asked_seconds(self) -> float:
        """Crawl-delay as it is written; 0 where there is none."""
        return (self.rules and self.rules.crawl_delay(_ANYONE)) or 0.0

    @property
    def delay_seconds(self) -> float:
        """Crawl-delay, capped."""
        return min(self.asked_seconds, MAX_DELAY_SECONDS)

    def allows(self, url: str) -> bool:
        """May this address be fetched?"""
        return self.rules is None or self.rules.can_fetch(url, _ANYONE)


def read_robots(status: int | None, body: str | None, agent: str) -> Robots:
    """The rules that an answer stands for.

    status: of the last answer; None or 5xx or 429: nothing is known, the host is held; other 4xx:
    everything is allowed.
    """
    if status is None or status >= 500 or status == 429:
        return Robots(is_known=False)
    if not 200 <= status < 300 or not body:
        return Robots(is_known=True)
    return Robots(is_known=True, rules=Protego.parse(_own_rules(body, product_token(agent))))


def product_token(agent: str) -> str:
    """What names the crawler in its User-Agent header, in lower case; empty where nothing does."""
    match = _COMPATIBLE.search(agent)
    return match[1].lower() if match else _token(agent)


def _token(text: str) -> str:
    match = _TOKEN.match(text.strip())
    return match[0].lower() if match else ""


def _own_rules(text: str, token: str) -> str:
    """The lists and the rules of the groups that bear the token, else of those for anyone."""
    lists: list[str] = []
    rules: dict[str, list[str]] = {}
    names: set[str] = set()
    reads_names = False
    for line in _known_lines(text):
        if line["list"]:
            lists.append(line[0])
        elif line["agent"]:
            names = names if reads_names else set()
            reads_names = True
            is_anyone = line["name"].partition(" ")[0] == _ANYONE
            name = _ANYONE if is_anyone else _token(line["name"])
            names.add(name)
            rules.setdefault(name, [])
        else:
            reads_names = False
            for name in names:
                rules[name].append(line[0])
    own = rules[token] if token and token in rules else rules.get(_ANYONE, [])
    return "\n".join([*lists, f"User-agent: {_ANYONE}", *own])


def _known_lines(text: str) -> Iterator[re.Match[str]]:
    """The lines that say something; others, even between names, change nothing."""
    for line in _LINE_END.split(text):
        match = _LINE.match(line.partition("#")[0].strip())
        if match:
            yield match


def decode_robots(body: bytes) -> str:
    """The text, cut at the limit; NUL and invalid bytes replaced."""
    return body[:MAX_BYTES].decode("utf-8-sig", errors="replace").replace("\x00", "\ufffd")
