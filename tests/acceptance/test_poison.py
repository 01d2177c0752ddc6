"""A page that raises, kills, hangs or eats memory costs itself alone."""

from pathlib import Path

from sqlalchemy import select

from db.frontier.suspects import MAX_DEATHS
from db.models import Page
from db.sql.session import Database
from tests.acceptance.processes import find, is_alive, wait_until
from tests.acceptance.terminal import start, terkait
from tests.paths import ROOT
from tests.web import HttpSite

GOOD = range(12)
HOOK = str(ROOT / "tests" / "poison")


def path(name: object) -> str:
    return f"/berita/{6000 + sum(map(ord, str(name)))}/petani-menanam-kopi-{name}"


def html(name: object, *others: object, said: str = "") -> str:
    items = "".join(
        f'<li><a href="{path(other)}">Petani menanam kopi di lereng {other}</a></li>'
        for other in others
    )
    body = f"<p>{f'Petani {name} menanam kopi. ' * 40}</p><!-- {said} -->"
    return (
        f'<h1>Petani menanam kopi {name}</h1>{body}<div class="related"><h3>Berita terkait</h3>'
        f"<ul>{items}</ul></div>"
    )


def poisoned(site: HttpSite, *names: str) -> None:
    """Good pages, each leading to the next, and the first to all that are poison."""
    for number in GOOD:
        others = (f"baik-{number + 1}",) if number + 1 in GOOD else ()
        others = (*names, *others) if number == 0 else others
        site.routes[path(f"baik-{number}")] = html(f"baik-{number}", *others)
    for name in names:
        site.routes[path(name)] = html(name, said=name.replace("-", " "))


def states(data: Path) -> dict[str, tuple[str, str | None]]:
    database = Database(f"sqlite:///{data}/terkait.db")
    with database.read() as session:
        rows = session.execute(select(Page.url, Page.state, Page.reason)).all()
    database.close()
    return {row.url.rpartition("kopi-")[2]: (row.state, row.reason) for row in rows}


def spiders(pid: int) -> list[int]:
    return find(pid, "-m crawler ")


def crawl(site: HttpSite, data: Path, **settings: str) -> str:
    settings = {"TERKAIT_DATA": str(data), "PYTHONPATH": HOOK} | settings
    done = terkait("crawl", site.url(path("baik-0")), "--depth=20", settings=settings)
    assert done.returncode == 1, done.stderr  # a page came that nobody could look into
    assert "degraded" in done.stderr
    return done.stderr


def test_page_that_fails_while_it_is_looked_into_is_given_up(
    http_site: HttpSite, tmp_path: Path
) -> None:
    names = ("inside-raises", "inside-kills", "inside-hangs", "inside-eats")
    poisoned(http_site, *names)
    crawl(http_site, tmp_path)
    assert states(tmp_path) == {f"baik-{n}": ("done", None) for n in GOOD} | {
        "inside-raises": ("failed", "spider error: KeyError"),
        "inside-kills": ("failed", "its spider died on it"),
        "inside-hangs": ("failed", "no end within 2 s"),
        "inside-eats": ("failed", "spider error: MemoryError"),
    }


def test_page_over_which_spiders_die_is_held_apart_and_given_up(
    http_site: HttpSite, tmp_path: Path
) -> None:
    poisoned(http_site, "outside-raises", "outside-kills")
    said = crawl(http_site, tmp_path)
    assert states(tmp_path) == {f"baik-{n}": ("done", None) for n in GOOD} | {
        "outside-raises": ("failed", "spider error: KeyError"),
        "outside-kills": ("failed", "its spider died on it"),
    }
    assert http_site.paths().count(path("outside-kills")) == MAX_DEATHS
    assert "its spider died on it" in said


def test_spider_that_lives_and_does_not_get_on_is_replaced(
    http_site: HttpSite, tmp_path: Path
) -> None:
    poisoned(http_site, "outside-hangs")
    settings = {
        "TERKAIT_DATA": str(tmp_path),
        "PYTHONPATH": HOOK,
        "POISON_FROZEN_SECONDS": "10",  # a busy machine takes some to start a spider
    }
    crawl = start("crawl", http_site.url(path("baik-0")), "--depth=20", settings=settings)
    try:
        wait_until(lambda: path("outside-hangs") in http_site.paths())
        frozen = spiders(crawl.pid)[0]
        wait_until(lambda: not is_alive(frozen))
        wait_until(lambda: bool(spiders(crawl.pid)))
    finally:
        crawl.kill()
        _, said = crawl.communicate(timeout=30)
    assert "does not get on" in said
