"""Names of writers, out of metadata and out of bylines."""

import pytest

from tests.unit.workers.parsing.pages import article
from workers.parsing.fields.writers.names import after_label, is_full_name, names_in

TEXT = "<p>" + "The harbour was opened on Monday, and the fishermen were glad of it. " * 4 + "</p>"


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Jane Marlowe and Peter Quill", ["Jane Marlowe", "Peter Quill"]),
        ("Oleh: Rani Kasturi", ["Rani Kasturi"]),
        ("Von Anna Berg, Tom Fels und Ida Kern", ["Anna Berg", "Tom Fels", "Ida Kern"]),
        ("Jane Marlowe, political correspondent", ["Jane Marlowe"]),
        ("Jane Marlowe, MS, RD", ["Jane Marlowe, MS, RD"]),
        ("Reporter Rani Kasturi", ["Rani Kasturi"]),
        ("Editor Bagus Wirantoro", []),
        ("Jane Marlowe (jane@example.test)", ["Jane Marlowe"]),
        ("Reuters", []),
        ("Redaksi", []),
        ("Kabar Tarawi", []),
        ("ISTMAN MP", ["ISTMAN MP"]),
        ("https://facebook.com/jane", []),
        ("Zurück zur Übersicht", []),
        ("Next Post", []),
    ],
)
def test_a_byline_gives_the_names_of_its_writers(byline: str, names: list[str]) -> None:
    assert names_in(byline, publishers=["Kabar Tarawi"]) == names


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("By Jane Marlowe", "Jane Marlowe"),
        ("Written by", ""),
        ("Published 3 May 2024 by Jane Marlowe", "Jane Marlowe"),
        ("By the sea the wind is strong", None),
        ("Stand by me", None),
        ("Analysis by Jane Marlowe", "Jane Marlowe"),
        ("Story and photos by Jane Marlowe", "Jane Marlowe"),
        ("Text und Fotos von Anna Berg", "Anna Berg"),
    ],
)
def test_a_label_parts_a_byline_from_a_sentence(text: str, rest: str | None) -> None:
    assert after_label(text) == rest


def test_full_names_have_capitals_but_for_particles() -> None:
    assert is_full_name("Maria de la Cruz")
    assert not is_full_name("Learn more")
    assert not is_full_name("Politics")


def test_a_byline_on_the_page_is_found_without_metadata() -> None:
    html = f"<h1>Harbour opened on Monday</h1><div>3 May 2024 | Jane Marlowe | 3 min</div>{TEXT}"
    assert article(html).authors == ("Jane Marlowe",)


def test_a_label_alone_names_the_next_text() -> None:
    html = f"<h1>Harbour opened on Monday</h1><div>Written by</div><div>Jane Marlowe</div>{TEXT}"
    assert article(html).authors == ("Jane Marlowe",)


def test_an_organisation_is_the_author_where_no_person_is() -> None:
    html = '<meta name="author" content="Harbour Watch"><meta property="og:site_name" '
    html += f'content="Harbour Watch"><h1>Harbour opened on Monday</h1>{TEXT}'
    assert article(html).authors == ("Harbour Watch",)


HEAD = "<h1>Harbour opened on Monday</h1>"


def ld(author: str) -> str:
    return f'<script type="application/ld+json">{{"@type": "Article", "author": {author}}}</script>'


@pytest.mark.parametrize(
    "html",
    [
        ld('{"@type": "Person", "givenName": "Jane", "familyName": "Marlowe"}') + HEAD + TEXT,
        ld('{"@id": "#jane"}, "about": {"@id": "#jane", "@type": "Person", "name": "Jane Marlowe"}')
        + HEAD
        + TEXT,
        f"{HEAD}<p>Jane Marlowe</p><p>3 May 2024</p>{TEXT}",
        f"{HEAD}<div>Dec 17, 2025Jane Marlowe</div>{TEXT}",
        f"{HEAD}<div>Dec 26, 2025 • Jane Marlowe in Harbour News</div>{TEXT}",
        f'{HEAD}<div class="author-box"><div>Jane Marlowe</div></div>{TEXT}',
        f"{HEAD}{TEXT}<h4>Jane Marlowe</h4><div>Jane Marlowe writes about boats and quays.</div>",
        f"{HEAD}{TEXT}<p><b>Jane Marlowe</b></p>",
    ],
)
def test_the_writer_is_found_wherever_the_page_has_the_name(html: str) -> None:
    assert article(html).authors == ("Jane Marlowe",)


