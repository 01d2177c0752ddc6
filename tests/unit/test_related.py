"""Which links of a page are related articles, and what is kept of each."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from gzip import decompress
from pathlib import Path

import pytest

from crawler.document import Document
from crawler.items import Page, RelatedLink
from crawler.profiles import SiteProfile
from crawler.related import explain_links, find_links, related_links

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
HOST = "https://www.warta.example"
OWN = f"{HOST}/read/500001/harbour-opens-after-the-storm"
SENTENCE = "The harbour opened again on Sunday after three days of storm, the port master said. "
SHARED = Path(__file__).parents[3] / "shared"


def paragraph(text: str = "") -> str:
    return f"<p>{SENTENCE * 3}{text}</p>"


def link(number: int, text: str = "") -> str:
    title = text or f"A headline of some length {number}"
    return f'<a href="/read/{number}/a-headline-of-some-length">{title}</a>'


def cards(*numbers: int) -> str:
    return "".join(f"<div><h3>{link(n)}</h3><span>4 jam lalu</span></div>" for n in numbers)


def page(body: str, url: str = OWN, lang: str = "id") -> Document:
    html = f'<!doctype html><html lang="{lang}"><body>{body}</body></html>'
    return Document(Page(url=url, body=html.encode(), fetched_at=NOW))


def article(inside: str = "", after: str = "") -> Document:
    text = f"<h1>Harbour opens</h1>{paragraph()}{paragraph()}{inside}{paragraph()}{paragraph()}"
    return page(f"<main><article>{text}</article>{after}</main>")


TEASERS = f'<div class="popular">{cards(1008, 1009)}</div>'


def kinds_of(document: Document) -> set[str]:
    return {link.kind for link in find_links(document)}


def kinds(links: Iterable[RelatedLink]) -> dict[int, str]:
    return {int(link.url.split("/")[4]): link.kind for link in links}


@pytest.mark.parametrize(
    "heading", ["Berita terkait", "Related stories", "Mehr zum Thema", "関連記事"]
)
def test_a_box_after_the_article_is_related_by_its_heading(heading: str) -> None:
    document = article(after=f"<div><h2>{heading}</h2>{cards(1001, 1002)}</div>")
    assert kinds(find_links(document)) == {1001: "related", 1002: "related"}


@pytest.mark.parametrize("heading", ["Terpopuler", "Most read", "Neueste Artikel", "Sponsored"])
def test_a_box_for_all_readers_is_another_box(heading: str) -> None:
    document = article(after=f"<div><h2>{heading}</h2>{cards(1001, 1002)}</div>")
    assert kinds(find_links(document)) == {1001: "other", 1002: "other"}
    assert related_links(document) == ()


@pytest.mark.parametrize(
    "inside",
    [
        f"<p>Baca juga: {link(1001)}</p>",
        f"<p><strong>Read more:</strong> {link(1001)}</p>",
        f"<div><h4>Lire aussi</h4>{link(1001)}</div>",
        f"<p>{link(1001)}</p>",
    ],
)
def test_an_interruption_of_the_text_is_readmore(inside: str) -> None:
    assert kinds(find_links(article(inside=inside))) == {1001: "readmore"}


def test_an_editors_pick_is_a_pointer_in_the_text_and_another_box_outside() -> None:
    document = article(
        inside=f"<p>Pilihan Editor: {link(1001)}</p>",
        after=f"<div><h2>Pilihan Editor</h2>{cards(1002, 1003)}</div>",
    )
    assert kinds(find_links(document)) == {1001: "readmore", 1002: "other", 1003: "other"}


@pytest.mark.parametrize(
    ("attribute", "text"),
    [(' datetime="2026-11-20T08:00:00+07:00"', "Jumat"), ("", "20 November 2026, 08.00 WIB")],
)
def test_a_card_gives_the_time_of_its_time_element(attribute: str, text: str) -> None:
    card = f"<div>{link(1001)}<time{attribute}>{text}</time></div>"
    (found,) = related_links(article(after=f"<div><h2>Related</h2>{card}</div>"))
    assert found.published is not None
    assert found.published.at == datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def test_a_box_in_the_text_that_may_be_related_is_readmore_if_it_is_small() -> None:
    small = f"<div><h4>Pilihan Redaksi</h4>{cards(1001, 1002)}</div>"
    large = f"<div><h4>Pilihan Redaksi</h4>{cards(*range(1, 9))}</div>"
    assert kinds_of(article(inside=small)) == {"readmore"}
    assert kinds_of(article(inside=large)) == {"other"}


def test_a_short_text_is_no_card_of_the_pointer_in_it() -> None:
    text = f"<p>{SENTENCE}</p><p>Baca juga: {link(1001)}</p><p>{SENTENCE}</p><p>{SENTENCE}</p>"
    (found,) = related_links(page(f"<div>{text}</div>"))
    assert (found.kind, found.teaser) == ("readmore", "")


def test_a_link_in_a_sentence_is_inline() -> None:
    document = article(inside=paragraph(f"It was {link(1001, 'the worst storm')} in years."))
    assert kinds(find_links(document)) == {1001: "inline"}


def test_the_label_decides_not_the_container() -> None:
    boxes = f"<h2>Berita terkait</h2>{cards(1001)}<h2>Terpopuler</h2>{cards(1002)}"
    document = article(after=f'<div class="related">{boxes}</div>')
    assert kinds(find_links(document)) == {1001: "related", 1002: "other"}


def test_an_address_in_several_places_is_what_is_strongest() -> None:
    boxes = f"<div><h2>Popular</h2>{cards(1001)}</div><div><h2>Related</h2>{cards(1001)}</div>"
    assert kinds(find_links(article(after=boxes))) == {1001: "related"}


@pytest.mark.parametrize(
    "own",
    [
        OWN,
        OWN + "?utm_source=x",
        OWN + "/amp",
        OWN + "#c",
        OWN + "?page=2",
        OWN + "/2",
        OWN + "?share=x",
        OWN.replace("harbour", "the-harbour"),
    ],
)
def test_the_page_itself_is_not_among_its_links(own: str) -> None:
    box = f'<div><h2>Related</h2><a href="{own}">Harbour opens after the storm</a></div>'
    assert find_links(article(after=box)) == ()


@pytest.mark.parametrize("href", ["/tag/storm", "/", "/sport", "#top", "javascript:void(0)", ""])
def test_what_leads_to_no_article_is_not_among_the_links(href: str) -> None:
    box = f'<div><h2>Related</h2><a href="{href}">A headline of some length</a></div>'
    assert find_links(article(after=box)) == ()


def test_a_card_that_tells_the_day_alone_gives_the_day_alone() -> None:
    card = f"<div>{link(1001)}<span>4 Maret 2021</span></div>"
    (found,) = related_links(article(after=f"<div><h2>Berita terkait</h2>{card}</div>"))
    assert found.published is not None
    assert (found.published.at, found.published.iso()) == (None, "2021-03-04")


def test_a_card_gives_title_teaser_and_time_without_its_labels() -> None:
    url = "/read/1001/a-headline-of-some-length"
    card = (
        f'<div><a href="{url}"><img alt="Ship"></a><h3><a href="{url}">Storm over</a></h3>'
        f"<span>4 jam lalu</span><p>The wind has dropped along the whole coast. "
        f'<a href="{url}">Baca Selengkapnya</a></p></div>'
    )
    (found,) = related_links(article(after=f"<div><h2>Berita terkait</h2>{card}</div>"))
    assert (found.anchor, found.box) == ("Storm over", "Berita terkait")
    assert found.teaser == "The wind has dropped along the whole coast."
    assert found.published is not None
    assert found.published.at == datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


def test_a_label_within_the_link_is_no_part_of_its_title() -> None:
    inside = f"<p>{link(1001, 'LES OGSÅ: Storm over the coast')}</p>"
    (found,) = related_links(article(inside=inside))
    assert (found.kind, found.box, found.anchor) == (
        *("readmore", "LES OGSÅ"),
        "Storm over the coast",
    )


def test_a_link_laid_over_a_card_takes_the_title_of_the_card() -> None:
    card = '<div><a href="/read/1001/a-b-c-d-e"></a><h3>Storm over the coast</h3></div>'
    (found,) = related_links(article(after=f"<div><h2>Related</h2>{card}</div>"))
    assert found.anchor == "Storm over the coast"


def test_a_word_in_two_elements_stays_one_word() -> None:
    inside = f"<p>Baca juga: {link(1001, 'Storm over the <b>c</b>oast')}</p>"
    assert related_links(article(inside=inside))[0].anchor == "Storm over the coast"


def test_related_links_are_numbered_in_document_order() -> None:
    boxes = f"<div><h2>Popular</h2>{cards(1)}</div><div><h2>Related</h2>{cards(3, 2)}</div>"
    document = article(inside=f"<p>Baca juga: {link(4)}</p>", after=boxes)
    assert [(link.position, *kinds([link])) for link in related_links(document)] == [
        (1, 4),
        (2, 3),
        (3, 2),
    ]


def test_tabs_are_told_apart_by_their_order() -> None:
    tabs = "<ul><li>Related</li><li>Most read</li></ul>"
    panels = f"<div><div>{cards(1001)}</div><div>{cards(1002)}</div></div>"
    document = article(after=f"<section>{tabs}{panels}</section>")
    assert kinds(find_links(document)) == {1001: "related", 1002: "other"}


def test_class_names_speak_where_no_label_does() -> None:
    boxes = f'<div class="relatedPosts">{cards(1001, 1002)}</div>{TEASERS}'
    assert kinds(find_links(article(after=boxes))) == {
        **{1001: "related", 1002: "related"},
        **{1008: "other", 1009: "other"},
    }


def test_class_names_decide_what_a_doubtful_label_means() -> None:
    box = "<div{}><h2>Berita lainnya</h2>{}</div>"
    document = article(
        after=box.format(' class="terkait"', cards(1001)) + box.format("", cards(1002))
    )
    assert kinds(find_links(document)) == {1001: "related", 1002: "other"}


def titled(start: int, *titles: str) -> str:
    return "".join(f"<div>{link(start + n, title)}</div>" for n, title in enumerate(titles))


def test_titles_on_the_subject_of_the_headline_make_a_box_related() -> None:
    about = titled(1001, "The harbour in numbers", "Ferries leave the harbour", "Why harbours fail")
    others = titled(2001, "Cup final ends in a draw", "Mayor opens a school", "Rice gets dearer")
    document = article(after=f"<div>{others}</div><div>{about}</div>")
    related = {number for number, kind in kinds(find_links(document)).items() if kind == "related"}
    assert related == {1001, 1002, 1003}


@pytest.mark.parametrize(
    ("window", "kind"), [("PSSI lifts the ban", "related"), ("Storm | Warta Example", "other")]
)
def test_the_subject_is_in_the_title_of_the_window_but_not_in_the_sites_name(
    window: str, kind: str
) -> None:
    words = ("PSSI", "Warta")
    box = titled(1001, *(f"{word} {n}: {words[0]} {words[1]}" for n, word in enumerate(words * 2)))
    body = f"<title>{window}</title>".encode() + article(after=f"<div>{box}</div>").page.body
    assert kinds_of(Document(Page(url=OWN, body=body, fetched_at=NOW))) == {kind}


def test_words_that_titles_do_not_share_are_no_subject() -> None:
    mixed = titled(1001, "Harbour in numbers", "Why a storm comes", "A school opens after all")
    assert kinds_of(article(after=f"<div>{mixed}</div>")) == {"other"}


def test_a_word_of_the_whole_site_is_no_subject() -> None:
    boxes = (titled(n, *[f"Harbour news of the day {m}" for m in range(4)]) for n in (1001, 2001))
    document = article(after="".join(f"<div>{box}</div>" for box in boxes))
    assert kinds_of(document) == {"other"}


@pytest.mark.parametrize(
    ("tracking", "kind"), [("utm_source=related_news", "related"), ("from=popular", "other")]
)
def test_what_a_link_tells_the_statistics_speaks_for_its_box(tracking: str, kind: str) -> None:
    tracked = cards(1001, 1002).replace('length"', f'length?{tracking}"')
    assert kinds_of(article(after=f"<div>{tracked}</div>")) == {kind}


def test_a_card_that_is_paid_for_is_not_related() -> None:
    paid = f"<div><h3>{link(1002)}</h3><span>Sponsored</span></div>"
    document = article(after=f"<div><h2>Related</h2>{cards(1001)}{paid}</div>")
    assert kinds(find_links(document)) == {1001: "related", 1002: "other"}


def test_a_word_over_one_title_is_no_heading_of_the_box() -> None:
    kicker = f"<div><span>Opinion</span><h3>{link(1002)}</h3></div>"
    document = article(after=f"<div><h2>Related</h2>{cards(1001)}{kicker}{cards(1003)}</div>")
    assert kinds_of(document) == {"related"}


def test_more_of_a_section_is_not_more_on_the_subject() -> None:
    menu = '<ul><li><a href="/world">World</a></li></ul>'
    boxes = f"<h2>More on World</h2>{cards(1001)}<h2>More on the storm</h2>{cards(1002)}"
    document = article(after=f"{menu}<div>{boxes}</div>")
    assert kinds(find_links(document)) == {1001: "other", 1002: "related"}


def test_previous_and_next_are_not_related() -> None:
    both = link(1001).replace("<a ", '<a rel="next" ') + f'<div class="nav-previous">{link(1002)}'
    document = article(after=f"<div><h2>Related</h2>{both}</div></div>")
    assert kinds(find_links(document)) == {1001: "other", 1002: "other"}


def test_menus_are_not_related_whatever_stands_over_them() -> None:
    document = article(after=f"<div><h2>Related</h2><nav>{cards(1001)}</nav></div>")
    assert kinds(find_links(document)) == {1001: "other"}


def test_a_topic_in_a_sentence_is_not_inline() -> None:
    topic = '<a href="/people/storm-warning-12345">Storm Warning</a>'
    topic += '<a href="/read/storm-warning-12345">Storm Warning</a>'
    assert kinds_of(article(inside=paragraph(f"It was {topic} again."))) <= {"other"}


def test_the_letters_before_an_id_tell_articles_from_topics() -> None:
    links = '<a href="/en/storm/t-10000001">Storms</a> <a href="/en/calm-days/a-10000002">Calm</a>'
    document = page(
        f"<article>{paragraph()}{paragraph(f'It was {links} again.')}{paragraph()}</article>",
        url=f"{HOST}/en/harbour-opens/a-10000000",
    )
    assert [found.url for found in find_links(document)] == [f"{HOST}/en/calm-days/a-10000002"]


def test_a_profile_names_boxes_where_the_finder_is_wrong() -> None:
    boxes = f'<div id="a">{cards(1001)}</div><div id="b"><h2>Related</h2>{cards(1002)}</div>'
    profile = SiteProfile(
        name="warta", hosts=("warta.example",), related_boxes=("#a",), other_boxes=("#b",)
    )
    document = article(after=boxes)
    assert kinds(find_links(document, profile)) == {1001: "related", 1002: "other"}
    assert kinds(find_links(document)) == {1001: "other", 1002: "related"}


def test_a_box_known_to_be_the_same_on_many_pages_is_not_related() -> None:
    document = article(after=f"<div><h2>Related</h2>{cards(1001)}</div>")
    (found,) = explain_links(document)
    (again,) = explain_links(document, site_wide={found.place})
    assert (found.link.kind, again.link.kind) == ("related", "other")


def test_the_place_of_a_box_is_the_same_on_another_page() -> None:
    pages = [article(after=f"<div><h2>Related</h2>{cards(n, n + 1)}</div>") for n in (1001, 2001)]
    first, second = ([found.place for found in explain_links(one)] for one in pages)
    assert first == second
    assert len({*first}) == 1


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


@pytest.mark.skipif(
    not (SHARED / "seeds").is_dir(), reason="the seed pages are not beside the project"
)
def test_the_seed_pages_give_their_related_links() -> None:
    truths = map(json.loads, (SHARED / "seeds/related.jsonl").read_text().splitlines())
    pages = map(json.loads, (SHARED / "seeds/articles.jsonl").read_text().splitlines())
    for truth, row in zip(truths, pages, strict=True):
        body = decompress((SHARED / "seeds" / row["html"]).read_bytes())
        fetched_at = datetime.fromisoformat(row["crawl_date"])
        found = related_links(Document(Page(url=row["url"], body=body, fetched_at=fetched_at)))
        wanted = {(w["url"], w["kind"], w["box"]) for w in truth["links"] if w["kind"] != "other"}
        assert {(f.url, f.kind, f.box) for f in found} == wanted
