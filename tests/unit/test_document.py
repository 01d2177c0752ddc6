"""A page decoded and parsed."""

from datetime import UTC, datetime

import pytest

from crawler.page.document import MAX_CHARS, Document
from crawler.page.items import FetchedPage


def document(body: bytes, *, content_type: str = "", url: str = "https://a.test/x/y") -> Document:
    headers = {"content-type": content_type} if content_type else {}
    return Document(FetchedPage(url=url, body=body, fetched_at=datetime.now(UTC), headers=headers))


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("naïve".encode(), "", "naïve"),
        ("naïve".encode("latin-1"), "text/html; charset=iso-8859-1", "naïve"),
        ("naïve".encode(), "text/html; charset=iso-8859-1", "naïve"),
        (b"\xef\xbb\xbfna\xc3\xafve", "text/html; charset=windows-1252", "naïve"),
        ("naïve".encode("utf-16"), "", "naïve"),
        (b"\x93quoted\x94 caf\xe9", "text/html; charset=latin1", "“quoted” café"),
        ("<meta charset=shift_jis>日本".encode("cp932"), "", "<meta charset=shift_jis>日本"),
        ("日本".encode("iso2022_jp"), "text/html; charset=iso-2022-jp", "日本"),
        ("Привет, мир".encode("cp1251"), "charset=windows-1251", "Привет, мир"),
        (b"caf\xe9 na\xefve", "text/html; charset=utf-8", "café naïve"),
        (b"caf\xe9", "text/html; charset=no-such-thing", "café"),
        (b"a\x00b", "", "a\ufffdb"),
    ],
)
def test_the_encoding_is_what_the_bytes_bear_out(body: bytes, content_type: str, text: str) -> None:
    assert document(body, content_type=content_type).text == text


def test_bytes_that_nobody_declared_are_read_by_country() -> None:
    page = document("Привет, мир".encode("cp1251"), url="https://gazeta.ru/a")
    assert page.text == "Привет, мир"


def test_links_are_resolved_against_the_base() -> None:
    page = document(b'<base href="/news/"><a href="a">x</a>')
    assert page.absolute("a?b=1") == "https://a.test/news/a?b=1"
    assert page.absolute("javascript:void(0)") is None
    assert page.absolute("http://[broken") is None


def test_of_a_huge_page_scripts_are_left_out_before_it_is_cut() -> None:
    body = b"<script>" + b"x=1;" * MAX_CHARS + b"</script><p>text</p>"
    page = document(body[: 3 * MAX_CHARS // 2] + b"</script><p>text</p>")
    assert page.is_huge
    assert page.tree.css_first("p").text() == "text"


@pytest.mark.parametrize("url", ["", "about:blank", "saved.html"])
def test_base_of_a_page_without_address_is_found(url: str) -> None:
    body = b"<base href='https://x.test/a/'><p>Isi</p><a href='b'>b</a>"
    document = Document(FetchedPage(url=url, body=body, fetched_at=datetime.now(UTC)))
    assert document.base == "https://x.test/a/"
    assert document.absolute("b") == "https://x.test/a/b"


@pytest.mark.parametrize("body", ["<p>één € 漢".encode(), b"<p>a\x00b", "<p>één".encode("cp1252")])
def test_the_tree_has_the_text_of_any_encoding(body: bytes) -> None:
    found = document(body).tree.css_first("p")
    assert found is not None
    assert found.text() == document(body).text.removeprefix("<p>")


def test_a_whole_address_is_not_resolved_against_the_base() -> None:
    page = document(b'<base href="https://other.example/"><p>x')
    assert page.absolute("https://x.example/b") == "https://x.example/b"
    assert page.absolute("b") == "https://other.example/b"
