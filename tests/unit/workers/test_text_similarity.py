"""Copies are told by the texts themselves, and templates by what differs."""

import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workers.dedup.similarity import common_in_order, likeness

SYLLABLES = ("ba", "de", "gi", "ko", "lu", "ma", "ne", "pi", "ro", "su", "ta", "we")
VOCABULARY = [a + b + c for a in SYLLABLES for b in SYLLABLES for c in SYLLABLES]


def text(seed: int, paragraphs: int = 6) -> list[str]:
    """Paragraphs of words that follow no pattern."""
    dice = random.Random(seed)
    return [" ".join(dice.choices(VOCABULARY, k=40)).capitalize() + "." for _ in range(paragraphs)]


def body(paragraphs: list[str]) -> str:
    return "\n\n".join(paragraphs)


def prices(day: int, first: int) -> str:
    lines = [f"Emas {n} gram dijual dengan harga {first * n + day} rupiah tanpa pajak." for n in
             (1, 2, 3, 5, 10, 25, 50, 100)]  # fmt: skip
    return body([f"Harga emas pada tanggal {day} bergerak lagi dari hari sebelumnya.", *lines])


def test_same_text_in_another_frame_is_a_copy() -> None:
    framed = ["KABAR.COM, Bandung – " + text(1)[0], *text(1)[1:], "Sumber: Antara"]
    found = likeness(body(text(1)), body(framed))
    assert found is not None
    assert (found.share, found.is_part) == (1.0, False)


def test_dropped_and_moved_paragraphs_leave_a_copy() -> None:
    first = text(2)
    found = likeness(body(first), body([first[4], first[0], first[1], first[3]]))
    assert found is not None
    assert found.share > 0.95
    assert not found.is_part


@pytest.mark.parametrize("rate", [0.05, 0.2])
def test_reworded_text_is_a_copy(rate: float) -> None:
    dice = random.Random(3)
    reworded = [
        " ".join(dice.choice(VOCABULARY) if dice.random() < rate else w for w in p.split())
        for p in text(3)
    ]
    found = likeness(body(text(3)), body(reworded))
    assert found is not None
    assert found.share > 1 - 2 * rate


def test_text_within_a_longer_one_is_a_part_of_it() -> None:
    found = likeness(body([*text(4), *text(5, 12)]), body(text(4)))
    assert found is not None
    assert found.is_part
    assert not found.is_first_shorter


def test_other_text_and_a_common_paragraph_are_no_copy() -> None:
    assert likeness(body(text(6)), body(text(7))) is None
    assert likeness(body(text(6)), body([text(6)[0], *text(7)])) is None


def test_prices_of_two_days_are_no_copies_and_those_of_one_day_are() -> None:
    assert likeness(prices(3, 1_210_400), prices(4, 1_198_700)) is None
    found = likeness(prices(3, 1_210_400), prices(3, 1_210_400).replace("bergerak", "berubah"))
    assert found is not None


def test_results_of_other_teams_are_no_copies() -> None:
    dice = random.Random(8)

    def table() -> str:
        names = [word.capitalize() for word in dice.sample(VOCABULARY, 16)]
        return body([f"Laga antara {a} dan {b} berakhir imbang di stadion yang penuh sesak."
                     for a, b in zip(names[::2], names[1::2], strict=True)])  # fmt: skip

    assert likeness(table(), table()) is None


def test_reports_of_two_matches_told_alike_are_no_copies() -> None:
    """Few names and few numbers each: only both together are beyond chance."""

    def report(week: int, home: str, away: str, one: str, other: str) -> str:
        return body([
            f"Kemarin klub {home} menjamu {away} pada pekan ke-{week} liga dan kedua tim berbagi "
            "angka di depan ribuan pendukung yang memadati stadion sejak sore hari.",
            f"Gol pembuka dicetak oleh {one} pada menit ke-{week + 9} lewat sundulan kepala dan "
            f"dibalas oleh {other} pada menit ke-{week + 31} dengan tendangan keras dari jauh.",
        ])  # fmt: skip

    first = report(4, "Baruna", "Tirta", "Yusuf", "Dodi")
    assert likeness(first, report(5, "Kalindo", "Baruna", "Galih", "Heru")) is None
    assert likeness(first, f"SIARAN - {first}") is not None


def test_phrases_chosen_anew_in_a_frame_make_no_copies() -> None:
    signs = ("Aries", "Taurus", "Gemini", "Cancer", "Leo", "Virgo", "Libra", "Scorpio")
    phrases = ("pasangan butuh kasih", "kenalan baru tiba", "jangan tergesa", "maafkan dia segera")

    def stars(day: int) -> str:
        dice = random.Random(day)
        return body([f"Peruntungan {sign}: soal asmara {dice.choice(phrases)} dan angka baik hari "
                     f"ini adalah {dice.randint(1, 99)}." for sign in signs])  # fmt: skip

    assert likeness(stars(1), stars(2)) is None
    assert likeness(stars(1), stars(1).replace("angka baik", "nomor bagus")) is not None


def test_one_number_that_is_put_right_leaves_a_copy() -> None:
    first = [f"{p} Korban {n + 10} orang." for n, p in enumerate(text(9))]
    found = likeness(body(first), body(first).replace("Korban 12", "Korban 48"))
    assert found is not None


def test_names_and_numbers_of_one_closing_line_make_no_template() -> None:
    signed = [body([*text(11), f"{line}, Jakarta"]) for line in ("Rani Satu 12", "Tono Dua 34")]
    assert likeness(*signed) is not None


def test_same_words_with_other_capitals_and_paragraphs_are_a_copy() -> None:
    def with_capitals(place: int) -> str:
        words = [word.title() if n % 40 == place else word for n, word in enumerate(plain)]
        return " ".join(words)

    plain = " ".join(text(12)).lower().split()
    found = likeness(with_capitals(7), with_capitals(23).replace(plain[60], f"{plain[60]}\n\n"))
    assert found is not None
    assert found.share == 1.0


@given(st.text(), st.text())
@example("0<A<A", "1 À+À")
def test_no_text_raises_and_order_does_not_count(one: str, other: str) -> None:
    padded = [body([*text(10), extra]) for extra in (one, other)]
    first, second = likeness(padded[0], padded[1]), likeness(padded[1], padded[0])
    assert first is not None
    assert second is not None
    assert (first.share, first.is_part) == (second.share, second.is_part)
    assert likeness(one, other) is None or min(len(one), len(other)) > 40


@given(st.text("abc", max_size=12), st.text("abcd", max_size=12))
def test_common_in_order_is_the_longest_subsequence(one: str, other: str) -> None:
    rows = [0] * (len(other) + 1)
    for char in one:
        new = [0]
        for place, mark in enumerate(other):
            new.append(rows[place] + 1 if char == mark else max(rows[place + 1], new[place]))
        rows = new
    assert common_in_order(one, other) == rows[-1]
