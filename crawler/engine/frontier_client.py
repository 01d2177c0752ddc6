"""Takes hosts and pages out of the frontier for one spider, and gives them back."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from crawler.engine.host_slots import Lane, Lanes
from crawler.engine.robots import read_robots
from crawler.engine.throttle import Pace
from db.frontier import hosts, leases
from db.frontier.leases import Claim, HostState
from db.frontier.scope import Rules
from db.retry import patiently
from db.runs import lifecycle
from db.session import Database
from db.types import utc_now

#: hosts walked at a time, at least
_MIN_LANES = 64
#: pages taken at a time from a host that may be asked without delay, and from any other
_CLAIM, _SLOW_CLAIM = 64, 4
#: a host that has failed and rests longer than this is left alone
_LONG_REST_SECONDS = 60.0
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
    #: names on one IP address are asked at one pace
    by_address: bool = False


@dataclass(kw_only=True, slots=True)
class _Catch:
    """What one look into the frontier brought."""

    #: hosts given back
    dropped: list[Lane] = field(default_factory=list)
    #: hosts leased, those held already included
    lanes: list[Lane] = field(default_factory=list)
    #: ids of hosts that have no more now
    drained: set[int] = field(default_factory=set)
    claims: Sequence[Claim] = ()


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
        #: nothing is left, but another spider has pages that may lead to more
        self.others_work = False

    @property
    def must_renew(self) -> bool:
        """True where the leases are to be renewed soon."""
        return self._clock() - self._renewed_at > RENEW_SECONDS

    def take(self, lanes: Lanes) -> None:
        """Fill the lanes as far as budget and readers allow."""
        patiently(lambda: self._take(lanes))

    def _take(self, lanes: Lanes) -> None:
        now, renews = utc_now(), self.must_renew
        with self._database.write() as session:
            if renews:
                leases.renew(session, owner=self._owner, now=now)
                leases.reclaim(session, now=now)
            catch = self._catch(session, lanes, now)
            if renews:
                lifecycle.beat(session, self._run_id, now)
        # what is not committed has not happened: the lanes change from here on
        self._renewed_at = self._clock() if renews else self._renewed_at
        _stow(lanes, catch)

    def give_back(self, lanes: Lanes) -> None:
        """Return what was taken and not asked for, and the hosts."""
        patiently(lambda: self._give_back(lanes))

    def _give_back(self, lanes: Lanes) -> None:
        page_ids = [claim.page_id for lane in lanes for claim in lane.claims]
        now = utc_now()
        with self._database.write() as session:
            leases.give_back(session, owner=self._owner, page_ids=page_ids, now=now)
            self._release(session, lanes, list(lanes), now)

    def keep_robots(
        self, lane: Lane, status: int | None, text: str | None, until: datetime
    ) -> None:
        """Keep what a host's robots.txt said, and the pace that follows from it."""
        said = read_robots(status, text, self._tempo.agent).delay_seconds
        delay = max(lane.pace.delay_seconds, said)

        def keep() -> None:
            with self._database.write() as session:
                hosts.keep_robots(session, lane.host.id, status=status, body=text, until=until)
                hosts.keep_delay(session, lane.host.id, delay)

        patiently(keep)

    def settle_at(self, lane: Lane, address: str) -> bool:
        """Keep a host's IP address. False where another spider walks a host there."""

        def settle() -> bool:
            with self._database.write() as session:
                return hosts.settle_at(
                    session, lane.host.id, address, owner=self._owner, now=utc_now()
                )

        return patiently(settle)

    def leave(self, lane: Lane) -> None:
        """Make due again what was taken from a host that another spider is to walk."""

        def leave() -> None:
            ids = [claim.page_id for claim in lane.claims]
            with self._database.write() as session:
                leases.give_back(session, owner=self._owner, page_ids=ids, now=utc_now())

        patiently(leave)

    def _catch(self, session: Session, lanes: Lanes, now: datetime) -> _Catch:
        """Look what there is and take it, in one transaction."""
        catch = _Catch()
        self._look_at_backlog(session)
        if self.is_backed_up:
            return catch
        left = lifecycle.budget_left(session, self._run_id, self._rules)
        if left == 0:
            self.next_due_at, self.others_work = None, False
            catch.dropped = [lane for lane in lanes if lane.is_idle]
            self._release(session, lanes, catch.dropped, now)
            return catch
        self._lease(session, lanes, catch, now)
        self._claim(session, lanes, catch, left, now)
        self.next_due_at = leases.next_due_at(session, run_id=self._run_id)
        self.others_work = self.next_due_at is None and leases.others_work(
            session, run_id=self._run_id, owner=self._owner, now=now
        )
        return catch

    def _look_at_backlog(self, session: Session) -> None:
        backlog = hosts.count_unread(session, limit=_BACKLOG_HIGH)
        self.is_backed_up = backlog >= (_BACKLOG_LOW if self.is_backed_up else _BACKLOG_HIGH)

    def _lease(self, session: Session, lanes: Lanes, catch: _Catch, now: datetime) -> None:
        room = max(_MIN_LANES, self._tempo.concurrency * 2) - len(lanes)
        catch.dropped = self._spare(session, lanes, now, all_of_them=room <= 0)
        self._release(session, lanes, catch.dropped, now)
        room = max(room + len(catch.dropped), 1)
        leased = leases.lease_hosts(
            session, run_id=self._run_id, owner=self._owner, limit=room, now=now
        )
        dropped = {lane.host.id for lane in catch.dropped}
        for host in leased:
            known = None if host.id in dropped else lanes.get(host.id)
            lane = known or self._lane(host, now)
            catch.lanes.append(lane)
            if known is None and lane.pace.delay_seconds != host.delay_seconds:
                hosts.keep_delay(session, host.id, lane.pace.delay_seconds)

    def _spare(
        self, session: Session, lanes: Lanes, now: datetime, *, all_of_them: bool
    ) -> list[Lane]:
        """The hosts with nothing to do that are to go: all, or those that other runs wait for."""
        idle = [
            lane for lane in lanes if lane.is_idle and lane.is_drained and not lane.awaits_address
        ]
        if not idle or all_of_them:
            return idle
        ids = [lane.host.id for lane in idle]
        wanted = hosts.wanted_elsewhere(session, ids, run_id=self._run_id, now=now)
        return [lane for lane in idle if lane.host.id in wanted]

    def _release(self, session: Session, lanes: Lanes, done: list[Lane], now: datetime) -> None:
        rests = {lane.host.id: lanes.rests_for(lane) for lane in done}
        leases.release_hosts(session, owner=self._owner, rests=rests, now=now)

    def _lane(self, host: HostState, now: datetime) -> Lane:
        rest = (host.rest_until - now).total_seconds() if host.rest_until else 0.0
        pace = Pace(
            delay_seconds=self._tempo.delay_seconds,
            concurrency=self._tempo.per_host,
            not_before=self._clock() + max(rest, 0.0),
        )
        lane = Lane(host=host, pace=pace, awaits_address=self._tempo.by_address)
        if host.failures and rest > _LONG_REST_SECONDS:
            lane.given_up, lane.rest_seconds = f"host rests: {host.problem}", rest
        if host.robots_until is not None and host.robots_until > now:
            lane.learn(read_robots(host.robots_status, host.robots_body, self._tempo.agent))
        return lane

    def _claim(
        self, session: Session, lanes: Lanes, catch: _Catch, left: int | None, now: datetime
    ) -> None:
        """Take pages of the hosts that have none, within the budget that is left."""
        taken: list[Claim] = []
        dropped = {lane.host.id for lane in catch.dropped}
        held = [lane for lane in lanes if lane.host.id not in dropped and not lane.is_drained]
        for host_id, lane in {lane.host.id: lane for lane in (*held, *catch.lanes)}.items():
            limit = _CLAIM if lane.pace.delay_seconds == 0 else _SLOW_CLAIM
            limit = limit if left is None else min(limit, left - len(taken))
            if limit <= 0:
                break
            if lane.claims:
                continue
            claims = leases.claim(
                session,
                run_id=self._run_id,
                host_id=host_id,
                owner=self._owner,
                limit=limit,
                now=now,
            )
            taken += claims
            if len(claims) < limit:
                catch.drained.add(host_id)
        catch.claims = leases.settle(
            session,
            run_id=self._run_id,
            owner=self._owner,
            drained=catch.drained,
            claims=taken,
            max_pages=self._rules.max_pages,
            now=now,
        )


def _stow(lanes: Lanes, catch: _Catch) -> None:
    """Put what was taken into the lanes."""
    lanes.drop(catch.dropped)
    for lane in catch.lanes:
        lane.is_drained = False
        lanes.add(lane)
    for host_id in catch.drained:
        drained = lanes.get(host_id)
        if drained is not None:
            drained.is_drained = True
    for claim in catch.claims:
        taker = lanes.get(claim.host_id)
        assert taker is not None  # claims are taken for lanes only
        taker.claims.append(claim)
