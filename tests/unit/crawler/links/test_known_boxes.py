"""What is known of a site's boxes beforehand: by its profile, many pages, or a person."""

from crawler.links.finder import explain_links, find_links
from crawler.page.profiles import SiteProfile
from tests.warta import (
    article,
    cards,
    kinds,
)


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


def test_what_a_person_said_of_a_box_is_final() -> None:
    page = article(after=f"<div><h2>Related</h2>{cards(1001, 1002)}</div>")
    found = explain_links(page)
    place = found[0].place
    other = explain_links(page, judged={place: "other"})
    assert {link.link.kind for link in other} == {"other"}
    back = explain_links(page, site_wide={place}, judged={place: "related"})
    assert {link.link.kind for link in back} == {"related"}
    assert back[0].why == "as a person said of the box"


def test_the_place_of_a_box_is_the_same_on_another_page() -> None:
    pages = [article(after=f"<div><h2>Related</h2>{cards(n, n + 1)}</div>") for n in (1001, 2001)]
    first, second = ([found.place for found in explain_links(one)] for one in pages)
    assert first == second
    assert len({*first}) == 1
