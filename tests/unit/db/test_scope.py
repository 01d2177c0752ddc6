"""Which links a run follows."""

from datetime import timedelta

import pytest

from db.frontier.scope import CrawlScope, priority_of


@pytest.mark.parametrize(
    ("kind", "depth", "site", "reason"),
    [
        ("related", 2, "a.test", None),
        ("related", 3, "a.test", "depth"),
        ("related", 1, "b.test", "offsite"),
        ("inline", 1, "a.test", "kind not followed"),
        ("other", 1, "a.test", "other box"),
    ],
)
def test_link_is_followed_or_the_reason_is_named(
    kind: str, depth: int, site: str, reason: str | None
) -> None:
    rules = CrawlScope(follow=("related", "readmore"), depth=2, sites=("a.test",))
    assert rules.refusal(kind=kind, depth=depth, site=site) == reason


def test_without_sites_any_site_is_walked() -> None:
    assert CrawlScope(sites=()).refusal(kind="related", depth=1, site="b.test") is None


def test_near_comes_before_strong() -> None:
    wanted = [("related", 1), ("readmore", 1), ("inline", 1), ("related", 2), ("inline", 2)]
    assert sorted(wanted, key=lambda link: priority_of(*link)) == wanted


def test_fresh_comes_before_old_of_the_same_kind() -> None:
    ages = [timedelta(hours=4), timedelta(days=3), None, timedelta(days=90)]
    ranks = [priority_of("related", 1, age) for age in ages]
    assert ranks == sorted(ranks)
    assert max(ranks) < priority_of("readmore", 1, timedelta(0))


def test_rules_survive_storing() -> None:
    rules = CrawlScope(follow=("inline",), depth=7, max_pages=0, sites=("a.test",), fresh=True)
    assert CrawlScope.of(rules.stored()) == rules