@pytest.mark.parametrize(
    "line",
    [
        "Reviewed by Peter Quill",
        "3 May 2024/Living Well/Harbours",
        "Check out the evening hosted by Green Key",
        "Di Tarawi",
        "Home Shop by Feature",
        "Insurance Costs by State",
        "Now supercharged by M5.",
        "Ships by March 10th",
        "Sorted by Date",
        "Powered by Pressmill",
        "Brought to you by Tarawi Bank",
        "Step by Step",
        "Dipersembahkan oleh Bank Tarawi",
        "Präsentiert von Green Key",
        "Fotos von Anna Berg",
        "Trier par Prix",
        "Patrocinado por Banco Tarawi",
    ],
)
def test_who_only_stands_near_the_headline_is_no_writer(line: str) -> None:
    assert article(f"{HEAD}<div>{line}</div>{TEXT}").authors == ()


def test_an_organisation_in_a_byline_stands_for_people() -> None:
    assert article(f"{HEAD}<p>By Lighthouse Team</p>{TEXT}").authors == ("Lighthouse Team",)


def test_people_on_the_page_win_over_an_organisation_in_metadata() -> None:
    html = f"{ld(chr(34) + 'Harbour Watch' + chr(34))}{HEAD}<p>By Jane Marlowe</p>{TEXT}"
    html = html.replace('"author"', '"publisher": {"name": "Harbour Watch"}, "author"')
    assert article(html).authors == ("Jane Marlowe",)


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("Rani Kasturi, Tarawi TV", ["Rani Kasturi"]),
        ("Rani Kasturi, Kontributor Tarawi", ["Rani Kasturi"]),
        ("Ana Ruiz, corresponsal en Tarawi", ["Ana Ruiz"]),
        ("입력", []),
        ("发布时间", []),
        ("الأربعاء", []),
        ("Diterbitkan", []),
        ("记者：王海明 通讯员：林小船", ["王海明", "林小船"]),
        ("本报记者　王海明　林小船 责编：周一", ["王海明", "林小船"]),
        ("文/王海明 图/林小船", ["王海明"]),
        ("責任編輯：周一", []),
    ],
)
def test_labels_houses_and_places_are_no_writers(byline: str, names: list[str]) -> None:
    assert names_in(byline) == names


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("<p class=byline>ANA RUIZ / CORRESPONSAL EN TARAWI | @ana | 3 comentarios</p>",
         ("ANA RUIZ",)),
        ("<p class=byline>Ana Ruiz / Tarawi</p>", ("Ana Ruiz",)),
        ("<p class=byline>News / Sport</p>", ()),
        ("<p>by quaymaster | 2 March 2026</p>", ("quaymaster",)),
        ("<div>2 March 2026</div><h2>| Ana Ruiz</h2>", ("Ana Ruiz",)),
        ("<div>2 March 2026</div><div class=tags><a href=/t/1>Old Ships</a></div>", ()),
        ("<div>2 March 2026</div><div>Latest Articles</div>", ()),
        ("<meta name='twitter:label1' content='Written by'>"
         "<meta name='twitter:data1' content='Ana Ruiz'>", ("Ana Ruiz",)),
    ],
)  # fmt: skip
def test_a_line_near_the_headline_names_the_writer(line: str, names: tuple[str, ...]) -> None:
    html = f"<head><title>x</title></head><main><h1>The harbour is open</h1>{line}{TEXT}</main>"
    assert article(html).authors == names


def test_a_whole_name_in_a_byline_wins_over_an_account_in_metadata() -> None:
    item = '{"@type": "NewsArticle", "author": {"@type": "Person", "name": "AnaR"}}'
    html = f'<script type="application/ld+json">{item}</script><h1>The harbour is open</h1>'
    assert article(f"{html}<p>By Ana Ruiz</p>{TEXT}").authors == ("Ana Ruiz",)
    assert article(f"{html}{TEXT}").authors == ("AnaR",)


def test_a_writer_of_another_story_is_not_taken() -> None:
    box = "<div class=related><a href=/a>Boats</a> <a rel=author href=/author/bo>Bo Day</a></div>"
    assert article(f"<h1>The harbour is open</h1>{TEXT}{box}").authors == ()
