"""The head of a report: its place and its agency."""

import pytest

from workers.parsing.fields.dateline import Dateline, dateline_of


@pytest.mark.parametrize(
    ("text", "place", "agencies"),
    [
        ("KABAR.TEST, Tarawi - Pengelola pelabuhan membuka", "Tarawi", ()),
        ("TARAWI, KABAR.test – Pengelola pelabuhan membuka", "Tarawi", ()),
        ("Tarawi, KabarSains – Pengelola pelabuhan membuka", "Tarawi", ()),
        ("Tarawi, CNN Indonesia -- Pengelola pelabuhan membuka", "Tarawi", ()),
        ("JAKARTA (ANTARA) - Pemerintah membuka", "Jakarta", ("Antara",)),
        ("Jakarta (ANTARA) Pemerintah membuka", "Jakarta", ("Antara",)),
        ("Tarawi, NTB (ANTARA News) - Pemerintah membuka", "Tarawi", ("Antara",)),
        ("TARAWI, 3 Maret 2021 (Reuters/AFP) -- Pemerintah", "Tarawi", ("Reuters", "AFP")),
        ("TARAWI, March 3 — The harbour", "Tarawi", ()),
        ("Tarawi, Ill. — The harbour", "Tarawi", ()),
        ("London (Reuters) - The harbour", "London", ("Reuters",)),
        ("(Reuters) - The harbour", None, ("Reuters",)),
        ("TOKYO — The harbour", "Tokyo", ()),
        ("Kuala Lumpur - Pemerintah membuka", "Kuala Lumpur", ()),
        ("Rio de Janeiro (AFP) - The harbour", "Rio de Janeiro", ("AFP",)),
        ("МОСКВА, 3 марта — Порт открыт", "Москва", ()),
    ],
)
def test_a_dateline_gives_place_and_agencies(
    text: str, place: str | None, agencies: tuple[str, ...]
) -> None:
    assert dateline_of([text]) == Dateline(place=place, agencies=agencies)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The harbour was opened.",
        "Pelabuhan itu - kata dia - akan dibuka",
        "Rani Kasturi (46) membuka pelabuhan Tarawi",
        "The Harbour Office (HO) monitors the harbour",
        "Pelabuhan Tarawi (Laut Timur) akan dibuka",
        "Penyanyi Rani Kasturi (kanan) memeluk temannya",
        "WATCH THE HARBOUR: The ship arrived in Tarawi",
        "UPDATE: The ship arrived in Tarawi",
        "The harbour — the largest of all — was opened",
        "Harbour - the largest of all - was opened",
    ],
)
def test_a_sentence_is_no_dateline(text: str) -> None:
    assert dateline_of([text]) == Dateline()


def test_capitals_before_a_colon_are_a_place_that_the_text_names_again() -> None:
    assert dateline_of(["TARAWI: Kapal tiba.", "Pelabuhan Tarawi ramai."]).place == "Tarawi"
    assert dateline_of(["TARAWI: Kapal tiba.", "Pelabuhan ramai."]).place is None


def test_a_standfirst_may_stand_before_the_dateline() -> None:
    texts = ["Kapal pertama telah tiba.", "TARAWI (Reuters) - Kapal pertama telah tiba pagi ini."]
    assert dateline_of(texts) == Dateline(place="Tarawi", agencies=("Reuters",))


def test_the_name_of_the_site_is_no_place() -> None:
    text = "KABAR TARAWI, Mandar - Kapal pertama telah tiba."
    assert dateline_of([text], ["Kabar Tarawi"]).place == "Mandar"
    assert dateline_of(["JAKARTA (Reuters) - Kapal tiba."], ["Jakarta"]).place == "Jakarta"
