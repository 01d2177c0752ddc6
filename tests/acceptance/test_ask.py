"""The asking commands as a user types them."""

import base64
import csv
import io
import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from db.config import load_config
from db.models import ArchivedPage, Host
from db.sql.compression import pack
from db.sql.session import Database
from terkait.database import open_database
from tests.acceptance.terminal import terkait
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

ONE, TWO, COPY = "https://a.test/1", "https://a.test/2", "https://b.test/9"
FAR = "https://far.test/x"
HOSTILE = "=cmd() \x1b[31mBanjir\x1b[0m [bold]\u202e"


def fill(session: Session) -> None:
    """A small database that has one of everything."""
    run = add_run(session, fetched=4, stored=3, failed=1)
    first = add_article(
        session, ONE, "Banjir di kota", "Lima rumah rusak.\n\nWarga aman.", published_at=NOON
    )
    add_article(session, TWO, HOSTILE, "Gempa terasa.", run_id=run.id)
    copy = add_article(session, COPY, "Banjir (salinan)", "Lima rumah rusak.\n\nWarga aman.")
    add_cluster(session, first, copy)
    add_page(session, "https://a.test/amp/1", alias_of_id=add_page(session, ONE).id)
    add_link(session, ONE, TWO)
    add_link(session, ONE, FAR, unfollowed="offsite", position=2)
    add_page(session, FAR, reason="offsite", found_on_id=add_page(session, ONE).id)
    gone = {"missing": 2, "gone_at": NOON, "visits": 3, "changes": 1, "changed_at": NOON}
    add_page(session, "https://a.test/3", state="failed", reason="HTTP 404", run_id=run.id, **gone)
    resting = add_page(session, "https://c.test/1", state="failed", reason="host rests: timeout")
    host = session.get_one(Host, resting.host_id)
    host.problem, host.rest_until = "timeout", NOON.replace(year=2099)
    first.text_id = add_text(session, "Tujuh rumah rusak.\n\nWarga aman.").id
    first.revisions = 2
    session.flush()
    add_revision(session, first, number=2)


@contextmanager
def written() -> Iterator[Session]:
    """The data folder's database, made where there is none."""
    database = open_database(load_config(), create=True)
    with database.write() as session:
        yield session
    database.close()


@pytest.fixture
def filled(tmp_data: Path) -> Path:
    """A data folder with that database."""
    with written() as session:
        fill(session)
    return tmp_data


