"""Addresses, the graph around an article, its copies, versions and reasons, on both databases."""

from socket import gethostname

import pytest
from sqlalchemy.orm import Session

from db.queries.copies import copies_of
from db.queries.explain import explain
from db.queries.graph.neighbours import Edge, neighbourhood
from db.queries.resolve import addresses_of, find_article, follow, near
from db.queries.revisions import versions_of
from db.queries.stats import gather
from db.runs.report import list_runs, report
from db.sql.types import utc_now
from db.terms.errors import NotFound
from tests.rows import (
    NOON,
    add_article,
    add_cluster,
    add_link,
    add_page,
    add_revision,
    add_run,
    add_text,
)
from workers.dedup.comparer import COMPARER

ONE, TWO, THREE, FOUR = (f"https://a.test/{number}" for number in (1, 2, 3, 4))


@pytest.fixture
def chain(session: Session) -> Session:
    """1 -> 2 -> 3 -> 4, and 1 links to an address that was not followed."""
    for number, url in enumerate((ONE, TWO, THREE, FOUR), 1):
        add_article(session, url, f"Judul {number}", f"Isi {number}")
    add_link(session, ONE, TWO)
    add_link(session, TWO, THREE, kind="inline")
    add_link(session, THREE, FOUR, kind="readmore")
    add_link(session, ONE, "https://far.test/x", unfollowed="offsite", position=2)
    return session


def around(session: Session, url: str, hops: int = 1) -> list[tuple[int, str, str, str]]:
    edges = neighbourhood(session, find_article(session, url).id, hops=hops).edges
    return [(edge.hop, edge.direction, edge.kind, edge.far.url) for edge in edges]


def test_links_lead_out_and_in(chain: Session) -> None:
    assert around(chain, TWO) == [(1, "out", "inline", THREE), (1, "in", "related", ONE)]


def test_an_address_without_article_is_shown_with_its_state(chain: Session) -> None:
    edges = neighbourhood(chain, find_article(chain, ONE).id).edges
    far: Edge = edges[1]
    assert (far.far.url, far.far.article_id, far.far.state) == (
        "https://far.test/x",
        None,
        "skipped",
    )
    assert far.unfollowed == "offsite"


def test_hops_go_on_from_what_was_found_and_show_each_link_once(chain: Session) -> None:
    assert around(chain, ONE, hops=3) == [
        (1, "out", "related", TWO),
        (1, "out", "related", "https://far.test/x"),
        (2, "out", "inline", THREE),
        (3, "out", "readmore", FOUR),
    ]


def test_a_circle_ends(chain: Session) -> None:
    add_link(chain, FOUR, ONE)
    assert len(around(chain, ONE, hops=10)) == 5


def test_a_limit_says_that_it_cuts(chain: Session) -> None:
    cut = neighbourhood(chain, find_article(chain, ONE).id, hops=3, limit=2)
    whole = neighbourhood(chain, find_article(chain, ONE).id, hops=3, limit=4)
    assert (len(cut.edges), cut.is_cut) == (2, True)
    assert (len(whole.edges), whole.is_cut) == (4, False)


def test_links_of_all_addresses_of_an_article_count(chain: Session) -> None:
    amp, moved = "https://a.test/1/amp", "https://old.test/1"
    add_page(chain, amp, article_id=find_article(chain, ONE).id)
    add_page(chain, moved, alias_of_id=add_page(chain, amp).id)
    add_link(chain, THREE, moved)
    add_link(chain, amp, FOUR)
    assert (1, "in", "related", THREE) in around(chain, ONE)
    assert (1, "out", "related", FOUR) in around(chain, ONE)
    assert (1, "out", "related", ONE) in around(chain, THREE)


def test_a_link_to_another_address_of_itself_is_no_neighbour(chain: Session) -> None:
    add_page(chain, "https://a.test/4/amp", article_id=find_article(chain, FOUR).id)
    add_link(chain, FOUR, "https://a.test/4/amp")
    assert around(chain, FOUR) == [(1, "in", "readmore", THREE)]


@pytest.mark.parametrize(
    "asked",
    [ONE, "http://a.test/1", "https://www.a.test/1/", "https://old.test/1", "https://older.test/1"],
)
def test_an_article_is_found_by_any_of_its_addresses(chain: Session, asked: str) -> None:
    old = add_page(chain, "https://old.test/1", alias_of_id=add_page(chain, ONE).id)
    add_page(chain, "https://older.test/1", alias_of_id=old.id)
    assert find_article(chain, asked).url == ONE


def test_all_addresses_of_an_article_are_known(chain: Session) -> None:
    article = find_article(chain, ONE)
    old = add_page(chain, "https://old.test/1", alias_of_id=add_page(chain, ONE).id)
    add_page(chain, "https://older.test/1", alias_of_id=old.id)
    urls = [address.url for address in addresses_of(chain, [article.id])[article.id]]
    assert urls == [ONE, "https://old.test/1", "https://older.test/1"]


def test_redirects_in_a_circle_lead_nowhere(session: Session) -> None:
    first = add_page(session, "https://a.test/x")
    second = add_page(session, "https://a.test/y", alias_of_id=first.id)
    first.alias_of_id = second.id
    session.flush()
    assert follow(session, [first.id])[first.id].article_id is None
    with pytest.raises(NotFound, match="no article"):
        find_article(session, "https://a.test/x")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (2**40, "no article"),
        ("https://a.test/404", r"failed \(HTTP 404\)"),
        ("https://nobody.test/", "not known"),
    ],
)
def test_what_is_not_there_is_said(session: Session, asked: int | str, said: str) -> None:
    add_page(session, "https://a.test/404", state="failed", reason="HTTP 404")
    with pytest.raises(NotFound, match=said):
        find_article(session, asked)


