"""What a run walks through: links within its scope, pages that are due again. On both databases."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Link
from db.runs import lifecycle
from tests.frontier_steps import SEED, begin, done, hand_over, page, take
from tests.rows import NOON


def test_links_become_due_as_far_as_the_rules_go(session: Session) -> None:
    run_id = begin(session, depth=1, sites=("a.test",), follow=("related",))
    (seed,) = take(session, run_id)
    near, away = "https://a.test/read/2/near", "https://b.test/read/3/away"
    hand_over(session, run_id, seed, near, away)
    (claim,) = take(session, run_id)
    assert (claim.url, claim.depth) == (near, 1)
    hand_over(session, run_id, claim, "https://a.test/read/4/far")
    assert take(session, run_id) == []
    assert page(session, away).reason == "offsite"
    assert page(session, "https://a.test/read/4/far").reason == "depth"
    reasons = session.scalars(select(Link.unfollowed).order_by(Link.id)).all()
    assert reasons == [None, "offsite", "depth"]


def test_shorter_way_found_late_is_passed_on(session: Session) -> None:
    x, y, a, b = (f"https://a.test/read/{n}/page" for n in range(10, 14))
    run_id = begin(session, x, y, depth=2)
    claims = {claim.url: claim for claim in take(session, run_id)}
    hand_over(session, run_id, claims[x], a)
    (claim_a,) = take(session, run_id)
    hand_over(session, run_id, claim_a, b)
    (claim_b,) = take(session, run_id)
    hand_over(session, run_id, claim_b, "https://a.test/read/20/end")
    assert page(session, "https://a.test/read/20/end").reason == "depth"
    hand_over(session, run_id, claims[y], b)
    assert page(session, b).depth == 1
    end = page(session, "https://a.test/read/20/end")
    assert (end.state, end.depth) == ("due", 2)


def test_second_run_walks_through_what_is_known_and_takes_what_is_due(session: Session) -> None:
    first = begin(session, depth=1)
    (seed,) = take(session, first)
    a, b = "https://a.test/read/2/a", "https://a.test/read/3/b"
    hand_over(session, first, seed, a)
    (claim,) = take(session, first)
    hand_over(session, first, claim, b)
    done(session, SEED)
    done(session, a)
    lifecycle.finish(session, first, message=None, now=NOON)
    second = begin(session, depth=2)
    assert [claim.url for claim in take(session, second)] == [b]
    done(session, b)
    lifecycle.finish(session, second, message=None, now=NOON)
    assert take(session, begin(session, depth=2)) == []


def test_page_whose_time_has_come_is_fetched_again(session: Session) -> None:
    first = begin(session)
    take(session, first)
    done(session, SEED, next_fetch_at=NOON + timedelta(hours=1))
    lifecycle.finish(session, first, message=None, now=NOON)
    later = NOON + timedelta(hours=2)
    run_id = begin(session, depth=5, now=later)
    assert [claim.url for claim in take(session, run_id, now=later)] == [SEED]


def test_fresh_run_takes_everything_once(session: Session) -> None:
    first = begin(session)
    (seed,) = take(session, first)
    hand_over(session, first, seed, "https://a.test/read/2/a")
    (claim,) = take(session, first)
    hand_over(session, first, claim, SEED)
    done(session, SEED)
    done(session, "https://a.test/read/2/a")
    lifecycle.finish(session, first, message=None, now=NOON)
    fresh = begin(session, fresh=True)
    (seed,) = take(session, fresh)
    hand_over(session, fresh, seed, "https://a.test/read/2/a")
    (claim,) = take(session, fresh)
    hand_over(session, fresh, claim, SEED)
    assert take(session, fresh) == []
