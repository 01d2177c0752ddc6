"""The flat table of a page: subtrees, texts, and what is left out."""

from selectolax.lexbor import LexborHTMLParser

from crawler.page.tree import MAX_ELEMENTS, PageTree, outline_of


def outline(html: str) -> PageTree:
    return outline_of(LexborHTMLParser(html))


def first(table: PageTree, tag: str) -> int:
    return table.tags.index(tag)


def test_elements_stand_in_document_order_with_their_subtrees() -> None:
    table = outline("<ul><li>a<b>b</b></li><li>c</li></ul><p>d</p>")
    assert table.tags == ["body", "ul", "li", "b", "li", "p"]
    assert table.ends == [6, 5, 4, 4, 5, 6]
    assert table.parents == [-1, 0, 1, 2, 1, 0]


def test_the_text_of_an_element_is_that_of_its_subtree() -> None:
    table = outline("<ul><li>a <b>b</b></li><li>c</li></ul><p>d</p>")
    assert table.text(first(table, "ul")) == "a b c"
    assert table.text(first(table, "p")) == "d"


def test_a_word_in_two_pieces_stays_whole_and_blocks_are_apart() -> None:
    table = outline("<div><p>Storm <i>o</i>ver</p><p>now</p><span>a</span><span>b</span></div>")
    assert table.text(first(table, "div")) == "Storm over now a b"


def test_scripts_styles_and_comments_are_left_out() -> None:
    table = outline("<p>a<script>x<\\/script></script><style>y</style><!-- z --><svg>s</svg></p>")
    assert table.tags == ["body", "p"]
    assert table.text(0) == "a"


def test_characters_in_links_are_counted_apart() -> None:
    table = outline("<p>four<a href=x><b>five5</b></a></p>")
    assert (table.length(1), table.linked(1)) == (9, 5)


def test_inline_elements_belong_to_the_block_around_them() -> None:
    table = outline("<div><a href=x><b>t</b></a></div>")
    assert table.blocks[first(table, "b")] == first(table, "div")


def test_a_page_of_too_many_elements_is_cut() -> None:
    assert len(outline("<i>x</i>" * (2 * MAX_ELEMENTS))) == MAX_ELEMENTS


def test_what_stands_in_a_menu_is_left_out_unless_it_is_asked_for() -> None:
    html = "<nav><ul><li><a href=/a>Section</a></li></ul></nav><p>text</p>"
    assert outline(html).tags == ["body", "nav", "p"]
    table = outline_of(LexborHTMLParser(html), with_menus=True)
    assert table.tags == ["body", "nav", "ul", "li", "a", "p"]


def test_what_is_empty_is_left_out_but_for_links_and_pictures() -> None:
    table = outline("<div><i></i><br></div><a href=x><i title=t></i></a><img><span></span>")
    assert table.tags == ["body", "div", "a", "i", "img"]


def test_a_page_without_a_body_is_empty() -> None:
    table = outline("<frameset></frameset>")
    assert table.pieces == []
