"""Bylines as newsrooms of many countries write them, on pages that mark them and on others."""

import pytest

from tests.unit.workers.parsing.pages import article

TEXT = "".join(
    f"<p>Paragraph {number} of the text tells at some length what the harbour and its people did "
    "all day, what the boats carried, and who came to see them leave in the evening.</p>"
    for number in range(6)
)
HEAD = "<h1>The harbour opened on Monday</h1>"
ANA, BOTH = ("Ana Ruiz",), ("Ana Ruiz", "Tom Fels")


@pytest.mark.parametrize("element", ["<p class=byline>", "<p>"])
@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Ana Ruiz and Tom Fels", BOTH),
        ("Von Ana Ruiz und Tom Fels", BOTH),
        ("Por Ana Ruiz y Tom Fels", BOTH),
        ("Text: Ana Ruiz Foto: Tom Fels", ANA),
        ("Foto: Tom Fels Text: Ana Ruiz", ANA),
        ("Par Ana Ruiz avec AFP", ANA),
        ("Di Ana Ruiz", ANA),
        ("Av Ana Ruiz", ANA),
        ("Tekst: Ana Ruiz, foto: Tom Fels", ANA),
        ("Geschreven door Ana Ruiz", ANA),
        ("Skrevet af Ana Ruiz", ANA),
        ("Kirjoittanut Ana Ruiz", ANA),
        ("Opracowała Ana Ruiz", ANA),
        ("Redactie: Ana Ruiz", ANA),
        ("Una crónica de Ana Ruiz", ANA),
        ("De nuestra corresponsal Ana Ruiz", ANA),
        ("De notre envoyée spéciale Ana Ruiz", ANA),
        ("dall'inviata Ana Ruiz", ANA),
        ("Staff writer Ana Ruiz", ANA),
        ("Ana Ruiz, Staff Writer", ANA),
        ("Ana Ruiz | Staff Writer", ANA),
        ("Reported by Ana Ruiz; edited by Tom Fels", ANA),
        ("Posted on 3 May 2024 by Ana Ruiz", ANA),
        ("Penulis: Rani Kasturi, Editor: Bagus", ("Rani Kasturi",)),
        ("Laporan wartawan Tribun, Rani Kasturi", ("Rani Kasturi",)),
        ("Автор статьи: Иван Петров", ("Иван Петров",)),
        ("Του Γιάννη Παπαδόπουλου", ("Γιάννη Παπαδόπουλου",)),
        ("Γράφει ο Γιάννης Παπαδόπουλος", ("Γιάννης Παπαδόπουλος",)),
        ("Írta: Kovács János", ("Kovács János",)),
        ("Yazan: Ali Veli", ("Ali Veli",)),
        ("Tác giả: Nguyễn Văn An", ("Nguyễn Văn An",)),
        ("ผู้เขียน: สมชาย ใจดี", ("สมชาย ใจดี",)),
        ("بقلم: أحمد علي", ("أحمد علي",)),
        ("מאת: דנה כהן", ("דנה כהן",)),
        ("글 김철수", ("김철수",)),
        ("取材・文／田中太郎", ("田中太郎",)),
        ("撰文：王海明", ("王海明",)),
        ("Rep: Ana Ruiz/ Red: Tom Fels", ANA),
        ("Author, Ana Ruiz", ANA),
        ("Submitted by Ana Ruiz on Mon, 08/03/2024 - 11:20", ANA),
        ("Posted by Ana Ruiz at 19:12", ANA),
        ("Gespeichert von Ana Ruiz am Mo., 03.08.2024 - 11:20", ANA),
        ("مصنف, ثنا آصف", ("ثنا آصف",)),
        ("خبرنگار: زهرا کریمی", ("زهرا کریمی",)),
        ("Muhabir: Ana Ruiz", ANA),
        ("Reviewed by: Ana Ruiz, CFP", ()),
        ("Advertisement", ()),
        ("Share this article", ()),
        ("News Sport Culture", ()),
        ("Von unserer Redaktion", ()),
    ],
)
def test_a_byline_gives_its_writers(element: str, line: str, names: tuple[str, ...]) -> None:
    assert article(f"{HEAD}{element}{line}</p>{TEXT}").authors == names


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ('"https://lantern.test/ana"', ()),
        ('{"name": ["Ana Ruiz", "Tom Fels"]}', BOTH),
        ('[{"name": "Ana Ruiz, Tom Fels"}]', BOTH),
        ('"Ana Ruiz; Tom Fels"', BOTH),
        ('"Ana Ruiz | Tom Fels"', BOTH),
        ('{"@type": "Person", "name": "By Ana Ruiz"}', ANA),
        ('{"@type": "Person", "name": "Ana&nbsp;Ruiz<br>"}', ANA),
        ('{"@type": "Person", "name": "Ana Ruiz - Lantern Weekly"}', ANA),
        ('{"@type": "Person", "name": "Ana Ruiz, Lantern Weekly"}', ANA),
        ('{"name": "null"}', ()),
        ('{"name": "page.head.author"}', ()),
        ('{"name": "%author%"}', ()),
    ],
)
def test_metadata_give_their_writers(author: str, names: tuple[str, ...]) -> None:
    item = (
        f'{{"@type": "NewsArticle", "author": {author}, "publisher": {{"name": "Lantern Weekly"}}}}'
    )
    page = f'<script type="application/ld+json">{item}</script>{HEAD}{TEXT}'
    assert article(page).authors == names


@pytest.mark.parametrize(
    "line",
    [
        "<footer class=node__meta>Submitted by Ana Ruiz on Mon, 08/03/2024 - 11:20</footer>",
        "<div class=meta><b class=c-signature__author>Ana Ruiz</b><span>Lima</span></div>",
        "<div class=news-date><span class=post_author>Ana Ruiz</span> — 3 May, 18:31</div>",
    ],
)
def test_a_line_over_the_text_gives_its_writer_whatever_its_box_is_called(line: str) -> None:
    assert article(f"<article>{HEAD}{line}{TEXT}</article>").authors == ANA


def test_a_line_right_under_the_text_gives_its_writer_though_it_is_called_a_footer() -> None:
    line = "<div class=post-footer>Posted by <span>Ana Ruiz</span> at 19:12 Labels: walks</div>"
    assert article(f"{HEAD}{TEXT}{line}").authors == ANA


def test_an_account_in_metadata_yields_to_the_user_that_the_page_shows() -> None:
    item = '{"@type": "BlogPosting", "author": {"@type": "Person", "name": "harbourfan19"}}'
    script = f'<script type="application/ld+json">{item}</script>'
    line = "<ul><li><span class='x1 user-name'>Ana Ruiz</span></li></ul>"
    assert article(f"{script}{line}{HEAD}{TEXT}").authors == ANA


def test_a_newsroom_or_a_credit_is_no_writer() -> None:
    line = "<div class=details><span class=author>Redazione Lantern</span> Lima</div>"
    credit = "<div class=photo-credit>Credit: Ana Ruiz</div>"
    assert article(f"{HEAD}{line}{credit}{TEXT}").authors == ()
