"""What an article is about."""

import pytest

from tests.unit.workers.parsing.pages import article

TEXT = "".join(
    f"<p>The harbour was opened on Monday, and the fishermen of quay {n} were glad of it.</p>"
    for n in range(6)
)


def topics(head: str, after: str = "") -> tuple[str, ...]:
    html = f"<head>{head}</head><main><h1>The harbour is open</h1>{TEXT}{after}</main>"
    return article(html).topics


@pytest.mark.parametrize(
    ("keywords", "found"),
    [
        ("harbour, fishing", ("harbour", "fishing")),
        ("ticker:HBR; Boats/Ships", ("HBR", "Boats/Ships")),
        ("topic/harbour, Category: Sea", ("harbour", "Sea")),
        ("harbour, @river, //kabar.test/1, contentId: 15cd, locale: US", ("harbour",)),
        ("harbour, 8f507083-bac4-423a-9015-2eb31e1bce50, kabar.test, 31", ("harbour",)),
    ],
)
def test_keywords_are_topics_without_what_is_for_machines(
    keywords: str, found: tuple[str, ...]
) -> None:
    assert topics(f'<meta name="keywords" content="{keywords}">') == found


def test_tags_below_the_text_are_topics() -> None:
    tags = '<div class="related-tags"><a href="/1">harbour</a> <a href="/2"># fishing</a></div>'
    assert topics("", tags) == ("harbour", "fishing")


def test_links_to_topics_are_found_by_their_addresses() -> None:
    links = '<li><a href="/news/topics/1">Harbour</a></li><li><a href="/news/topics/2">Sea</a></li>'
    assert topics("", f"<div><ul>{links}</ul></div>") == ("Harbour", "Sea")
    assert topics("", f"</main><nav><ul>{links}</ul></nav>") == ()


def test_of_several_lists_of_keywords_the_first_is_the_article_s() -> None:
    lists = ("harbour, fishing, quay", "news, sports, weather, videos")
    head = "".join(f'<meta name="keywords" content="{text}">' for text in lists)
    assert topics(head) == ("harbour", "fishing", "quay")


def test_keywords_one_by_one_are_all_taken() -> None:
    head = "".join(f'<meta property="article:tag" content="{t}">' for t in ("sea", "Bath, Maine"))
    assert topics(head) == ("sea", "Bath, Maine")


@pytest.mark.parametrize(
    "link",
    [
        '<a href="https://share.test/?u=1">Share this</a>',
        '<a href="#next">Skip the next part</a>',
        '<a href="/1">The harbour is open again today</a>',
    ],
)
def test_share_buttons_places_on_the_page_and_headlines_are_no_tags(link: str) -> None:
    assert topics("", f'<div class="tags">{link}</div>') == ()


def test_links_inside_of_a_text_are_no_tags() -> None:
    assert topics("", f'<div class="tags">{TEXT}<a href="/1">harbour</a></div>') == ()


@pytest.mark.parametrize(
    "words",
    ["The, harbour, is, open", "The, fishermen, of, the, quay, were, glad, of, it."],
)
def test_a_sentence_cut_into_keywords_is_no_topic(words: str) -> None:
    head = f'<title>The harbour is open</title><meta name="keywords" content="{words}, at, last">'
    tags = "".join(f'<li><a href="/tag/{tag}">{tag}</a></li>' for tag in ("boats", "quays"))
    assert topics(head, f"<div class=related-tag-list><ul>{tags}</ul></div>") == ("boats", "quays")


def test_a_link_in_a_sentence_is_not_the_list_of_topics() -> None:
    inline = f'<p>They came from <a href="/tag/tarawi">Tarawi</a>{" by boat" * 20}.</p>'
    tags = '<div><a href="/tag/boats">boats</a> <a href="/tag/quays">quays</a></div>'
    assert topics("", inline + tags) == ("boats", "quays")


@pytest.mark.parametrize("slash", ["/", "&#47;", "&#x2F;", "&sol;"])
def test_slash_in_an_address_may_be_written_as_a_reference(slash: str) -> None:
    hrefs = [f"{slash}news{slash}topics{slash}{name}" for name in ("harbour", "sea")]
    links = "".join(f'<li><a href="{href}">{href[-3:]}</a></li>' for href in hrefs)
    assert topics("", f"<ul>{links}</ul>") == ("our", "sea")
