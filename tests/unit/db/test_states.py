"""The states of an address: who may change them, and what each reason says."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.terms.states import Reason, State, Why, sentence_of
from tests.paths import ROOT

PACKAGES = ("terkait", "workers", "crawler", "db")
OWNER = ROOT / "db" / "frontier" / "page_state.py"
STATES = frozenset(str(state) for state in State)

#: reason -> what ``terkait explain`` says of it, with "x" for the detail
SENTENCES = {
    Reason.OTHER_BOX: "links to it stand only in boxes on other subjects (most read, latest ...)",
    Reason.NO_ARTICLE_ADDRESS: "it stands among related articles and is none, as its address says "
    "(a tag, a file ...)",
    Reason.KIND_NOT_FOLLOWED: "the crawl did not follow links of its kind; see crawl --follow",
    Reason.OFFSITE: "it is on a site outside the crawl; see crawl --any-site",
    Reason.DEPTH: "it is more links away from the start than the crawl followed; see crawl --depth",
    Reason.BUDGET: "the crawl had reached its limit of pages; see crawl --max-pages",
    Reason.SITE_BUDGET: "the crawl had reached its limit of pages for this site; see "
    "crawl --max-per-site",
    Reason.HOST_BUDGET: "the crawl had reached its limit of pages for this host; see "
    "crawl --max-per-host",
    Reason.FOUND_BY_REPARSE: "a link to it was found when an archived page was read again; no "
    "crawl has followed it yet",
    Reason.ROBOTS: "the site's robots.txt forbids it",
    Reason.PRIVATE_ADDRESS: "it is on the private address x; see TERKAIT_ALLOW_PRIVATE",
    Reason.REDIRECT_TO_PRIVATE: "it redirects to the private address x; see TERKAIT_ALLOW_PRIVATE",
    Reason.REDIRECT: "it redirects to another address",
    Reason.OTHER_ADDRESS: "it is another address of an article",
    Reason.FURTHER_PAGE: "it is a further page of an article",
    Reason.NOT_ONE_ARTICLE: "pages of several articles name it as theirs, so that it stands for "
    "none of them",
    Reason.NOT_AN_ARTICLE: "it is not an article: x",
    Reason.LIST: "the addresses that it lists were read",
    Reason.LIST_IN_PARTS: "the addresses that it lists were read; x of them wait for the next runs",
    Reason.LISTED_LATER: "a list names it, of whose many addresses each run takes some",
    Reason.UNREADABLE: "it came without the text of its article (x); the text that was read "
    "before stays",
    Reason.HTTP: "the server answered with HTTP status x",
    Reason.BLOCK_PAGE: "x sent a page that blocks crawlers in its place",
    Reason.NOT_A_WEB_PAGE: "it is not a web page: its content type is x",
    Reason.EMPTY_PAGE: "the response was empty",
    Reason.NO_LIST: "it should list new articles and is no x",
    Reason.EMPTY_LIST: "it should list new articles, but the x is empty",
    Reason.LIST_OF_OTHER_SITES: "all that it lists lies on x: add an address there to the seeds "
    "of the site in terkait.toml to crawl that too",
    Reason.BAD_REDIRECT: "it redirects to an address that cannot be used: x",
    Reason.REDIRECT_TO_ITSELF: "it redirects to itself",
    Reason.REDIRECT_OFFSITE: "it redirects to x, a site outside the crawl; see crawl --any-site",
    Reason.REDIRECT_LOOP: "it redirects back to itself over other addresses",
    Reason.TOO_MANY_REDIRECTS: "it redirects from address to address without end",
    Reason.TIMEOUT: "the server did not answer in time; see TERKAIT_TIMEOUT_SECONDS",
    Reason.CONNECTION_REFUSED: "the server refused the connection",
    Reason.UNKNOWN_HOST: "the host has no address (DNS)",
    Reason.TRUNCATED: "the response ended before it was complete",
    Reason.TOO_LARGE: "it is larger than TERKAIT_MAX_PAGE_BYTES",
    Reason.HEADERS_TOO_LONG: "the server sends headers without end",
    Reason.TLS: "its certificate or its encryption cannot be trusted",
    Reason.NOT_HTTP: "the response is not HTTP",
    Reason.CONNECTION_CLOSED: "the server closed the connection without an answer",
    Reason.NO_CONNECTION: "its host cannot be reached",
    Reason.NO_ANSWER: "no answer came: x",
    Reason.NO_ROBOTS_TXT: "its robots.txt could not be fetched (x), and without it no "
    "page is fetched",
    Reason.HOST_RESTS: "its host failed again and again and is not asked for a "
    "while; the last failure: x",
    Reason.HOST_IS_BUSY: "its host is busy and asks to wait (x)",
    Reason.SPIDER_DIED: "the program died each time it looked into it; to try again, crawl this "
    "address",
    Reason.SPIDER_FAILED: "the program failed on it (x; spider.log says more); to try again, "
    "crawl this address",
    Reason.TAKES_TOO_LONG: "looking into it took longer than x seconds; to try again, crawl this "
    "address",
    Reason.COPY_LOST: "its archived copy is no more where it was put, or damaged; "
    "worker.log says more",
    Reason.READER_DIED: "the program died each time it read the page; worker.log says more",
    Reason.OTHER: "x",
}


def test_every_reason_has_its_sentence() -> None:
    assert {reason: Why(reason, "x").sentence for reason in Reason} == SENTENCES


@pytest.mark.parametrize("reason", Reason)
def test_stored_reason_is_understood_again(reason: Reason) -> None:
    why = Why(reason, "an example" if "{}" in reason else "")
    assert Why.parse(str(why)) == why


@pytest.mark.parametrize(
    ("stored", "reason", "detail"),
    [
        ("http 404", Reason.HTTP, "404"),
        ("no answer: ConnectionLost", Reason.NO_ANSWER, "ConnectionLost"),
        ("no feed: HTML", Reason.NO_LIST, "feed: HTML"),
        ("the sitemap is empty", Reason.EMPTY_LIST, "sitemap"),
        ("redirect", Reason.REDIRECT, ""),
        ("redirect: no scheme", Reason.BAD_REDIRECT, "no scheme"),
        ("redirect to private address ::1", Reason.REDIRECT_TO_PRIVATE, "::1"),
        ("robots", Reason.ROBOTS, ""),
        ("robots.txt: http 503", Reason.NO_ROBOTS_TXT, "http 503"),
        ("HTTP 404", Reason.OTHER, "HTTP 404"),
    ],
)
def test_reason_of_an_older_row_is_understood(stored: str, reason: Reason, detail: str) -> None:
    assert Why.parse(stored) == Why(reason, detail)


def test_state_and_reason_make_a_sentence() -> None:
    said = sentence_of("failed", "http 404")
    assert said == "was given up: the server has no such page (http 404)"
    assert sentence_of("due", None) == "waits to be fetched"


def test_refusals_are_those_of_the_site() -> None:
    refusals = ["http 403", "http 451", "block page: Cloudflare"]
    others = ["http 404", "robots", "robots.txt: http 403", "timeout"]
    assert [why for why in refusals + others if Why.parse(why).is_refusal] == refusals


# --- one owner --------------------------------------------------------------------------------


def modules() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (ROOT / package).rglob("*.py")


def is_a_state(node: ast.AST | None) -> bool:
    """A value that is a page's state, as text or as a member of State."""
    if isinstance(node, ast.Constant):
        return node.value in STATES
    return any(
        isinstance(part, ast.Attribute) and ast.unparse(part.value) == "State"
        for part in ast.walk(node or ast.Pass())
    )


