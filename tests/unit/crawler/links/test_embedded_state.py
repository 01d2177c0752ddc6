"""Related articles in the data that a page carries along for its scripts."""

import json
from datetime import UTC, datetime

import pytest

from crawler.links.finder import find_links
from tests.warta import (
    HOST,
    OWN,
    article,
    cards,
    kinds,
)

STATES = {
    "next": '<script id="__NEXT_DATA__" type="application/json">{"props":{"article":%s}}</script>',
    "assigned": "<script>window.__STATE__ = %s;(function(){})()</script>",
    "inertia": "<div data-page='%s'></div>",
}
RELATED = [
    {
        "headline": "Storm over the coast",
        "link": {"href": "/read/1001/storm-over-the-coast"},
        "author": {"name": "A. Writer", "url": "/read/9/not-the-address-at-all"},
        "publishedAt": "2026-11-20T08:00:00+07:00",
        "summary": "The wind has dropped.",
    }
]


@pytest.mark.parametrize("state", STATES.values(), ids=STATES.keys())
def test_a_box_that_a_script_fills_is_read_from_the_data_of_the_page(state: str) -> None:
    data = state % json.dumps({"url": OWN, "relatedArticles": RELATED})
    (found,) = find_links(article(after=data))
    assert (found.url, found.kind) == (f"{HOST}/read/1001/storm-over-the-coast", "related")
    assert (found.anchor, found.teaser) == ("Storm over the coast", "The wind has dropped.")
    assert found.published is not None
    assert found.published.at == datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def test_the_table_of_values_of_nuxt_is_read() -> None:
    table = [["Reactive", 1], {"related": 2}, [3], {"title": 4, "slug": 5}, "Calm", "/read/7/calm"]
    data = f'<script type="application/json" id="__NUXT_DATA__">{json.dumps(table)}</script>'
    url = f"{HOST}/read/1001/calm-after-the-storm"
    assert [f.url for f in find_links(article(after=data.replace("/read/7/calm", url)))] == [url]


@pytest.mark.parametrize(
    "data",
    [
        {"popularArticles": RELATED},
        {"url": "/read/77/another-article-of-the-site", "related": RELATED},
        {"related": [{"title": "Storm", "url": "/tag/storm"}]},
        {"related": "none"},
    ],
)
def test_other_data_of_the_page_are_not_related(data: dict[str, object]) -> None:
    script = f'<script type="application/json">{json.dumps(data)}</script>'
    assert find_links(article(after=script)) == ()


def test_data_are_not_asked_where_the_page_shows_the_box() -> None:
    shown = f"<div><h2>Related</h2>{cards(1005)}</div>"
    script = f'<script type="application/json">{json.dumps({"related": RELATED})}</script>'
    assert kinds(find_links(article(after=shown + script))) == {1005: "related"}


@pytest.mark.parametrize(
    "data", ['[1, 2, "related"]', "[null, [], {}]", '["related"]', "[[]]", "{"]
)
def test_no_data_make_the_finder_stumble(data: str) -> None:
    script = f'<script type="application/json">{data}<!-- related --></script>'
    assert find_links(article(after=script)) == ()
