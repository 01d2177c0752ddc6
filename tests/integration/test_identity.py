"""Which addresses are of one article, whatever pages and redirects claim. On both databases."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crawler.page.urls import address_of
from db.frontier.page_rows import ensure_pages
from db.models import Article, Cluster, Page
from db.sql.session import Database
from db.terms.states import Reason
from tests.fetched import visit
from tests.integration.test_unreadable import sentences


def html(topic: str, title: str, canonical: str = "") -> bytes:
    link = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    return f"""<!doctype html><html lang="id"><head><title>{title}</title>{link}
        <meta property="og:type" content="article"><meta property="og:title" content="{title}">
        <meta property="article:published_time" content="2026-08-20T10:00:00+07:00"></head>
        <body><article><h1>{title}</h1><p>{sentences(topic)}</p><p>{sentences(topic + " lain")}</p>
        </article></body></html>""".encode()


def articles(database: Database) -> dict[str, tuple[str | None, int]]:
    """Address -> (title, versions)."""
    with database.read() as session:
        rows = session.execute(select(Article.url, Article.title, Article.revisions)).all()
    return {row.url: (row.title, row.revisions) for row in rows}


NOTICE = (
    html("x", "Pemberitahuan Redaksi")
    .replace(
        sentences("x").encode(),
        b" ".join(
            b"Redaksi memindahkan arsip lama ke gedung %d milik kota." % n for n in range(30)
        ),
    )
    .replace(sentences("x lain").encode(), b"Terima kasih atas pengertian para pembaca setia kami.")
)
ALL = "https://a.test/berita.php"
TITLES = {1: "Pasar Baru Dibuka", 2: "Jembatan Desa Runtuh", 3: "Kapal Tiba di Dermaga"}


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 1, 2)])
def test_canonical_that_drops_the_query_unites_no_articles(
    database: Database, order: tuple[int, ...]
) -> None:
    for day in (0, 1):
        for number in order:
            url, title = f"{ALL}?id={number}", TITLES[number]
            visit(database, {url: html(title, title, ALL)}, days=day)
    told = articles(database)
    assert sorted(title or "" for title, _ in told.values()) == sorted(TITLES.values())
    assert {versions for _, versions in told.values()} == {1}
    assert set(told) == {f"{ALL}?id={number}" for number in TITLES}


def test_report_of_another_day_is_an_article_of_its_own(database: Database) -> None:
    days = {day: f"https://a.test/harga-emas-{day}-agustus" for day in (20, 21)}
    for day, url in days.items():
        page = html("harga emas", f"Harga Emas {day} Agustus", days[21])
        visit(database, {url: page}, days=day - 20)
    assert articles(database) == {
        url: (f"Harga Emas {day} Agustus", 1) for day, url in days.items()
    }


def test_print_page_with_the_same_text_is_the_article(database: Database) -> None:
    own = "https://a.test/read/1/pasar-baru-dibuka"
    page = html("pasar", "Pasar Baru Dibuka", own)
    visit(database, {own: page, f"{own}/print": page})
    assert articles(database) == {own: ("Pasar Baru Dibuka", 1)}


def test_article_that_moves_stays_one(database: Database) -> None:
    old, new = "https://a.test/read/1/pasar-baru", "https://a.test/warta/1/pasar-baru"
    page = html("pasar", "Pasar Baru Dibuka")
    visit(database, {old: page})
    with database.write() as session:
        lead(session, old, new)
    visit(database, {new: page}, days=1)
    visit(database, {new: html("pasar baru", "Pasar Baru Dibuka")}, days=2)
    assert articles(database) == {new: ("Pasar Baru Dibuka", 2)}
    with database.read() as session:
        assert session.scalars(select(Cluster)).all() == []


def test_articles_that_lead_to_one_notice_stay_what_they_are(database: Database) -> None:
    old, new = "https://a.test/read/1/pasar-baru", "https://a.test/warta/2/pemberitahuan"
    visit(database, {old: html("pasar", "Pasar Baru Dibuka")})
    with database.write() as session:
        lead(session, old, new)
    visit(database, {new: NOTICE}, days=1)
    assert articles(database) == {
        old: ("Pasar Baru Dibuka", 1), new: ("Pemberitahuan Redaksi", 1),
    }  # fmt: skip


@pytest.mark.parametrize(
    "other",
    ["https://a.test/read/1/pasar-baru/", "https://www.a.test/read/1/pasar-baru",
     "http://a.test/read/1/pasar-baru", "https://a.test/read/1/pasar-baru?ref=rss"],
)  # fmt: skip
def test_forms_of_one_address_are_of_one_article(database: Database, other: str) -> None:
    own = "https://a.test/read/1/pasar-baru"
    page = html("pasar", "Pasar Baru Dibuka")
    for day, url in enumerate((own, other, other)):
        visit(database, {url: page}, days=day)
    assert articles(database) == {own: ("Pasar Baru Dibuka", 1)}
    visit(database, {other: html("harga beras", "Harga Beras Naik")}, days=3)
    assert articles(database)[own] == ("Pasar Baru Dibuka", 1)


def test_forms_that_come_together_are_of_one_article(database: Database) -> None:
    own, other = "https://a.test/read/1/pasar-baru", "https://www.a.test/read/1/pasar-baru"
    page, third = html("pasar", "Pasar Baru Dibuka"), "https://a.test/read/3/harga"
    visit(database, {own: page, third: html("harga beras", "Harga Beras"), other: page})
    assert set(articles(database)) == {own, third}


def lead(session: Session, old: str, new: str) -> None:
    """Let the old address redirect to the new one, as the spider notes it."""
    ids = ensure_pages(session, [address_of(new)])
    page = session.scalars(select(Page).where(Page.url == old)).one()
    page.alias_of_id, page.reason = ids[new], str(Reason.REDIRECT)
