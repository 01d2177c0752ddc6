"""The scheduled crawl: one run a night, however often and by however many it is rung."""

import signal
from pathlib import Path

import pytest
from sqlalchemy import select

from db.models import Run
from db.sql.session import Database
from terkait.demo.server import DemoSite
from tests.acceptance.processes import descendants, is_alive, wait_until
from tests.acceptance.terminal import start, terkait
from tests.web import HttpSite, Request

PAGE = """<article><h1>Perahu Baru untuk Nelayan Teluk Sunyi</h1>
<p>Nelayan di Teluk Sunyi menerima perahu baru dari koperasi desa pagi ini.</p>
<p>Perahu itu dibuat oleh tukang kayu setempat selama tiga bulan, kata ketua koperasi.</p>
<p>Sebelumnya mereka memakai perahu tua yang sering bocor saat musim hujan tiba.</p>
<p>Kepala desa berharap hasil tangkapan bertambah dua kali lipat tahun depan.</p>
<p>Koperasi akan membuat sepuluh perahu lagi sebelum bulan Desember.</p></article>"""


@pytest.fixture
def folder(tmp_path: Path, demo_site: DemoSite) -> Path:
    """A working folder whose ``terkait.toml`` names the demo site."""
    added = terkait("sites", "add", demo_site.seed_url, "--name=demo", "--depth=1", cwd=tmp_path)
    assert added.returncode == 0, added.stderr
    return tmp_path


def nights(url: str) -> list[Run]:
    database = Database(url)
    with database.read() as session:
        runs = list(session.scalars(select(Run).where(Run.kind == "nightly")))
        session.expunge_all()
    database.close()
    return runs


def test_nightly_crawls_each_site_once_a_night(folder: Path, demo_site: DemoSite) -> None:
    first = terkait("nightly", cwd=folder)
    assert first.returncode == 0, first.stderr
    demo_site.log.clear()
    second = terkait("nightly", cwd=folder)
    assert (second.returncode, demo_site.log) == (0, [])
    assert "has had its run" in second.stderr
    (night,) = nights(f"sqlite:///{folder}/terkait-data/terkait.db")
    assert (night.verdict, night.new_articles) == ("ok", len(demo_site.expected.within(1).articles))
    listed = terkait("sites", "list", "--json", cwd=folder)
    assert '"verdict": "ok"' in listed.stdout


@pytest.mark.parametrize("how", [(), ("--now",)])
def test_a_night_in_which_every_site_is_paused_says_so(tmp_path: Path, how: tuple[str]) -> None:
    (tmp_path / "terkait.toml").write_text(
        '[[sites]]\nname = "Warta"\nseeds = ["https://a.test/1"]\npaused = true\n'
    )
    night = terkait("nightly", *how, cwd=tmp_path)
    assert (night.returncode, "every site is paused" in night.stderr) == (0, True), night.stderr


def test_sites_are_crawled_side_by_side(tmp_path: Path, http_sites: list[HttpSite]) -> None:
    one, other, _ = http_sites

    def waits_for_the_other(_request: Request) -> str:
        wait_until(lambda: "/berita/2" in other.paths(), 60)
        return PAGE

    one.routes["/berita/1"] = waits_for_the_other
    other.routes["/berita/2"] = PAGE
    tables = "".join(
        f'[[sites]]\nname = "{number}"\nseeds = ["{site.url(f"/berita/{number}")}"]\n'
        for number, site in enumerate((one, other), start=1)
    )
    (tmp_path / "terkait.toml").write_text(tables)
    done = terkait("nightly", cwd=tmp_path, settings={"TERKAIT_TIMEOUT_SECONDS": "60"})
    assert done.returncode == 0, done.stderr
    runs = nights(f"sqlite:///{tmp_path}/terkait-data/terkait.db")
    assert [(run.stored, run.verdict) for run in runs] == [(1, "ok"), (1, "ok")]


