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
