"""What the headings of link boxes mean, in many languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.links.labels import (
    class_meaning,
    guessed,
    is_more,
    is_sponsored,
    said_by,
    said_by_names,
    topic_in,
)

LABELS = {
    "Berita terkait": "related",
    "FOTO TERKAIT:": "related",
    "Related Stories": "related",
    "→ siehe auch": "related",
    "Mehr zum Thema Hafen": "related",
    "Weitere Beiträge zum Thema": "related",
    "【関連記事】": "related",
    "По теме:": "related",
    "مواضيع ذات صلة": "related",
    "Dalam topik ini": "related",
    "İlgili Haberler": "related",
    "Tin cùng chủ đề": "related",
    "संबंधित ख़बरें": "related",
    "सम्बंधित ख़बरें": "related",
    "إقرأ أيضًا": "readmore",
    "اقرا ايضا": "readmore",
    "مقالات متعلّقة": "related",
    "اخبار مرتبط": "related",
    "بيشتر بخوانيد": "readmore",
    "Notícies relacionades": "related",
    "Artículos relacionados con el puerto": "related",
    "हेही वाचा :": "readmore",
    "Mwyaf poblogaidd": "other",
    "함께 읽기": "readmore",
    "Baca juga:": "readmore",
    "함께 보면 좋은 글": "readmore",
    "Bunlara da göz atın": "readmore",
    "Также рекомендуем прочитать:": "readmore",
    "READ MORE:": "readmore",
    "À lire aussi": "readmore",
    "Lesen Sie auch": "readmore",
    "Berita Lainnya": "perhaps",
    "You might also like": "perhaps",
    "More to Discover": "perhaps",
    "Passend zum Artikel": "related",
    "Prolongez votre lecture autour de ce sujet": "related",
    "この記事を読んだ人はこんな記事も読んでいます": "perhaps",
    "People are also reading…": "other",
    "Товары по теме": "other",
    "Bücher zum Thema": "other",
    "이 시각 주요 뉴스": "other",
    "הכתבות הנצפות ביותר": "other",
    "Descubre más": "perhaps",
    "Mehr entdecken": "perhaps",
    "Terpopuler": "other",
    "Terpopuler Dunia": "other",
    "Most read in Sport": "other",
    "More from The Harbour Times": "other",
    "Mest läst": "other",
}


@pytest.mark.parametrize(("text", "meaning"), LABELS.items())
def test_a_label_is_known_as_a_whole_or_by_its_first_or_last_words(text: str, meaning: str) -> None:
    said = said_by(text)
    assert said is not None
    assert said.meaning == meaning


@pytest.mark.parametrize(
    "text",
    [
        "",
        "—",
        "Harbour opens after the storm",
        "The minister read more letters than he wrote",
        "Related parties " * 10,
        "Terkaitnya pelabuhan",
    ],
)
def test_a_title_is_no_label(text: str) -> None:
    assert said_by(text) is None


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("Plus populaires cette semaine", "other"),
        ("Meistgelesen im Sport", "other"),
        ("今週の人気ニュース", "other"),
        ("本周热门", "other"),
        ("ข่าวมาแรงวันนี้", "other"),
        ("Популярное за неделю", "other"),
        ("Popular related stories", "related"),
        ("इस खबर से संबंधित और भी खबरें", "related"),
        ("এই সম্পর্কিত আরও কিছু খবর", "related"),
        ("The harbour in winter", None),
    ],
)
def test_a_label_outside_the_lexicon_is_guessed(text: str, meaning: str | None) -> None:
    assert guessed(text) == meaning


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Tema: Mobiler i skolen", "Mobiler i skolen"),
        ("이슈 | 낙동강 녹조", "낙동강 녹조"),
        ("專題：花蓮地震", "花蓮地震"),
        ("Dossier – Inondations", "Inondations"),
        ("Topic: storms", "storms"),
        ("Tema", ""),
        ("Themes of the year", ""),
    ],
)
def test_a_label_may_name_a_topic(text: str, name: str) -> None:
    assert topic_in(text) == name


def test_the_rest_of_a_label_is_what_it_is_about() -> None:
    said = said_by("More on: Harbour Storm")
    assert said is not None
    assert said.rest == "harbour storm"


@pytest.mark.parametrize("text", ["Read more", "Baca Selengkapnya", "Weiterlesen »", "続きを読む"])
def test_words_for_the_rest_of_an_article_are_no_title(text: str) -> None:
    assert is_more(text)
    assert not is_more(f"{text} about the harbour")


@pytest.mark.parametrize("text", ["Sponsored", "Anzeige", "Inforial", "Presented by Harbour Bank"])
def test_marks_of_paid_cards_are_known(text: str) -> None:
    assert is_sponsored(text)
    assert not is_sponsored(f"What is {text}, and why?")


@pytest.mark.parametrize(
    ("names", "meaning"),
    [
        ("relatedPosts", "related"),
        ("box-terkait", "related"),
        ("read-also", "related"),
        ("box-tinlienquan", "related"),
        ("relation-news", "related"),
        ("czytajTakze", "related"),
        ("mas-leido", "other"),
        ("list most-read", "other"),
        ("popular_posts", "other"),
        ("col-6 box", None),
        ("correlation", None),
        ("", None),
    ],
)
def test_class_names_are_read_word_by_word(names: str, meaning: str | None) -> None:
    assert class_meaning(names) == meaning


def test_navigation_and_advertising_are_never_related() -> None:
    assert said_by_names("post-nav prev-next")[1]
    assert said_by_names("OUTBRAIN")[1]
    assert not said_by_names("card related")[1]


@given(st.text(max_size=120))
def test_any_text_may_be_asked(text: str) -> None:
    said = said_by(text)
    assert said is None or said.meaning in ("related", "readmore", "perhaps", "other")
    class_meaning(text)
    is_sponsored(text)
