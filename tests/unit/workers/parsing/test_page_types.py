"""Which form a page has."""

import pytest

from crawler.page.structured_data import StructuredData
from tests.unit.workers.parsing.pages import NO_PROFILE, document, saved
from workers.parsing import read
from workers.parsing.page_types import page_type_of


def form(path: str = "/laut/dermaga-baru", *, size: int = 900, reason: str | None = None,
         **meta: list[str]) -> str:  # fmt: skip
    data = StructuredData(meta={name.replace("_", ":"): said for name, said in meta.items()})
    return page_type_of(data, f"https://kabar.test{path}", size=size, not_article=reason)


def declared(kind: str, *, size: int = 900) -> str:
    data = StructuredData(objects=[{"@type": kind}])
    return page_type_of(data, "https://kabar.test/a/b", size=size, not_article=None)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/laut/dermaga-baru-nelayan", "article"),
        ("/live/banjir-tarawi", "live"),
        ("/laut/banjir-liveblog-hari-kedua", "live"),
        ("/music/live-music-returns-to-tarawi", "article"),
        ("/advertorial/kapal-hemat-bahan-bakar", "advertorial"),
        ("/foto/dermaga-baru", "gallery"),
        ("/video/dermaga-baru", "video"),
        ("/laut/video-dermaga-baru", "article"),
    ],
)
def test_the_address_tells_the_form(path: str, expected: str) -> None:
    assert form(path) == expected


def test_metadata_tell_the_form() -> None:
    kinds = ("LiveBlogPosting", "AdvertiserContentArticle", "ImageGallery", "VideoObject")
    assert [declared(kind) for kind in kinds] == ["live", "advertorial", "gallery", "video"]
    assert form(og_type=["video.other"]) == "video"


def test_a_film_beside_an_article_makes_it_no_video() -> None:
    data = StructuredData(objects=[{"@type": "NewsArticle"}, {"@type": "VideoObject"}])
    assert page_type_of(data, "https://kabar.test/a/b", size=900, not_article=None) == "article"


def test_a_long_text_under_a_gallery_is_an_article() -> None:
    assert form("/foto/dermaga-baru", size=4_000) == "article"
    assert declared("VideoObject", size=4_000) == "article"


def test_what_is_no_article_is_an_index_or_something_else() -> None:
    assert form("/foto", reason="list of links") == "index"
    assert form("/toko/perahu", reason="product page") == "other"


def test_a_whole_page_has_its_form() -> None:
    page = saved("dermaga/article.html")
    live = page.text.replace('"NewsArticle"', '"LiveBlogPosting"')
    assert read(page, NO_PROFILE).page_type == "article"
    assert read(document(live), NO_PROFILE).page_type == "live"
