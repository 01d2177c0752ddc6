"""The second night: only what is due is asked for, and only what changed is read."""

from pathlib import Path

import pytest
from sqlalchemy import select

from db.models import Article, Page, Run
from db.sql.session import Database
from tests.acceptance.terminal import terkait
from tests.newsroom import Newsroom, a_day_passes
from tests.web import HttpSite

YOUNG, OLD = 10, 10


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """Nothing configured, and a PostgreSQL server."""
    if request.param == "sqlite":
        return {}
    servers = {"TERKAIT_DATABASE_URL": request.getfixturevalue("postgres_url")}
    assert terkait("db", "upgrade", cwd=tmp_path, settings=servers).returncode == 0
    return servers


def database_of(folder: Path, settings: dict[str, str]) -> str:
    return settings.get("TERKAIT_DATABASE_URL", f"sqlite:///{folder}/terkait-data/terkait.db")


def night(folder: Path, settings: dict[str, str]) -> Run:
    """One scheduled crawl; its row."""
    done = terkait("nightly", "--now", cwd=folder, settings=settings)
    assert done.returncode == 0, done.stderr
    database = Database(database_of(folder, settings))
    with database.read() as session:
        run = session.scalars(select(Run).order_by(Run.id.desc()).limit(1)).one()
        session.expunge(run)
    database.close()
    return run


def test_nights_fetch_what_is_due_and_read_what_changed(
    http_site: HttpSite, tmp_path: Path, settings: dict[str, str]
) -> None:
    room = Newsroom(http_site, articles=YOUNG + OLD, young=0.5)
    (tmp_path / "terkait.toml").write_text(room.settings)
    first = night(tmp_path, settings)
    assert (first.new_articles, first.verdict, first.message) == (YOUNG + OLD, "ok", None)

    http_site.log.clear()
    a_day_passes(database_of(tmp_path, settings))
    second = night(tmp_path, settings)
    assert (second.read, second.stored, second.verdict) == (0, 0, "ok")
    assert room.answers() == {"whole": 0, "304": YOUNG, "lists": 4}

    http_site.log.clear()
    room.change(range(2))
    room.remove(3)
    a_day_passes(database_of(tmp_path, settings))
    third = night(tmp_path, settings)
    assert (third.read, third.new_revisions, third.new_articles) == (2, 2, 0)

    a_day_passes(database_of(tmp_path, settings))
    night(tmp_path, settings)
    database = Database(database_of(tmp_path, settings))
    with database.read() as session:
        gone = session.scalars(select(Page.url).where(Page.gone_at.is_not(None))).all()
        assert gone == [room.url(3)]
        assert session.scalar(select(Article.id).where(Article.url == room.url(3))) is not None
    database.close()


def test_site_is_added_with_its_feeds_and_sitemaps(http_site: HttpSite, tmp_path: Path) -> None:
    Newsroom(http_site, articles=12)
    http_site.routes["/robots.txt"] = f"User-agent: *\nSitemap: {http_site.url('/sitemap.xml')}\n"
    links = "".join(
        f'<li><a href="/berita/{n}/kabar-desa-nomor-{n}">Kabar Desa Nomor {n}</a></li>'
        for n in range(12)
    )
    feed = '<link rel="alternate" type="application/rss+xml" href="/feed">'
    http_site.routes["/"] = f"<html><head>{feed}</head><body><ul>{links}</ul></body></html>"
    added = terkait("sites", "add", http_site.url("/"), "--name=room", cwd=tmp_path)
    assert added.returncode == 0, added.stderr
    written = (tmp_path / "terkait.toml").read_text()
    assert f'sections = ["{http_site.url("/")}"]' in written
    assert f'feeds = ["{http_site.url("/feed")}"]' in written
    assert f'sitemaps = ["{http_site.url("/sitemap.xml")}"]' in written


def test_blocked_site_says_so_and_nothing_is_stored(http_site: HttpSite, tmp_path: Path) -> None:
    room = Newsroom(http_site, articles=3)
    wall = '<html><body><script src="/cdn-cgi/challenge-platform/x"></script></body></html>'
    for number in range(3):
        http_site.routes[room.url(number).removeprefix(http_site.base_url)] = wall
    (tmp_path / "terkait.toml").write_text(f'[[sites]]\nname = "x"\nseeds = ["{room.url(0)}"]\n')
    assert terkait("nightly", "--now", cwd=tmp_path).returncode == 1
    listed = terkait("sites", "list", "--json", cwd=tmp_path).stdout
    assert '"verdict": "blocked"' in listed
    assert "block page: Cloudflare" in listed
    assert terkait("search", "desa", "--json", cwd=tmp_path).stdout == ""
