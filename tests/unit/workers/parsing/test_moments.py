"""Which of a page's dates is that of its publication."""

import pytest

from tests.unit.workers.parsing.pages import article

#: a few words of each language, which tell it
WORDS = {
    "id": "Nelayan di pelabuhan itu senang karena dermaga yang baru sudah dibuka untuk mereka.",
    "ms": "Nelayan di pelabuhan itu gembira kerana jeti yang baharu telah dibuka ialah mereka.",
    "ko": "어부들은 새 부두가 열려서 기뻐했다고 말했다 그리고 시장에서 잔치를 열었다.",
    "en": "The fishermen of the harbour were glad that the new quay was open for them at last.",
    "el": "Οι ψαράδες του λιμανιού χάρηκαν που άνοιξε η νέα προβλήτα για αυτούς και τα παιδιά.",
}

TEXT = "".join(
    f"<p>The harbour was opened on Monday, and the fishermen of quay {n} were glad of it.</p>"
    for n in range(6)
)


def published(head: str) -> str | None:
    return article(f"<html lang=en><main><h1>The harbour is open</h1>{head}{TEXT}</main>").published


def test_the_date_of_a_caption_is_not_that_of_the_article() -> None:
    caption = "<figure><img><figcaption>Tarawi, 1 February 2026.</figcaption></figure>"
    assert published(f"{caption}<div>2 March 2026 10:15 GMT</div>") == "2026-03-02T10:15:00+00:00"
    assert published(caption) is None


def test_the_date_of_an_event_in_the_text_is_not_that_of_the_article() -> None:
    assert published("<p>On Tuesday, 4 February 2020, the first stone was laid there.</p>") is None


def test_the_date_of_a_change_gives_way_to_that_of_publication() -> None:
    html = "<div>Updated 3 March 2026 08:00 GMT</div><div>Published 2 March 2026 10:15 GMT</div>"
    assert published(html) == "2026-03-02T10:15:00+00:00"


def test_the_date_of_a_comment_is_not_that_of_the_article() -> None:
    html = f"<h1>The harbour is open</h1>{TEXT}<div class=comments><p>3 March 2026 08:00</p></div>"
    assert article(html).published is None


def test_a_number_and_a_month_in_the_headline_are_no_day() -> None:
    assert article(f"<main><h1>Harbour pack 3 / October</h1>{TEXT}</main>").published is None


def test_an_age_is_counted_from_the_fetch() -> None:
    assert published("<div>4 jam lalu</div>") == "2026-03-04T08:00:00+08:00"


def test_a_machine_readable_time_wins_over_the_words_in_it() -> None:
    html = '<div><time datetime="2026-03-02T10:15:00+08:00">2 days ago</time></div>'
    assert published(html) == "2026-03-02T10:15:00+08:00"


def test_the_day_of_metadata_gets_its_minute_from_the_date_line() -> None:
    html = '<meta name="date" content="2026-03-02"><div>2 March 2026 10:15 GMT</div>'
    assert published(html) == "2026-03-02T10:15:00+00:00"


def test_the_words_before_an_update_are_the_time_of_publication() -> None:
    assert published("<div>2 March 2026. Updated: 3 March 2026</div>") == "2026-03-02"


def test_a_date_among_other_things_in_a_line_is_found() -> None:
    line = "<div>By Jane Marlowe ⋅ Founder and Editor-in-Chief of Harbours ⋅ 2 March 2026</div>"
    assert published(line) == "2026-03-02"


def meta(published: str, modified: str) -> str:
    return (
        f'<meta property="article:published_time" content="{published}">'
        f'<meta property="article:modified_time" content="{modified}"><div>2 January 2020</div>'
    )


def test_metadata_that_give_the_time_of_a_move_yield_to_the_date_line() -> None:
    moved = "2026-02-01T00:00:00Z"
    assert published(meta(moved, moved)) == "2020-01-02"


def test_the_same_day_in_another_zone_is_no_move() -> None:
    html = meta("2020-01-03T02:00:00Z", "2020-01-03T02:00:00Z")
    assert published(html) == "2020-01-03T02:00:00+00:00"


def test_metadata_that_know_of_a_later_change_are_believed() -> None:
    found = published(meta("2026-02-01T00:00:00Z", "2026-02-02T00:00:00Z"))
    assert found == "2026-02-01T00:00:00+00:00"


