"""A page flattened to its texts."""

import pytest

from tests.unit.workers.parsing.pages import document
from workers.parsing.body.outline import TextOutline
from workers.parsing.body.outline_builder import LONG_END, outline_of
from workers.parsing.body.regions import bit, region_bits


def outline(html: str) -> TextOutline:
    return outline_of(document(html).tree)


def texts(html: str) -> list[str]:
    return [block.text for block in outline(html).blocks]


def test_block_elements_part_texts_and_inline_elements_do_not() -> None:
    assert texts("<div>one <b>two</b> <a href=x>three</a><p>four</p>five</div>") == [
        "one two three",
        "four",
        "five",
    ]


def test_double_line_breaks_part_paragraphs() -> None:
    assert texts("<p>first<br><br>second line<br>goes on</p>") == [
        "first",
        "second line goes on",
    ]


def test_single_breaks_between_long_lines_part_paragraphs() -> None:
    line = "A sentence that is long enough to be a paragraph of its own, as old pages have."
    assert (
        texts(f"<td>{line}<br>{line}<br>{line}</td>".join(["<table><tr>", "</table>"]))
        == [line] * 3
    )


def test_a_single_break_between_two_whole_sentences_parts_them() -> None:
    whole = "Nelayan di Tarawi kini memakai dermaga yang baru."
    assert texts(f"<p><br>{whole}<br>{whole}</p>") == [whole, whole]
    assert texts(f"<p>Jalan Pelabuhan 4<br>{whole}</p>") == [f"Jalan Pelabuhan 4 {whole}"]


def test_an_empty_element_named_as_a_line_break_is_one() -> None:
    gap = '<span class="item br"></span>'
    assert texts(f"<div>first{gap}{gap}second<span class=mark></span> part</div>") == [
        "first",
        "second part",
    ]


def test_cells_of_a_row_are_one_text() -> None:
    assert texts("<table><tr><td>1</td><td>Budi</td><td>24</td></tr></table>") == ["1 Budi 24"]


def test_scripts_menus_and_readings_are_no_text() -> None:
    html = "<nav>menu</nav><script>x</script><p><ruby>東京<rt>とうきょう</rt></ruby></p>"
    assert texts(html) == ["東京"]


def test_link_text_is_counted() -> None:
    block = outline("<p>see <a href=x>here</a> and <a href=y>there</a></p>").blocks[0]
    assert (block.linked, block.links) == (9, 2)


def test_a_box_holds_a_range_of_the_texts() -> None:
    page = outline("<div><p>a</p><p>b</p></div><div>c</div>")
    assert page.boxes.tags == ("body", "div", "p", "p", "div")
    assert [*zip(page.firsts, page.lasts, strict=True)] == [(0, 3), (0, 2), (0, 1), (1, 2), (2, 3)]


def test_marks_beside_are_those_of_boxes_that_do_not_hold_the_core() -> None:
    page = outline("<div class=related><p>a</p></div><div class=comments><p>b</p></div>")
    marks = page.marks_beside(2)
    assert marks[2] == 0
    assert marks[4] & bit("comment")


def test_class_names_of_every_spelling_are_known() -> None:
    for name in ("article-body", "ArticleBody", "story_body__inner"):
        assert region_bits("div", name, "") & bit("body")
    assert not region_bits("div", "x1y2z3", "")


def test_header_and_footer_of_the_site_are_left_out() -> None:
    html = "<header><p>Kabar</p></header>a<article><p>b</p></article><footer><p>c</p></footer>d"
    assert texts(html) == ["a", "b", "d"]


def test_header_and_footer_of_an_article_are_kept() -> None:
    html = "<article><header><p>a</p></header><p>b</p><footer><p>c</p></footer></article>"
    assert texts(html) == ["a", "b", "c"]


@pytest.mark.parametrize(
    "held", ["<h1>a</h1>", "<article><p>a</p></article>", f"<p>{'a' * (LONG_END + 1)}</p>"]
)
def test_a_header_or_a_footer_with_content_in_it_is_kept(held: str) -> None:
    assert texts(f"<header>{held}</header>") != []
    assert texts(f"<footer><p>c</p>{held}</footer>")[0] == "c"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Der <site-link to=/k>Kai</site-link> ist offen.</p>", "Der Kai ist offen."),
        ("<p>In <o:place><o:city>Tarawi</o:city></o:place> regnet es.</p>", "In Tarawi regnet es."),
        ("<div>the <x-note><i>new</i> quay</x-note>, opened</div>", "the new quay, opened"),
        ("<p>the <button>berth</button> of a boat</p>", "the berth of a boat"),
        ("<h2><button>What is a berth?</button></h2>", "What is a berth?"),
        ("<div><div class=cap>T</div>he quay is open</div>", "The quay is open"),
        ("<div><div class=cap>“D</div><p>er Kai ist offen</p></div>", "“Der Kai ist offen"),
        ("<div><div class=cap>A</div> quay is open</div>", "A quay is open"),
    ],
)
def test_words_are_whole_across_elements_of_any_name(html: str, text: str) -> None:
    assert texts(html) == [text]


def test_elements_of_any_name_that_hold_blocks_or_stand_alone_are_boxes() -> None:
    page = "<x-page><x-head>Quay opened</x-head><x-card><p>One.</p><p>Two.</p></x-card></x-page>"
    assert texts(page) == ["Quay opened", "One.", "Two."]


def test_a_button_behind_a_paragraph_is_no_text() -> None:
    assert texts("<p>The quay is open.<button>Share</button></p>") == ["The quay is open."]
