"""Writers on pages of many makes: degrees, lists, accounts, portraits, names of the site."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.workers.parsing.pages import article
from workers.parsing.fields.writers.names import names_in

TEXT = "".join(
    f"<p>Paragraph {number} of the text tells at some length what the harbour and its people did "
    "all day, what the boats carried, and who came to see them leave in the evening.</p>"
    for number in range(6)
)
HEAD = "<h1>The harbour opened on Monday</h1>"


def ld(author: str, publisher: str = "Lantern Weekly") -> str:
    return (
        '<script type="application/ld+json">{"@type": "NewsArticle", "author": '
        f'{author}, "publisher": {{"@type": "Organization", "name": "{publisher}"}}}}</script>'
    )


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("Ana Ruiz, Ph.D.", ["Ana Ruiz, Ph.D."]),
        ("By Ana Ruiz, MD, and Tom Fels, RN", ["Ana Ruiz, MD", "Tom Fels, RN"]),
        ("Bayu Laksmana, S.H., M.H.", ["Bayu Laksmana, S.H., M.H."]),
        ("Tom Fels, Jr.", ["Tom Fels, Jr."]),
        ("Ana Ruiz, Tom Fels", ["Ana Ruiz", "Tom Fels"]),
        ("Ana Ruiz, Reuters", ["Ana Ruiz"]),
        ("Ana Ruiz, cardiologist, Tarawi Health Park", ["Ana Ruiz"]),
        ("Mira (Devi) Rao", ["Mira (Devi) Rao"]),
        ("Mira Rao (dpa)", ["Mira Rao"]),
        ("Lantern Contributor", []),
        ("김철수 기자", ["김철수"]),
        ("Posted on", []),
    ],
)
def test_degrees_belong_to_a_name_and_offices_do_not(byline: str, names: list[str]) -> None:
    assert names_in(byline, publishers=["Lantern Weekly"]) == names


PERSON = st.sampled_from(["Ana Ruiz", "Tom Fels", "Rani Kasturi", "Ida Kern", "Marta Nowak"])
DEGREE = st.sampled_from(["PhD", "M.D.", "RN", "MBA", "S.H."])


@given(st.lists(st.tuples(PERSON, DEGREE), min_size=1, max_size=4, unique_by=lambda pair: pair[0]))
def test_people_with_degrees_stay_as_many_as_they_are(people: list[tuple[str, str]]) -> None:
    named = [f"{name}, {degree}" for name, degree in people]
    assert names_in(" | ".join(named)) == named


@given(st.text(max_size=200))
def test_no_line_gives_an_empty_or_repeated_name(line: str) -> None:
    names = names_in(line)
    assert all(name.strip() for name in names)
    assert len(set(names)) == len(names)


@given(st.lists(PERSON, min_size=1, max_size=5, unique=True), st.sampled_from([", ", "; ", " | "]))
def test_names_come_back_in_their_order(people: list[str], mark: str) -> None:
    assert names_in(mark.join(people)) == people


@pytest.mark.parametrize(
    "page",
    [
        f"{HEAD}<p>By <a href=/m/1>Ana Ruiz</a> 4 comments</p>{TEXT}",
        f"{HEAD}<p>This report was written by Ana Ruiz, cardiologist, Tarawi Health.</p>{TEXT}",
        f"{HEAD}<p>Dieser Beitrag wurde verfasst von Ana Ruiz</p>{TEXT}",
        f"{HEAD}{TEXT}<h6>Author(s)</h6><p>Ana Ruiz</p>",
        f"{HEAD}{TEXT}<h4>Tentang Penulis</h4><p>Ana Ruiz</p>",
        f"{HEAD}<div class=author-info><span>Ana Ruiz</span><span>Gründerin</span></div>{TEXT}",
        f"{HEAD}<p>Ana Ruiz</p>{TEXT}<p>Ana Ruiz is a writer of long books about short quays.</p>",
        f"{HEAD}<p>Ana Ruiz</p>{TEXT}<h3>Ana Ruiz</h3><p>Hello and welcome to my harbour.</p>",
        f"<article class=related-topic>{HEAD}<p>Oleh Ana Ruiz</p>{TEXT}</article>",
        f"{HEAD}<div class=creator-name>Ana Ruiz</div>{TEXT}",
    ],
)
def test_a_writer_is_found_in_the_forms_that_sites_use(page: str) -> None:
    assert article(page).authors == ("Ana Ruiz",)


@pytest.mark.parametrize("label", ["Authors", "Autoren", "Penulis:", "Autores"])
def test_a_label_alone_stands_over_a_list(label: str) -> None:
    names = "<li>Ana Ruiz</li><li>Tom Fels</li><li>Ida Kern</li>"
    page = f"{HEAD}{TEXT}<h6>{label}</h6><ul>{names}</ul><p>Download the report</p>"
    assert article(page).authors == ("Ana Ruiz", "Tom Fels", "Ida Kern")


def test_portraits_and_offices_stand_between_the_names_of_a_list() -> None:
    people = [("AR", "Ana Ruiz", "Staff engineer"), ("TF", "Tom Fels", "Director of boats")]
    cards = "".join(
        f"<div class=face>{face}</div><div>{name}</div><div class=job>{job}</div>"
        for face, name, job in people
    )
    page = f"{HEAD}{TEXT}<div class=label>Author</div>{cards}"
    assert article(page).authors == ("Ana Ruiz", "Tom Fels")


@pytest.mark.parametrize(
    "line",
    [
        "<div class=author-box>Recent Posts</div>",
        "<div>2 March 2026</div><div>Limited Harbour Offer</div><p>a limited harbour offer</p>",
        "<div class=byline>Harbour Boats</div><p>of harbour and boats</p>",
        "<h2>Author Spotlight</h2>",
        "<div class=author><p>Reviewed by Ida Kern</p></div>",
    ],
)
def test_words_of_the_page_are_no_names(line: str) -> None:
    assert article(f"{HEAD}{line}{TEXT}").authors == ()


@pytest.mark.parametrize("byline", ["By Ana Ruiz", "Von Ana Ruiz", "Oleh: Ana Ruiz"])
def test_a_byline_wins_over_an_account_that_the_page_does_not_show(byline: str) -> None:
    account = ld('{"@type": "Person", "name": "Tom Fels"}')
    assert article(f"{account}{HEAD}<p>{byline}</p>{TEXT}").authors == ("Ana Ruiz",)
    shown = f"{account}{HEAD}<p>{byline}</p>{TEXT}<p>Tom Fels</p>"
    assert article(shown).authors == ("Tom Fels",)


@pytest.mark.parametrize("name", ["Lantern Weekly", "Kabar"])
def test_a_linked_account_wins_over_the_site_as_author(name: str) -> None:
    line = '<p>By <a href="/member/1">quaymaster</a> in Boats</p>'
    author = ld(f'{{"@type": "Organization", "name": "{name}"}}')
    assert article(f"{author}{HEAD}{line}{TEXT}").authors == ("quaymaster",)
    assert article(f"{author}{HEAD}{TEXT}").authors == (name,)


def test_a_portrait_wins_over_the_site_as_author() -> None:
    author = ld('"Lantern Weekly"')
    bio = "<h3>Ana Ruiz</h3><p>Ana Ruiz is head of lanterns and writes about them.</p>"
    assert article(f"{author}{HEAD}{TEXT}{bio}").authors == ("Ana Ruiz",)


@pytest.mark.parametrize("team", ["The Lantern Team", "Lantern Redaktion", "Quay News Desk"])
def test_a_team_beside_the_date_is_the_author(team: str) -> None:
    assert article(f"{HEAD}<p>{team}</p><p>16 Feb 2026</p>{TEXT}").authors == (team,)


@pytest.mark.parametrize(
    ("foot", "url", "names"),
    [
        ("© 2026 Dora Quay. All rights reserved.", "https://doraquay.example/a", ("Dora Quay",)),
        ("Copyright 2020–2026 Dora Quay", "https://www.quay.example/a", ("Dora Quay",)),
        ("© 2026 Dora Quay", "https://lantern.example/a", ()),
        ("© 2026 Harbour People", "https://harbourpeople.example/a", ()),
    ],
)
def test_a_site_named_after_a_person_is_written_by_the_person(
    foot: str, url: str, names: tuple[str, ...]
) -> None:
    page = f"<main>{HEAD}{TEXT}</main><footer>{foot}</footer>"
    assert article(page, url).authors == names


def test_names_of_libraries_are_turned() -> None:
    metas = "".join(
        f"<meta name=citation_author content='{n}'>" for n in ("Ruiz, Ana", "Fels, Tom")
    )
    assert article(f"<head>{metas}</head>{HEAD}{TEXT}").authors == ("Ana Ruiz", "Tom Fels")


def test_of_lists_in_metadata_that_of_all_authors_is_taken() -> None:
    one = "<meta name=dc.creator content='Ana Ruiz'>"
    both = "".join(f"<meta name=citation_author content='{n}'>" for n in ("Ana Ruiz", "Tom Fels"))
    other = both.replace("Ana Ruiz", "Ida Kern")
    assert article(f"<head>{one}{both}</head>{HEAD}{TEXT}").authors == ("Ana Ruiz", "Tom Fels")
    assert article(f"<head>{one}{other}</head>{HEAD}{TEXT}").authors == ("Ana Ruiz",)


@pytest.mark.parametrize(
    "byline",
    [
        "By Ana Ruiz, Tom Fels",
        "Von Ana Ruiz und Tom Fels",
        "Oleh: Ana Ruiz & Tom Fels",
        "<a href=/author/ana>Ana Ruiz</a><span>, </span><a href=/author/tom>Tom Fels</a>",
    ],
)
def test_a_byline_names_those_whom_metadata_leave_out(byline: str) -> None:
    one = ld('{"@type": "Person", "name": "Ana Ruiz"}')
    assert article(f"{one}{HEAD}<p>{byline}</p>{TEXT}").authors == ("Ana Ruiz", "Tom Fels")


@pytest.mark.parametrize(
    "line", ["Ana Ruiz", "Ana Ruiz meets Tom Fels", "<b>Tom Fels</b> spoke with Ana Ruiz"]
)
def test_people_near_the_writer_are_no_writers(line: str) -> None:
    one = ld('{"@type": "Person", "name": "Ana Ruiz"}')
    assert article(f"{one}{HEAD}<p>{line}</p>{TEXT}").authors == ("Ana Ruiz",)


def test_what_is_said_of_a_writer_is_no_name() -> None:
    about = "<div class=author-description>Licensed Harbour Pilot, M.A. Journalism</div>"
    card = f"<p class=headline>Ana Ruiz</p>{about}"
    assert article(f"{HEAD}{card}{TEXT}<p>Ana Ruiz</p>").authors == ("Ana Ruiz",)


@pytest.mark.parametrize(("href", "names"), [("#call", ()), ("/ana", ("Rowan Quay",))])
def test_a_button_is_no_writer(href: str, names: tuple[str, ...]) -> None:
    button = f"<div><a href='{href}'>Rowan Quay</a></div>"
    assert article(f"{HEAD}{button}{TEXT}{button}").authors == names


def test_the_headline_is_not_looked_for_far_below_the_text() -> None:
    comments = "<h2>The harbour opened on Monday</h2><p>Posted by Tom Fels</p>"
    teasers = "<h3>Another story of the day</h3>" * 12
    page = f"<div>The harbour opened on Monday (lantern.example) 87</div><p>By Ana Ruiz</p>{TEXT}"
    page = f"<title>The harbour opened on Monday</title>{page}{teasers}{comments}"
    assert article(page).authors == ("Ana Ruiz",)


@pytest.mark.parametrize("slash", ["/", "&#x2F;", "&#47;"])
def test_a_link_to_a_writer_is_found_however_its_slashes_are_spelled(slash: str) -> None:
    page = HEAD + TEXT + f'<p><a href="{slash}author{slash}ana-ruiz">Ana Ruiz</a></p>'
    assert article(page).authors == ("Ana Ruiz",)


@pytest.mark.parametrize(
    "byline",
    [
        "By Ana Ruiz Senior Reporter",
        "By Ana Ruiz Parliamentary Editor",
        "By Ana Ruiz—10 min read",
        "Por Ana Ruiz, Head of Boats and Community Development",
        "By Ana Ruiz on March 12, 2026 | Comments",
        "Von Ana Ruiz, stellvertretende Redakteurin",
    ],
)
def test_what_stands_behind_a_name_is_no_part_of_it(byline: str) -> None:
    assert article(f"{HEAD}<p>{byline}</p>{TEXT}").authors == ("Ana Ruiz",)


def test_a_name_beside_the_date_goes_before_a_link_to_another_storys_writer() -> None:
    teaser = '<aside><h3>Boats</h3><a href="/author/tom">Tom Fels</a></aside>'
    page = f"{teaser}{HEAD}<div>Ana Ruiz</div><div>2 March 2026</div>{TEXT}"
    assert article(page).authors == ("Ana Ruiz",)


@pytest.mark.parametrize(
    ("link", "host", "names"),
    [
        ('<a href="/">Dora Quay</a>', "quay.example", ("Dora Quay",)),
        ('<a href="/">Dora Quay</a>', "dora.example", ("Dora Quay",)),
        ('<a href="/">Quay University</a>', "quay.example", ()),
        ('<a href="/">Dora Quay</a>', "lantern.example", ()),
        ('<a href="/">Dora LMS</a>', "dora.example", ()),
    ],
)
def test_a_link_to_the_front_page_names_the_person_whose_site_it_is(
    link: str, host: str, names: tuple[str, ...]
) -> None:
    page = f"<nav>{link}<a href='/boats'>Boats</a></nav><main>{HEAD}{TEXT}</main>"
    assert article(page, f"https://{host}/a").authors == names


@pytest.mark.parametrize(
    "rel", ["author", "AUTHOR", "nofollow Author", "&#97;uthor", "a&#117;thor"]
)
def test_what_is_marked_as_the_writer_is_found_however_it_is_spelled(rel: str) -> None:
    text = "".join(f"<p>The fishermen of quay {n} were glad of the harbour.</p>" for n in range(9))
    link = f'<a rel="{rel}" href=/x>Ana Ruiz</a>'
    assert article(f"<h1>The harbour is open</h1>{text}<div>{link}</div>").authors == ("Ana Ruiz",)
