"""What a visit found is a record: later runs add to it and change nothing. On both databases."""

from sqlalchemy import select

from crawler.page.urls import address_of
from db.frontier.scope import CrawlScope
from db.models import Link, Page, PageVisit, Run
from db.queries.explain import explain
from db.queries.export import export
from db.queries.graph.neighbours import neighbourhood
from db.runs import lifecycle
from db.sql.session import Database
from tests.fetched import found_link, visit
from tests.integration.test_unreadable import html, sentences
from tests.rows import NOON

URL, TARGET = "https://a.test/read/1/gempa-guncang-pesisir", "https://a.test/read/2/pasar-dibuka"
FAR = "https://a.test/read/3/kapal-tiba-di-dermaga"


def page(topic: str) -> bytes:
    return html(f"<p>{sentences(topic)}</p><p>{sentences(topic + ' lain')}</p>", f"Kabar {topic}")


def record(database: Database, url: str = URL) -> dict[str, object]:
    with database.read() as session:
        return next(one for one in export(session) if one["url"] == url)


def begin(database: Database, *seeds: str, days: float, **rules: object) -> int:
    """A run that has begun; it asks for nothing here."""
    with database.write() as session:
        run_id, _ = lifecycle.begin(
            session, kind="manual", seeds=[address_of(url) for url in seeds], owner="me:2",
            rules=CrawlScope(**rules), now=NOON.replace(hour=13),  # type: ignore[arg-type]
        )  # fmt: skip
        lifecycle.finish(session, run_id, message=None, now=NOON)
    return run_id


def test_run_that_fetches_nothing_changes_no_record(database: Database) -> None:
    first = visit(
        database, {URL: page("gempa")}, links={URL: [found_link(FAR), found_link(TARGET, 2)]}
    )
    visit(database, {URL: page("gempa"), TARGET: page("pasar")}, days=1)
    before = record(database), record(database, TARGET)
    with database.read() as session:
        fates = session.execute(select(Link.id, Link.unfollowed).order_by(Link.id)).all()
        target = explain(session, TARGET)
        reason = explain(session, FAR).reason
    begin(database, URL, TARGET, days=1, depth=0, follow=("inline",))
    assert (record(database), record(database, TARGET)) == before
    assert before[0]["run"] == before[0]["first_run"] == first.id
    with database.read() as session:
        assert session.execute(select(Link.id, Link.unfollowed).order_by(Link.id)).all() == fates
        again = explain(session, TARGET)
        assert (again.run, again.depth) == (target.run, target.depth)
        assert explain(session, FAR).reason == reason


def test_later_visit_changes_the_last_run_alone(database: Database) -> None:
    first = visit(database, {URL: page("gempa")})
    later = visit(database, {URL: page("gempa") + b" "}, days=1)
    told = record(database)
    assert (told["run"], told["first_run"], told["last_run"]) == (first.id, first.id, later.id)
    with database.read() as session:
        rows = session.execute(
            select(PageVisit.run_id, PageVisit.outcome).order_by(PageVisit.id)
        ).all()
    assert rows == [(first.id, "new"), (later.id, "unchanged")]


def test_link_says_when_it_was_seen_and_that_it_has_gone(database: Database) -> None:
    links = [found_link(TARGET), found_link(FAR, 2)]
    visit(database, {URL: page("gempa")}, links={URL: links})
    visit(database, {URL: page("gempa") + b" "}, links={URL: links[:1]}, days=1)
    by_url = {one["url"]: one for one in record(database)["related"]}  # type: ignore[attr-defined]
    noon, next_noon = NOON.isoformat(), NOON.replace(day=21).isoformat()
    stays, gone = by_url[TARGET], by_url[FAR]
    assert (stays["first_seen"], stays["last_seen"], stays["is_there"]) == (noon, next_noon, True)
    assert (gone["first_seen"], gone["last_seen"], gone["is_there"]) == (noon, noon, False)
    with database.read() as session:
        around = neighbourhood(session, int(str(record(database)["id"])))
    assert {edge.far.url: edge.is_there for edge in around.edges} == {TARGET: True, FAR: False}


def test_shell_says_nothing_of_the_links(database: Database) -> None:
    visit(database, {URL: page("gempa")}, links={URL: [found_link(TARGET)]})
    visit(database, {URL: html("<div></div>")}, days=1)
    (link,) = record(database)["related"]  # type: ignore[misc]
    assert (link["last_seen"], link["is_there"]) == (NOON.isoformat(), True)


def boxes(database: Database, *, days: float, count: int, links: bool) -> Run:
    urls = [f"https://a.test/read/{n}/kabar-nomor-{n}" for n in range(10, 10 + count)]
    shown = {url: [found_link(TARGET)] if links else [] for url in urls}
    pages = {url: page(f"hal {url[-2:]}") + b" " * int(days) for url in urls}
    return visit(database, pages, days=days, links=shown, site="a")


def test_boxes_that_vanish_from_a_site_degrade_the_night(database: Database) -> None:
    assert boxes(database, days=0, count=4, links=True).verdict == "ok"
    night = boxes(database, days=1, count=4, links=False)
    assert (night.verdict, night.message) == ("degraded", "no related links on 4 pages")
    assert boxes(database, days=2, count=4, links=True).verdict == "ok"


def test_site_that_never_had_boxes_is_well(database: Database) -> None:
    for day in range(2):
        assert boxes(database, days=day, count=4, links=False).verdict == "ok"


def test_boxes_of_some_pages_are_no_matter_of_the_site(database: Database) -> None:
    boxes(database, days=0, count=8, links=True)
    urls = [f"https://a.test/read/{n}/kabar-nomor-{n}" for n in range(10, 18)]
    night = visit(
        database, {url: page(f"hal {url[-2:]}") + b"  " for url in urls}, days=1, site="a",
        links={url: [found_link(TARGET)] for url in urls[:5]},
    )  # fmt: skip
    assert night.verdict == "ok"


def test_page_that_led_nowhere_has_its_visit_too(database: Database) -> None:
    visit(database, {URL: b"<html><body><h1>Rubrik</h1></body></html>"})
    with database.read() as session:
        (row,) = session.execute(
            select(PageVisit.outcome, PageVisit.reason, Page.reason.label("now")).join(
                Page, Page.id == PageVisit.page_id
            )
        ).all()
    assert row.outcome == "no article"
    assert row.reason == row.now
