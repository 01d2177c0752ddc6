"""The two documents that the project began with."""

import gzip
import json
from datetime import datetime
from typing import Any

import pytest

from crawler.page.document import Document
from crawler.page.items import FetchedPage
from crawler.page.profiles import SiteProfile
from tests.paths import SHARED
from workers.parsing import ParsedArticle, read

SEEDS = SHARED / "seeds"
pytestmark = pytest.mark.skipif(not SEEDS.is_dir(), reason="the seed pages are not on this machine")


def lines() -> list[dict[str, Any]]:
    return [json.loads(line) for line in (SEEDS / "articles.jsonl").read_text().splitlines()]


def article(row: dict[str, Any], profile: SiteProfile | None = None) -> ParsedArticle:
    body = gzip.decompress((SEEDS / row["html"]).read_bytes())
    fetched_at = datetime.fromisoformat(row["crawl_date"])
    return read(Document(FetchedPage(url=row["url"], body=body, fetched_at=fetched_at)), profile)


@pytest.mark.parametrize("number", ["000", "002"])
def test_each_seed_is_read_exactly(number: str) -> None:
    row = next(row for row in lines() if row["id"] == f"seed/{number}")
    expected = next(
        e for e in json.loads((SEEDS / "expected.json").read_text()) if e["seed"][:3] == number
    )
    found = article(row)
    assert found.title == expected["title"]
    assert list(found.authors) == expected["authors"]
    assert found.published == expected["published"]
    assert found.dateline == expected["dateline_city"]
    assert list(found.sources) == expected["sources"]
    assert list(found.paragraphs) == expected["paragraphs"]


def test_all_pages_behind_the_seeds_are_read() -> None:
    for row in lines():
        found = article(row)
        assert list(found.paragraphs) == row["paragraphs"], row["id"]
        assert found.title == row["title"], row["id"]
        assert not found.not_article, row["id"]


def test_pages_with_one_sentence_beside_teasers_are_read_without_a_profile_too() -> None:
    off = SiteProfile(name="none", hosts=())
    right = [list(article(row, off).paragraphs) == row["paragraphs"] for row in lines()]
    assert sum(right) >= 20
