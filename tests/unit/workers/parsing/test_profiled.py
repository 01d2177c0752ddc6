"""What a site's profile says goes first, and is doubted where the general reader differs."""

from dataclasses import replace

from crawler.page.profiles import Layout, SiteProfile
from tests.unit.workers.parsing.pages import document
from workers.parsing import ParsedArticle, read
from workers.parsing.explaining import explain

TEXT = "".join(
    f"<p>Dermaga nomor {n} dibuka pada hari Senin, dan para nelayan menyambutnya dengan gembira, "
    f"karena kapal tidak perlu lagi menunggu {n} jam di luar kolam pelabuhan.</p>"
    for n in range(8)
)
OTHER = "".join(
    f"<p>Harga ikan naik {n} kali lipat sejak bulan lalu menurut catatan koperasi setempat; "
    f"pedagang meminta bantuan agar penjualan tetap berjalan di {n} pasar besar.</p>"
    for n in range(8)
)
PAGE = f"""<html lang=id><body><div class=page><h1>Dermaga Baru Dibuka di Tarawi</h1>
<b class=by>Oleh Rani Kasturi</b><i class=on>2 Maret 2026 08:15 WIB</i>
<div class=isi>{TEXT}</div></div><div class=comments><h3>Komentar</h3>{OTHER}</div></body></html>"""


def profile(article: str = "div.page", **fields: str) -> SiteProfile:
    layout = replace(Layout(name="2026", article=article), **fields)
    return SiteProfile(name="kabar", hosts=("kabar.test",), layouts=(layout,))


def found(**fields: str) -> ParsedArticle:
    return read(document(PAGE), profile(**fields))


def test_the_elements_that_a_layout_names_are_read() -> None:
    article = found(title="h1", authors=".by", published=".on", body=".isi")
    assert article.title == "Dermaga Baru Dibuka di Tarawi"
    assert article.authors == ("Rani Kasturi",)
    assert article.published == "2026-03-02T08:15:00+07:00"
    assert article.evidence["paragraphs"] == "profile kabar 2026"
    assert "profile" not in article.evidence


def test_a_layout_that_finds_another_text_is_doubted() -> None:
    doubt = found(article="body", body=".comments")
    assert doubt.paragraphs[-1].startswith("Harga ikan")
    assert doubt.evidence["profile"].endswith("disagrees with the general reader: paragraphs")


def test_a_layout_that_finds_no_text_is_doubted_and_the_page_read_all_the_same() -> None:
    article = found(body=".gone")
    assert article.evidence["paragraphs"] == "content finder"
    assert "paragraphs" in article.evidence["profile"]


def test_a_layout_whose_byline_is_gone_leaves_the_authors_to_the_general_reader() -> None:
    assert found(authors=".gone", body=".isi").authors == ("Rani Kasturi",)


def test_a_page_without_any_of_the_layouts_says_so() -> None:
    layout = Layout(name="2015", article=".old")
    old = SiteProfile(name="kabar", hosts=("kabar.test",), layouts=(layout,))
    assert explain(document(PAGE), old).profile == "kabar, none of its layouts"
