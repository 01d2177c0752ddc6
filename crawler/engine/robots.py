"""robots.txt by RFC 9309: what its status and text allow. Plain Python over protego."""

from dataclasses import dataclass
from datetime import timedelta

from protego import Protego

#: what of a robots.txt is read
MAX_BYTES = 512 * 1024
MAX_REDIRECTS = 5
#: how long a verdict is kept
KEPT = timedelta(hours=24)
#: how long a host rests whose robots.txt cannot be had
HOLD = timedelta(minutes=10)
#: a longer Crawl-delay counts as this
MAX_DELAY_SECONDS = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Robots:
    """A host's rules for one user agent."""

    #: False: nothing may be fetched until the rules can be had
    is_known: bool
    rules: Protego | None = None
    agent: str = ""

    @property
    def delay_seconds(self) -> float:
        """Crawl-delay, capped; 0 where there is none."""
        try:
            delay = float((self.rules and self.rules.crawl_delay(self.agent)) or 0.0)
        except (TypeError, ValueError, OverflowError):
            return 0.0
        return min(max(delay, 0.0), MAX_DELAY_SECONDS) if delay == delay else 0.0

    def allows(self, url: str) -> bool:
        """May this address be fetched?"""
        return self.rules is None or bool(self.rules.can_fetch(url, self.agent))


def read_robots(status: int | None, body: str | None, agent: str) -> Robots:
    """The rules that an answer stands for.

    status: of the last answer; None or 5xx or 429: nothing is known, the host is held; other 4xx:
    everything is allowed.
    """
    if status is None or status >= 500 or status == 429:
        return Robots(is_known=False)
    if not 200 <= status < 300 or not body:
        return Robots(is_known=True)
    return Robots(is_known=True, rules=Protego.parse(body), agent=agent)


def decode_robots(body: bytes) -> str:
    """The text, cut at the limit; NUL and invalid bytes replaced."""
    return body[:MAX_BYTES].decode("utf-8-sig", errors="replace").replace("\x00", "\ufffd")
