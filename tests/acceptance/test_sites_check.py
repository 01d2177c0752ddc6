"""``terkait sites check``: for whoever adds a site or writes a profile for one."""

import json
from pathlib import Path

from terkait.demo.server import DemoSite
from tests.acceptance.contents import contents
from tests.acceptance.terminal import on_terminal, terkait
from tests.acceptance.test_nightly import PAGE
from tests.servers import free_port
from tests.web import HttpSite, Reply


def test_page_is_fetched_and_each_link_has_its_reason(demo_site: DemoSite, tmp_data: Path) -> None:
    result = terkait("sites", "check", demo_site.seed_url, "--json")
    assert result.returncode == 0, result.stderr
    found = json.loads(result.stdout)
    expected = {
        (link.kind, link.box, link.anchor) for link in demo_site.expected.links(found["url"])
    }
    links = [link for link in found["links"] if link["kind"] != "other"]
    assert {(link["kind"], link["box"], link["anchor"]) for link in links} == expected
    assert all(link["why"] for link in found["links"])
    others = {link["box"] for link in found["links"] if link["kind"] == "other"}
    assert others == {"Terpopuler"}


def test_page_in_the_archive_is_not_fetched_again(demo_site: DemoSite, tmp_data: Path) -> None:
    terkait("crawl", demo_site.seed_url, "--depth=0")
    demo_site.log.clear()
    again = terkait("sites", "check", demo_site.seed_url)
    assert again.returncode == 0, again.stderr
    assert "Berita terkait" in again.stdout
    assert demo_site.log == []


def test_looking_at_a_page_stores_nothing(demo_site: DemoSite, tmp_data: Path) -> None:
    assert terkait("sites", "check", demo_site.seed_url).returncode == 0
    assert terkait("sites", "test", demo_site.seed_url).returncode == 0
    assert not tmp_data.exists() or not list(tmp_data.iterdir())
    terkait("crawl", demo_site.seed_url, "--depth=0")
    before = contents(f"sqlite:///{tmp_data}/terkait.db")
    other = next(url for url in demo_site.expected.within(1).articles if url != demo_site.seed_url)
    assert terkait("sites", "check", other).returncode == 0
    assert contents(f"sqlite:///{tmp_data}/terkait.db") == before


def test_site_is_tried_by_an_address_of_it(demo_site: DemoSite, tmp_data: Path) -> None:
    result = terkait("sites", "test", demo_site.seed_url, "--json")
    assert result.returncode == 0, result.stderr
    trial = json.loads(result.stdout)
    assert trial["robots"][0]["answer"] == "read"
    assert trial["article"]["url"] == demo_site.seed_url
    assert trial["article"]["not_article"] is None
    assert {link["kind"] for link in trial["links"]} <= {"related", "readmore", "inline"}
    assert trial["links"]


def test_site_of_the_settings_is_tried_by_its_lists(tmp_path: Path, http_site: HttpSite) -> None:
    feed = f"<rss><channel><item><link>{http_site.url('/read/4001/kabar-dari-tepi')}</link></item>"
    http_site.routes |= {
        "/feed": Reply(body=f"{feed}</channel></rss>"),
        "/robots.txt": Reply(body="User-agent: *\nDisallow: /tutup\nCrawl-delay: 0.1\n"),
        "/read/4001/kabar-dari-tepi": PAGE,
    }
    feeds = [http_site.url("/feed"), http_site.url("/tutup/feed")]
    (tmp_path / "terkait.toml").write_text(f'[[sites]]\nname = "x"\nfeeds = {feeds}\n')
    result = terkait("sites", "test", "x", "--json", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    trial = json.loads(result.stdout)
    said = [(one["entries"], one["problem"]) for one in trial["lists"]]
    assert said == [(1, None), (0, f"{feeds[1]}: robots.txt forbids it")]
    assert trial["article"]["title"] == "Perahu Baru untuk Nelayan Teluk Sunyi"
    assert [path for path in http_site.paths() if path.startswith("/tutup")] == []


def test_on_a_terminal_what_is_followed_comes_first(demo_site: DemoSite, tmp_data: Path) -> None:
    shown = on_terminal("sites", "check", demo_site.seed_url)
    assert "Berita terkait  (the label over the box" in shown
    assert shown.index("Berita terkait") < shown.index("Terpopuler")


def test_page_that_cannot_be_fetched_is_said(demo_site: DemoSite, tmp_data: Path) -> None:
    missing = demo_site.seed_url + "-tidak-ada"
    result = terkait("sites", "check", missing)
    assert result.returncode == 1
    assert "could not be fetched" in result.stderr


def test_site_that_does_not_answer_is_added_only_where_that_is_insisted_on(tmp_data: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}/"
    refused = terkait("sites", "add", url)
    assert (refused.returncode, Path("terkait.toml").exists()) == (1, False)
    assert "--no-look" in refused.stderr
    assert terkait("sites", "add", url, "--no-look").returncode == 0
    assert url in Path("terkait.toml").read_text()