def test_night_that_is_stopped_is_gone_on_with(tmp_path: Path, http_site: HttpSite) -> None:
    pages = [f"/berita/{number}" for number in range(1, 4)]
    http_site.routes |= dict.fromkeys(pages, PAGE)
    seeds = [http_site.url(page) for page in pages]
    (tmp_path / "terkait.toml").write_text(f'[[sites]]\nname = "x"\nseeds = {seeds}\n')
    url = f"sqlite:///{tmp_path}/terkait-data/terkait.db"
    running = start("up", cwd=tmp_path, settings={"TERKAIT_DELAY_SECONDS": "10"})
    wait_until(lambda: bool(set(http_site.paths()) & {"/robots.txt"}), 60)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=90)
    assert (running.returncode, "run 1 of x: running" in said) == (0, True)
    assert [run.state for run in nights(url)] == ["interrupted"]
    assert terkait("nightly", cwd=tmp_path).returncode == 0
    assert [(run.state, run.fetched) for run in nights(url)] == [("finished", 3)]


def test_two_schedules_on_one_database_start_one_run_a_night(
    folder: Path, tmp_path: Path, postgres_url: str, redis_url: str
) -> None:
    servers = {"TERKAIT_DATABASE_URL": postgres_url, "TERKAIT_BROKER_URL": redis_url}
    assert terkait("db", "upgrade", cwd=folder, settings=servers).returncode == 0
    both = [
        start("up", cwd=folder, settings=servers | {"TERKAIT_DATA": str(tmp_path / name)})
        for name in ("one", "two")
    ]
    families = [descendants(one.pid) for one in both]
    wait_until(
        lambda: bool(nights(postgres_url)) and nights(postgres_url)[0].state == "finished", 120
    )
    families = [descendants(one.pid) for one in both]
    for one in both:
        one.send_signal(signal.SIGINT)
    for one in both:
        _, said = one.communicate(timeout=60)
        assert one.returncode == 0, said
        assert "Traceback" not in said
    assert len(nights(postgres_url)) == 1
    assert not any(is_alive(pid) for family in families for pid in family)


def test_paused_site_is_left_alone_until_it_is_resumed(tmp_path: Path, http_site: HttpSite) -> None:
    http_site.routes["/berita/1"] = PAGE
    seeds = f'seeds = ["{http_site.url("/berita/1")}"]'
    (tmp_path / "terkait.toml").write_text(f'[[sites]]\nname = "x"\n{seeds}\n')
    assert terkait("sites", "pause", "x", cwd=tmp_path).returncode == 0
    assert terkait("nightly", "--now", cwd=tmp_path).returncode == 0
    assert http_site.log == []
    assert '"is_paused": true' in terkait("sites", "list", "--json", cwd=tmp_path).stdout
    assert terkait("sites", "resume", "x", cwd=tmp_path).returncode == 0
    assert terkait("nightly", "--now", cwd=tmp_path).returncode == 0
    assert "/berita/1" in http_site.paths()


def test_feed_that_lists_only_pages_of_another_site_says_so(
    tmp_path: Path, http_sites: list[HttpSite]
) -> None:
    feeds, publisher, _ = http_sites
    item = f"<item><link>{publisher.url('/berita/1')}</link></item>"
    feeds.routes["/feed"] = f"<rss><channel>{item}</channel></rss>"
    publisher.routes["/berita/1"] = PAGE
    table = f'[[sites]]\nname = "x"\nfeeds = ["{feeds.url("/feed")}"]\n'
    (tmp_path / "terkait.toml").write_text(table)
    done = terkait("nightly", "--now", cwd=tmp_path)
    host = publisher.base_url.removeprefix("http://").partition(":")[0]
    assert f"lists only pages of {host}" in done.stderr
    assert "add an address there to the site's seeds" in done.stderr
    assert publisher.log == []
    (tmp_path / "terkait.toml").write_text(f'{table}seeds = ["{publisher.url("/")}"]\n')
    terkait("nightly", "--now", cwd=tmp_path)
    assert "/berita/1" in publisher.paths()
