"""Short titles in boxes that call themselves related."""

from crawler.links.finder import related_links
from tests.warta import (
    HOST,
    article,
    kinds,
    kinds_of,
    link,
    page,
    paragraph,
)


def test_a_short_title_under_a_related_label_is_no_section() -> None:
    own, shop = (
        f"{HOST}/ricette/pasta-e-fagioli",
        '<a href="/ricette/primi-piatti">Primi piatti</a>',
    )
    names = ("Pasta e ceci", "Pasta e patate", "Zuppa di ceci")
    links = "".join(
        f'<a href="/ricette/{name.lower().replace(" ", "-")}"><img src="p.jpg"><b>{name}</b></a>'
        for name in names
    )
    text = f"<h1>Pasta e fagioli</h1>{paragraph() * 3}"
    sections = '<a href="/ricette/secondi-piatti">Secondi</a>'
    boxes = f"<section><h3>Ricette correlate</h3>{links}{sections}</section><h3>Menu</h3>{shop}"
    found = related_links(page(f"<div>{shop}</div><main>{text}</main>{boxes}", url=own))
    assert [related.anchor for related in found] == list(names)


def test_a_short_title_that_stands_as_long_ones_do_is_one() -> None:
    short = '<a href="/read/harbour-life">Harbour life</a>'
    box = (
        f"<h2>Related posts</h2><ul><li>{link(1001)}</li><li>{short}</li><li>{link(1002)}</li></ul>"
    )
    found = related_links(article(after=f"<div>{box}</div>"))
    assert [related.anchor for related in found][1] == "Harbour life"


def test_a_short_name_on_the_card_of_a_title_is_its_section() -> None:
    section = '<a href="/read/harbour-life">Harbour life</a>'
    card = "".join(f"<div>{section}<h3>{link(number)}</h3></div>" for number in (1001, 1002))
    box = f"<div><h2>Related posts</h2>{card}</div>"
    assert kinds(related_links(article(after=box))) == {1001: "related", 1002: "related"}


def test_a_short_title_in_wide_signs_names_an_article_whatever_its_address() -> None:
    box = (
        '<div><h2>関連記事</h2><a href="/column/yonaki">夜泣きの原因と対策を月齢別に解説</a></div>'
    )
    text = f"<p>{'夜間授乳がつらいと感じる人は少なくありません。' * 3}</p>"
    document = page(f"<main><h1>夜間授乳</h1>{text * 3}</main>{box}", url=f"{HOST}/column/junyu")
    assert kinds_of(document) == {"related"}
