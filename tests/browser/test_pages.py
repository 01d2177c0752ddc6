"""The pages in a real Chromium: drawings, keys, themes, a phone, and what axe finds."""

import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from db.config import load_config
from db.models import Run
from db.queries.search.results import search
from db.runs.ownership import this_process
from db.sql.session import Database
from db.sql.types import utc_now
from terkait.database import open_database
from tests.browser.conftest import Watched
from tests.rows import add_article, add_cluster, add_link, add_revision, add_run
from tests.web_server import WebServer

AXE = (Path(__file__).parent / "axe.min.js").read_text(encoding="utf-8")
#: waits until the browser has drawn what stands now
TWO_FRAMES = (
    "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))"
)
PARTS = (
    "",
    "/versions",
    "/copies",
    "/story",
    "/links",
    "/graph",
    "/visits",
    "/archive",
    "/evidence",
)
PATHS = ["/", "/?q=jembatan", "/?q=tidakada", "/runs", "/runs/1", "/sites", "/sites/127.0.0.1",
         "/frontier", "/explain", "/watches", "/api", "/nothing"]  # fmt: skip


@pytest.fixture(scope="session")
def copied(demo_folder: Path) -> int:
    """An article that has a copy."""
    database = open_database(load_config(data=demo_folder))
    with database.read() as session:
        found = search(session, "has:copies is:original", limit=1)
    database.close()
    return found[0].id


@pytest.mark.timeout(600)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(page: Watched, copied: int, theme: str) -> None:
    page.page.emulate_media(color_scheme=theme)
    for path in [*PATHS, *(f"/articles/{copied}{part}" for part in PARTS)]:
        shown = page.open(path)
        shown.evaluate(AXE)
        found = shown.evaluate("axe.run(document, {iframes: false})")
        serious = [
            (
                path,
                fault["id"],
                fault["nodes"][0]["html"][:200],
                fault["nodes"][0]["failureSummary"],
            )
            for fault in found["violations"]
            if fault["impact"] in ("serious", "critical")
        ]
        assert serious == []
    page.faults = [fault for fault in page.faults if "404" not in fault]


def test_no_page_is_wider_than_a_phone(page: Watched, copied: int) -> None:
    page.page.set_viewport_size({"width": 320, "height": 844})
    for path in [*PATHS, *(f"/articles/{copied}{part}" for part in PARTS)]:
        shown = page.open(path)
        assert shown.evaluate("document.documentElement.scrollWidth") <= 320, path
    page.faults = [fault for fault in page.faults if "404" not in fault]


def test_words_without_an_end_make_no_page_wider(
    chromium: Any, tmp_path: Path, sqlite_template: Path
) -> None:
    (tmp_path / "terkait.db").write_bytes(sqlite_template.read_bytes())
    config = load_config(data=tmp_path)
    database = open_database(config)
    long, url = "Kata" * 1_000, f"https://{'sub.' * 40}a.test/{'x' * 1_500}"
    with database.write() as session:
        run = add_run(session, message=long, seeds=[url], verdict="degraded")
        first = add_article(session, url, long, long, authors=[long], section=long, run_id=run.id)
        copy = add_article(session, "https://a.test/2", "Salinan", long, topics=[long])
        add_cluster(session, first, copy)
        add_link(session, copy.url, url, box=long, anchor=long)
        first.title = "Banjir"
        add_revision(session, first, number=2)
        first.revisions = 2
    database.close()
    shown = chromium.new_page()
    shown.set_viewport_size({"width": 320, "height": 844})
    parts = [f"/articles/1{part}" for part in (*PARTS[:-2], "/versions?view=inline")]
    with WebServer(config) as server:
        for path in ["/", "/runs", "/runs/1", "/sites", "/sites/a.test", "/frontier", *parts]:
            assert shown.goto(server.url + path).status == 200, path
            assert shown.evaluate("document.documentElement.scrollWidth") <= 320, path
    shown.close()


def test_on_a_phone_the_chosen_tab_is_in_sight(page: Watched, copied: int) -> None:
    page.page.set_viewport_size({"width": 390, "height": 844})
    shown = page.open(f"/articles/{copied}/evidence")
    box = shown.locator(".tabs [aria-current]").bounding_box()
    assert 0 <= box["x"] <= box["x"] + box["width"] <= 390


def test_slash_searches_and_j_and_k_walk(page: Watched) -> None:
    shown = page.open("/?q=jembatan")
    titles = shown.locator(".hit h2 a").all_text_contents()
    for key in ("j", "j", "j", "k"):
        shown.keyboard.press(key)
    assert shown.evaluate("document.activeElement.textContent") == titles[1]
    shown.keyboard.press("/")
    assert shown.evaluate("document.activeElement.id") == "q"
    shown.keyboard.type("gunung j")
    shown.keyboard.press("Enter")
    shown.wait_for_url("**/?q=gunung+j")


def test_a_facet_narrows_without_a_new_page_and_back_undoes_it(page: Watched) -> None:
    shown = page.open("/?q=jembatan")
    shown.evaluate("window.kept = true")
    total = shown.locator(".total").text_content()
    shown.locator(".facets a", has_text="127.0.0.2").click()
    shown.wait_for_url("**site%3A127.0.0.2**")
    shown.wait_for_function("() => document.querySelector('#q').value.includes('site:')")
    assert shown.evaluate("window.kept") is True
    assert shown.locator(".total").text_content() != total
    assert shown.locator(".days canvas").count() <= 1
    shown.go_back()
    shown.wait_for_function(f"() => document.querySelector('.total').textContent === {total!r}")


