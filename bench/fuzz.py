"""Mutants of pages, headers, feeds, robots.txt and JSON-LD through all that spider and reader do.

    python bench/fuzz.py [--mutants 2000] [--seed N]
    make fuzz MUTANTS=20000

The mutants keep the structure of what they come from: our own pages, cut, repeated, nested and
joined, with hostile values where values stand. Each must be read without an exception, in a second
of processor time and 500 MB of memory, and what comes out must be within the contract: clean text,
absolute http(s) addresses, ISO 8601 times not after the fetch, ISO 639-1 languages. What fails is
shown as the smallest mutant that does (Hypothesis). Prints counts, what the slowest and the largest
mutant took, and the peak of memory of the whole, Hypothesis with its mutants included.
Needs the test dependencies.
"""

import argparse
import json
import re
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from hypothesis import HealthCheck, given, seed, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

from crawler.engine.block_pages import blocked_by  # noqa: E402
from crawler.engine.downloader.robots import decode_robots, read_robots  # noqa: E402
from crawler.engine.extract import BoxVerdicts, Visit, extract  # noqa: E402
from crawler.engine.failure_policy import retry_after  # noqa: E402
from crawler.page.document import Document  # noqa: E402
from crawler.page.items import FetchedPage  # noqa: E402
from crawler.page.profiles import profile_for  # noqa: E402
from db.terms.claims import Claim  # noqa: E402
from db.terms.link_kinds import FOLLOWABLE  # noqa: E402
from db.terms.outcomes import Fetched, Listed  # noqa: E402
from workers.parsing import ParsedArticle, read  # noqa: E402

Check = Callable[[bytes, Mapping[str, str], str], None]

