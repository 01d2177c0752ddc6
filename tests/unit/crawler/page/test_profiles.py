"""Site profiles are data, and all of it is sound."""

from zoneinfo import ZoneInfo

import pytest
from selectolax.lexbor import LexborHTMLParser

from crawler.page.profiles import SiteProfile, profile_for, profiles


def test_a_profile_is_chosen_by_the_end_of_the_host() -> None:
    for url in ("https://dunia.tempo.co/read/1/a", "http://TEMPO.CO/", "https://www.tempo.co/x"):
        found = profile_for(url)
        assert found is not None
        assert found.name == "tempo"


def test_other_hosts_have_none() -> None:
    for url in ("https://nottempo.co/x", "https://tempo.co.evil.test/", "not a url", "http://["):
        assert profile_for(url) is None


@pytest.mark.parametrize("profile", profiles(), ids=lambda p: p.name)
def test_every_profile_is_sound(profile: SiteProfile) -> None:
    assert profile.hosts
    assert profile.timezone is None or ZoneInfo(profile.timezone)
    page = LexborHTMLParser("<p>x</p>")
    for layout in profile.layouts:
        fields = (
            "article",
            "title",
            "authors",
            "published",
            "modified",
            "body",
            "topics",
            "section",
        )
        for selector in (*(getattr(layout, field) for field in fields), *layout.drop):
            assert not selector or page.css(selector) == []