def test_the_keyboard_stays_on_the_facet_or_order_that_it_chose(page: Watched) -> None:
    shown = page.open("/?q=gunung")
    for link, address in ((".facets a", "*%3A*"), (".sorts a:not([aria-current])", "*sort=*")):
        shown.locator(link).first.focus()
        choice = shown.evaluate("document.activeElement.dataset.choice")
        shown.keyboard.press("Enter")
        shown.wait_for_url(f"**/?q=gunung{address}")
        shown.wait_for_function(
            "(choice) => document.activeElement?.dataset.choice === choice"
            " && document.activeElement.hasAttribute('aria-current')",
            arg=choice,
        )
        assert choice
        assert shown.evaluate("document.activeElement.dataset.choice") == choice


def test_a_span_of_days_that_is_dragged_over_filters(page: Watched) -> None:
    shown = page.open("/?q=sagara")
    chart = shown.locator(".u-over")
    chart.wait_for()
    box = chart.bounding_box()
    shown.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 30)
    shown.mouse.down()
    shown.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + 30, steps=5)
    shown.mouse.up()
    shown.wait_for_url("**since%3A**")
    assert "until:" in shown.locator("#q").input_value()
    assert shown.locator(".hit").count() > 0


def test_the_graph_is_drawn_dragged_and_clicked(page: Watched) -> None:
    shown = page.open("/articles/1/graph")
    shown.wait_for_function("() => document.querySelector('[data-graph]').terkaitDrawing")
    # the node that stands most by itself, so that none other is under the pointer
    shown.evaluate("""() => { const drawing = document.querySelector('[data-graph]').terkaitDrawing;
        const gap = (node) => Math.min(...drawing.nodes().not(node).map((other) => Math.hypot(
            node.position('x') - other.position('x'), node.position('y') - other.position('y'))));
        const read = drawing.nodes('[?is_read][!is_asked]');
        window.chosen = read.sort((a, b) => gap(b) - gap(a))[0]; }""")
    at = """() => { const box = document.querySelector('[data-graph]').getBoundingClientRect();
        const place = window.chosen.renderedPosition();
        return {x: box.x + place.x, y: box.y + place.y, href: window.chosen.data('href'),
                count: window.chosen.cy().nodes().length}; }"""
    shown.locator("[data-graph]").scroll_into_view_if_needed()
    shown.evaluate(TWO_FRAMES)  # what is under the pointer is known once it has been drawn
    before = shown.evaluate(at)
    assert before["count"] > 5
    shown.mouse.move(before["x"], before["y"])
    shown.mouse.down()
    shown.mouse.move(before["x"] + 12, before["y"] + 9, steps=8)
    shown.mouse.up()
    after = shown.evaluate(at)
    assert abs(after["x"] - before["x"] - 12) < 6
    shown.mouse.click(after["x"], after["y"])
    shown.wait_for_url(f"**{before['href']}")


def test_the_theme_is_chosen_and_kept(page: Watched) -> None:
    page.page.emulate_media(color_scheme="light")
    shown = page.open("/runs")
    paper = "getComputedStyle(document.body).backgroundColor"
    light = shown.evaluate(paper)
    shown.locator("[data-theme-button]").click()
    dark = shown.evaluate(paper)
    assert dark != light
    shown.reload()
    assert shown.evaluate(paper) == dark
    shown.evaluate("localStorage.clear()")


def test_a_run_under_way_counts_on_and_ends(page: Watched, demo_folder: Path) -> None:
    database = open_database(load_config(data=demo_folder))
    with database.write() as session:
        run = add_run(session, state="running", verdict=None, owner=this_process(),
                      finished_at=None, heartbeat_at=utc_now(), job="live")  # fmt: skip
        key = run.id
    shown = page.open(f"/runs/{key}")
    assert shown.locator("[data-state]").text_content().strip() == "running"
    _set(database, key, fetched=41)
    shown.wait_for_function(
        "() => document.querySelector('[data-count=fetched]').textContent === '41'"
    )
    ended = threading.Timer(0.5, _set, (database, key), {"state": "finished", "verdict": "ok"})
    ended.start()
    # the page loads again at the end: for a moment there is none
    shown.wait_for_function(
        "() => document.querySelector('[data-state]')?.textContent.trim() === 'ok'"
    )
    ended.join()
    with database.write() as session:
        session.delete(session.get_one(Run, key))
    database.close()


def _set(database: Database, key: int, **values: object) -> None:
    with database.write() as session:
        session.execute(update(Run).where(Run.id == key).values(**values))


def test_without_scripts_everything_but_the_drawings_is_there(
    chromium: Any, web: WebServer, copied: int
) -> None:
    context = chromium.browser.new_context(java_script_enabled=False) if chromium.browser else None
    if context is None:
        pytest.skip("this browser gives no second context")
    shown = context.new_page()
    shown.goto(f"{web.url}/?q=jembatan")
    assert shown.locator(".hit").count() > 0
    shown.locator(".facets a").first.click()
    shown.wait_for_url("**/?q=jembatan+*")  # a click waits for the navigation to begin alone
    assert shown.locator(".hit").count() > 0
    shown.goto(f"{web.url}/articles/{copied}/graph")
    assert shown.locator("table tbody tr").count() > 2
    context.close()


def test_the_archived_page_shows_its_text_and_runs_nothing(page: Watched) -> None:
    shown = page.open("/articles/1/archive")
    frame = shown.frame_locator("iframe.archived")
    assert frame.locator("[style*=outline]").count() > 2
    assert frame.locator("script").count() == 0
