"""A site without a helpful class name or heading: what one page cannot tell, many can."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from crawler.engine.extract import BoxVerdicts, boxes_of
from crawler.engine.site_layout import SiteLayouts
from crawler.links.finder import JudgedLink, explain_links
from crawler.page.document import Document
from crawler.page.items import FetchedPage
from db.links.box_stats import LEARN_PAGES, MIN_PAGES
from db.sql.session import Database
from db.terms.outcomes import SeenPage

SITE = "a.test"
TEXT = "Warga desa berjalan menuju jembatan baru yang dibuka pagi ini, kata petugas di lokasi. " * 4
POPULAR = tuple(
    f"https://a.test/read/{90_000 + n}/resep-populer-nomor-{n}-hari-ini" for n in range(4)
)


@pytest.fixture
def box_verdicts(database_url: str) -> Iterator[SiteLayouts]:
    database = Database(database_url)
    yield SiteLayouts(database)
    database.close()


def related_of(number: int) -> tuple[str, ...]:
    return tuple(
        f"https://a.test/read/{1000 + number * 10 + n}/kabar-{number}-dan-{n}-dari-desa"
        for n in range(4)
    )


def address(number: int) -> str:
    return f"https://a.test/read/{500 + number}/judul-utama-{number}"


def cards(urls: tuple[str, ...]) -> str:
    return "".join(
        f'<div class="x"><a href="{url}">Judul {url[-30:]} yang panjang</a><p>Teras.</p></div>'
        for url in urls
    )


def look(number: int, box_verdicts: BoxVerdicts, heading: str = "") -> tuple[JudgedLink, ...]:
    """One page of the site: an unlabelled box of its own, and one that is the same everywhere."""
    body = f"<p>{TEXT}</p>" * 4
    html = f"""<html lang="id"><head><title>Judul utama {number}</title></head><body>
        <div class="a"><h1>Judul utama {number}</h1><div class="b">{body}</div></div>
        <div class="c">{cards(related_of(number))}</div>
        <div class="d">{heading}{cards(POPULAR)}</div></body></html>"""
    page = FetchedPage(url=address(number), body=html.encode(), fetched_at=datetime.now(UTC))
    return explain_links(
        Document(page), site_wide=box_verdicts.site_wide, of_the_page=box_verdicts.of_the_page
    )


def walk(box_verdicts: SiteLayouts, numbers: range, heading: str = "") -> list[set[str]]:
    """Meet these pages one after the other; what is followed on each."""
    followed = []
    for number in numbers:
        found = look(number, box_verdicts.of([SITE])[SITE], heading)
        followed.append({one.link.url for one in found if one.link.kind == "related"})
        seen = SeenPage(url=address(number), boxes=boxes_of(found))
        with box_verdicts._database.write() as session:
            box_verdicts.take_in(session, {SITE: [seen]}, datetime.now(UTC))
    return followed


def test_unlabelled_box_is_followed_once_many_pages_showed_it_to_differ(
    box_verdicts: SiteLayouts,
) -> None:
    followed = walk(box_verdicts, range(MIN_PAGES + 4))
    assert followed[0] == set()
    for number in range(MIN_PAGES, MIN_PAGES + 4):
        assert followed[number] == set(related_of(number))


def test_box_that_calls_itself_related_is_not_followed_once_it_was_the_same_everywhere(
    box_verdicts: SiteLayouts,
) -> None:
    followed = walk(box_verdicts, range(MIN_PAGES + 2), heading="<h2>Berita terkait</h2>")
    assert followed[0] == set(POPULAR)
    assert not set(POPULAR) & followed[-1]


def test_one_page_read_again_and_again_teaches_nothing(box_verdicts: SiteLayouts) -> None:
    heading = "<h2>Berita terkait</h2>"
    for _ in range(MIN_PAGES + 2):
        (followed,) = walk(box_verdicts, range(1), heading=heading)
        assert followed == set(POPULAR)


def test_a_box_on_the_subject_is_followed_though_it_was_the_same_everywhere() -> None:
    titles = ("Jembatan baru dibuka", "Jembatan itu milik warga", "Siapa bangun jembatan?")
    box = "".join(
        f'<div><a href="https://a.test/read/{700 + n}/kabar-dari-desa-{n}-hari">{title}</a></div>'
        for n, title in enumerate(titles)
    )
    html = f"""<html lang="id"><body><div><h1>Jembatan desa ambruk</h1>{f"<p>{TEXT}</p>" * 4}</div>
        <div class="c"><h2>Berita terkait</h2>{box}</div></body></html>"""
    page = FetchedPage(url=address(1), body=html.encode(), fetched_at=datetime.now(UTC))
    found = explain_links(Document(page))
    places = frozenset(one.place for one in found)
    again = explain_links(Document(page), site_wide=places)
    assert [one.link.kind for one in again] == [one.link.kind for one in found] == ["related"] * 3


def test_learning_ends(box_verdicts: SiteLayouts) -> None:
    walk(box_verdicts, range(LEARN_PAGES))
    assert box_verdicts.of([SITE])[SITE].is_complete
