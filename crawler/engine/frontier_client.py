"""Takes hosts and pages out of the frontier for one spider, and gives them back."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from crawler.engine.downloader.robots import read_robots
from crawler.engine.host_slots import HostSlot, HostSlots
from crawler.engine.throttle import Throttle
from db.counting.counts import add_up
from db.frontier import hosts, leases, suspects
from db.frontier.scope import CrawlScope
from db.runs import lifecycle
from db.sql.retry import patiently
from db.sql.session import Database, Session
from db.sql.types import Calendar, utc_now
from db.terms.claims import Claim, HostState
from db.terms.states import Reason, Why

#: hosts walked at a time, at least
_MIN_SLOTS = 64
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

#: a wall clock that goes back by more was set; less is what any clock does
_SET_BACK_SECONDS = 5.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class PoliteSettings:
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
class _Taken:
    """What one look into the frontier brought."""

    #: hosts given back
    dropped: list[HostSlot] = field(default_factory=list)
    #: hosts leased, those held already included
    slots: list[HostSlot] = field(default_factory=list)
    #: ids of hosts that have no more now
    drained: set[int] = field(default_factory=set)
    claims: Sequence[Claim] = ()


class FrontierClient:
    """A run's due pages, taken as they are needed. Its methods wait for the database."""

    def __init__(
        self,
        database: Database,
        *,
        run_id: int,
        rules: CrawlScope,
        owner: str,
        politeness: PoliteSettings,
        clock: Callable[[], float] = time.monotonic,
        calendar: Calendar = utc_now,
    ) -> None:
        self._calendar = calendar
        self._database = database
        self._run_id = run_id
        self._rules = rules
        self._owner = owner
        self._politeness = politeness
        self._clock = clock
        self._renewed_at = clock()
        #: the wall clock when that was
        self._renewed_at_wall = calendar()
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

    def take(self, slots: HostSlots) -> None:
        """Fill the slots as far as budget and readers allow."""
        patiently(lambda: self._take(slots))

    def _take(self, slots: HostSlots) -> None:
        now, renews = self._calendar(), self.must_renew
        with self._database.write() as session:
            if renews:
                self._follow_clock(session, now)
                leases.renew(session, owner=self._owner, now=now)
                leases.reclaim(session, now=now)
                add_up(session)
            catch = self._catch(session, slots, now)
            if renews:
                lifecycle.beat(session, self._run_id, now)
        # what is not committed has not happened: the slots change from here on
        if renews:
            self._renewed_at, self._renewed_at_wall = self._clock(), now
        _stow(slots, catch)

    def _follow_clock(self, session: Session, now: datetime) -> None:
        """Where the wall clock was set back, plans made before go back with it."""
        passed = self._clock() - self._renewed_at
        set_back = passed - (now - self._renewed_at_wall).total_seconds()
        if set_back > _SET_BACK_SECONDS:
            logger.warning("the clock was set back by %.0f seconds; plans follow it", set_back)
            leases.follow_clock(session, run_id=self._run_id, seconds=set_back)

    def give_back(self, slots: HostSlots) -> None:
        """Return what was taken and not asked for, and the hosts."""
        patiently(lambda: self._give_back(slots))

    def _give_back(self, slots: HostSlots) -> None:
        page_ids = [claim.page_id for slot in slots for claim in slot.claims]
        now = self._calendar()
        with self._database.write() as session:
            leases.give_back(session, owner=self._owner, page_ids=page_ids, now=now)
            self._release(session, slots, list(slots), now)

    def keep_robots(
        self, slot: HostSlot, status: int | None, text: str | None, until: datetime
    ) -> None:
        """Keep what a host's robots.txt said, and the pace that follows from it."""
        crawl_delay = read_robots(status, text, self._politeness.agent).delay_seconds
        delay = max(slot.throttle.delay_seconds, crawl_delay)

        def keep() -> None:
            with self._database.write() as session:
                hosts.keep_robots(session, slot.host.id, status=status, body=text, until=until)
                hosts.keep_delay(session, slot.host.id, delay)

        patiently(keep)

    def settle_at(self, slot: HostSlot, address: str) -> bool:
        """Keep a host's IP address. False where another spider walks a host there."""

        def settle() -> bool:
            with self._database.write() as session:
                return hosts.settle_at(
                    session, slot.host.id, address, owner=self._owner, now=self._calendar()
                )

        return patiently(settle)

    def count_before(self, claim: Claim) -> None:
        """A page over which spiders have died is about to leave."""

        def count() -> None:
            with self._database.write() as session:
                suspects.count_before(session, owner=self._owner, page_id=claim.page_id)

        patiently(count)

    def leave(self, slot: HostSlot) -> None:
        """Make due again what was taken from a host that another spider is to walk."""

        def leave() -> None:
            ids = [claim.page_id for claim in slot.claims]
            with self._database.write() as session:
                leases.give_back(session, owner=self._owner, page_ids=ids, now=self._calendar())

        patiently(leave)

    def _catch(self, session: Session, slots: HostSlots, now: datetime) -> _Taken:
        """Look what there is and take it, in one transaction."""
        catch = _Taken()
        self._look_at_backlog(session)
        if self.is_backed_up:
            return catch
        left = lifecycle.budget_left(session, self._run_id, self._rules)
        if left == 0:
            self.next_due_at, self.others_work = None, False
            catch.dropped = [slot for slot in slots if slot.is_idle]
            self._release(session, slots, catch.dropped, now)
            return catch
        self._lease(session, slots, catch, now)
        self._claim(session, slots, catch, left, now)
        self.next_due_at = leases.next_due_at(session, run_id=self._run_id)
        self.others_work = self.next_due_at is None and leases.others_work(
            session, run_id=self._run_id, owner=self._owner, now=now
        )
        return catch

    def _look_at_backlog(self, session: Session) -> None:
        backlog = hosts.count_unread(session, limit=_BACKLOG_HIGH)
        self.is_backed_up = backlog >= (_BACKLOG_LOW if self.is_backed_up else _BACKLOG_HIGH)

    def _lease(self, session: Session, slots: HostSlots, catch: _Taken, now: datetime) -> None:
        room = max(_MIN_SLOTS, self._politeness.concurrency * 2) - len(slots)
        catch.dropped = self._spare(session, slots, now, all_of_them=room <= 0)
        self._release(session, slots, catch.dropped, now)
        room = max(room + len(catch.dropped), 1)
        leased = leases.lease_hosts(
            session, run_id=self._run_id, owner=self._owner, limit=room, now=now
        )
        dropped = {slot.host.id for slot in catch.dropped}
        for host in leased:
            held = None if host.id in dropped else slots.get(host.id)
            slot = held or self._slot(host, now)
            catch.slots.append(slot)
            if held is None and slot.throttle.delay_seconds != host.delay_seconds:
                hosts.keep_delay(session, host.id, slot.throttle.delay_seconds)

    def _spare(
        self, session: Session, slots: HostSlots, now: datetime, *, all_of_them: bool
    ) -> list[HostSlot]:
        """The hosts with nothing to do that are to go: all, or those that other runs wait for."""
        idle = [
            slot for slot in slots if slot.is_idle and slot.is_drained and not slot.awaits_address
        ]
        if not idle or all_of_them:
            return idle
        ids = [slot.host.id for slot in idle]
        wanted = hosts.wanted_elsewhere(session, ids, run_id=self._run_id, now=now)
        return [slot for slot in idle if slot.host.id in wanted]

    def _release(
        self, session: Session, slots: HostSlots, done: list[HostSlot], now: datetime
    ) -> None:
        rests = {slot.host.id: slots.rests_for(slot) for slot in done}
        leases.release_hosts(session, owner=self._owner, rests=rests, now=now)

    def _slot(self, host: HostState, now: datetime) -> HostSlot:
        rest = (host.rest_until - now).total_seconds() if host.rest_until else 0.0
        throttle = Throttle(
            delay_seconds=self._politeness.delay_seconds,
            concurrency=self._politeness.per_host,
            not_before=self._clock() + max(rest, 0.0),
        )
        slot = HostSlot(host=host, throttle=throttle, awaits_address=self._politeness.by_address)
        if host.failures and rest > _LONG_REST_SECONDS:
            slot.given_up = Why(Reason.HOST_RESTS, host.problem or "")
            slot.rest_seconds = rest
        if host.robots_until is not None and host.robots_until > now:
            agent = self._politeness.agent
            slot.take_robots(read_robots(host.robots_status, host.robots_body, agent))
        return slot

    def _claim(
        self, session: Session, slots: HostSlots, catch: _Taken, left: int | None, now: datetime
    ) -> None:
        """Take pages of the hosts that have none, within the budget that is left."""
        taken: list[Claim] = []
        dropped = {slot.host.id for slot in catch.dropped}
        held = [slot for slot in slots if slot.host.id not in dropped and not slot.is_drained]
        for host_id, slot in {slot.host.id: slot for slot in (*held, *catch.slots)}.items():
            limit = _CLAIM if slot.throttle.delay_seconds == 0 else _SLOW_CLAIM
            limit = limit if left is None else min(limit, left - len(taken))
            if limit <= 0:
                break
            if slot.claims:
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


def _stow(slots: HostSlots, catch: _Taken) -> None:
    """Put what was taken into the slots."""
    slots.drop(catch.dropped)
    for slot in catch.slots:
        slot.is_drained = False
        slots.add(slot)
    for host_id in catch.drained:
        drained = slots.get(host_id)
        if drained is not None:
            drained.is_drained = True
    for claim in sorted(catch.claims, key=lambda claim: claim.deaths > 0):
        taker = slots.get(claim.host_id)
        assert taker is not None  # claims are taken for slots only
        taker.claims.append(claim)
