"""The web page and the API over real HTTP, on a small database made by hand."""

import base64
import csv
import gzip
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from sqlalchemy import text

from db.config import load_config
from db.models import ArchivedPage
from db.sql.compression import pack
from db.sql.session import Database
from db.terms.errors import QuestionTooLong
from db.watches import watch_rows
from db.watches.check import check
from terkait.database import open_database
from terkait.web.read_only import Reader
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
from tests.web_server import WebServer

ONE, TWO, COPY = "https://a.test/1", "https://a.test/2", "https://b.test/9"
HOSTILE = (
    "=cmd()|' /C' <script>alert(1)</script> \x1b[31m\u202edrop\u202c "
    '"><img src=x onerror=y> {{7*7}}'
)
PAGE = b"""<html><head><title>x</title><script>alert(1)</script>
<style>p{color:red}</style><style>@import url(http://evil.test/)</style></head>
<body onload=alert(2)><h1>Banjir di kota</h1><p onclick=alert(3)>Lima rumah rusak.</p>
<img src=http://evil.test/x.png><a href=javascript:alert(4)>x</a><iframe src=//evil.test></iframe>
<form action=http://evil.test><button>y</button></form></body></html>"""
PARTS = ("", "/versions", "/copies", "/story", "/links", "/graph", "/visits")
PAGES = ("/", "/?q=banjir", "/runs", "/runs/1", "/sites", "/sites/a.test", "/frontier", "/explain",
         "/explain?url=a.test/1", "/api", "/?q=tidakada", "/frontier?state=skipped",
         "/watches", "/watches?name=cmd")  # fmt: skip


def fill(folder: Path) -> None:
    """A database with one of everything, hostile text in every field of one article."""
    database = open_database(load_config(data=folder), create=True)
    with database.write() as session:
        run = add_run(session, fetched=4, stored=3, failed=1, message=HOSTILE)
        first = add_article(session, ONE, "Banjir di kota", "Lima rumah rusak.\n\nWarga aman.",
                            published="2026-08-20T19:00:00+07:00", published_at=NOON)  # fmt: skip
        add_article(
            session, TWO, HOSTILE, f"Gempa. {HOSTILE}", run_id=run.id, authors=[HOSTILE],
            sources=[HOSTILE], topics=[HOSTILE], section=HOSTILE, dateline=HOSTILE, image=HOSTILE,
            published=HOSTILE, modified=HOSTILE, evidence={"title": HOSTILE}, page_type=HOSTILE,
        )  # fmt: skip
        copy = add_article(session, COPY, "Banjir (salinan)", "Lima rumah rusak.\n\nWarga aman.")
        add_cluster(session, first, copy)
        add_link(session, ONE, TWO, box=HOSTILE, anchor=HOSTILE, teaser=HOSTILE)
        add_link(session, ONE, "https://far.test/x", unfollowed=HOSTILE, position=2)
        add_page(session, "https://far.test/x", reason=HOSTILE, run_id=run.id)
        first.text_id = add_text(session, "Tujuh rumah rusak.\n\nWarga aman.").id
        first.revisions = 2
        session.flush()
        add_revision(session, first, number=2)
        archived = ArchivedPage(
            page_id=add_page(session, ONE).id, run_id=run.id, url=ONE, status=200,
            headers={"x": HOSTILE}, fetched_at=NOON, size=len(PAGE), body=pack(PAGE),
        )  # fmt: skip
        session.add(archived)
        session.flush()
        first.archive_id = archived.id
        watch_rows.add(session, "cmd", "gempa", webhook=None, mail=None, now=NOON)
        kept = watch_rows.get(session, "cmd")
        kept.last_article_id, kept.problem = 0, HOSTILE
        check(session, kept, zone=UTC, now=NOON)
    database.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("web")
    fill(made)
    return made


@pytest.fixture(scope="module")
def web(folder: Path) -> Iterator[WebServer]:
    with WebServer(load_config(data=folder, timezone="Asia/Jakarta")) as server:
        yield server


