"""Which links of a page are related articles."""

import json
from datetime import datetime
from gzip import decompress

import pytest

from crawler.links.finder import NO_ARTICLE, explain_links, find_links, related_links
from crawler.links.page_view import view_of
from crawler.page.document import Document
from crawler.page.items import FetchedPage
from tests.paths import SHARED
from tests.warta import (
    HOST,
    OWN,
    SENTENCE,
    article,
    cards,
    kinds,
    kinds_of,
    link,
    page,
    paragraph,
)

TEASERS = f'<div class="popular">{cards(1008, 1009)}</div>'


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


@pytest.mark.parametrize("rel", ["sponsored", "nofollow Sponsored", "author", "tag"])
def test_a_link_that_says_itself_that_it_is_none_is_not_followed(rel: str) -> None:
    paid = link(1001).replace("<a ", f'<a rel="{rel}" ')
    box = f"<div><h2>Berita terkait</h2><ul><li>{paid}</li><li>{link(1002)}</li></ul></div>"
    assert kinds(related_links(article(after=box))) == {1002: "related"}


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


@pytest.mark.parametrize("words", ["READ:", "<b>Leggi:</b>", "Więcej |", "เพิ่มเติม :", "Baca :"])
def test_more_before_a_title_is_readmore_wherever_it_stands(words: str) -> None:
    document = article(after=f"<div><p>{words} {link(1001)}</p><p>{words} {link(1002)}</p></div>")
    assert kinds_of(document) == {"readmore"}


def test_an_editors_pick_is_a_pointer_in_the_text_and_another_box_outside() -> None:
    document = article(
        inside=f"<p>Pilihan Editor: {link(1001)}</p>",
        after=f"<div><h2>Pilihan Editor</h2>{cards(1002, 1003)}</div>",
    )
    assert kinds(find_links(document)) == {1001: "readmore", 1002: "other", 1003: "other"}


def test_a_box_in_the_text_that_may_be_related_is_readmore_if_it_is_small() -> None:
    small = f"<div><h4>Pilihan Redaksi</h4>{cards(1001, 1002)}</div>"
    large = f"<div><h4>Pilihan Redaksi</h4>{cards(*range(1, 9))}</div>"
    assert kinds_of(article(inside=small)) == {"readmore"}
    assert kinds_of(article(inside=large)) == {"other"}


def test_a_link_in_a_sentence_is_inline() -> None:
    document = article(inside=paragraph(f"It was {link(1001, 'the worst storm')} in years."))
    assert kinds(find_links(document)) == {1001: "inline"}


def test_the_label_decides_not_the_container() -> None:
    boxes = f"<h2>Berita terkait</h2>{cards(1001)}<h2>Terpopuler</h2>{cards(1002)}"
    document = article(after=f'<div class="related">{boxes}</div>')
    assert kinds(find_links(document)) == {1001: "related", 1002: "other"}


def test_a_label_far_before_the_links_is_not_theirs() -> None:
    far = f"<h2>Berita terkait</h2><div>{SENTENCE * 5}</div>{cards(1001, 1002)}"
    assert kinds_of(article(after=f"<div>{far}</div>")) == {"other"}


def test_an_address_in_several_places_is_what_is_strongest() -> None:
    boxes = f"<div><h2>Popular</h2>{cards(1001)}</div><div><h2>Related</h2>{cards(1001)}</div>"
    assert kinds(find_links(article(after=boxes))) == {1001: "related"}