def test_a_move_is_seen_where_its_zone_is_written_wrongly() -> None:
    html = meta("2026-02-01T10:00:00Z", "2026-02-01T10:00:00-04:00")
    assert published(html) == "2020-01-02"


def test_a_day_that_is_later_in_every_zone_is_a_move() -> None:
    assert published(meta("2020-01-03T13:00:00Z", "2020-01-03T13:00:00Z")) == "2020-01-02"


def test_a_time_in_utc_is_told_in_the_zone_of_the_page_s_other_times() -> None:
    comment = '<ul><li>Ann, <time datetime="2026-03-03T09:00:00-05:00">3 March</time></ul>'
    claim = '<meta property="article:published_time" content="2026-03-03T02:00:00Z">'
    assert published(f"{claim}<div>2 March 2026</div>{comment}") == "2026-03-02T21:00:00-05:00"
    assert published(f"{claim}<div>3 March 2026</div>{comment}") == "2026-03-03T02:00:00+00:00"


def test_what_is_named_a_foot_but_stands_before_the_text_may_hold_the_date() -> None:
    assert published("<div class=header-footer><p>2 March 2026</p></div>") == "2026-03-02"


@pytest.mark.parametrize(
    ("lang", "line", "first", "change"),
    [
        ("id", "Ditayangkan: 2 Maret 2026 10:15 WIB | Diperbarui: 3 Maret 2026 08:00 WIB",
         "2026-03-02T10:15:00+07:00", "2026-03-03T08:00:00+07:00"),
        ("ms", "Dikemas kini: 3 Mac 2026 8:00 pagi | Diterbitkan: 2 Mac 2026 4:15 petang",
         "2026-03-02T16:15:00+08:00", "2026-03-03T08:00:00+08:00"),
        ("ko", "입력 2026-03-02 오전 10:15 수정 2026-03-03 오전 8:00",
         "2026-03-02T10:15:00+09:00", "2026-03-03T08:00:00+09:00"),
        ("en", "2 March 2026 10:15 GMT (updated 3 March 2026 08:00 GMT)",
         "2026-03-02T10:15:00+00:00", "2026-03-03T08:00:00+00:00"),
        ("el", "Δημοσιεύθηκε: 2 Μαρτίου 2026 10:15 Ενημερώθηκε: 3 Μαρτίου 2026 08:00",
         "2026-03-02T10:15:00+02:00", "2026-03-03T08:00:00+02:00"),
    ],
)  # fmt: skip
def test_two_dates_in_a_line_are_of_publication_and_of_change(
    lang: str, line: str, first: str, change: str
) -> None:
    head = f"<html lang={lang}><main><h1>{WORDS[lang]}</h1><div>{line}</div>"
    read = article(f"{head}{''.join(f'<p>{WORDS[lang]} {WORDS[lang]} {n}.</p>' for n in range(6))}")
    assert (read.published, read.modified) == (first, change)


@pytest.mark.parametrize("written", ["1772446500", '"1772446500000"', "1772446500.0"])
def test_a_number_in_json_ld_counts_seconds(written: str) -> None:
    item = f'{{"@type": "NewsArticle", "datePublished": {written}}}'
    html = f'<script type="application/ld+json">{item}</script>'
    assert published(html) == "2026-03-02T10:15:00+00:00"


@pytest.mark.parametrize(
    ("address", "day"),
    [
        ("https://n.example/2026/03/02/boats", "2026-03-02"),
        ("https://n.example/2026-03-02-boats", "2026-03-02"),
        ("https://n.example/20260302/boats", "2026-03-02"),
        ("https://n.example/2026/03/02-boats-to-see", None),
        ("https://n.example/2026/03/2-boats.html", None),
    ],
)
def test_the_number_of_things_in_an_address_is_no_day(address: str, day: str | None) -> None:
    assert article(f"<h1>The harbour is open</h1>{TEXT}", url=address).published == day


def test_microdata_of_a_comment_are_not_those_of_the_article() -> None:
    comment = (
        '<section><div itemscope itemtype="https://schema.org/Comment"><b itemprop=author>'
        "Rita Boyle</b><time itemprop=datePublished datetime=2026-03-03T08:00:00Z></time></div>"
        "</section>"
    )
    read = article(f"<main><h1>The harbour is open</h1>{TEXT}</main>{comment}")
    assert (read.authors, read.published) == ((), None)


