"""A page that comes without its article's text changes nothing of the article. Both databases."""

import pytest
from sqlalchemy import func, select

from db.models import Article, Cluster, Page, PageVisit, Revision, Text
from db.queries.explain import explain
from db.queries.removals import gone_since
from db.queries.revisions import versions_of
from db.sql.session import Database
from db.terms.states import sentence_of
from tests.fetched import visit
from tests.rows import add_article
from workers.ingest.pipeline import ingest

URL, OTHER = "https://a.test/read/1/gempa-guncang-pesisir", "https://a.test/read/2/pasar-dibuka"
SORRY = "<p>Maaf, terjadi kesalahan pada layanan kami. Silakan coba lagi beberapa saat lagi.</p>"
DELETED = "<p>Artikel ini telah dihapus.</p>"
SHELLS = {"empty": '<div id="app"></div>', "soft error": SORRY}


def sentences(topic: str, count: int = 24) -> str:
    return " ".join(f"Kalimat nomor {n} tentang {topic} di pesisir." for n in range(count))


def html(body: str, title: str = "Gempa Guncang Pesisir") -> bytes:
    return f"""<!doctype html><html lang="id"><head><title>{title}</title>
        <meta property="og:type" content="article"><meta property="og:title" content="{title}">
        <meta property="article:published_time" content="2026-08-20T10:00:00+07:00"></head>
        <body><article><h1>{title}</h1>{body}</article></body></html>""".encode()


def whole(topic: str = "gempa", title: str = "Gempa Guncang Pesisir") -> bytes:
    return html(f"<p>{sentences(topic)}</p><p>{sentences(topic + ' susulan')}</p>", title)


def outcomes(database: Database, url: str = URL) -> list[str]:
    with database.read() as session:
        rows = select(PageVisit.outcome).join(Page, Page.id == PageVisit.page_id)
        return list(session.scalars(rows.where(Page.url == url).order_by(PageVisit.id)))


def stored(database: Database, url: str = URL) -> tuple[int, str]:
    """Versions of the article and the beginning of its text."""
    with database.read() as session:
        article = session.scalars(select(Article).where(Article.url == url)).one()
        return article.revisions, session.get_one(Text, article.text_id).body[:16]


@pytest.mark.parametrize("shell", SHELLS)
def test_shell_leaves_the_last_good_text_and_degrades_the_run(
    database: Database, shell: str
) -> None:
    visit(database, {URL: whole()})
    run = visit(database, {URL: html(SHELLS[shell])}, days=1)
    assert stored(database) == (1, "Kalimat nomor 0 ")
    assert (run.verdict, run.unreadable, run.new_revisions) == ("degraded", 1, 0)
    assert run.message == "unreadable: 1 page came without the text of their articles"
    with database.read() as session:
        known = explain(session, URL)
        article = session.scalars(select(Article)).one()
        (version,) = versions_of(session, article.id)
        assert gone_since(session, [article.id]) == {}
    assert known.article_id == article.id
    assert "stays" in sentence_of(known.state or "", known.reason)
    assert [each.outcome for each in known.visits] == ["unreadable", "new"]
    assert [each.at for each in version.unreadable] == [known.visits[0].at]


@pytest.mark.parametrize("shell", SHELLS)
def test_shell_of_many_nights_is_never_believed(database: Database, shell: str) -> None:
    pages = {URL: whole(), OTHER: whole("pasar", "Pasar Dibuka")}
    visit(database, pages)
    shells = {URL: html(SHELLS[shell]), OTHER: html(SHELLS[shell], "Pasar Dibuka")}
    for day in range(1, 4):
        visit(database, shells, days=day)
    run = visit(database, pages, days=4)
    for url in pages:
        assert outcomes(database, url) == ["new", *["unreadable"] * 3, "unchanged"]
        assert stored(database, url) == (1, "Kalimat nomor 0 ")
    assert (run.verdict, run.unreadable) == ("ok", 0)


def test_same_bytes_as_those_that_could_not_be_read_are_no_confirmation(
    database: Database,
) -> None:
    visit(database, {URL: whole()})
    visit(database, {URL: html(SORRY)}, days=1)
    with database.read() as session:
        page = session.scalars(select(Page).where(Page.url == URL)).one()
        assert (page.etag, page.last_modified) == (None, None)
        assert page.next_fetch_at is not None


def test_short_text_that_a_second_visit_finds_is_a_version(database: Database) -> None:
    visit(database, {URL: whole()})
    short = html("<p>Kabar ini kami perbaiki: tidak ada gempa di pesisir pada hari Kamis.</p>")
    for day in (1, 2):
        visit(database, {URL: short}, days=day)
    assert outcomes(database) == ["new", "unreadable", "changed"]
    assert stored(database) == (2, "Kabar ini kami p")


def test_notice_at_two_visits_says_that_the_article_is_gone(database: Database) -> None:
    visit(database, {URL: whole()})
    for day in (1, 2):
        run = visit(database, {URL: html(DELETED)}, days=day)
        with database.read() as session:
            article = session.scalars(select(Article)).one()
            assert bool(gone_since(session, [article.id])) == (day == 2)
    assert (run.unreadable, stored(database)) == (0, (1, "Kalimat nomor 0 "))
    visit(database, {URL: html(SORRY)}, days=40)
    with database.read() as session:
        assert gone_since(session, [article.id])
    visit(database, {URL: whole()}, days=41)
    with database.read() as session:
        assert not gone_since(session, [article.id])


def test_headline_that_speaks_of_a_deletion_is_no_notice(database: Database) -> None:
    title = "Berita Ini Dihapus dari Situs, Kata Redaksi"
    visit(database, {URL: whole(title=title)})
    for day in (1, 2):
        visit(database, {URL: html(SHELLS["empty"], title)}, days=day)
    assert outcomes(database) == ["new", "unreadable", "unreadable"]


def test_articles_without_text_are_no_copies(database: Database) -> None:
    with database.write() as session:
        for number in (1, 2):
            article = add_article(session, f"https://a.test/{number}", f"Foto {number}", "")
        text_id = article.text_id
        from db.duplicates.clusters import regroup

        assert regroup(session, article.id, text_id, None) == frozenset()
        assert session.scalar(select(func.count()).select_from(Cluster)) == 0


def test_page_whose_every_line_its_site_repeats_is_no_article(database: Database) -> None:
    line = "Berlangganan sekarang untuk membaca seluruh isi berita kami setiap hari di mana saja."
    pages = {
        f"https://a.test/read/{n}/kabar-nomor-{n}": html(
            f"<p>{sentences(f'hal {n}')}</p><p>{line}</p>", f"Kabar Nomor {n}"
        )
        for n in range(12)
    }
    visit(database, pages)
    visit(database, {URL: html(f"<p>{line}</p>")}, days=1)
    with database.read() as session:
        assert session.scalar(select(func.count()).where(Text.words == 0)) == 0
        assert session.scalar(select(func.count()).where(Article.url == URL)) in (0, 1)
        numbers = session.scalars(select(Revision.number)).all()
    assert set(numbers) == {1}
    assert ingest(database, []) == 0
