"""What a person may type for an article: an id, an address in any form, a title."""

import pytest

from db.sql.session import Session
from db.terms.errors import NotFound
from terkait.errors import BadUsage
from terkait.named import named_address, named_article
from tests.rows import add_article, add_page

FLOOD, QUAKE, TWIN = "https://www.a.test/1", "https://a.test/read/2", "https://b.test/9"


@pytest.fixture
def asked(session: Session) -> Session:
    add_article(session, FLOOD, "Banjir di kota tua", "Lima rumah rusak.", id=1)
    add_article(session, QUAKE, "Gempa di kota tua", "Tujuh rumah rusak.", id=2)
    add_article(session, TWIN, "Gempa di kota tua", "Delapan rumah rusak.", id=3)
    add_page(session, "https://a.test/amp/1", alias_of_id=add_page(session, FLOOD).id)
    add_page(session, "https://a.test/read/skipped", reason="offsite")
    return session


@pytest.mark.parametrize(
    "text",
    ["1", " 1 ", "１", "١", FLOOD, "a.test/1", "www.a.test/1/", "http://a.test/1", "https://a.test/amp/1",
     "A.test/1?utm_source=x#top", "banjir di kota tua", "Banjir", "Banjir di"],
)  # fmt: skip
def test_it_is_understood_in_any_form(asked: Session, text: str) -> None:
    assert named_article(asked, text).url == FLOOD
    expected = text if "amp" in text else "a.test/1"
    assert expected in named_address(asked, text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("9", "no article 9: their numbers go up to 3"),
        ("9" * 23, f"no article {'9' * 23}: their numbers go up to 3"),
        ("a.test/read/22", f"near it: {QUAKE}, https://a.test/read/skipped"),
        ("http://a.test/read/22", f"near it: {QUAKE}"),
        ("www.news-a.test/1", "nor anything else of www.news-a.test; did you mean www.a.test?"),
        ("Gempa di kota tua", "several articles have this title: "),
        ("kota tua", "several titles have these words: "),
        ("banjir besar", "no article has the title 'banjir besar'; near it: 1 (Banjir di kota tua"),
        ("tidakada", "`terkait search WORDS` finds articles"),
    ],
)
def test_what_is_not_there_gets_what_is_nearest(asked: Session, text: str, said: str) -> None:
    with pytest.raises(NotFound) as raised:
        named_article(asked, text)
    assert said in str(raised.value)


@pytest.mark.parametrize("text", ["", "  ", "\x00", "?!", "ftp://a.test/1", "https://"])
def test_what_can_be_nothing_is_wrong_use(asked: Session, text: str) -> None:
    with pytest.raises(BadUsage):
        named_article(asked, text)