@pytest.mark.parametrize(
    "own",
    [
        OWN,
        SENTENCE,
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


@pytest.mark.parametrize(
    "href",
    ["/tag/storm", "/", "/sport", "#top", "javascript:void(0)", "", "https://t.co/UshKI3z9oF"],
)
def test_what_leads_to_no_article_is_not_among_the_links(href: str) -> None:
    box = f'<div><h2>Related</h2><a href="{href}">A headline of some length</a></div>'
    assert find_links(article(after=box)) == ()


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


@pytest.mark.parametrize("before", ['Tags: <a href="/tag/storm">storm</a>', "Comments (3)"])
def test_a_line_over_a_heading_is_no_tab(before: str) -> None:
    label = f"<div>{before}</div><div>Related stories</div>"
    boxes = f"<div>{cards(1001, 1002)}</div><div><h2>Most read</h2>{cards(1003)}</div>"
    document = article(after=f"<section>{label}{boxes}</section>")
    assert kinds(find_links(document)) == {1001: "related", 1002: "related", 1003: "other"}


def test_a_short_article_in_a_script_of_wide_signs_has_its_paragraphs() -> None:
    text = f"<p>{'經濟部電價審議會今日召開，台電擬調漲電價。' * 2}</p>"
    body = f"<h1>台電擬調漲電價</h1>{text * 2}<p>{link(1001, '電價要漲了')}</p>{text}"
    view = view_of(page(f"<main><article>{body}</article></main>", lang="zh"), None)
    assert view is not None
    assert len(view.boxes.prose.paragraphs) == 3


@pytest.mark.parametrize("name", ["The harbour", "Fish"])
def test_a_label_that_names_the_topic_of_the_headline_is_related(name: str) -> None:
    boxes = f"<div><h2>Tema: {name}</h2>{cards(1001, 1002)}</div>{TEASERS}"
    kind = "related" if name == "The harbour" else "other"
    assert kinds(find_links(article(after=boxes)))[1001] == kind


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("Other harbour recipes", "related"),
        ("Weitere Harbour-Rezepte", "related"),
        ("Other fish recipes", "other"),
        ("Other harbour fish recipes", "other"),
        ("More harbour life", "other"),
        ("Weitere Harbour-Rezepte von Ana", "other"),
    ],
)
def test_further_articles_of_the_subject_are_related(label: str, kind: str) -> None:
    boxes = f"<div><h2>{label}</h2>{cards(1001, 1002)}</div>{TEASERS}"
    assert kinds(find_links(article(after=boxes)))[1001] == kind


def test_a_card_whose_title_stands_beside_its_picture_is_readmore() -> None:
    picture = link(1001, "<img src='p.jpg'>")
    title = (
        "<span>The harbour wall broke in the worst storm for fifty years, divers have found</span>"
    )
    card = f"<div>{picture}<span>{title}<span>28 September, 14:02</span></span></div>"
    assert kinds(find_links(article(inside=card))) == {1001: "readmore"}


def test_a_card_in_a_figure_is_no_picture() -> None:
    card = link(1001, "<div>A headline of some length</div><div>What came of it</div>")
    picture = link(1002, "<img src='p.jpg' alt='The harbour at night'>")
    inside = f"<figure>{card}</figure>{paragraph()}<figure>{picture}</figure>"
    assert kinds(find_links(article(inside=inside))) == {1001: "readmore", 1002: "other"}


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


@pytest.mark.parametrize("folder", ["collections", "de/produkte", "servicios", "Kurse"])
def test_goods_and_services_in_a_sentence_are_not_inline(folder: str) -> None:
    goods = f'<a href="/{folder}/lamps-for-your-harbour-home">lamps for your harbour home</a>'
    inside = paragraph(f"It came {link(1001, 'after a strike of the pilots')} and {goods}.")
    followed = [link.url for link in find_links(article(inside=inside)) if link.kind == "inline"]
    assert followed == [f"{HOST}/read/1001/a-headline-of-some-length"]


def test_a_topic_in_a_sentence_is_not_inline() -> None:
    topics = '<a href="/people/storm-warning-12345">Storm Warning</a> '
    topics += '<a href="/read/storm-warning-12345">Storm Warning</a> '
    story = paragraph(f"It was {link(1001, 'the worst storm in years')}.")
    found = find_links(article(inside=paragraph(f"It was {topics} again.") + story))
    followed = [shown for shown in found if shown.kind != "other"]
    assert kinds(followed) == {1001: "inline"}


def test_a_review_in_a_sentence_is_no_topic() -> None:
    href = f"{HOST}/topo-traverse-review"
    own = f"{HOST}/best-trail-running-shoes-for-wide-feet"
    text = paragraph(f'Read our <a href="{href}">Topo Traverse review</a> for the details of it.')
    document = page(f"<main><h1>Shoes for wide feet</h1>{text}{paragraph() * 3}</main>", url=own)
    assert kinds_of(document) == {"inline"}


def test_the_letters_before_an_id_tell_articles_from_topics() -> None:
    links = '<a href="/en/storm/t-10000001">Storms</a> <a href="/en/calm-days/a-10000002">Calm</a>'
    document = page(
        f"<article>{paragraph()}{paragraph(f'It was {links} again.')}{paragraph()}</article>",
        url=f"{HOST}/en/harbour-opens/a-10000000",
    )
    assert [found.url for found in find_links(document)] == [f"{HOST}/en/calm-days/a-10000002"]


