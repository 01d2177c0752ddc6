"""A page decoded and parsed."""

import time
from datetime import UTC, datetime

import pytest

from crawler.page.document import MAX_CHARS, Document, _lightened
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


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1251", "В порту открыли новый мост через реку, говорят жители"),
        ("koi8-r", "В порту открыли новый мост через реку, говорят жители"),
        ("cp1253", "Νέα γέφυρα άνοιξε σήμερα στο λιμάνι της πόλης"),
        ("cp1255", "גשר חדש נפתח היום בנמל העיר"),
        ("cp1256", "افتتح اليوم جسر جديد في ميناء المدينة"),
        ("cp874", "สะพานใหม่เปิดวันนี้ที่ท่าเรือของเมือง"),
        ("cp932", "東京の港に新しい橋が完成した。多くの人が集まった。"),
        ("gbk", "市政府宣布新的桥梁已经完工并通车。"),
        ("big5", "市政府宣布新的橋樑已經完工並通車。"),
        ("cp949", "새로운 다리가 오늘 항구에서 개통되었다."),
        ("cp1252", "Le café près du château a été fermé"),
    ],
)
def test_encoding_that_nobody_declared_is_guessed_from_the_text(encoding: str, text: str) -> None:
    assert document(f"<p>{text}</p><p>{text}</p>".encode(encoding)).text.startswith(f"<p>{text}<")


@pytest.mark.parametrize(
    ("language", "encoding", "text"),
    [
        ("pl", "cp1250", "Nowy most został dziś otwarty, źle się działo"),
        ("pl", "iso8859-2", "Nowy most został dziś otwarty, źle się działo"),
        ("tr", "cp1254", "Köprü açıldı, şehir halkı ışıkları gördü"),
        ("lt", "cp1257", "Naujas tiltas šiandien atidarytas, žmonės džiaugėsi"),
        ("ja", "euc-jp", "東京の港に新しい橋が完成した。"),
    ],
)
def test_language_of_the_page_helps_to_guess(language: str, encoding: str, text: str) -> None:
    page = f'<html lang="{language}-XX"><p>{text}</p>'
    assert document(page.encode(encoding)).text == page


RUSSIAN = "<p>В порту открыли новый мост через реку"


@pytest.mark.parametrize(
    "head",
    [
        '<meta charset="windows-1251">',
        "<!-- <meta charset=koi8-r> --><meta charset=windows-1251>",
        "<script>document.write('<meta charset=koi8-r>')</script><meta charset=windows-1251>",
        "<script>" + "var a=1;" * 5_000 + "</script><meta charset=windows-1251>",
        '<meta httpequiv="ContentType" content="text/html; charset=x-cp1251">',
        '<meta name=description content="charset=koi8-r"><meta charset=cp1251>',
        "<meta charset=no-such-thing><meta charset=windows-1251>",
        '<meta charset=base64><?xml version="1.0" encoding="windows-1251"?>',
    ],
    ids=["plain", "comment", "script", "late", "misspelt", "description", "unknown", "no text"],
)
@pytest.mark.parametrize("content_type", ["", "text/html; charset=utf-8", "text/html; charset=x"])
def test_page_is_asked_where_the_header_is_silent_or_wrong(head: str, content_type: str) -> None:
    page = head + RUSSIAN
    assert document(page.encode("cp1251"), content_type=content_type).text == page


@pytest.mark.parametrize(
    ("label", "encoding", "text"),
    [
        ("x-gbk", "gbk", "桥梁已经完工"),
        ("x-sjis", "cp932", "新しい橋"),
        ("x-euc-jp", "euc-jp", "新しい橋"),
        ("windows-949", "cp949", "새로운 다리가"),
        ("iso-8859-8-i", "iso8859-8", "גשר חדש"),
        ("unicode", "utf-8", "мост"),
        ("latin1", "cp1252", "“quoted” café"),
    ],
)
def test_labels_are_read_as_browsers_read_them(label: str, encoding: str, text: str) -> None:
    page = f"<meta charset={label}><p>{text}"
    assert document(page.encode(encoding)).text == page


@pytest.mark.parametrize("declared", ["utf-8", "iso-8859-1", "windows-1251"])
def test_a_character_cut_in_half_does_not_change_the_encoding(declared: str) -> None:
    good = f"<meta charset={declared}><p>“Gempa itu terasa kuat,” kata “warga” dan “ketua”</p>"
    body = good.encode() + "”".encode()[:2]
    assert document(body).text == good + "\ufffd"


@pytest.mark.parametrize("wrongly", ["latin-1", "cp1252"])
def test_what_was_encoded_twice_is_read_as_it_was_meant(wrongly: str) -> None:
    text = "the river’s mouth – São João – café"
    garbled = text.encode().decode(wrongly)
    page = f"<p>{garbled}</p><p>{garbled}</p><p>“Plain” naïve</p>".encode()
    found = document(page)
    assert found.text == f"<p>{text}</p><p>{text}</p><p>“Plain” naïve</p>"
    assert found.tree.css_first("p").text() == text


def test_a_page_about_garbled_text_keeps_its_example() -> None:
    text = "<p>Why it’s â€™ that you see: UTF-8 read as Latin-1 gives Ã©</p>"
    assert document(text.encode()).text == text


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


@pytest.mark.parametrize("tag", ["svg", "style", "script"])
def test_elements_left_open_on_a_huge_page_cost_as_much_as_they_are(tag: str) -> None:
    def cost(count: int) -> float:
        text = f"<{tag}>" * count + "x" * MAX_CHARS
        start = time.process_time()
        assert len(_lightened(text)) == MAX_CHARS
        return time.process_time() - start

    assert cost(160_000) < 5 * max(cost(80_000), 0.01)


def test_a_huge_page_loses_scripts_styles_and_pictures() -> None:
    ballast = "<script>a</script><style>b</style><svg>c</svg>"
    json = '<script type="application/json">{}</script>'
    assert _lightened(f"x{ballast}y{json}z<svg>open") == f"xy{json}z<svg>open"
