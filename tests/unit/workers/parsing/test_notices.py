"""Pages that stand where an article should be are no articles."""

import pytest

from tests.unit.workers.parsing.pages import article
from workers.parsing.notices import CONSENT, LOGIN, NO_TEXT, NOTICE, OWN_PAGE

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


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "부두에 새 시장이 문을 열다",
            "새벽부터 배가 들어오고 상인들이 자리를 잡았다. 시장은 매일 아침 여섯 시에 문을 "
            "열며, 주차는 무료라고 항구 사무소가 밝혔다.",
        ),
        (
            "שוק חדש נפתח ליד הרציף",
            "הסירות הגיעו עם שחר והסוחרים תפסו את מקומם. השוק ייפתח מדי בוקר בשש, "
            "והחניה בו ללא תשלום, הודיעה הנהלת הנמל.",
        ),
    ],
    ids=["Korean", "Hebrew"],
)
def test_scripts_that_say_much_in_few_characters_need_fewer(title: str, text: str) -> None:
    html = page(title, f"<article><p>{text}</p></article>")
    assert article(html).not_article != NOTICE


def test_a_line_of_text_alone_is_no_article() -> None:
    html = page("Jadwal hari ini", "<p>Kantor tutup pukul lima sore, terima kasih.</p>")
    assert article(html).not_article is not None


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


HEADLINE = "Kapal Nelayan Tiba di Pelabuhan Lama"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Oops!", "That page can’t be found. It looks like nothing was found at this location."),
        (
            "Sorry",
            "We're sorry, something went wrong on our end. Please try again in a few minutes.",
        ),
        ("Mohon maaf", "Maaf, terjadi kesalahan pada layanan kami. Silakan coba lagi nanti."),
        ("Entschuldigung", "Leider ist ein Fehler aufgetreten. Bitte versuchen Sie es später."),
        ("Erreur", "Une erreur est survenue. Veuillez réessayer plus tard."),
        ("Error", "Ha ocurrido un error inesperado. Por favor, inténtelo de nuevo más tarde."),
        ("Ошибка", "Произошла ошибка. Попробуйте зайти позже."),
        ("エラー", "エラーが発生しました。しばらくしてからもう一度お試しください。"),
        ("خطأ", "حدث خطأ غير متوقع. يرجى المحاولة مرة أخرى لاحقا."),
        ("Σφάλμα", "Λυπούμαστε, παρουσιάστηκε σφάλμα. Δοκιμάστε ξανά αργότερα."),
    ],
)
@pytest.mark.parametrize("is_dated", [False, True])
def test_words_of_a_server_that_failed_are_no_article(
    title: str, text: str, is_dated: bool
) -> None:
    claims = f'{DATED}<meta property="og:type" content="article">' if is_dated else ""
    head = HEADLINE if is_dated else title  # the site may keep the article's headline over them
    html = page(head, f"<article><p>{text}</p></article>", claims)
    assert article(html).not_article is not None


def test_few_words_without_any_claim_are_no_article_in_whatever_language() -> None:
    text = "Samahani, ukurasa huo haupatikani kwa sasa; umehamishwa mahali pengine jana usiku."
    html = f"<title>Warta</title><h1>Ukurasa haupatikani</h1><p>{text}</p>"
    assert article(html).not_article is not None


def test_a_short_dated_flash_that_is_news_is_an_article() -> None:
    text = "An error in the harbour's new clock made three ferries leave an hour too early today."
    claims = f'{DATED}<meta property="og:type" content="article">'
    html = page("Clock Error Sends Ferries Off", f"<article><p>{text}</p></article>", claims)
    assert article(html).not_article is None


def test_the_few_words_before_a_gate_that_metadata_tell_of_are_an_article() -> None:
    text = "Kommunen selger en tredel av aksjene i havnen, sier ordføreren."
    html = f"""<title>Havnen i Norvik selges</title>
        <meta name="article:content_tier" content="metered">
        <article><h1>Havnen i Norvik selges</h1><p>{text}</p></article>"""
    assert article(html).not_article is None


@pytest.mark.parametrize(
    "title",
    ["Privacy Policy", "Impressum", "Kebijakan Privasi", "会社概要", "Frequently asked questions"],
)
def test_a_page_that_every_site_has_of_itself_is_no_article(title: str) -> None:
    texts = f"<p>{PROSE}</p>" * 8
    assert article(page(title, texts)).not_article == OWN_PAGE
    credits = "<p>By Ana Ruiz</p><p>2 March 2026</p>"
    assert article(page(title, credits + texts, DATED)).not_article != OWN_PAGE


def test_lines_without_a_sentence_are_no_article_unless_the_page_says_so() -> None:
    lines = "".join(
        f"<li>Item {number} of the agenda for Tuesday evening</li>" for number in range(9)
    )
    assert article(page("City council agenda", f"{DATED}<ol>{lines}</ol>")).not_article
    prose = "".join(f"<p>{number}. {PROSE}</p>" for number in range(6))
    assert article(page("Rain falls on Tarawi", f"{DATED}{prose}")).not_article is None
    short = "".join(f"<p>Boat {number} came in early today.</p>" for number in range(9))
    assert article(page("The boats are in", f"{DATED}{short}")).not_article is None


def test_a_form_about_partners_and_tracking_is_a_consent_form() -> None:
    texts = (
        "<p>Besuchen Sie uns wie gewohnt mit Werbung und Tracking auf allen Ihren Geräten.</p>"
        "<p>Wir und unsere Partner verarbeiten personenbezogene Daten, um Inhalte anzuzeigen.</p>"
        "<p>Die Nutzung ohne Werbung kostet nur wenige Euro im Monat und endet jederzeit.</p>"
    )
    assert article(page("Mit Werbung lesen", texts)).not_article == CONSENT
