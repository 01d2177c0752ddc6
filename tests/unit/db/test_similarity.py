"""How much two articles tell of the same."""

from db.queries.graph.story_similarity import Rarity, WordUse, telling

STORY = "Kapal Rani Samudra tiba di Tarawi. Awak Rani Samudra selamat, kata Tono Wirya."


def test_where_it_was_written_is_not_what_it_tells_of() -> None:
    told = telling("Kapal tiba", "KABAR.TEST, Mandar - Awak kapal selamat.", "Mandar")
    assert {"kabar", "test", "mandar"}.isdisjoint(told.weights.keys())
    assert {"awak", "kapal", "selamat"} <= told.weights.keys()


def test_a_place_that_is_no_dateline_stays() -> None:
    told = telling("Kapal tiba", "Kapal dari Mandar selamat.", "Mandar")
    assert "mandar" in told.weights
    assert "mandar" not in told.names


def test_months_are_no_names() -> None:
    told = telling(
        None,
        "Kapal tiba pada 6 Oktober 2024 dan berlayar pada April 2025 ke Tarawi, October 6, 2024.",
    )
    assert set(told.names) == {"tarawi"}


def test_the_words_that_make_articles_alike_are_names_before_all_and_no_numbers() -> None:
    one = telling("Rani Samudra tiba", f"{STORY} Pada 2024 kapal itu dan awaknya dan 2024.")
    two = telling("Rani Samudra selamat", f"{STORY} Sejak 2024 kapal lama dan baru.")
    others = [telling(f"Berita {n}", f"Pasar {n} dan toko dan jalan ramai.") for n in range(9)]
    rarity = Rarity(WordUse([one, two, *others]))
    assert rarity.common(one, two)[:2] == ("Rani", "Samudra")
    assert not {"2024", "dan"} & {*rarity.common(one, two)}
    assert rarity.likeness(one, two) > 0.5 > 0.1 > rarity.likeness(one, others[0])


def test_small_words_are_no_reason_where_few_articles_tell_what_is_rare() -> None:
    one = telling("Rani tiba", "Kapal Rani berlayar dari Tarawi oleh karena angin, kata mereka.")
    two = telling("Rani pergi", "Lalu Rani pulang dari Mandar oleh karena hujan, kata mereka.")
    rarity = Rarity(WordUse([one, two, *(telling(None, f"Pasar {n} ramai.") for n in range(9))]))
    assert rarity.common(one, two) == ("Rani",)


def test_what_is_known_of_other_articles_counts_as_if_all_were_counted_at_once() -> None:
    texts = [telling(f"Rani {n}", f"{STORY} Pasar {n} ramai, ramai. Kapal Rani.") for n in range(6)]
    others = WordUse(texts[2:])
    Rarity(others.and_in(texts[:1]))  # leaves the others as they are
    together, at_once = Rarity(others.and_in(texts[:2])), Rarity(WordUse(texts))
    words = {word for text in texts for word in (*text.counts, *text.names, *text.headed, "none")}
    assert {word: together.of(word) for word in words} == {w: at_once.of(w) for w in words}


def test_a_word_that_the_text_has_in_small_letters_as_often_is_no_name() -> None:
    text = "di Lift itu ada Pa dan Wirya. Wirya: e-lift, lift-nya, iPhone; sepa Pa, pa pa lift."
    assert set(telling("", text).names) == {"wirya"}


def test_a_capital_within_a_word_begins_no_name() -> None:
    assert set(telling("", "beli iPhone dan 4Sekawan oleh-Oleh di Tarawi").names) == {
        "sekawan",
        "tarawi",
    }
