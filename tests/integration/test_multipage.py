"""An article that is spread over several pages becomes one, in whatever order they come."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crawler.engine.batch import prepare, store
from crawler.engine.extract import BoxVerdicts, Visit
from crawler.engine.page_pool import extract_all
from crawler.page.items import FetchedPage as FetchedPage
from crawler.page.urls import address_of
from db.frontier import further_pages, leases
from db.frontier.expansion import CrawlContext
from db.frontier.page_rows import ensure_pages
from db.frontier.scope import CrawlScope
from db.models import Article, Page, Revision, Run, Text
from db.queries.search.results import search
from db.runs import lifecycle
from db.sql.session import Database
from tests.integration.test_spider import Spider
from tests.rows import NOON
from tests.web import HttpSite
from workers.ingest.pipeline import begin as begin_reading
from workers.ingest.pipeline import ingest, load, read_and_store
from workers.ingest.reparse import reparse

URL = "https://a.test/laut/dermaga-baru-bagi-nelayan"
SENTENCES = [
    "Dermaga baru di Tarawi mulai dipakai nelayan pada awal pekan ini setelah dua tahun dibangun.",
    "Kepala pelabuhan mengatakan, kapal tidak perlu lagi menunggu air pasang untuk bersandar.",
    "Listrik dan air bersih sudah tersedia, sedangkan gudang es baru selesai pada bulan depan.",
    "Ketua kelompok nelayan berharap harga ikan membaik karena hasil tangkapan cepat dijual.",
]


NOTICE = b"""<title>Maaf</title><h1>Maaf</h1>
<p>Halaman yang Anda cari di situs ini tidak ada lagi.</p>
<p>Silakan kembali ke halaman depan kami, atau cari berita yang Anda baca tadi.</p>"""


def paragraphs(number: int) -> list[str]:
    """Those of one page; the first is the same on all."""
    return [SENTENCES[0], *(f"{text} Ini halaman {number}." for text in SENTENCES[1:])]


def html(number: int, count: int = 3, *, url: str = URL) -> bytes:
    links = " ".join(f'<a href="{url}?page={n}">{n}</a>' for n in range(1, count + 1))
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs(number))
    return f"""<!doctype html><html lang="id"><head><title>Dermaga Baru bagi Nelayan</title>
        <meta property="og:type" content="article">
        <meta property="article:published_time" content="2026-08-20T10:00:00+07:00"></head>
        <body><article><h1>Dermaga Baru bagi Nelayan</h1>{text}</article>
        <div class="paging">Halaman {links}</div></body></html>""".encode()


def whole(count: int) -> list[str]:
    return list(dict.fromkeys(p for n in range(1, count + 1) for p in paragraphs(n)))


@dataclass
class Crawl:
    """A run that fetches one due page at a time."""

    database: Database
    context: CrawlContext
    #: what answers in place of the article's pages by number
    instead: Mapping[int, bytes] = field(default_factory=dict)

    def step(self, count: int = 3) -> int | None:
        """Fetch the next page; its id, None where nothing is due."""
        with self.database.write() as session:
            run_id, now = self.context.run_id, self.context.now
            held = session.scalar(select(Page.host_id).limit(1))
            leases.lease_hosts(session, run_id=run_id, owner="me:1", limit=1, now=now)
            claims = leases.claim(
                session, run_id=run_id, host_id=held or 0, owner="me:1", limit=1, now=now
            )
            for claim in claims:
                number = int((claim.url.partition("?page=")[2]) or 1)
                body = self.instead.get(number) or html(number, count)
                page = FetchedPage(url=claim.url, body=body, fetched_at=now)
                visits = [Visit(claim=claim, page=page)]
                layouts = {"a.test": BoxVerdicts()}
                ready = prepare(visits, self.context.rules, layouts, extract_all)
                store(session, self.context, "me:1", ready)
                return claim.page_id
        return None


@pytest.fixture
def spider(tmp_path: Path, sqlite_template: Path) -> Spider:
    shutil.copy(sqlite_template, tmp_path / "terkait.db")
    return Spider(tmp_path)


def begin(database: Database, *, days: int = 0, fresh: bool = False, url: str = URL) -> Crawl:
    rules, now = CrawlScope(depth=0, fresh=fresh), NOON.replace(day=NOON.day + days)
    with database.write() as session:
        run_id, _ = lifecycle.begin(
            session, kind="manual", seeds=[address_of(url)], rules=rules, owner="me:1", now=now
        )
    return Crawl(database, CrawlContext(run_id=run_id, rules=rules, now=now))


def fetched(database: Database, count: int = 3) -> list[int]:
    """The ids of the pages of an article that has been fetched as a whole."""
    crawl = begin(database)
    ids = [id_ for _ in range(count) if (id_ := crawl.step(count)) is not None]
    assert crawl.step() is None
    return ids


def body(database: Database) -> list[str]:
    with database.read() as session:
        text = session.scalars(select(Text.body).join(Article, Article.text_id == Text.id)).one()
    return text.split("\n\n")


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_pages_are_joined_in_their_order_whenever_they_are_read(
    database: Database, order: Sequence[int]
) -> None:
    ids = fetched(database)
    for place in order:
        ingest(database, [ids[place]])
    assert body(database) == whole(3)


def test_joining_is_no_new_version_and_may_be_done_twice(database: Database) -> None:
    crawl = begin(database)
    for _ in range(3):
        page_id = crawl.step()
        assert page_id is not None
        ingest(database, [page_id, page_id])
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Revision)) == 1
        assert session.scalars(select(Page.visits).where(Page.url == URL)).one() == 1
        assert session.scalars(select(Run.stored)).one() == 1
        assert len(search(session, "halaman 3")) == 1
    assert body(database) == whole(3)


def three_pages(session: Session) -> list[int]:
    addresses = [address_of(f"{URL}?page={number}") for number in (1, 2, 3)]
    ids = ensure_pages(session, addresses)
    return [ids[one.url] for one in addresses]


def test_pages_that_come_before_their_first_one_are_joined_to_it(database: Database) -> None:
    with database.write() as session:
        one, two, three = three_pages(session)
        further_pages.note(session, {two: three})
        further_pages.note(session, {one: two})
        assert further_pages.place_of(session, three) == (one, further_pages.NO_MORE)
        assert further_pages.fetched_parts(session, one).count == 2
        assert not further_pages.fetched_parts(session, two).count


def test_a_page_goes_on_with_what_it_said_last(database: Database) -> None:
    with database.write() as session:
        one, two, three = three_pages(session)
        further_pages.note(session, {one: two})
        further_pages.note(session, {one: three})
        assert further_pages.after(session, [one]) == [(one, three)]


def test_what_stands_behind_a_missing_page_is_not_counted(database: Database) -> None:
    with database.write() as session:
        one, two, three = three_pages(session)
        further_pages.note(session, {one: two})
        further_pages.note(session, {two: three})
        further_pages.note(session, {one: None})
        assert further_pages.fetched_parts(session, one) == further_pages.NO_MORE


def test_every_page_leads_to_the_article(database: Database) -> None:
    ingest(database, fetched(database))
    with database.read() as session:
        rows = session.execute(select(Page.url, Page.state, Page.article_id)).all()
        article = session.scalars(select(Article)).one()
    urls = {URL, f"{URL}?page=2", f"{URL}?page=3"}
    assert {row.url for row in rows if row.article_id == article.id} == urls
    assert {row.state for row in rows if row.url in urls} == {"done"}
    assert (article.url, article.evidence["pages"]) == (URL, "3 of 3")


def read_all(database: Database, crawl: Crawl, count: int = 3) -> None:
    while (page_id := crawl.step(count)) is not None:
        ingest(database, [page_id])


def leads(database: Database) -> set[tuple[str, int | None]]:
    with database.read() as session:
        rows = session.execute(select(Page.url, Page.article_id).where(Page.state == "done"))
        return {(row.url, row.article_id) for row in rows}


def test_an_article_that_began_on_its_second_page_becomes_the_whole(database: Database) -> None:
    read_all(database, begin(database, url=f"{URL}?page=2"))
    with database.read() as session:
        part = session.scalars(select(Article)).one()
        assert part.url == f"{URL}?page=2"
    read_all(database, begin(database, days=1))
    assert body(database) == whole(3)
    with database.read() as session:
        article = session.scalars(select(Article)).one()
        assert (article.id, article.url, article.revisions) == (part.id, URL, 1)
        assert article.first_seen_at == part.first_seen_at
        assert len(search(session, "halaman 2")) == 1
    assert leads(database) == {(u, part.id) for u in (URL, f"{URL}?page=2", f"{URL}?page=3")}


def test_the_row_of_a_further_page_gives_way_to_that_of_its_article(database: Database) -> None:
    read_all(database, begin(database), 1)
    read_all(database, begin(database, days=1, url=f"{URL}?page=2"), 2)
    with database.read() as session:
        first, second = session.scalars(select(Article).order_by(Article.id)).all()
        part_text = second.text_id
    read_all(database, begin(database, days=2, fresh=True), 2)
    assert body(database) == whole(2)
    assert leads(database) == {(URL, first.id), (f"{URL}?page=2", first.id)}
    with database.read() as session:
        assert session.get(Text, part_text) is not None
        assert set(session.scalars(select(Revision.article_id))) == {first.id}
        assert session.scalars(select(Article.cluster_id)).one() is None
        assert len(search(session, "halaman 2")) == 1


def test_a_page_that_turns_out_a_further_one_while_it_is_read_is_no_article(
    database: Database,
) -> None:
    crawl = begin(database, url=f"{URL}?page=2")
    page_id = crawl.step(2)
    assert page_id is not None
    begin_reading(database, [page_id], now=NOON)
    waiting = load(database, [page_id])
    first = begin(database, days=1)
    first.step(2)
    assert read_and_store(database, waiting) == [page_id]
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Article)) == 0


def test_a_page_that_has_not_come_is_marked(database: Database) -> None:
    crawl = begin(database)
    ids = [crawl.step(), crawl.step()]
    ingest(database, [id_ for id_ in ids if id_ is not None])
    with database.read() as session:
        assert session.scalars(select(Article)).one().evidence["pages"] == "2 of 3"
    assert body(database) == whole(2)


def test_a_notice_in_place_of_a_page_is_not_joined(database: Database) -> None:
    crawl = begin(database)
    crawl.instead = {2: NOTICE}
    ids = [crawl.step(2), crawl.step(2)]
    ingest(database, [id_ for id_ in ids if id_ is not None])
    assert body(database) == whole(1)


def test_reading_the_archive_again_changes_nothing(database: Database) -> None:
    ingest(database, fetched(database))
    assert [one for one in reparse(database, dry_run=False) if one.differences] == []
    assert body(database) == whole(3)


def test_the_spider_follows_an_article_to_its_end(http_site: HttpSite, spider: Spider) -> None:
    path = "/laut/dermaga-baru-bagi-nelayan"
    url = http_site.url(path)
    http_site.routes |= {path: html(1, url=url).decode()}
    http_site.routes |= {f"{path}?page={n}": html(n, url=url).decode() for n in (2, 3)}
    spider.crawl(url)
    database = Database(f"sqlite:///{spider.data}/terkait.db")
    with database.read() as session:
        ids = session.scalars(select(Page.id).where(Page.state == "fetched")).all()
    ingest(database, ids)
    assert body(database) == whole(3)
    database.close()
