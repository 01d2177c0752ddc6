"""What the answer to a request for robots.txt allows (RFC 9309)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.engine.robots import MAX_BYTES, MAX_DELAY_SECONDS, decode_robots, read_robots

AGENT = "Terkait/1.0 (+https://a.test)"
RULES = """
User-agent: *
Disallow: /

User-agent: terkait
Allow: /news/
Disallow: /news/private
Crawl-delay: 2.5
"""


@pytest.mark.parametrize("status", [None, 429, 500, 503, 599])
def test_host_is_held_while_rules_cannot_be_had(status: int | None) -> None:
    assert not read_robots(status, None, AGENT).is_known


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_host_without_rules_allows_everything(status: int) -> None:
    robots = read_robots(status, "User-agent: *\nDisallow: /", AGENT)
    assert robots.is_known
    assert robots.allows("http://a.test/x")


def test_own_group_and_longest_match_decide() -> None:
    robots = read_robots(200, RULES, AGENT)
    assert robots.allows("http://a.test/news/1")
    assert not robots.allows("http://a.test/news/private/1")


def test_other_agents_are_bound_by_the_general_group() -> None:
    assert not read_robots(200, RULES, "Other/1.0").allows("http://a.test/news/1")


@pytest.mark.parametrize(
    ("said", "meant"),
    [("2.5", 2.5), ("3600", MAX_DELAY_SECONDS), ("-4", 0.0), ("soon", 0.0), ("nan", 0.0)],
)
def test_crawl_delay_is_honoured_capped_or_ignored(said: str, meant: float) -> None:
    rules = f"User-agent: *\nCrawl-delay: {said}\nDisallow: /no\n"
    assert read_robots(200, rules, AGENT).delay_seconds == meant


def test_byte_order_mark_line_ends_and_length_do_no_harm() -> None:
    body = b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /no\r\n" + b"# \xff\x00\n" * MAX_BYTES
    text = decode_robots(body)
    assert len(text) <= MAX_BYTES
    assert not read_robots(200, text, AGENT).allows("http://a.test/no")


@given(st.text(), st.integers(100, 599))
def test_no_answer_raises(body: str, status: int) -> None:
    robots = read_robots(status, body, AGENT)
    assert robots.delay_seconds >= 0
    robots.allows("http://a.test/x")