def values(*arguments: str) -> list[Any]:
    """What ``--json`` prints, one value a line."""
    done = terkait(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_search_finds_best_first(filled: Path) -> None:
    hits = values("search", "banjir", "-gempa")
    assert [hit["url"] for hit in hits] == [COPY, ONE]
    shown = terkait("search", "banjir", "--site", "b.test")
    assert "Banjir (salinan)" in shown.stdout
    assert ONE not in shown.stdout


def test_search_without_a_hit_says_so(filled: Path) -> None:
    done = terkait("search", "tidakada")
    assert (done.returncode, done.stdout) == (0, "")
    assert "nothing found" in done.stderr


def test_search_takes_fields_and_orders_and_tells_the_total(filled: Path) -> None:
    done = terkait("search", "title:banjir", "-is:copy", "OR", "--sort", "newest")
    assert ONE in done.stdout
    assert COPY not in done.stdout
    assert "1 of 1" in done.stderr
    assert "did you mean a.test" in terkait("search", "banjir", "site:a").stderr


def test_show_gives_everything_known(filled: Path) -> None:
    (known,) = values("show", "https://a.test/amp/1")
    assert known["url"] == ONE
    assert known["aliases"] == ["https://a.test/amp/1"]
    assert [link["url"] for link in known["related"]] == [TWO, FAR]
    assert [version["number"] for version in known["versions"]] == [1, 2]
    assert [copy["url"] for copy in known["copies"]] == [COPY]
    shown = terkait("show", str(known["id"])).stdout
    assert "Tujuh rumah rusak." in shown
    assert "skipped (offsite)" in shown


def test_related_leads_in_both_directions(filled: Path) -> None:
    (around,) = values("related", TWO, "--hops", "2")
    found = [(one["hop"], one["direction"], one["url"]) for one in around["related"]]
    assert found == [(1, "in", ONE), (2, "out", FAR)]


def test_copies_have_the_original_first(filled: Path) -> None:
    assert [copy["url"] for copy in values("copies", COPY)] == [ONE, COPY]


def test_history_shows_the_words_that_changed(filled: Path) -> None:
    changes = values("history", ONE)[1]["changes"]
    assert [(change["before"], change["after"]) for change in changes] == [("Lima", "Tujuh")]
    assert "- Lima\n+ Tujuh\n" in terkait("history", ONE).stdout


def test_explain_says_why(filled: Path) -> None:
    assert "on a site outside the crawl" in terkait("explain", FAR).stdout
    assert "given up: HTTP 404" in terkait("explain", "a.test/3").stdout
    assert (
        "confirmed by a second visit at 2026-08-20 12:00Z" in terkait("explain", "a.test/3").stdout
    )
    assert "before 2099-08-20 12:00Z" in terkait("explain", "c.test/1").stdout
    unknown = terkait("explain", "https://a.test/33")
    assert (unknown.returncode, "not known" in unknown.stdout) == (0, True)


def test_looks_at_a_page_and_the_rest_of_its_host_are_told(filled: Path) -> None:
    (gone,) = values("explain", "https://a.test/3")
    assert (gone["looks"]["visits"], gone["looks"]["gone_at"]) == (3, "2026-08-20T12:00:00+00:00")
    (resting,) = values("explain", "https://c.test/1")
    assert resting["host"]["problem"] == "timeout"
    (article,) = values("show", ONE)
    assert article["looks"]["next_visit_at"] is None
    assert "next visit\tnone is planned" in terkait("show", ONE).stdout
    Path("terkait.toml").write_text('[[sites]]\nname = "c"\nseeds = ["https://c.test/1"]\n')
    (site,) = values("sites", "list")
    assert [(host["name"], host["problem"]) for host in site["resting"]] == [("c.test", "timeout")]
    assert datetime.fromisoformat(site["next_at"]) > datetime.now(UTC)


def test_runs_and_stats_count(filled: Path) -> None:
    (line,) = values("runs")
    (run,) = values("runs", str(line["id"]))
    assert run["reasons"] == [["failed", "HTTP 404", 1]]
    (stats,) = values("stats")
    assert (stats["articles"], stats["copies"], stats["links"]) == (3, 1, 2)


def test_export_writes_lines_or_cells_that_are_no_formulas(filled: Path) -> None:
    records = values("export")
    assert [record["url"] for record in records] == [ONE, TWO, COPY]
    assert records[1]["title"] == HOSTILE
    rows = list(csv.DictReader(io.StringIO(terkait("export", "--format", "csv").stdout)))
    assert rows[1]["title"].startswith("'=cmd()")


def test_an_exported_file_appears_when_it_is_complete(filled: Path) -> None:
    done = terkait("export", "--out", "articles.jsonl", "--site", "a.test")
    assert (done.returncode, done.stdout) == (0, "")
    assert "2 articles written" in done.stderr
    assert len(Path("articles.jsonl").read_text(encoding="utf-8").splitlines()) == 2
    assert not list(Path().glob(".articles*"))
    failed = terkait("export", "--out", "nofolder/articles.jsonl")
    assert failed.returncode == 1
    assert failed.stderr.startswith("terkait: nofolder/articles.jsonl cannot be written")


def test_a_watch_is_kept_shown_and_removed(filled: Path) -> None:
    assert terkait("watch").stderr.startswith("nothing is watched yet")
    assert terkait("watch", "add", "air", "rob OR", "tanggul").returncode == 0
    assert terkait("watch", "add", "air", "x").returncode == 1
    mailed = terkait("watch", "add", "pos", "x", "--mail", "ani@news.example")
    assert "no mail is sent until TERKAIT_MAIL_SERVER is set" in mailed.stderr
    assert values("watch", "list")[0]["query"] == "rob OR tanggul"
    with written() as session:
        add_article(session, "https://a.test/rob", f"Rob {HOSTILE}", "Isi")
    (event,) = values("watch")
    assert (event["kind"], event["url"]) == ("new", "https://a.test/rob")
    shown = terkait("watch").stdout
    assert "https://a.test/rob" in shown
    assert "\x1b" not in shown
    assert values("watch", "test", "air")[0]["total"] == 1
    assert terkait("watch", "test", "air", "--send").returncode == 2
    assert terkait("watch", "remove", "air").returncode == 0
    assert terkait("watch", "remove", "air").returncode == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("a/b", "x"),
        ("ok", "-x"),
        ("ok", "x", "--webhook", "file:///etc/passwd"),
        ("ok", "x", "--mail", "a@b.test\nBcc: c@d.test"),
    ],
)
def test_a_watch_that_makes_no_sense_is_refused(filled: Path, arguments: tuple[str, ...]) -> None:
    done = terkait("watch", "add", *arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_an_archived_page_is_printed_byte_for_byte(filled: Path) -> None:
    body = b"<p>\xff\x00\x1b[31m\r\n</p>"
    with written() as session:
        page = add_page(session, ONE)
        headers = {"content-type": "text/html", "x": "a\x1b[31m"}
        session.add(
            ArchivedPage(
                page_id=page.id,
                url=ONE,
                status=200,
                headers=headers,
                fetched_at=NOON,
                size=len(body),
                body=pack(body),
            )
        )
    # the address that leads there, without its scheme
    program = [sys.executable, "-m", "terkait", "raw", "a.test/amp/1"]
    assert subprocess.run(program, capture_output=True, timeout=60, check=True).stdout == body
    shown = terkait("raw", ONE, "--headers").stdout
    assert shown.startswith(f"200 {ONE}")
    assert "\x1b" not in shown
    (value,) = values("raw", ONE)
    assert base64.b64decode(value["body"]) == body
    assert terkait("raw", TWO).stderr.startswith(f"terkait: nothing of {TWO} is in the archive")


@pytest.mark.parametrize(
    "command", [("search", "cmd"), ("show", "2"), ("related", ONE), ("stats",)]
)
def test_nothing_from_the_web_reaches_the_terminal(filled: Path, command: tuple[str, ...]) -> None:
    shown = terkait(*command).stdout
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_on_a_terminal_there_are_colours_but_only_ours(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    coloured = on_terminal("search", "cmd")
    assert "\x1b[1m" in coloured
    assert "\x1b[31m" not in coloured
    assert "[bold]" in coloured
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[3" not in on_terminal("search", "cmd")


@pytest.mark.parametrize("form", ["csv", "graphml", "jsonl"])
def test_export_steers_no_terminal(filled: Path, form: str) -> None:
    shown = on_terminal("export", "--format", form)
    assert "[bold]" in shown
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202e]", shown)


def on_terminal(*arguments: str) -> str:
    """What a terminal receives."""
    master, slave = pty.openpty()
    with os.fdopen(master, "rb") as screen:
        program = [sys.executable, "-m", "terkait", *arguments]
        done = subprocess.run(program, stdout=slave, stdin=slave, timeout=60, check=True)
        os.close(slave)
        assert done.returncode == 0
        return screen.read1(100_000).decode()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("show", "99"), 1, "terkait: there is no article 99"),
        (("show", "https://a.test/3"), 1, "failed (HTTP 404)"),
        (("show", "https://nobody.test/"), 1, "is not known"),
        (("runs", "99"), 1, "terkait: there is no run 99"),
        (("runs", "abc"), 2, "terkait: 'abc' is no run"),
        (("show", "ftp://a.test/"), 2, "ftp: is not http or https"),
        (("export", "--run", "9" * 20), 2, "is more than"),
        (("export", "--limit", "9" * 20), 2, "is more than"),
        (("related", "1", "--limit", "9" * 20), 2, "is more than"),
        (("crawl", "a.test", "--max-pages", "9" * 20), 2, "is more than"),
        (("export", "--run", "99"), 0, "there is no run 99"),
        (("search", "run:99"), 0, "there is no run 99"),
        (("search", "auther:ani"), 0, "did you mean author: ?"),
        (("sites", "test", "nosuch"), 2, "terkait.toml has no site called 'nosuch'"),
        (("related", "http://"), 2, "terkait: "),
        (("search", "--", "-banjir"), 2, "at least one word"),
        (("search", "x", "--sit", "y"), 2, "No such option"),
        (("search", "x", "--since", "kemarin"), 2, "terkait: --since"),
        (("export", "--format", "xml"), 2, "Invalid value"),
        (("nosuch",), 2, "No such command"),
        (("serach", "x"), 2, "Did you mean search?"),
    ],
)
def test_bad_input_gets_a_clear_line(
    filled: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    done = terkait(*arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_database_the_line_says_what_to_do(tmp_data: Path) -> None:
    done = terkait("stats")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("terkait: nothing has been crawled yet here")
    assert not list(tmp_data.iterdir())


def test_a_file_that_is_no_database_is_said(tmp_data: Path) -> None:
    (tmp_data / "terkait.db").write_bytes(b"no database " * 500)
    done = terkait("stats")
    assert done.returncode == 1
    assert "not a database" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_embedded_database_that_is_behind_is_brought_up_to_date(tmp_data: Path) -> None:
    (tmp_data / "terkait.db").touch()
    assert values("stats")[0]["articles"] == 0


def test_a_configured_database_refuses_until_it_is_upgraded(
    tmp_data: Path, empty_database_url: str
) -> None:
    settings = {"TERKAIT_DATABASE_URL": empty_database_url}
    refused = terkait("stats", settings=settings)
    assert refused.returncode == 1
    assert "terkait db upgrade" in refused.stderr
    assert terkait("db", "check", settings=settings).returncode == 1
    assert terkait("db", "upgrade", settings=settings).returncode == 0
    assert terkait("db", "check", settings=settings).returncode == 0
    assert terkait("stats", settings=settings).returncode == 0


def test_check_names_a_difference(filled: Path) -> None:
    database = Database.of(load_config())
    with database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE texts ADD COLUMN extra INTEGER")
    database.close()
    done = terkait("db", "check")
    assert done.returncode == 1
    assert "extra" in done.stdout


@pytest.mark.parametrize("arguments", [("export",), ("stats", "--json"), ("search", "banjir")])
def test_a_reader_that_has_enough_is_no_error(filled: Path, arguments: tuple[str, ...]) -> None:
    read, write = os.pipe()
    os.close(read)
    program = [sys.executable, "-m", "terkait", *arguments]
    done = subprocess.run(
        program, stdout=write, stderr=subprocess.PIPE, text=True, timeout=60, check=False
    )
    os.close(write)
    assert done.stderr == ""
    assert done.returncode == 141


@pytest.mark.parametrize("signs", ["*", "-", "🌊", '""', "?! ..."])
def test_signs_alone_find_nothing(filled: Path, signs: str) -> None:
    done = terkait("search", "--json", "--", signs)
    said = "nothing found: signs alone are no words\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, "", said)


def test_asking_loads_neither_scrapy_nor_celery(filled: Path) -> None:
    code = "import sys, terkait.cli as c; c.main(['search', 'banjir'], standalone_mode=False); "
    code += "heavy = {'alembic', 'scrapy', 'celery', 'psycopg', 'pydantic_settings', 'rich', "
    code += "'requests', 'tldextract', 'fastapi', 'sqlalchemy.dialects.postgresql'}; "
    code += "sys.exit(','.join(heavy & sys.modules.keys()) or None)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "2 of 2\n")
