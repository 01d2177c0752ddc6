"""The tests' own page in the markup of each profiled site is read as its JSON says."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawler.links.finder import find_links
from crawler.page.document import Document
from crawler.page.items import FetchedPage
from crawler.page.profiles import SiteProfile, profile_for, profiles
from tests.paths import PAGES
from workers.parsing import read

LATER = datetime(2026, 5, 1, tzinfo=UTC)


def page_of(profile: SiteProfile) -> tuple[Document, dict[str, Any]]:
    """The saved page, and what stands on it."""
    folder = PAGES / profile.name
    truth: dict[str, Any] = json.loads((folder / "article.json").read_text("utf-8"))
    body = (folder / "article.html").read_bytes()
    assert profile_for(truth["url"]) is profile
    return Document(FetchedPage(url=truth["url"], body=body, fetched_at=LATER)), truth


@pytest.mark.parametrize("profile", profiles(), ids=lambda profile: profile.name)
def test_a_page_in_the_markup_of_a_site_is_read_exactly(profile: SiteProfile) -> None:
    document, truth = page_of(profile)
    article = read(document, profile)
    assert article.not_article is None
    assert {
        "url": article.url,
        "title": article.title,
        "authors": [*article.authors],
        "published": article.published,
        "paragraphs": [*article.paragraphs],
    } == {field: value for field, value in truth.items() if field != "links"}
    if profile.layouts:
        assert article.evidence["paragraphs"].startswith(f"profile {profile.name} ")
    assert "profile" not in article.evidence  # no doubt about it


@pytest.mark.parametrize("profile", profiles(), ids=lambda profile: profile.name)
def test_its_links_have_their_kinds_and_boxes(profile: SiteProfile) -> None:
    document, truth = page_of(profile)
    truths = {link["url"] for link in truth["links"]}
    assert [
        {"url": link.url, "kind": link.kind, "box": link.box, "anchor": link.anchor}
        for link in find_links(document, profile)
        if link.url in truths or link.kind != "other"  # the page of an author is never followed
    ] == truth["links"]
