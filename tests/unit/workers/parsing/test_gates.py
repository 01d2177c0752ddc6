"""Gates for subscribers below a text."""

import pytest

from tests.unit.workers.parsing.pages import article

TEXT = (
    "<p>The harbour of Tarawi has a new quay, which the governor opened on Monday morning in front "
    "of some two hundred fishermen and their families.</p><p>The quay is eighty metres long and "
    "took the island three years to build, since the stone had to come from the mainland by "
    "barge.</p>"
)
CUT = "<p>The harbour master said that the boats would no longer have to…</p>"
GATES = {
    "en": ("This story is for subscribers only", "Try it for a month. Leave when you like."),
    "de": ("Nur für Abonnenten", "Einen Monat lang probieren, danach neun Euro im Monat."),
    "id": ("Tulisan ini khusus pelanggan", "Coba satu bulan, lalu sembilan ribu rupiah sebulan."),
    "fr": ("Article réservé aux abonnés", "Un mois d'essai, puis neuf euros par mois."),
    "ru": ("Только для подписчиков", "Месяц бесплатно, потом девяносто рублей в месяц."),
    "ja": ("この記事は会員限定です", "一か月お試しいただけます。その後は月額九百円です。"),
}


def page(*, below: str, text: str = TEXT + CUT) -> str:
    return f"<h1>Quay opened on Tarawi</h1><article>{text}{below}</article>"


def gate(code: str) -> str:
    line, offer = GATES[code]
    return f"<div class=box><h3>{line}</h3><p>{offer}</p><a href=/join>OK</a></div>"


@pytest.mark.parametrize("code", GATES)
def test_a_text_that_ends_at_a_gate_is_for_subscribers(code: str) -> None:
    found = article(page(below=gate(code)))
    assert found.paywalled is True
    assert not any(line in found.body for line in GATES[code])
    assert "eighty metres" in found.body


def test_a_gate_within_a_text_that_goes_on_closes_nothing() -> None:
    found = article(page(text=TEXT, below=gate("en") + TEXT.replace("eighty", "ninety")))
    assert found.paywalled is None
    assert "ninety metres" in found.body


def test_an_offer_beside_a_whole_text_is_no_gate() -> None:
    offer = "<aside><h3>Read more of us</h3><p>All stories for nine coins a month.</p></aside>"
    assert article(page(text=TEXT * 2, below=offer)).paywalled is None
