"""``terkait crawl`` on the demo site: what it stores, and what it does the second time."""

import json
from pathlib import Path

import pytest

from terkait.demo.server import DemoSite
from tests.acceptance.contents import Contents, contents
from tests.acceptance.terminal import terkait
from tests.web import HttpSite

DEPTH = 8


def crawl(site: DemoSite, *options: str, **settings: str) -> dict[str, object]:
    """Crawl the whole demo site; the run as JSON."""
    result = terkait(
        "crawl",
        site.seed_url,
        "--any-site",
        f"--depth={DEPTH}",
        "--json",
        *options,
        settings=settings,
    )
    assert result.returncode == 0, result.stderr
    run: dict[str, object] = json.loads(result.stdout)
    return run


def links_of(found: Contents, url: str) -> set[tuple[str, str, str, int]]:
    return {
        (kind, box, anchor, at)
        for source, _, kind, box, anchor, at, _ in found.links
        if source == url
    }


@pytest.fixture(params=["embedded", "servers"])
def settings(request: pytest.FixtureRequest, tmp_data: Path) -> dict[str, str]:
    """Nothing configured; and PostgreSQL with a Redis server of its own."""
    if request.param == "embedded":
        return {"TERKAIT_DATA": str(tmp_data)}
    servers = {
        "TERKAIT_DATA": str(tmp_data),
        "TERKAIT_DATABASE_URL": request.getfixturevalue("postgres_url"),
        "TERKAIT_BROKER_URL": request.getfixturevalue("redis_url"),
    }
    assert terkait("db", "upgrade", settings=servers).returncode == 0
    return servers


def test_crawl_stores_what_related_links_reach_and_nothing_else(
    demo_site: DemoSite, settings: dict[str, str]
) -> None:
    run = crawl(demo_site, **settings)
    found = contents(settings.get("TERKAIT_DATABASE_URL") or database_in(settings))
    reach = demo_site.expected.within(DEPTH)
    assert {row[0]: row[3] for row in found.articles} == dict(reach.articles)
    assert {row[0] for row in found.pages if row[1] == "failed"} == set(reach.failed)
    assert not demo_site.expected.unrelated & set(demo_site.requested())
    assert not reach.disallowed & set(demo_site.requested())
    assert {copy for copy, _ in found.copies} == set(demo_site.expected.copy_pair)
    assert {original for _, original in found.copies} == {demo_site.expected.copy_pair[0]}
    assert run["verdict"] == "ok"
    for url in reach.articles:
        expected = {(k.kind, k.box, k.anchor, k.position) for k in demo_site.expected.links(url)}
        assert links_of(found, url) == expected, url


def database_in(settings: dict[str, str]) -> str:
    return f"sqlite:///{settings['TERKAIT_DATA']}/terkait.db"


def test_second_crawl_fetches_nothing_and_fresh_stores_no_second_copy(
    demo_site: DemoSite, settings: dict[str, str]
) -> None:
    crawl(demo_site, **settings)
    asked = set(demo_site.requested())
    before = contents(settings.get("TERKAIT_DATABASE_URL") or database_in(settings))
    demo_site.log.clear()
    again = crawl(demo_site, **settings)
    assert (again["fetched"], demo_site.requested()) == (0, [])
    fresh = crawl(demo_site, "--fresh", **settings)
    assert set(demo_site.requested()) == asked
    assert fresh["verdict"] == "ok"
    assert fresh["new_articles"] == fresh["new_revisions"] == 0
    assert contents(settings.get("TERKAIT_DATABASE_URL") or database_in(settings)) == before


def test_crawl_goes_deeper_where_an_earlier_run_ended(demo_site: DemoSite, tmp_data: Path) -> None:
    settings = {"TERKAIT_DATA": str(tmp_data)}
    for depth in (1, 3):
        result = terkait(
            "crawl", demo_site.seed_url, "--any-site", f"--depth={depth}", settings=settings
        )
        assert result.returncode == 0, result.stderr
        found = {row[0] for row in contents(database_in(settings)).articles}
        assert found == set(demo_site.expected.within(depth).articles)
    requested = demo_site.requested()
    assert len([url for url in requested if requested.count(url) > 3]) == 0


def test_budget_ends_a_run_and_the_next_goes_on(demo_site: DemoSite, tmp_data: Path) -> None:
    first = crawl(demo_site, "--max-pages=5", TERKAIT_DATA=str(tmp_data))
    assert len(demo_site.requested()) == 5
    assert first["left"]
    crawl(demo_site, TERKAIT_DATA=str(tmp_data))
    found = {row[0] for row in contents(f"sqlite:///{tmp_data}/terkait.db").articles}
    assert found == set(demo_site.expected.within(DEPTH).articles)


def test_without_any_site_the_walk_stays_on_the_site(demo_site: DemoSite, tmp_data: Path) -> None:
    terkait("crawl", demo_site.seed_url, settings={"TERKAIT_DATA": str(tmp_data)})
    hosts = {hit.host for hit in demo_site.log}
    assert len(hosts) == 1
    pages = contents(f"sqlite:///{tmp_data}/terkait.db").pages
    assert "offsite" in {reason for _, _, reason, _, _ in pages}


def test_a_home_page_lists_its_articles(http_site: HttpSite, tmp_data: Path) -> None:
    cards = "".join(
        f'<article><h3><a href="/berita/{n}/air-sungai-naik-di-desa-{n}">Air Naik {n}</a></h3>'
        "<p>Warga berjaga sejak malam.</p></article>"
        for n in range(41001, 41009)
    )
    http_site.routes["/"] = f"<html><body><h1>Warta</h1><main>{cards}</main></body></html>"
    ended = terkait("crawl", http_site.url("/"), "--depth", "0")
    assert f"terkait crawl {http_site.url('/')} --list" in ended.stderr
    listed = terkait("crawl", http_site.url("/"), "--list", "--json")
    links = [json.loads(line) for line in listed.stdout.splitlines()]
    assert [link["anchor"] for link in links] == [f"Air Naik {n}" for n in range(41001, 41009)]
    assert not [path for path in http_site.paths() if path.startswith("/berita")]
