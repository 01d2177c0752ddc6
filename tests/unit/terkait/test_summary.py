"""What a person is told at the end of a crawl."""

import pytest

from db.config import load_config
from db.models import Run
from terkait.crawl_run import CrawlResult, hint_at_http, summarise
from terkait.progress import ProgressDisplay

KNOWN = "its pages are known and not due yet; --fresh fetches them again"


def ended(kind: str, verdict: str, failures: tuple[tuple[str, int, str], ...]) -> CrawlResult:
    counts = ("fetched", "read", "stored", "new_articles", "new_revisions", "unchanged", "failed")
    run = Run(id=2, kind=kind, state="finished", verdict=verdict, **dict.fromkeys(counts, 0))
    return CrawlResult(run=run, failures=failures, left=0)


@pytest.mark.parametrize(
    ("kind", "verdict", "failures", "is_told"),
    [
        ("manual", "nothing due", (), True),
        ("manual", "nothing due", (("robots", 1, "https://a.test/1"),), False),
        ("nightly", "nothing due", (), False),
        ("manual", "ok", (), False),
    ],
)
def test_crawl_that_had_nothing_to_do_says_why_and_what_to_do(
    capsys: pytest.CaptureFixture[str],
    kind: str,
    verdict: str,
    failures: tuple[tuple[str, int, str], ...],
    is_told: bool,
) -> None:
    summarise(ended(kind, verdict, failures), ProgressDisplay("crawl"), load_config())
    assert (KNOWN in capsys.readouterr().err) == is_told


@pytest.mark.parametrize(
    ("url", "reason", "is_told"),
    [
        ("news.example/1", "connection refused", True),
        ("news.example/1", "bad certificate", True),
        ("news.example/1", "unknown host", False),
        ("https://news.example/1", "connection refused", False),
        ("127.0.0.1/1", "connection refused", False),
    ],
)
def test_address_without_scheme_that_speaks_no_https_is_told_of(
    capsys: pytest.CaptureFixture[str], url: str, reason: str, is_told: bool
) -> None:
    result = ended("manual", "failed", ((reason, 1, "https://news.example/1"),))
    hint_at_http(result, [url], ProgressDisplay("crawl"))
    assert ("write http://news.example/1" in capsys.readouterr().err) == is_told
