"""Addresses as people write them; what is none is said so at once, with what it may be."""

import pytest

from terkait.addresses import canonical_address, canonical_site
from terkait.errors import BadUsage


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("news.example/read/1", "https://news.example/read/1"),
        ("  NEWS.example ", "https://news.example/"),
        ("news.example?id=1", "https://news.example/?id=1"),
        ("news.example:8443/a", "https://news.example:8443/a"),
        ("news.example/page.html", "https://news.example/page.html"),
        ("http.example/1", "https://http.example/1"),
        ("bücher.example", "https://xn--bcher-kva.example/"),
        ("例え。テスト/1", "https://xn--r8jz45g.xn--zckzah/1"),
        ("https://news.example/dua kata", "https://news.example/dua%20kata"),
        ("https://intranet/1", "https://intranet/1"),
        # what has no certificate as a rule
        ("localhost:8000/a", "http://localhost:8000/a"),
        ("localhost", "http://localhost/"),
        ("127.0.0.1/a", "http://127.0.0.1/a"),
        ("[::1]:8000/a", "http://[::1]:8000/a"),
        ("web:8080/a", "http://web:8080/a"),
    ],
)
def test_address_without_scheme_gets_the_one_that_is_meant(text: str, address: str) -> None:
    assert canonical_address(text) == address


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("notaurl", "write it whole, as in https://"),
        ("not a url", "write it whole"),
        ("kompas/nasional", "write it whole"),
        ("17", "write it whole"),
        ("-", "write it whole"),
        ("", "it is empty"),
        ("https://", "no host follows https://"),
        ("http:/?q=1", "no host follows http:/"),
        ("//news.example/1", "did you mean https://news.example/1?"),
        ("http:/news.example/1", "did you mean http://news.example/1?"),
        ("https:news.example", "did you mean https://news.example?"),
        ("https//news.example/1", "did you mean https://news.example/1?"),
        ("htp://news.example/1", "did you mean http://news.example/1?"),
        ("https:///news.example/1", "did you mean https://news.example/1?"),
        ("ftp://news.example/1", "ftp: is not http or https"),
        ("javascript:alert(1)", "javascript: is not http or https"),
        ("mailto:a@news.example", "mailbox"),
        ("a@news.example", "mailbox"),
        ("ani:rahasia@news.example/1", "user's name"),
        ("file:///etc/hostname", "terkait extract FILE"),
        ("/home/ani/page.html", "terkait extract FILE"),
        ("./news.example", "terkait import FILE"),
        (r"C:\pages\1.html", "terkait extract FILE"),
        ("page.html", "terkait extract FILE"),
        ("https://a.example/1\nhttps://b.example/2", "several addresses"),
        ("https://a.example/1 https://b.example/2", "several addresses"),
        ("news.example:99999/1", "bad port"),
        ("https://news .example/", "bad host name"),
        ("https://news.example/" + "a" * 9_000, "too long"),
    ],
)
def test_what_is_no_address_is_refused_with_what_it_may_be(text: str, says: str) -> None:
    with pytest.raises(BadUsage, match=r"\w") as refused:
        canonical_address(text)
    assert says in str(refused.value)
    assert len(str(refused.value)) < 300


def test_part_of_a_site_is_enough_to_filter_by() -> None:
    assert canonical_site("tempo") == "https://tempo/"
