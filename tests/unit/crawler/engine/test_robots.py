"""What the answer to a request for robots.txt allows (RFC 9309)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.engine.downloader.robots import (
    MAX_BYTES,
    MAX_DELAY_SECONDS,
    decode_robots,
    product_token,
    read_robots,
)

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


def allowed(rules: str, path: str, agent: str = AGENT) -> bool:
    return read_robots(200, rules, agent).allows(f"https://a.test{path}")


@pytest.mark.parametrize(
    ("agent", "token"),
    [
        ("Terkait/0.1.0 (news crawler)", "terkait"),
        ("Terkait", "terkait"),
        ("Mozilla/5.0 (compatible; WartaBot/1.0; +https://a.test/bot)", "wartabot"),
        ("Mozilla/5.0 (X11; Linux)", "mozilla"),
        ("my_bot-two/3", "my_bot-two"),
        ("42", ""),
    ],
)
def test_product_token_is_the_name_before_the_version(agent: str, token: str) -> None:
    assert product_token(agent) == token


@pytest.mark.parametrize("name", ["kait", "news", "crawler", "Terkait-Images", "a.test", "mozilla"])
@pytest.mark.parametrize("rule", ["Allow", "Disallow"])
def test_group_of_another_name_is_not_ours_though_the_header_contains_it(
    name: str, rule: str
) -> None:
    agent = "Terkait/0.1.0 (news crawler; +https://a.test/mozilla)"
    general = "Allow" if rule == "Disallow" else "Disallow"
    text = f"User-agent: {name}\n{rule}: /\n\nUser-agent: *\n{general}: /\n"
    assert allowed(text, "/x", agent) is (general == "Allow")


@pytest.mark.parametrize(
    "line", ["TERKAIT", "terkait/2.0", "Terkait news", "terkait # us", "terkait*"]
)
def test_own_group_is_found_whatever_case_and_whatever_follows_the_name(line: str) -> None:
    assert not allowed(f"User-agent: {line}\nDisallow: /\n\nUser-agent: *\nAllow: /", "/x")


def test_all_groups_of_a_name_are_one() -> None:
    text = (
        "User-agent: terkait\nDisallow: /a\n\nUser-agent: other\nDisallow: /\n\n"
        "User-agent: Terkait\nDisallow: /b\n"
    )
    assert [allowed(text, path) for path in ("/a", "/b", "/c")] == [False, False, True]


@pytest.mark.parametrize(
    "between", ["", "\n", "Sitemap: https://a.test/map.xml\n", "Noindex: /x\n"]
)
def test_unknown_lines_do_not_end_a_list_of_names(between: str) -> None:
    text = f"User-agent: terkait\n{between}User-agent: other\nDisallow: /no\n"
    assert not allowed(text, "/no")
    assert not allowed(text, "/no", "Other/1")


def test_own_group_without_rules_allows_everything() -> None:
    assert allowed("User-agent: *\nDisallow: /\n\nUser-agent: terkait\n", "/x")


def test_rules_before_any_name_and_lines_that_are_none_bind_nobody() -> None:
    assert allowed("Disallow: /\nUser-agent: *\nfoo: /\n<html>\n", "/x")


@pytest.mark.parametrize(
    ("rules", "path", "may"),
    [
        ("Allow: /p\nDisallow: /", "/page", True),
        ("Allow: /folder\nDisallow: /folder", "/folder/page", True),
        ("Allow: /page\nDisallow: /*.htm", "/page.htm", False),
        ("Allow: /$\nDisallow: /", "/", True),
        ("Allow: /$\nDisallow: /", "/page.htm", False),
        ("Disallow: /*.php$", "/a/b.php", False),
        ("Disallow: /*.php$", "/a/b.php?c=1", True),
        ("Disallow: /x/", "/X/", True),
        ("Disallow: /no # but yes", "/no", False),
        ("disallow /no", "/no", False),
        ("Disallow:", "/x", True),
        ("Disallow: /a%2fb", "/a%2Fb", False),
        ("Disallow: /a%2fb", "/a/b", True),
        ("Disallow: /%62%61%7a", "/baz", False),
        ("Disallow: /baz", "/%62%61%7A", False),
        ("Disallow: /kabar/é", "/kabar/%C3%A9", False),
        ("Disallow: /kabar/%c3%a9", "/kabar/%C3%A9/1", False),
        ("Disallow: /cari?q=", "/cari?q=http://b.test", False),
    ],
)
def test_paths_are_compared_as_the_standard_says(rules: str, path: str, may: bool) -> None:
    assert allowed(f"User-agent: *\n{rules}\n", path) is may


def test_lines_end_at_line_ends_alone() -> None:
    assert not allowed("User-agent: *\rDisallow: /a\u2028b\r", "/a%E2%80%A8b")


def test_lists_are_found_wherever_they_stand() -> None:
    text = "Sitemap: https://a.test/1.xml\nUser-agent: other\nSitemap: https://a.test/2.xml\n"
    rules = read_robots(200, text, AGENT).rules
    assert rules is not None
    assert list(rules.sitemaps) == ["https://a.test/1.xml", "https://a.test/2.xml"]


@given(st.text(), st.integers(100, 599))
def test_no_answer_raises(body: str, status: int) -> None:
    robots = read_robots(status, body, AGENT)
    assert robots.delay_seconds >= 0
    robots.allows("http://a.test/x")
