"""What class names say of a place on the page, and what they say of the story."""

import pytest

from crawler.page.class_names import names_of_place


@pytest.mark.parametrize(
    ("names", "kept"),
    [
        ("post status-publish category-most-popular tag-related", "post status-publish"),
        ("hentry category-latest", "hentry"),
        ("node node--promoted node--type-article", "node node--type-article"),
        ("promoted-content box", "promoted-content box"),
        ("category-most-popular list", "category-most-popular list"),
        ("", ""),
    ],
)
def test_what_tells_of_the_story_says_nothing_of_the_place(names: str, kept: str) -> None:
    assert names_of_place(names) == kept
