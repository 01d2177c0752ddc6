"""Which of a page's titles is the headline."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.page.document import Document
from crawler.page.items import FetchedPage
from workers.parsing import read
from workers.parsing.candidates import best
from workers.parsing.fields.titles import Titles, bare, titles_of, without_parts, without_site

SITES = ["Kabar Tarawi"]


def title(
    headings: list[str],
    shared: str = "",
    window: str = "",
    *,
    headline: str = "",
    is_news: bool = False,
) -> str | None:
    page = Titles(
        headings=headings,
        shared=shared,
        headline=headline,
        window=window,
        sites=SITES,
        is_news=is_news,
    )
    found = best(titles_of(page))
    return found.value if found else None


@pytest.mark.parametrize(
    "claim",
    [
        "Dermaga Baru Dibuka - Kabar Tarawi",
        "Dermaga Baru Dibuka | Kabar Tarawi",
        "Kabar Tarawi | Dermaga Baru Dibuka",
        "Dermaga Baru Dibuka ⋆",
        "Dermaga Baru Dibuka | Opini | Kabar Tarawi",
    ],
)
def test_the_name_of_the_site_is_cut_off(claim: str) -> None:
    assert title([], claim) == "Dermaga Baru Dibuka"


def test_the_heading_that_metadata_know_wins_over_the_name_of_the_section() -> None:
    assert title(["Laut", "Dermaga Baru Dibuka"], "Dermaga Baru Dibuka") == "Dermaga Baru Dibuka"


def test_the_heading_that_shares_its_words_wins_over_a_title_for_search_engines() -> None:
    found = title(["Dermaga Baru di Tarawi Dibuka Hari Senin"], "Dermaga baru Tarawi dibuka")
    assert found == "Dermaga Baru di Tarawi Dibuka Hari Senin"


def test_a_heading_wins_over_the_same_with_the_name_of_a_column_before_it() -> None:
    found = title(["Dermaga Baru Dibuka di Tarawi"], "Cerita Laut: Dermaga Baru Dibuka di Tarawi")
    assert found == "Dermaga Baru Dibuka di Tarawi"


def test_the_title_that_a_newsroom_shares_wins_over_its_heading() -> None:
    found = title(["Senin Ini, Tarawi Buka Dermaga"], "Dermaga Tarawi Buka Senin", is_news=True)
    assert found == "Dermaga Tarawi Buka Senin"


def test_a_shared_title_for_search_engines_gives_way_to_heading_and_json_ld() -> None:
    heading, shared = "Senin Ini, Tarawi Buka Dermaga", "Dermaga Tarawi Buka Senin"
    found = title([heading], shared, shared, headline=heading, is_news=True)
    assert found == heading


def test_a_window_title_of_section_and_site_is_no_headline() -> None:
    assert title([], "", "Laut - Laut Kabar Tarawi") is None


def test_a_lone_heading_is_the_headline_where_nothing_else_is() -> None:
    assert title(["Dermaga Baru Dibuka"]) == "Dermaga Baru Dibuka"


def test_every_title_of_the_page_is_a_candidate_once() -> None:
    page = Titles(headings=["Dermaga Baru"], shared="Dermaga Baru", headline="Dermaga Lain")
    assert [c.value for c in titles_of(page)] == ["Dermaga Baru", "Dermaga Lain"]


def test_a_title_for_networks_alone_gives_way_to_the_heading() -> None:
    heading, window = "Senin Ini, Tarawi Buka Dermaga", "Cara ke Dermaga Tarawi"
    found = title([heading], "Ayo Lihat Laut!", window, headline=heading, is_news=True)
    assert found == heading


def test_two_kickers_that_differ_are_no_part_of_the_headline() -> None:
    shared = "Badai di laut: «Kami menunggu kapal sampai pagi»"
    heading = "Tarawi - «Kami menunggu kapal sampai pagi»"
    assert title([heading], shared, is_news=True) == "«Kami menunggu kapal sampai pagi»"
    assert title([heading.replace(" -", ":")], shared) == "«Kami menunggu kapal sampai pagi»"
    assert title(["Hari ini «Kami menunggu kapal sampai pagi»"], shared, is_news=True) == shared


def test_the_shared_title_wins_where_json_ld_has_it_too() -> None:
    longer = "Dermaga Baru Tarawi Dibuka Senin - Berita Terkini"
    found = title(["Dermaga Baru Tarawi Dibuka Senin"], longer, headline=longer, is_news=True)
    assert found == longer


def test_parts_of_the_site_behind_a_bar_are_no_title() -> None:
    assert title([], "The new harbour is open at last | District") == (
        "The new harbour is open at last"
    )
    assert title([], "Harbour | The new harbour is open at last") == (
        "Harbour | The new harbour is open at last"
    )


def test_a_little_before_or_behind_a_heading_is_left_out() -> None:
    claim = "The new harbour is open at last"
    for heading in (f"Blog: {claim}", f"{claim} (quay.test) 87", claim.upper()):
        assert title([heading], claim) == claim


def test_the_spelling_of_the_page_keeps_its_marks_where_no_newsroom_wrote() -> None:
    heading, claim = "Is the new harbour open?", "Is the new harbour open"
    assert title([heading], claim) == heading
    assert title([heading], claim, is_news=True) == claim


@pytest.mark.parametrize("mark", [" -", " –", " |"])
def test_the_first_half_of_a_headline_is_no_kicker(mark: str) -> None:
    headline = "Mobile Harbour Design: The Ultimate Guide for Sailors"
    shared = headline.replace(":", mark)
    assert title([headline], shared) in (headline, shared)


TITLES = st.text(alphabet=st.sampled_from("abc ABC äß|–-:»·é1.漢字"), max_size=60)


@given(st.lists(TITLES, max_size=4), TITLES, TITLES, TITLES, st.booleans())
def test_titles_are_never_empty_or_repeated(
    headings: list[str], shared: str, window: str, headline: str, is_news: bool
) -> None:
    page = Titles(headings=headings, shared=shared, headline=headline, window=window,
                  sites=SITES, is_news=is_news)  # fmt: skip
    values = [candidate.value for candidate in titles_of(page)]
    assert all(values)
    assert len(set(values)) == len(values)


@given(TITLES)
def test_what_is_cut_off_a_title_is_at_its_ends(text: str) -> None:
    assert without_site(text, ["kabartarawi"]) in text
    assert without_parts(text) in text


@given(TITLES)
def test_a_clean_title_stays_as_it_is(text: str) -> None:
    once = bare(text)
    assert bare(once) == once or len(bare(once)) < len(once)


@pytest.mark.parametrize(
    "home", ["/", "https://www.tarawi.example/", "https://tarawi.example", "//tarawi.example/"]
)
def test_a_heading_that_leads_home_is_the_name_of_the_site(home: str) -> None:
    page = f"""<title>Buku Laut Tarawi: Dermaga Baru</title>
        <meta property="og:title" content="Dermaga Baru">
        <h1><a href="{home}">Buku Laut Tarawi</a></h1><p>{"Dermaga dibuka hari ini. " * 20}</p>"""
    address = "https://tarawi.example/2026/05/dermaga"
    found = read(
        Document(FetchedPage(url=address, body=page.encode(), fetched_at=datetime.now(UTC)))
    )
    assert found.title == "Dermaga Baru"


def test_a_heading_that_leads_elsewhere_is_no_name_of_the_site() -> None:
    page = f"""<title>Buku Laut Tarawi: Dermaga Baru</title>
        <h1><a href="/2026/05/dermaga">Dermaga Baru</a></h1><p>{"Dermaga dibuka. " * 30}</p>"""
    address = "https://tarawi.example/2026/05/dermaga"
    found = read(
        Document(FetchedPage(url=address, body=page.encode(), fetched_at=datetime.now(UTC)))
    )
    assert found.title == "Dermaga Baru"


@pytest.mark.parametrize(
    ("heading", "url", "wanted"),
    [
        ("Best walks along the new quay", "https://kabar.test/leisure/best-quay-walks", 0),
        ("Rute jalan kaki di dermaga baru", "https://kabar.test/r/rute-jalan-kaki-dermaga/", 0),
        ("Best walks along the new quay", "https://kabar.test/leisure/12345", 1),
        ("Best walks along the new quay", "https://kabar.test/where-we-stroll", 1),
        ("Walks", "https://kabar.test/best-quay-walks", 1),
    ],
)
def test_the_heading_that_the_address_names_goes_before_metadata_unlike_it(
    heading: str, url: str, wanted: int
) -> None:
    shared = "Where we stroll on Sundays"
    page = Titles(headings=["Leisure", heading, "Next"], shared=shared, sites=SITES, url=url)
    found = best(titles_of(page))
    assert found
    assert found.value == (heading, shared)[wanted]


def test_the_beginning_of_the_sites_name_is_cut_off_too() -> None:
    names = ["lanternweeklymagazineofboats"]
    assert without_site("Our boats | Lantern Weekly Magazine", names) == "Our boats"
    assert without_site("Lantern | Boats of the weekly harbour", names) != "Lantern"


PROSE = "".join(
    f"<p>Paragraf {number} tentang dermaga baru yang dibuka pada Senin pagi oleh wali kota, dan "
    "tentang kapal, nelayan dan pedagang yang sudah lama menunggu pembukaannya.</p>"
    for number in range(5)
)


@pytest.mark.parametrize(
    "heading",
    [
        "<h2 class=post-title>Dermaga Baru Dibuka</h2>",
        "<h3>Dermaga Baru Dibuka</h3>",
        "<div class=title>Dermaga Baru Dibuka</div>",
    ],
)
@pytest.mark.parametrize("window", ["Pemerintah Kabupaten Tarawi", "Tarawi: Dermaga Baru Dibuka"])
def test_where_there_is_no_h1_a_lesser_heading_over_the_text_is_the_headline(
    heading: str, window: str
) -> None:
    html = f"<title>{window}</title>{heading}<p>2 Maret 2026</p>{PROSE}<h3>Kabar lain hari ini</h3>"
    page = FetchedPage(
        url="https://tarawi.test/berita/7", body=html.encode(), fetched_at=datetime.now(UTC)
    )
    assert read(Document(page)).title == "Dermaga Baru Dibuka"


def test_a_windows_title_that_says_more_than_the_site_goes_before_a_lesser_heading() -> None:
    page = Titles(lesser=["Semua kabar dari pelabuhan"], window="Dermaga Baru Dibuka di Pelabuhan")
    titles = [candidate.value for candidate in titles_of(page)]
    assert titles[0] == "Dermaga Baru Dibuka di Pelabuhan"


def test_the_name_of_the_site_before_a_colon_is_cut_off() -> None:
    assert without_site("Kabar Tarawi: Dermaga Baru Dibuka", ["kabartarawi"]) == (
        "Dermaga Baru Dibuka"
    )
    assert without_site("Tarawi: Dermaga Baru Dibuka", ["kabartarawi"]).startswith("Tarawi")


def test_a_kicker_in_the_heading_is_no_part_of_a_title_that_window_and_network_have() -> None:
    heading, claim = "Pelabuhan Dermaga Baru Dibuka Senin", "Dermaga Baru Dibuka Senin"
    assert title([heading], claim, f"{claim} | Kabar Tarawi") == claim
    assert title([heading], claim, f"{heading} | Kabar Tarawi") == heading