def test_copies_have_the_original_first(session: Session) -> None:
    late = add_article(session, "https://b.test/1", "Salinan", "Sama", published_at=NOON)
    lone = add_article(session, "https://c.test/1", "Lain", "Beda")
    first = add_article(session, "https://z.test/1", "Asal", "Sama", sources=["Antara"])
    add_cluster(session, first, late)
    found = [(copy.url, copy.is_original) for copy in copies_of(session, late, COMPARER)]
    assert found == [("https://z.test/1", True), ("https://b.test/1", False)]
    assert [copy.url for copy in copies_of(session, lone, COMPARER)] == ["https://c.test/1"]


def test_versions_say_what_changed_word_by_word(session: Session) -> None:
    article = add_article(session, ONE, "Banjir", "Lima rumah rusak.\n\nWarga aman.")
    new = add_text(session, "Tujuh rumah rusak.\n\nWarga aman.\n\nAir surut.")
    article.text_id, article.title = new.id, "Banjir surut"
    add_revision(session, article, number=2)
    first, second = versions_of(session, article.id)
    assert (first.changes, first.fields) == ((), ())
    assert [(c.before, c.after) for c in second.changes] == [("Lima", "Tujuh"), ("", "Air surut.")]
    assert [(f.field, f.after) for f in second.fields] == [("title", "Banjir surut")]


def test_an_address_is_explained(chain: Session) -> None:
    run = add_run(chain)
    target = "https://far.test/x"
    add_page(chain, ONE, found_on_id=add_page(chain, TWO).id)
    add_page(chain, target, reason="offsite", run_id=run.id, found_on_id=add_page(chain, ONE).id)
    known = explain(chain, target)
    assert (known.state, known.reason, known.run) == ("skipped", "offsite", run.id)
    assert known.trail == (ONE, TWO)
    assert [(link.source, link.unfollowed) for link in known.links] == [(ONE, "offsite")]
    assert known.host is not None
    assert known.host.name == "far.test"


def test_an_address_that_leads_elsewhere_is_explained_with_its_article(chain: Session) -> None:
    add_page(chain, "https://old.test/1", alias_of_id=add_page(chain, ONE).id, reason="redirect")
    known = explain(chain, "https://old.test/1")
    assert (known.leads_to, known.article_url) == (ONE, ONE)


def test_pages_that_found_each_other_are_explained(chain: Session) -> None:
    add_page(chain, ONE, found_on_id=add_page(chain, TWO).id)
    add_page(chain, TWO, found_on_id=add_page(chain, ONE).id)
    assert explain(chain, ONE).trail == (TWO,)


def test_an_unknown_address_is_explained_by_what_is_near(chain: Session) -> None:
    known = explain(chain, "https://a.test/22")
    assert not known.is_known
    assert known.near[0] == TWO
    assert all(url.startswith("https://a.test/") for url in known.near)
    assert near(chain, "https://nobody.test/1") == []


def test_runs_are_listed_and_reported(session: Session) -> None:
    first, second = add_run(session), add_run(session, state="running", verdict=None)
    for number in range(3):
        add_page(
            session,
            f"https://a.test/f{number}",
            state="failed",
            reason="HTTP 404",
            run_id=second.id,
        )
    add_page(session, "https://b.test/1", run_id=second.id)
    assert [line.id for line in list_runs(session)] == [second.id, first.id]
    found = report(session, second.id)
    assert found.pages == {"done": 1, "failed": 3}
    assert found.reasons == (("failed", "HTTP 404", 3),)
    assert found.hosts == (("a.test", 3), ("b.test", 1))
    with pytest.raises(NotFound, match="no run"):
        report(session, 2**40)


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({"owner": "elsewhere:1"}, "running"),
        ({"heartbeat_at": NOON, "owner": "elsewhere:1"}, "interrupted"),
        ({"owner": f"{gethostname()}:{2**30}"}, "interrupted"),
    ],
    ids=["alive", "silent", "gone"],
)
def test_run_whose_program_is_gone_is_said_to_be_interrupted(
    session: Session, values: dict[str, object], state: str
) -> None:
    add_run(session, state="running", verdict=None, **({"heartbeat_at": utc_now()} | values))
    (line,) = list_runs(session)
    assert line.state == state


def test_everything_is_counted(chain: Session) -> None:
    add_cluster(chain, find_article(chain, ONE), find_article(chain, TWO))
    add_article(chain, "https://b.test/1", "Lain", "Lain", language=None, published_at=NOON)
    found = gather(chain)
    assert (found.articles, found.copies, found.clusters, found.links) == (5, 1, 1, 4)
    assert found.by_site == {"a.test": 4, "b.test": 1}
    assert found.by_language == {"id": 4, "": 1}
    assert found.by_kind == {"related": 2, "inline": 1, "readmore": 1}
    assert found.addresses == {"done": 5, "skipped": 1}
    assert found.newest_published == NOON
    assert found.database_bytes > 0


def test_an_empty_database_is_counted_too(session: Session) -> None:
    found = gather(session)
    assert (found.articles, found.copies, found.archived_bytes) == (0, 0, 0)
    assert found.newest_published is None