def state_writes(tree: ast.AST) -> Iterator[int]:
    """Lines that set a page's state, or the reason of a whole query's pages."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "state" and is_a_state(value):
                    yield node.lineno
        elif isinstance(node, ast.Call):
            is_values = isinstance(node.func, ast.Attribute) and node.func.attr == "values"
            for keyword in node.keywords:
                is_state = keyword.arg == "state" and is_a_state(keyword.value)
                if is_state or (is_values and keyword.arg == "reason"):
                    yield node.lineno
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [part for target in targets for part in ast.walk(target)]
            sets = any(isinstance(n, ast.Attribute) and n.attr == "state" for n in names)
            values = [node.value, *getattr(node.value, "elts", [])]
            if sets and any(is_a_state(value) for value in values):
                yield node.lineno


def prefix_questions(tree: ast.AST) -> Iterator[int]:
    """Lines that ask a reason what it begins with."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            asked = ast.unparse(node.func.value).lower()
            about = ("reason", "problem", "message", "why", "unfollowed")
            if node.func.attr in ("startswith", "removeprefix") and any(w in asked for w in about):
                yield node.lineno


def test_one_module_changes_the_state_of_a_page() -> None:
    writers = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in modules()
        if path != OWNER
        for line in state_writes(ast.parse(path.read_text()))
    ]
    assert writers == []


def test_nobody_asks_a_reason_what_it_begins_with() -> None:
    places = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in modules()
        if path != OWNER  # where old rows are found by their reason, in SQL
        for line in prefix_questions(ast.parse(path.read_text()))
    ]
    assert places == []


@pytest.mark.parametrize(
    "line",
    [
        'update(Page).values(state="done")',
        'rows = [{"id": 1, "state": State.DUE.value}]',
        'page.state, page.reads = "fetched", 0',
        "page.state = State.DONE",
        'update(Page).values(reason="budget")',
        'Page(url=url, state="skipped")',
    ],
)
def test_other_writers_are_noticed(line: str) -> None:
    assert list(state_writes(ast.parse(line)))