def test_what_is_no_article_in_a_box_of_related_ones_is_told_on_demand() -> None:
    others = '<li><a href="/tag/banjir">Banjir</a></li><li><a href="/v/siaran.mp4">Video</a></li>'
    items = "".join(
        f"<li>{link(n, f'Kapal nomor {n} tiba di pelabuhan')}</li>" for n in (1001, 1002)
    )
    document = article(after=f"<section><h2>Related</h2><ul>{items}{others}</ul></section>")
    found = explain_links(document, with_strangers=True)
    strangers = [judged.link.url for judged in found if judged.why == NO_ARTICLE]
    assert strangers == [f"{HOST}/tag/banjir", f"{HOST}/v/siaran.mp4"]
    assert explain_links(document) == found[:2]


@pytest.mark.skipif(
    not (SHARED / "seeds").is_dir(), reason="the seed pages are not beside the project"
)
def test_the_seed_pages_give_their_related_links() -> None:
    truths = map(json.loads, (SHARED / "seeds/related.jsonl").read_text().splitlines())
    pages = map(json.loads, (SHARED / "seeds/articles.jsonl").read_text().splitlines())
    for truth, row in zip(truths, pages, strict=True):
        body = decompress((SHARED / "seeds" / row["html"]).read_bytes())
        fetched_at = datetime.fromisoformat(row["crawl_date"])
        found = related_links(
            Document(FetchedPage(url=row["url"], body=body, fetched_at=fetched_at))
        )
        wanted = {(w["url"], w["kind"], w["box"]) for w in truth["links"] if w["kind"] != "other"}
        assert {(f.url, f.kind, f.box) for f in found} == wanted


EMPTY_BOX = "<div><h2>Related</h2><ul></ul></div>"
POPULAR = f'<div class="popular"><h2>Most read</h2>{cards(1001)}</div>'


@pytest.mark.parametrize("between", ["", POPULAR], ids=["nothing", "another box"])
def test_an_empty_related_box_does_not_take_the_next_link(between: str) -> None:
    document = article(after=f"{EMPTY_BOX}{between}<footer>{link(1002)}</footer>")
    assert kinds_of(document) == {"other"}


@pytest.mark.parametrize(
    ("label", "kicker"),
    [("Artikel terkait", "Opini"), ("Zum Thema", "Meinung"), ("Related stories", "Research")],
)
def test_a_word_over_each_title_does_not_hide_the_heading_of_the_box(
    label: str, kicker: str
) -> None:
    card = "".join(
        f'<article><div class="label">{kicker}</div><div>{link(n)}</div></article>'
        for n in (1001, 1002, 1003)
    )
    document = article(after=f"<section><h3>{label}</h3><div>{card}</div></section>")
    found = [one for one in find_links(document) if one.kind == "related"]
    assert [one.box for one in found] == [label] * 3


@pytest.mark.parametrize("more", ["more", "więcej", "selengkapnya"])
def test_a_link_of_the_text_may_be_called_more(more: str) -> None:
    href = "/read/1001/council-hears-plans-for-the-harbour"
    said = f'The council heard the plans of the port on Monday (<a href="{href}">{more}</a>).'
    inside = f"<p>{SENTENCE}{said}</p>"
    assert kinds(find_links(article(inside=inside))) == {1001: "inline"}


def test_a_page_in_the_folder_of_the_article_may_be_one_whatever_the_folder_is_called() -> None:
    folder = f"{HOST}/themen/detail"
    body = (
        f"<h1>Bischofswort</h1>{paragraph() * 4}<div><h3>Zum Thema</h3><ul>"
        + "".join(
            f'<li><a href="/themen/detail/{slug}.html">Landessynode in Präsenz eröffnet</a></li>'
            for slug in ("synode-eroeffnet", "wort-zur-synode")
        )
        + '<li><a href="/themen/klima.html">Alles zum Klima und zum Wetter</a></li></ul></div>'
    )
    found = find_links(page(body, url=f"{folder}/bischofswort.html"))
    assert [one.url.rpartition("/")[2] for one in found if one.kind == "related"] == [
        "synode-eroeffnet.html",
        "wort-zur-synode.html",
    ]
