"""A page that raises, kills, hangs or eats memory costs itself alone."""

from pathlib import Path

from sqlalchemy import select

from db.models import Page
from db.session import Database
from tests.acceptance.terminal import terkait
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


def reasons(data: Path) -> dict[str, tuple[str, str | None]]:
    database = Database(f"sqlite:///{data}/terkait.db")
    with database.read() as session:
        rows = session.execute(select(Page.url, Page.state, Page.reason)).all()
    database.close()
    return {row.url.rpartition("kopi-")[2]: (row.state, row.reason) for row in rows}


def crawl(site: HttpSite, data: Path, **settings: str) -> str:
    settings = {"TERKAIT_DATA": str(data), "PYTHONPATH": HOOK} | settings
    done = terkait("crawl", site.url(path("baik-0")), "--depth=20", settings=settings)
    assert done.returncode == 0, done.stderr
    return done.stderr


def test_page_that_fails_while_it_is_looked_into_is_given_up(
    http_site: HttpSite, tmp_path: Path
) -> None:
    names = ("inside-raises", "inside-kills", "inside-hangs", "inside-eats")
    poisoned(http_site, *names)
    crawl(http_site, tmp_path)
    assert reasons(tmp_path) == {f"baik-{n}": ("done", None) for n in GOOD} | {
        "inside-raises": ("failed", "spider error: KeyError"),
        "inside-kills": ("failed", "its spider died on it"),
        "inside-hangs": ("failed", "no end within 2 s"),
        "inside-eats": ("failed", "spider error: MemoryError"),
    }
