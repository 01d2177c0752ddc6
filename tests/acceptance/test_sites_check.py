"""``terkait sites check``: for whoever adds a site or writes a profile for one."""

import json
from pathlib import Path

from terkait.demo.server import DemoSite
from tests.acceptance.terminal import on_terminal, terkait


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
    terkait("sites", "check", demo_site.seed_url)
    demo_site.log.clear()
    again = terkait("sites", "check", demo_site.seed_url)
    assert again.returncode == 0, again.stderr
    assert "Berita terkait" in again.stdout
    assert demo_site.log == []


def test_on_a_terminal_what_is_followed_comes_first(demo_site: DemoSite, tmp_data: Path) -> None:
    shown = on_terminal("sites", "check", demo_site.seed_url)
    assert "Berita terkait  (the label over the box" in shown
    assert shown.index("Berita terkait") < shown.index("Terpopuler")


def test_page_that_cannot_be_fetched_is_said(demo_site: DemoSite, tmp_data: Path) -> None:
    missing = demo_site.seed_url + "-tidak-ada"
    result = terkait("sites", "check", missing)
    assert result.returncode == 1
    assert "could not be fetched" in result.stderr
