"""Takes hosts and pages out of the frontier for one spider, and gives them back."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from crawler.lanes import Lane, Lanes
from crawler.pace import Pace
from crawler.robots import read_robots
from db import frontier, hosts, runs
from db.follow import Rules
from db.frontier import HostState
from db.session import Database
from db.types import utc_now

#: hosts walked at a time, at least
_MIN_LANES = 64
#: pages taken at a time from a host that may be asked without delay, and from any other
_CLAIM, _SLOW_CLAIM = 64, 4
#: leases are renewed, and dead spiders' leases looked for, this often
RENEW_SECONDS = 15.0
#: nothing is fetched while so many pages wait to be read ...
_BACKLOG_HIGH = 2_000
#: ... until so few wait
_BACKLOG_LOW = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Tempo:
    """What the settings say of speed."""

    delay_seconds: float
    #: requests to one host at a time
    per_host: int
    #: requests in all at a time
    concurrency: int
    #: the User-Agent header
    agent: str


class Supply:
    """A run's due pages, taken as they are needed. Its methods wait for the database."""

    def __init__(
        self,
        database: Database,
        *,
        run_id: int,
        rules: Rules,
        owner: str,
        tempo: Tempo,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._run_id = run_id
        self._rules = rules
        self._owner = owner
        self._tempo = tempo
        self._clock = clock
        self._renewed_at = clock()
        #: readers are behind: nothing is taken
        self.is_backed_up = False
        #: when the run has next something due on a host; None: nothing is left
        self.next_due_at: datetime | None = None

    @property
    def must_renew(self) -> bool:
        """True where the leases are to be renewed soon."""
        return self._clock() - self._renewed_at > RENEW_SECONDS

    def take(self, lanes: Lanes) -> None:
        """Fill the lanes as far as budget and readers allow."""
        now = utc_now()
        with self._database.write() as session:
            if self.must_renew:
                self._renew(session, now)
            self._look_at_backlog(session)
            if self.is_backed_up:
                return
            left = runs.budget_left(session, self._run_id, self._rules)
            if left == 0:
                self.next_due_at = None
                self._drop(session, lanes, [lane for lane in lanes if lane.is_idle])
                return
            self._lease(session, lanes, now)
            for lane in lanes:
                if not lane.claims and not lane.is_drained and left != 0:
                    left = self._claim(session, lane, left, now)
            self.next_due_at = frontier.next_due_at(session, run_id=self._run_id)

    def give_back(self, lanes: Lanes) -> None:
        """Return what was taken and not asked for, and the hosts."""
        page_ids = [claim.page_id for lane in lanes for claim in lane.claims]
        with self._database.write() as session:
            frontier.give_back(session, owner=self._owner, page_ids=page_ids, now=utc_now())
            host_ids = [lane.host.id for lane in lanes]
            frontier.release_hosts(session, owner=self._owner, host_ids=host_ids)

    def keep_robots(
        self, host_id: int, status: int | None, text: str | None, until: datetime
    ) -> None:
        """Keep what a host's robots.txt said."""
        with self._database.write() as session:
            hosts.keep_robots(session, host_id, status=status, body=text, until=until)

    def _renew(self, session: Session, now: datetime) -> None:
        self._renewed_at = self._clock()
        frontier.renew(session, owner=self._owner, now=now)
        frontier.reclaim(session, now=now)
        runs.beat(session, self._run_id, now)

    def _look_at_backlog(self, session: Session) -> None:
        backlog = hosts.count_unread(session, limit=_BACKLOG_HIGH)
        self.is_backed_up = backlog >= (_BACKLOG_LOW if self.is_backed_up else _BACKLOG_HIGH)

    def _lease(self, session: Session, lanes: Lanes, now: datetime) -> None:
        room = max(_MIN_LANES, self._tempo.concurrency * 2) - len(lanes)
        if room <= 0:
            done = [lane for lane in lanes if lane.is_idle and lane.is_drained]
            self._drop(session, lanes, done)
            room = len(done)
        leased = frontier.lease_hosts(
            session, run_id=self._run_id, owner=self._owner, limit=max(room, 1), now=now
        )
        for host in leased:
            known = lanes.get(host.id)
            if known is None:
                lanes.add(self._lane(host, now))
            else:
                known.is_drained = False

    def _drop(self, session: Session, lanes: Lanes, done: list[Lane]) -> None:
        lanes.drop(done)
        host_ids = [lane.host.id for lane in done]
        frontier.release_hosts(session, owner=self._owner, host_ids=host_ids)

    def _lane(self, host: HostState, now: datetime) -> Lane:
        rest = (host.rest_until - now).total_seconds() if host.rest_until else 0.0
        pace = Pace(
            delay_seconds=self._tempo.delay_seconds,
            concurrency=self._tempo.per_host,
            not_before=self._clock() + max(rest, 0.0),
        )
        lane = Lane(host=host, pace=pace)
        if host.robots_until is not None and host.robots_until > now:
            lane.learn(read_robots(host.robots_status, host.robots_body, self._tempo.agent))
        return lane

    def _claim(self, session: Session, lane: Lane, left: int | None, now: datetime) -> int | None:
        """Take pages of one host; the budget that is left then."""
        limit = _CLAIM if lane.pace.delay_seconds == 0 else _SLOW_CLAIM
        if left is not None:
            limit = min(limit, left)
        claims = frontier.claim(
            session,
            run_id=self._run_id,
            host_id=lane.host.id,
            owner=self._owner,
            limit=limit,
            now=now,
        )
        lane.claims.extend(claims)
        lane.is_drained = len(claims) < limit
        return None if left is None else left - len(claims)
