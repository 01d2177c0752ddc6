"""Which links a run follows, and the word for why not. Plain Python."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import timedelta
from typing import Any

from db.terms.link_kinds import FOLLOWABLE
from db.terms.states import Reason

#: a page is left alone at least and at most so long, unless a site says otherwise
_MIN_REVISIT_SECONDS = 600.0
_MAX_REVISIT_SECONDS = 180 * 86_400.0

#: links from a seed, and requests in all, unless something else is asked for
DEFAULT_DEPTH, DEFAULT_MAX_PAGES = 3, 1000
#: kinds in the order in which they are walked
KIND_RANK = {"related": 0, "readmore": 1, "inline": 5}
#: a step away from the seed weighs more than any kind, and a kind more than any age
_DEPTH_WEIGHT, _KIND_WEIGHT = 100, 10
#: each that is passed makes a target one step older
_AGES = (timedelta(days=1), timedelta(days=7), timedelta(days=30))
#: what has no date stands between a week and a month
_UNKNOWN_AGE = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """How long a page may be left alone between two visits."""

    least: timedelta
    most: timedelta

    def clamp(self, wait: timedelta) -> timedelta:
        """The wait within the bounds."""
        return max(self.least, min(wait, self.most))


@dataclass(frozen=True, kw_only=True, slots=True)
class CrawlScope:
    """What a run may fetch."""

    #: kinds of links that are followed
    follow: tuple[str, ...] = FOLLOWABLE
    #: links from a seed; 0: the seeds alone
    depth: int = DEFAULT_DEPTH
    #: requests in all; 0: no limit
    max_pages: int = DEFAULT_MAX_PAGES
    #: pages of one site, and of one host; 0: no limit
    max_per_site: int = 0
    max_per_host: int = 0
    #: registered domains that are walked; empty: any
    sites: tuple[str, ...] = ()
    #: fetch again what is known and not yet due
    fresh: bool = False
    #: bounds of the time between two visits of a page
    min_revisit_seconds: float = _MIN_REVISIT_SECONDS
    max_revisit_seconds: float = _MAX_REVISIT_SECONDS

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "CrawlScope":
        """The rules of a run row, which may say more than these."""
        lists = {"follow": tuple(stored["follow"]), "sites": tuple(stored["sites"])}
        names = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in stored.items() if name in names} | lists)

    def stored(self) -> dict[str, Any]:
        """The same as JSON values."""
        return {**asdict(self), "follow": list(self.follow), "sites": list(self.sites)}

    @property
    def limits(self) -> dict[str, int]:
        """How many pages of each "site" and "host", where that is limited."""
        limits = {"site": self.max_per_site, "host": self.max_per_host}
        return {scope: limit for scope, limit in limits.items() if limit}

    @property
    def bounds(self) -> Bounds:
        """How long a page may be left alone."""
        return Bounds(
            least=timedelta(seconds=self.min_revisit_seconds),
            most=timedelta(seconds=max(self.max_revisit_seconds, self.min_revisit_seconds)),
        )

    def refusal(self, *, kind: str, depth: int, site: str) -> Reason | None:
        """Why a link of this kind to this site at this depth is not followed, or None."""
        if kind not in self.follow:
            return Reason.OTHER_BOX if kind not in KIND_RANK else Reason.KIND_NOT_FOLLOWED
        if self.sites and site not in self.sites:
            return Reason.OFFSITE
        if depth > self.depth:
            return Reason.DEPTH
        return None


def priority_of(kind: str, depth: int, age: timedelta | None = None) -> int:
    """Smaller is sooner: near the seed first, then the stronger kind, then the fresher.

    age: of the target, as the teaser of the link says it.
    """
    steps = _UNKNOWN_AGE if age is None else sum(age > limit for limit in _AGES)
    return depth * _DEPTH_WEIGHT + KIND_RANK.get(kind, 9) * _KIND_WEIGHT + steps
