"""Pages that stand where an article should be are no articles."""

import pytest

from tests.unit.workers.parsing.pages import article
from workers.parsing.notices import CONSENT, LOGIN, NO_TEXT, NOTICE

PROSE = "Rain fell on Tarawi for the third day, and the boats stayed in the harbour all morning."
DATED = '<meta property="article:published_time" content="2026-03-02T08:10:00+08:00">'


def page(title: str, body: str, head: str = "") -> str:
    return f"<title>{title}</title>{head}<h1>{title}</h1>{body}"


@pytest.mark.parametrize(
    "title",
    [
        "Halaman tidak ditemukan", "Page not found", "Seite nicht gefunden", "Page introuvable",
        "Página no encontrada", "Страница не найдена", "ページが見つかりません", "找不到页面",
        "Access Denied", "Request Rejected", "Akses ditolak", "This domain is for sale",
        "Just a moment...", "Too many requests", "Under construction",
    ],
)  # fmt: skip
def test_a_short_page_whose_headline_says_that_there_is_none(title: str) -> None:
    assert article(page(title, f"<p>{PROSE}</p>")).not_article == NOTICE


def test_a_short_dated_article_may_tell_of_something_not_found() -> None:
    html = page("Boat not found off Tarawi", f"<article><p>{PROSE}</p><p>{PROSE * 2}</p></article>")
    assert article(DATED + html).not_article != NOTICE


def test_a_form_for_a_password_and_little_text() -> None:
    form = "<form><input name=who><input type=password name=word></form>"
    assert article(page("Welcome back", f"{form}<p>{PROSE}</p>")).not_article == LOGIN


@pytest.mark.parametrize(
    "line",
    [
        "Kami dan {} mitra menyimpan cookie di perangkat Anda untuk iklan dan pengukuran.",
        "We and our {} partners keep cookies on your device for ads and measurement.",
        "Wir und unsere {} Partner speichern Cookies auf Ihrem Gerät für Anzeigen und Messungen.",
    ],
)
def test_paragraphs_that_speak_of_cookies_are_a_consent_form(line: str) -> None:
    text = "".join(f"<p>{line.format(n)} {PROSE}</p>" for n in range(3))
    assert article(page("Your choice", f"<article>{text}</article>")).not_article in {
        CONSENT,
        NO_TEXT,
    }


def test_a_long_page_that_asks_for_javascript() -> None:
    text = "".join(f"<p>Aktifkan JavaScript dulu. {PROSE} {n}.</p>" for n in range(6))
    assert article(page("Aktifkan JavaScript", f"<article>{text}</article>")).not_article == NOTICE


def test_an_article_without_text_is_none() -> None:
    head = (
        DATED
        + '<meta name="author" content="Rani Kasturi"><meta property="og:type" content="article">'
    )
    found = article(page("Quay opened", "<div id=root></div>", head))
    assert found.not_article
    assert article("<title>Quay</title><div id=root></div>").not_article == NO_TEXT or found.title
