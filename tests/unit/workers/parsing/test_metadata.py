"""What pages claim for machines."""

import time

import pytest

from crawler.page.structured_data import StructuredData
from tests.unit.workers.parsing.pages import NO_PROFILE, document
from workers.parsing import read
from workers.parsing.fields import metadata


def data(html: str) -> StructuredData:
    return document(f"<head>{html}</head>").structured


def ld(text: str) -> StructuredData:
    return data(f'<script type="application/ld+json">{text}</script>')


def test_graphs_and_lists_are_searched() -> None:
    found = ld('{"@graph": [{"@type": "WebSite"}, {"@type": ["NewsArticle"], "headline": "A"}]}')
    assert [item["headline"] for item in found.articles()] == ["A"]


def test_json_ld_in_a_meta_element_is_read() -> None:
    text = "{&quot;@type&quot;: &quot;NewsArticle&quot;, &quot;headline&quot;: &quot;A&quot;}"
    found = data(f'<meta name="script:ld+json" content="{text}">')
    assert found.articles()[0]["headline"] == "A"


def test_trailing_commas_and_comments_are_mended() -> None:
    found = ld('<!-- {"@type": "NewsArticle", "headline": "A\nB",} -->')
    assert found.articles()[0]["headline"]


def test_broken_json_loses_only_itself() -> None:
    html = '<script type="application/ld+json">{"a": </script>'
    html += '<script type="application/ld+json">{"@type": "Article", "headline": "A"}</script>'
    assert len(data(html).articles()) == 1


def test_of_several_articles_that_of_the_page_is_taken() -> None:
    found = data(
        '<meta property="og:title" content="The quay is open">'
        '<script type="application/ld+json">[{"@type": "Article", "headline": "Other"},'
        '{"@type": "Article", "headline": "The quay is open"}]</script>'
    )
    item = metadata.main_article(found, "https://kabar.test/x")
    assert item is not None
    assert item["headline"] == "The quay is open"


def test_authors_of_every_shape_are_found() -> None:
    found = ld(
        '{"@type": "Article", "author": [{"@type": "Person", "name": "Jane Marlowe"},'
        ' "Peter Quill", {"@type": "Organization", "name": "Harbour Watch"}]}'
    )
    credits = metadata.claimed_authors(found, found.articles()[0])
    assert [(c.name, c.is_person) for c in credits] == [
        ("Jane Marlowe", True),
        ("Peter Quill", None),
        ("Harbour Watch", False),
    ]


def test_keywords_in_one_text_are_split() -> None:
    found = data('<meta name="keywords" content="laut, nelayan,laut">')
    assert next(metadata.claimed_topics(found, None))[0] == ["laut", "nelayan"]


def test_a_section_is_the_first_of_a_list_and_neither_address_nor_sentence() -> None:
    values = [
        "Global,Innovation",
        "How to, Boats, Sales",
        "Arts, Culture",
        "https://kabar.test/a",
        "Sea " * 20,
    ]
    html = "".join(f'<meta property="article:section" content="{value}">' for value in values)
    found = [candidate.value for candidate in metadata.claimed_sections(data(html), None)]
    assert found == ["Global", "How to", "Arts, Culture"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("// <![CDATA[\n", "\n// ]]>"),
        ("/* <![CDATA[ */", "/* ]]> */"),
        ("<![CDATA[", ";]]&gt;"),
        ("<!--//\n", "\n//-->"),
        ("", "};"[1:]),
    ],
)
def test_json_ld_in_comment_marks_is_read(before: str, after: str) -> None:
    found = ld(f'{before}{{"@type": "NewsArticle", "headline": "A"}}{after}')
    assert [item["headline"] for item in found.articles()] == ["A"]


def test_what_no_database_stores_is_replaced_in_json_ld() -> None:
    text = r'{"@type": "Article", "headline": "A\ud83d B\u0000 \ud83d\ude00 \\ud83d"}'
    assert ld(text).articles()[0]["headline"] == "A\ufffd B\ufffd \U0001f600 \\ud83d"


def test_authors_in_lists_of_lists_are_found() -> None:
    names = '[[{"@type": "Person", "name": "Ann Lee"}], [["Bo Day"]]]'
    found = ld(f'{{"@type": "Article", "author": {names}}}')
    credits = metadata.claimed_authors(found, found.articles()[0])
    assert [credit.name for credit in credits] == ["Ann Lee", "Bo Day"]


def test_many_authors_of_many_publishers_cost_little() -> None:
    authors = ",".join(f'"Ann Lee {n}"' for n in range(3_000))
    names = ",".join(f'{{"name": "House {n}"}}' for n in range(20_000))
    page = document(
        '<script type="application/ld+json">{"@type": "NewsArticle", '
        f'"author": [{authors}], "publisher": [{names}]}}</script>'
    )
    started = time.process_time()
    assert len(read(page, NO_PROFILE).authors) <= metadata.MAX_NAMED
    assert time.process_time() - started < 3


@pytest.mark.parametrize(
    "end", ["<img src=count.gif>", "<a href=/x><img></a>", "<iframe></iframe>"]
)
def test_what_a_counter_pushes_out_of_the_head_is_read(end: str) -> None:
    found = document(
        f"<head><meta name=viewport content=x><noscript>{end}</noscript><title>Quay</title>"
        "<link rel=canonical href=/quay><meta name=author content='Ana Ruiz'></head><p>Text</p>"
    ).structured
    assert (found.first("author"), found.title, found.canonical) == ("Ana Ruiz", "Quay", "/quay")
