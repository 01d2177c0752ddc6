"""The language of a text."""

import pytest

from workers.parsing.candidates import best
from workers.parsing.fields.language import languages_of
from workers.parsing.fields.language_codes import iso_639_1

SENTENCES = {
    "id": "Pengelola pelabuhan mengatakan bahwa dermaga itu sudah dibuka dan kapal tidak akan "
    "menunggu lagi di luar kolam pada musim ikan yang ramai ini.",
    "en": "The harbour master said that the quay has been opened and that the boats will not "
    "have to wait outside of the basin in the busy season of this year.",
    "de": "Der Hafenmeister sagte, dass der Kai nun eröffnet ist und die Boote nicht mehr vor "
    "dem Becken auf einen Platz warten müssen, wie es in den Jahren davor war.",
    "ja": "港の責任者は、新しい岸壁が開かれ、小さな船が外で待つ必要はなくなったと述べた。"
    "漁師たちは喜んでいるが、水路の浚渫を求めている。干潮の時には船が座礁することがあるためだ。今年の漁期は来月に始まる。",
}


def language(texts: list[str], declared: str) -> tuple[str | None, str]:
    found = best(languages_of(texts, declared))
    return (found.value, found.where) if found else (None, "")


@pytest.mark.parametrize("code", SENTENCES)
def test_the_text_says_its_language(code: str) -> None:
    assert language([SENTENCES[code]], "") == (code, "text")


def test_a_wrong_declaration_is_not_believed() -> None:
    assert language([SENTENCES["id"]], "en-US") == ("id", "text")


def test_a_short_text_has_the_declared_language() -> None:
    assert language(["Dermaga baru."], "id_ID") == ("id", "declared")
    assert language([], "") == (None, "")


PAIR = {
    "id": "Polisi mengatakan bahwa dermaga di kabupaten itu bisa dipakai lagi karena perbaikan "
    "sudah usai pada Kamis pekan ini, yaitu sebelum bulan Agustus.",
    "ms": "Polis berkata bahawa jeti di daerah itu boleh digunakan semula kerana kerja baik pulih "
    "sudah siap pada Khamis minggu ini, iaitu sebelum bulan Ogos.",
}


@pytest.mark.parametrize("declared", ["", "id", "ms", "en"])
@pytest.mark.parametrize("code", PAIR)
def test_indonesian_and_malay_are_told_by_words_that_only_one_has(code: str, declared: str) -> None:
    assert language([PAIR[code]], declared)[0] == code


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        *(("id-ID", "id"), ("fil", "tl"), ("in", "id"), ("zh_Hans", "zh")),
        *(("ceb", None), ("xx", None), ("e\u0301n", None), ("", None), ("english", None)),
    ],
)
def test_codes_are_those_of_iso_639_1_or_none(tag: str, code: str | None) -> None:
    assert iso_639_1(tag) == code