PAGE_SECONDS = 1.0
PAGE_MEBIBYTES = 500
NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
URLS = (
    "https://kabar.test/laut/2026/dermaga-baru-nelayan-1234",
    "https://www.kompas.com/read/2026/11/01/101010/judul-berita",
    "https://news.detik.com/berita/d-7000001/judul-berita-yang-panjang",
    "http://[2001:db8::1]:8080/a?id=1&page=2",
    "https://a.test/" + "a" * 1_500,
)
_PAGES = [path.read_bytes() for path in sorted((ROOT / "tests" / "pages").glob("*/*.html"))]
_JSON_LD = b"""<script type="application/ld+json">{"@context":"https://schema.org","@graph":[
{"@type":"NewsArticle","headline":"Judul","datePublished":"2026-11-01T10:00:00+07:00","author":
[{"@type":"Person","name":"Dewi"},"Budi"],"keywords":"laut,dermaga","articleBody":"Isi berita."},
{"@type":"BreadcrumbList","itemListElement":[]}]}</script>"""
_FEEDS = (
    b"""<?xml version="1.0"?><rss version="2.0"><channel><item><title>J</title>
<link>https://a.test/1</link><pubDate>Sun, 01 Nov 2026 10:00:00 WIB</pubDate></item>
</channel></rss>""",
    b"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://a.test/2</loc>
<lastmod>2026-11-01</lastmod></url></urlset>""",
    b'{"version":"https://jsonfeed.org/version/1","items":[{"url":"https://a.test/3"}]}',
    b"https://a.test/4\nhttps://a.test/5\n",
)
_ROBOTS = b"User-agent: *\nDisallow: /no*a$\nAllow: /\nCrawl-delay: 2\nSitemap: https://a.test/s\n"
#: what is put where a value or a piece of structure stands
_HOSTILE = (
    b"\x00", b"\xff\xfe", b"\xed\xa0\xbd", b"&#0;", b"&#xD800;", b"\\ud83d", b"\\u0000",
    b"\xe2\x80\xae",
    b"\x1b]0;x\x07", b"9" * 5_000, b"-1", b"1e999", b"0000-00-00", b"9999-12-31T23:59:59+14:00",
    b"29/02/2027 25:61", b"\xc2\xb2" * 4, b"a" * 20_000, b"<" * 3_000, b"<svg>" * 2_000,
    b"<div>" * 3_000, b"<b>" * 3_000, b"[" * 3_000, b'{"a":' * 2_000, b"<!--", b"<![CDATA[",
    b"<?php ",
    b"<base href='javascript:x'>", b"<base href='//[::1'>", b"<meta charset=utf-7>",
    b"<meta charset=utf-16>", b"<a href='http://[::1'>x</a>",
    b"<a href='https://a.test:99999/x'>y</a>",
    b"<a href='data:text/html,x'>z</a>", b"<a href=' \t'>Berita terkait</a>", b"Berita terkait",
    b"Baca juga: ", b"kemarin", b"4 jam lalu", b"<time datetime='x'>",
    b"<img width='\xc2\xb20' src=x>",
    b"<item>" * 500, b"&a;" * 500, b"Disallow: /" + b"*a" * 300 + b"$\n", b"User-agent:\n" * 500,
    b" " * 30_000, b"\n" * 30_000, b"'\"><script>", b"--></style></script>",
    b", ".join([b"A B"] * 3_000),
)  # fmt: skip
_HEADERS = (
    "content-type", "etag", "last-modified", "link", "refresh", "content-language", "retry-after",
    "server", "set-cookie", "x-robots-tag",
)  # fmt: skip
_HEADER_VALUES = (
    "text/html; charset=utf-16", "text/html; charset=x-unknown", "text/html;charset=\ufffd",
    "0; url=//[", "0;url=javascript:x", "<https://a.test/2>; rel=canonical", "<<>;rel=next",
    "-5", "9" * 400, "Mon, 99 Foo 2026 25:00:00 GMT", "\xb2", ";" * 2_000, "=" * 2_000,
)  # fmt: skip
_VALUES = st.one_of(
    st.sampled_from(_HEADER_VALUES),
    st.text(st.characters(max_codepoint=255), max_size=60),
)
_UNCLEAN = re.compile("[\x00\ud800-\udfff]")
_TIME = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?")


@st.composite
def mutants(draw: st.DrawFn, bases: tuple[bytes, ...]) -> bytes:
    """One of the bases, changed some times where its structure has joints."""
    body = draw(st.sampled_from(bases))
    for _ in range(draw(st.integers(0, 6))):
        joints = [match.start() for match in re.finditer(rb"[<>\"',:\n{}\[\]]", body)] or [0]
        start, end = sorted(draw(st.tuples(*[st.sampled_from(joints)] * 2)))
        piece = body[start:end][:20_000]
        change = draw(st.integers(0, 4))
        if change == 0:
            body = body[:start] + body[end:]
        elif change == 1:
            body = body[:start] + draw(st.sampled_from(_HOSTILE)) + body[start:]
        elif change == 2:
            body = body[:start] + draw(st.sampled_from(_HOSTILE)) + body[end:]
        elif change == 3:
            times = min(draw(st.sampled_from((2, 30, 300))), 1 + 1_000_000 // (len(piece) + 1))
            body = body[:start] + piece * times + body[end:]
        else:
            body = body[:end] + draw(st.sampled_from(bases))[start:] + body[end:]
    return body[:2_000_000]


PAGES = mutants((*_PAGES, _JSON_LD, _JSON_LD + _PAGES[0]))
LISTS = mutants(_FEEDS)
ROBOTS = mutants((_ROBOTS,))
HEADERS = st.dictionaries(st.sampled_from(_HEADERS), _VALUES, max_size=4)


def check_links(body: bytes, headers: Mapping[str, str], url: str) -> None:
    """What the spider does with a page."""
    blocked_by(headers, body)
    retry_after(headers.get("retry-after"), NOW)
    page = FetchedPage(url=url, body=body, fetched_at=NOW, headers=headers)
    outcome = extract(_visit(page, None), (), BoxVerdicts())
    if not isinstance(outcome, Fetched):
        return
    for link in outcome.links:
        assert link.kind in FOLLOWABLE
        _check_address(link.target.url)
        assert _is_clean(link.anchor, link.box, link.teaser)
        assert link.published_at is None or link.published_at <= NOW
    for other in outcome.others:
        _check_address(other.url)


def check_reading(body: bytes, headers: Mapping[str, str], url: str) -> None:
    """What the reader does with a page."""
    page = FetchedPage(url=url, body=body, fetched_at=NOW, headers=headers)
    check_article(read(Document(page), profile_for(url)))


def check_article(article: ParsedArticle) -> None:
    """The contract of what is read."""
    _check_address(article.url)
    if article.image is not None:
        _check_address(article.image)
    fields = [value for value in article.fields.values() if isinstance(value, str)]
    texts = (*fields, *article.authors, *article.topics, *article.sources, *article.paragraphs)
    assert _is_clean(*texts, *article.evidence.values())
    assert article.language is None or re.fullmatch("[a-z]{2}", article.language)
    for moment in (article.published, article.modified):
        if moment is not None:
            assert _TIME.fullmatch(moment), moment
            at = datetime.fromisoformat(moment)
            at = at if at.tzinfo else at.replace(tzinfo=UTC)
            assert at <= NOW + timedelta(days=1), moment
    assert article.not_article is not None or article.paragraphs
    json.dumps(article.fields, allow_nan=False).encode()


def check_list(body: bytes, headers: Mapping[str, str], url: str) -> None:
    """What the spider does with a feed or a sitemap."""
    page = FetchedPage(url=url, body=body, fetched_at=NOW, headers=headers)
    for role in ("feed", "sitemap", "section"):
        outcome = extract(_visit(page, role), (), BoxVerdicts())
        if isinstance(outcome, Listed):
            for address, at in (*outcome.entries, *outcome.lists):
                _check_address(address.url)
                assert at is None or at.tzinfo is not None


def check_robots(body: bytes, headers: Mapping[str, str], url: str) -> None:
    """What the spider does with a robots.txt."""
    del headers
    robots = read_robots(200, decode_robots(body), "Terkait/1 (news crawler)")
    assert 0 <= robots.delay_seconds <= 3_600
    robots.allows(url)
    robots.allows("https://a.test/" + "a" * 2_000)


def _visit(page: FetchedPage, role: str | None) -> Visit:
    claim = Claim(page_id=1, host_id=1, url=page.url, depth=0, attempts=0, role=role)
    return Visit(claim=claim, page=page)


def _check_address(url: str) -> None:
    assert url.startswith(("http://", "https://")), url
    assert _is_clean(url)
    assert not re.search(r"\s", url), url


def _is_clean(*texts: str) -> bool:
    return not any(_UNCLEAN.search(text) for text in texts)


CHECKS = (
    (check_links, PAGES, 0.35),
    (check_reading, PAGES, 0.35),
    (check_list, LISTS, 0.2),
    (check_robots, ROBOTS, 0.1),
)


class Fuzz:
    """Checks mutants and keeps count."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.slowest_seconds = 0.0
        self.largest_mebibytes = 0

    def run(self, number: int, start: int) -> None:
        """Check so many mutants. Raises what the first bad one raises, with the smallest."""
        for check, strategy, share in CHECKS:
            self._run(check, strategy, max(1, int(number * share)), start)

    def _run(self, check: Check, strategy: st.SearchStrategy[bytes], number: int, at: int) -> None:
        @seed(at)
        @settings(
            max_examples=number,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(body=strategy, headers=HEADERS, url=st.sampled_from(URLS))
        def one(body: bytes, headers: Mapping[str, str], url: str) -> None:
            before = restart_peak()
            began = time.process_time()
            check(body, headers, url)
            self._note(check.__name__, time.process_time() - began, len(body))
            self._note_memory(memory("VmHWM") - before, len(body))

        one()

    def _note(self, name: str, seconds: float, size: int) -> None:
        self.counts[name] += 1
        self.slowest_seconds = max(self.slowest_seconds, seconds)
        assert seconds < PAGE_SECONDS, f"{seconds:.1f} s for {size} bytes"

    def _note_memory(self, mebibytes: int, size: int) -> None:
        self.largest_mebibytes = max(self.largest_mebibytes, mebibytes)
        assert mebibytes < PAGE_MEBIBYTES, f"{mebibytes} MiB for {size} bytes"


def restart_peak() -> int:
    """Let the kernel forget how much memory we have had; how much we have now, in MiB."""
    with suppress(OSError):  # Linux alone
        Path("/proc/self/clear_refs").write_text("5")
    return memory("VmRSS")


def memory(name: str) -> int:
    """What the kernel says of our memory, in MiB; 0 where it says nothing."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0
    value = re.search(rf"{name}:\s+(\d+) kB", status)
    return int(value[1]) // 1024 if value else 0


def fuzz(number: int, start: int) -> dict[str, object]:
    """Check so many mutants; what was done."""
    fuzzed = Fuzz()
    fuzzed.run(number, start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    slowest = round(fuzzed.slowest_seconds, 2)
    most = {"slowest_seconds": slowest, "largest_mib": fuzzed.largest_mebibytes, "peak_mib": peak}
    return dict(fuzzed.counts) | most


def main() -> None:
    """Say the seed, check, say the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutants", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    sys.stdout.write(json.dumps({"seed": options.seed}) + "\n")
    sys.stdout.write(json.dumps(fuzz(options.mutants, options.seed)) + "\n")


if __name__ == "__main__":
    main()
