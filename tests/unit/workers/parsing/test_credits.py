"""The frame around a text: dateline, byline, credits, pointers."""

import pytest

from workers.parsing.fields.writers.agencies import agencies_in
from workers.parsing.fields.writers.credits import unframed


def test_a_credit_glued_to_the_last_paragraph_is_cut_off() -> None:
    framed = unframed(["Satu.", "Kapal tiba pada pagi hari. Sumber: Reuters"])
    assert framed.paragraphs == ("Satu.", "Kapal tiba pada pagi hari.")
    assert framed.sources == ("Reuters",)


def test_a_line_in_capitals_at_the_end_names_writer_and_agency() -> None:
    framed = unframed(["Satu.", "Dua.", "RANI KASTURI | ANTARA"])
    assert framed.paragraphs == ("Satu.", "Dua.")
    assert framed.bylines == ("RANI KASTURI",)
    assert framed.sources == ("Antara",)


@pytest.mark.parametrize(
    "text",
    [
        "Baca juga: Harga Es Balok Naik",
        "» Czytaj więcej",
        "FUNDA OLUNYE UDABA LAPHA | Kuboshwe abahlanu",
        "続きを読む：港の氷",
        "Pilihan Editor: Gelombang Tinggi",
        "Read more: the harbour is open",
        "Lesen Sie auch: Der Hafen",
        "Ikuti berita terkini di Google News, klik di sini",
    ],
)
def test_pointers_and_appeals_are_no_text(text: str) -> None:
    assert unframed(["Satu.", text]).paragraphs == ("Satu.",)


@pytest.mark.parametrize(
    "text",
    [
        "Baca puisi adalah kegemaran anak-anak di kampung nelayan itu sejak lama.",
        "Background: the harbour was dredged twice, and twice it silted up again.",
        "Read more than one book a week: that was what the teacher asked of them.",
    ],
)
def test_a_sentence_that_begins_like_a_pointer_or_a_label_stays(text: str) -> None:
    assert unframed([text]).paragraphs == (text,)


def test_agencies_are_known_by_all_their_names() -> None:
    assert agencies_in("AFP/Agence France-Presse, dpa") == ["AFP", "dpa"]


def test_a_date_above_the_text_is_none_of_it() -> None:
    texts = ["Senin, 2 Maret 2026 | 08:10 WIB", "Dermaga dibuka.", "2 Maret 2026"]
    assert unframed(texts).paragraphs == ("Dermaga dibuka.", "2 Maret 2026")