class Elements(HTMLParser):
    """The elements of a page and their attributes; text is kept apart."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.said: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def every_page() -> list[str]:
    return [*PAGES, *(f"/articles/{key}{part}" for key in (1, 2, 3) for part in PARTS)]


def test_every_page_answers_and_runs_only_our_scripts(web: WebServer) -> None:
    for path in every_page():
        answer = web.get(path)
        assert answer.status == 200, (path, answer.text)
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        page = Elements(answer.text)
        for tag, attributes in page.tags:
            assert tag != "script" or (attributes["src"] or "").startswith("/static/"), path
            assert not any(name.startswith("on") for name in attributes), path
            assert tag not in ("img", "style"), path
            for name in ("href", "src", "action"):
                assert (attributes.get(name) or "/").startswith(("/", "#", "http")), (path, name)
        assert not {"\x1b", "\u202e"} & set("".join(page.said)), path
        assert {tag for tag, _ in page.tags} >= {"main", "h1" if path != "/" else "main"} - (
            {"h1"} if path.startswith("/?") else set()
        )


def test_addresses_of_hostile_articles_lead_nowhere_else(web: WebServer) -> None:
    page = Elements(web.get("/articles/2").text)
    assert "alert(1)" in "".join(page.said)
    assert "49" not in "".join(page.said).split()


def test_csv_has_no_formula(web: WebServer) -> None:
    answer = web.get("/api/export?format=csv")
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert len(rows) == 4
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@", "-"))]
    runs = web.get("/runs.csv").text
    assert not [c for row in csv.reader(io.StringIO(runs)) for c in row if c.startswith("=")]


def test_a_result_goes_out_in_every_format(web: WebServer) -> None:
    parquet = web.get("/api/export?format=parquet&q=rumah")
    assert parquet.body[:4] == parquet.body[-4:] == b"PAR1"
    warc = web.get("/api/export?format=warc")
    assert PAGE in gzip.decompress(warc.body)
    assert "articles.warc.gz" in warc.headers["Content-Disposition"]
    graph = ElementTree.fromstring(web.get("/api/export?format=graphml").body)
    assert graph.tag.endswith("graphml")
    lines = web.get("/api/export?q=rumah").text.splitlines()
    assert [json.loads(line)["id"] for line in lines] == [1, 3]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/api/articles?limit=0", "limit must be 1 or more"),
        ("/api/articles?limit=x", "limit must be a whole number"),
        ("/api/articles?sort=worst", "sort must be 'relevance', 'newest', 'oldest' or 'changed'"),
        ("/api/lookup", "url is missing"),
        ("/api/articles?q=" + "x" * 2_001, "q must have at most 2000 characters"),
    ],
)
def test_wrong_parameters_are_said_in_words_of_ours(web: WebServer, path: str, said: str) -> None:
    assert web.get(path).json == {"error": said}


def test_the_feed_is_xml_with_the_newest(web: WebServer) -> None:
    answer = web.get("/feed.xml?q=gempa+OR+banjir")
    assert answer.headers["Content-Type"].startswith("application/rss+xml")
    items = ElementTree.fromstring(answer.body).findall("channel/item")
    assert [item.findtext("link") for item in items] == [ONE, COPY, TWO]
    assert items[0].findtext("pubDate") == "Thu, 20 Aug 2026 19:00:00 +0700"


def test_a_watch_is_a_page_a_feed_and_json(web: WebServer) -> None:
    items = ElementTree.fromstring(web.get("/watches/cmd/feed.xml").body).findall("channel/item")
    assert [item.findtext("link") for item in items] == [TWO]
    assert "\x1b" not in web.get("/watches/cmd/feed.xml").text
    (event,) = json.loads(web.get("/api/watches?name=cmd").body)["events"]
    assert (event["kind"], event["title"]) == ("new", HOSTILE)
    assert web.get("/watches?name=nobody").status == 404
    assert web.get("/watches/nobody/feed.xml").status == 404


def test_the_api_finds_pages_and_chosen_fields(web: WebServer) -> None:
    first = web.get("/api/articles?q=rumah&limit=1&fields=id,site").json
    assert (first["total"], first["items"]) == (2, [{"id": 3, "site": "b.test"}])
    second = web.get(f"/api/articles?q=rumah&limit=1&fields=id&cursor={first['next']}").json
    assert (second["items"], second["next"]) == ([{"id": 1}], None)


def test_answers_have_a_tag_that_saves_the_second(web: WebServer) -> None:
    tag = web.get("/api/articles/1").headers["ETag"]
    again = web.get("/api/articles/1", {"If-None-Match": tag})
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/articles/99", 404),
        ("/api/articles/99999999999999999999999", 422),
        ("/api/articles?cursor=x", 400),
        ("/api/articles?fields=nope", 400),
        ("/api/articles?limit=0", 422),
        ("/api/articles?q=" + "x" * 2_001, 422),
        ("/api/articles?q=" + "x" * 9_000, 414),
        ("/api/lookup?url=%00", 400),
        ("/api/path?from=1&to=99", 404),
        ("/api/articles/1/diff?before=1&after=9", 404),
        ("/api/runs/99", 404),
        ("/api/runs/99/events", 404),
        ("/api/sites/no.test", 404),
        ("/api/nothing", 404),
    ],
)
def test_what_cannot_be_answered_says_why(web: WebServer, path: str, status: int) -> None:
    answer = web.get(path)
    assert answer.status == status
    assert status == 414 or answer.json["error"]


def test_every_route_of_the_api_answers(web: WebServer) -> None:
    described = web.get("/api/openapi.json").json["paths"]
    filled = {"article_id": "1", "run_id": "1", "site": "a.test"}
    asked = {"/api/lookup": "?url=a.test/1", "/api/path": "?from=1&to=2",
             "/api/explain": "?url=a.test/1"}  # fmt: skip
    for path in described:
        answer = web.get(path.format(**filled) + asked.get(path, ""))
        assert answer.status == 200, (path, answer.text)
    assert len(described) > 20


def test_examples_have_the_keys_of_real_answers(web: WebServer) -> None:
    filled = {"article_id": "1", "run_id": "1", "site": "a.test"}
    asked = {"/api/lookup": "?url=a.test/1", "/api/path": "?from=1&to=2",
             "/api/explain": "?url=a.test/1"}  # fmt: skip
    seen = 0
    for path, described in web.get("/api/openapi.json").json["paths"].items():
        content = described["get"]["responses"]["200"].get("content", {})
        shown = content.get("application/json", {}).get("example")
        if path.startswith("/api/") and shown is not None:
            seen += 1
            answer = web.get(path.format(**filled) + asked.get(path, "")).json
            assert shown.keys() <= answer.keys(), path
            for name, value in shown.items():
                if name == "items" and answer["items"] and path != "/api/watches":
                    assert value[0].keys() <= answer["items"][0].keys(), path
    assert seen == 23


def test_only_reading_is_answered(web: WebServer) -> None:
    assert web.get("/api/articles", method="POST").status == 405
    assert web.get("/api/articles", method="OPTIONS").status == 405
    assert "Access-Control-Allow-Origin" not in web.get("/api/articles").headers


def test_another_name_for_this_machine_is_refused(web: WebServer) -> None:
    assert web.get("/", {"Host": "evil.test"}).status == 421
    assert web.get("/", {"Host": "localhost:1"}).status == 200


def test_versions_and_copies_show_what_changed(web: WebServer) -> None:
    diff = web.get("/api/articles/1/diff").json
    words = [p["text"] for pair in diff["paragraphs"] for p in pair["after"] if p["is_different"]]
    assert words == ["Tujuh"]
    for view in ("side", "inline"):
        page = web.get(f"/articles/1/versions?view={view}").text
        assert "<del>Lima</del>" in page
        assert "<ins>Tujuh</ins>" in page
    assert "<ins>Lima</ins>" in web.get("/articles/3/copies").text


def test_an_archived_page_can_do_nothing(web: WebServer) -> None:
    answer = web.get("/articles/1/archive/page")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox;")
    page = Elements(answer.text)
    assert not {tag for tag, _ in page.tags} & {"script", "iframe", "object", "link", "base"}
    allowed = {"style", "charset", "class", "id", "title", "data-field"}
    assert not {name for _, attributes in page.tags for name in attributes} - allowed
    assert "evil.test" not in answer.text
    marked = [tag for tag, attributes in page.tags if "outline" in (attributes.get("style") or "")]
    assert marked == ["h1"]
    assert "alert(1)" in "".join(Elements(web.get("/articles/1/archive").text).said)


def test_times_are_in_the_readers_zone_with_utc_beside(web: WebServer) -> None:
    assert "20 Aug 2026, 19:00 WIB" in web.get("/articles/1").text
    assert "12:00 UTC" in web.get("/articles/1").text


def test_an_address_leads_to_its_article_or_its_explanation(web: WebServer) -> None:
    assert web.get(f"/?q={ONE}").headers["Location"] == "/articles/1"
    assert web.get("/?q=https://far.test/x").headers["Location"].startswith("/explain?url=")


def test_progress_is_told_until_the_run_has_ended(web: WebServer) -> None:
    events = web.get("/api/runs/1/events")
    assert events.headers["Content-Type"].startswith("text/event-stream")
    told = [line for line in events.text.splitlines() if line.startswith('data: {"due"')]
    assert json.loads(told[0].removeprefix("data: "))["fetched"] == 4
    assert events.text.rstrip().endswith("event: end\ndata: {}")


def test_a_question_that_takes_too_long_is_given_up(database_url: str) -> None:
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n"
    database = Database(database_url)
    reader = Reader(database, seconds=0.3)
    with pytest.raises(QuestionTooLong, match="longer than"), reader.session() as session:
        session.execute(text(endless))
    with reader.session() as session:
        assert session.scalar(text("SELECT 1")) == 1
    database.close()


def test_an_empty_database_says_what_to_do(tmp_path: Path) -> None:
    with WebServer(load_config(data=tmp_path)) as server:
        for path in ("/", "/runs", "/sites", "/frontier"):
            assert "terkait " in server.get(path).text, path
        assert server.get("/api/articles").json["total"] == 0


def test_with_a_key_every_answer_but_health_needs_it(folder: Path) -> None:
    key = "geheim-kunci"
    basic = base64.b64encode(f"me:{key}".encode()).decode()
    with WebServer(load_config(data=folder, web_key=key)) as server:
        for path in ("/", "/api/articles", "/static/app.css", "/api/openapi.json", "/feed.xml"):
            assert server.get(path).status == 401, path
            assert server.get(path, {"Authorization": f"Bearer {key}x"}).status == 401
            assert server.get(path, {"Authorization": "Basic !"}).status == 401
            assert server.get(path, {"Authorization": f"Bearer {key}"}).status == 200
        named = {"Authorization": f"Basic {basic}", "Host": "news.example"}
        assert server.get("/", named).status == 200
        assert server.get("/healthz").json == {"status": "ok"}


def test_the_graph_is_left_to_one_box(web: WebServer) -> None:
    boxes = {edge["box"] for edge in json.loads(web.get("/api/articles/1/links").body)["items"]}
    assert HOSTILE in boxes
    whole = web.get("/articles/1/graph").text
    ours = web.get(f"/articles/1/graph?box={quote(HOSTILE)}").text
    other = web.get("/articles/1/graph?box=Nothing").text
    assert "Nothing is linked" not in whole + ours
    assert "Nothing is linked with this article by this kind, box or site" in other


def test_times_at_either_end_of_the_calendar_break_no_page(tmp_data: Path) -> None:
    config = load_config(timezone="Asia/Jakarta")
    database = open_database(config, create=True)
    ends = [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, tzinfo=UTC)]
    with database.write() as session:
        told = [
            add_article(session, f"https://a.test/{at.year}", "Banjir di kota", "Warga aman.",
                        published=at.isoformat(), published_at=at)
            for at in ends
        ]  # fmt: skip
        add_cluster(session, *told)
        add_link(session, *(article.url for article in told))
    database.close()
    with WebServer(config) as web:
        for path in ("/?q=banjir", "/sites", "/sites/a.test", "/feed.xml", "/articles/2",
                     "/articles/2/copies", "/articles/1/story", "/articles/1/links"):  # fmt: skip
            assert web.get(path).status == 200, path
