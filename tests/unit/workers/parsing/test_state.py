"""Articles inside the data of script-built pages."""

import json

import pytest
from selectolax.lexbor import LexborHTMLParser

from workers.parsing.state import paragraphs_in_state

TEXT = "The harbour of Tarawi has opened a new quay for small boats, number {}, on Monday."
PARAGRAPHS = [TEXT.format(n) + " The fishermen were glad of it, and said so." for n in range(4)]
AS_HTML = "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
BLOCKS = [{"type": "paragraph", "children": [{"text": p}]} for p in PARAGRAPHS]


def found(html: str, title: str = "The quay") -> list[str]:
    return list(paragraphs_in_state(LexborHTMLParser(html), title))


@pytest.mark.parametrize(
    "data",
    [
        {"props": {"article": {"title": "The quay", "body": AS_HTML}}},
        {"state": {"post": {"headline": "The quay", "content": BLOCKS}}},
        {"a": [{"b": {"title": "The quay", "text": "\n".join(PARAGRAPHS)}}]},
        {"post": {"title": "The quay", "paragraphs": PARAGRAPHS}},
    ],
)
def test_texts_of_every_shape_are_found(data: object) -> None:
    html = f'<script type="application/json">{json.dumps(data)}</script>'
    assert found(html) == PARAGRAPHS


def test_assigned_state_is_found() -> None:
    data = json.dumps({"article": {"title": "The quay", "body": AS_HTML}})
    assert found(f"<script>window.__INITIAL_STATE__ = {data}; start()</script>") == PARAGRAPHS


def test_state_in_an_attribute_is_found() -> None:
    data = json.dumps({"props": {"article": {"title": "The quay", "body": AS_HTML}}})
    escaped = data.replace("&", "&amp;").replace('"', "&quot;")
    assert found(f'<div data-page="{escaped}"></div>') == PARAGRAPHS


def test_the_article_of_the_title_wins_over_a_longer_one() -> None:
    longer = [{"title": "Another", "body": AS_HTML + AS_HTML}]
    data = {"more": longer, "main": {"title": "The quay", "body": AS_HTML}}
    assert found(f"<script type=json>{json.dumps(data)}</script>") == PARAGRAPHS


def test_settings_and_code_are_no_article() -> None:
    data = {"text": "x" * 500, "content": ["a.b.c"] * 50, "html": "<div></div>" * 100}
    assert found(f"<script>var config = {json.dumps(data)}</script>") in ([], ["x" * 500])


@pytest.mark.parametrize("script", ["{" * 5_000, "window.x = {broken", '"' * 1_000, "[" * 100_000])
def test_broken_state_is_no_error(script: str) -> None:
    assert found(f"<script>{script}</script>") == []