def test_a_zone_that_the_page_names_corrects_that_of_metadata() -> None:
    head = '<meta property="article:published_time" content="2026-03-02T10:15:20-07:00">'
    assert published(f"{head}<div>2 Maret 2026, 10:15 WIB</div>") == "2026-03-02T10:15:20+07:00"


def test_metas_named_like_a_time_of_publication_are_read() -> None:
    head = '<meta name="x-published-date" content="2026-03-02T10:15:00+08:00">'
    assert published(head) == "2026-03-02T10:15:00+08:00"
    assert published(head.replace("published", "unpublished")) is None


def test_a_day_that_only_a_script_or_the_window_tells_is_found() -> None:
    assert published('<script>var page = {"publishDate": "2026-03-02"}</script>') == "2026-03-02"
    two = '<script>x = [{"publishDate": "2026-03-02"}, {"publishDate": "2026-03-03"}]</script>'
    assert published(two) is None
    assert published("<title>The harbour is open | Quay | 02.03.2026</title>") == "2026-03-02"


@pytest.mark.parametrize(
    ("path", "line", "day"),
    [
        ("/2023/10/ferry", "03/10/2023", "2023-10-03"),
        ("/blog/2023/october/03/ferry", "03/10/2023", "2023-10-03"),
        ("/2023/03/ferry", "03/10/2023", "2023-03-10"),
        ("/ferry", "03/10/2023", "2023-03-10"),
        ("/2023/10/ferry", "March 10, 2023", "2023-03-10"),
        ("/2022/10/ferry", "03/10/2023", "2023-03-10"),
    ],
)
def test_the_address_tells_which_number_is_the_month(path: str, line: str, day: str) -> None:
    html = f"<html lang=en><main><h1>The harbour is open</h1><div>{line}</div>{TEXT}</main>"
    assert article(html, f"https://kabar.test{path}").published == day


def test_a_time_that_is_that_of_a_change_yields_to_an_earlier_meta() -> None:
    ld = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": '
        '"2026-02-20T10:00:00Z", "dateModified": "CHANGED"}</script>'
    )
    meta = "<meta property=article:published_time content=2025-11-05T08:00:00+00:00>"
    same = ld.replace("CHANGED", "2026-02-20T10:00:00Z")
    assert published(same + meta) == "2025-11-05T08:00:00+00:00"
    assert published(same) == "2026-02-20T10:00:00+00:00"
    later = ld.replace("CHANGED", "2026-02-21T10:00:00Z")
    assert published(later + meta) == "2026-02-20T10:00:00+00:00"


def test_one_labelled_date_far_below_is_that_of_publication() -> None:
    far = "<div>A line</div>" * 40 + "<p>Published</p><p>Feb 2, 2023</p>"
    assert published(TEXT + far) == "2023-02-02"
    assert published(TEXT + far + "<p>Published Mar 3, 2023</p>") is None
    for label in ("Harbour", "Date", "Fecha"):  # an event has a date, too
        assert published(TEXT + far.replace("Published", label)) is None


def test_the_classes_of_a_story_say_nothing_of_its_place() -> None:
    line = "<div>2 March 2026 10:15 GMT</div>"
    wanted = "2026-03-02T10:15:00+00:00"
    for name in ("node--promoted", "post status-publish category-most-popular tag-related"):
        html = f"<h1>The harbour is open</h1><article class='{name}'>{line}{TEXT}</article>"
        assert article(html).published == wanted
    other = f"<h1>The harbour is open</h1><div class=most-popular>{line}</div>{TEXT}"
    assert article(other).published is None


@pytest.mark.parametrize("label", ["Updated", "UPDATED", "Diperbarui:", "Обновлено"])
def test_the_label_of_a_change_is_seen_in_a_line_of_its_own(label: str) -> None:
    lines = f"<div>2 March 2026 10:15 GMT</div><div>{label} 3 March 2026 08:00 GMT</div>"
    page = article(f"<html lang=en><main><h1>The harbour is open</h1>{lines}{TEXT}</main>")
    assert (page.published, page.modified) == (
        "2026-03-02T10:15:00+00:00",
        "2026-03-03T08:00:00+00:00",
    )
