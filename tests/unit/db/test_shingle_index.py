"""Which texts are worth comparing, from the keys that they share."""

from db.duplicates.shingle_index import MAX_CANDIDATES, MAX_TEXTS_OF_KEY, candidates, free_of

KEYS = (100, 1, 2, 3, 4, 5)
MANY = [*range(1_000, 1_000 + MAX_TEXTS_OF_KEY - 1), 7]


def test_one_key_is_not_enough_and_two_are() -> None:
    assert candidates({1: [7, 8], 2: [7]}, KEYS) == [7]


def test_key_of_the_whole_text_is_enough_and_comes_first() -> None:
    assert candidates({100: [9], 1: [7], 2: [7]}, KEYS) == [9, 7]


def test_keys_that_many_have_weigh_less() -> None:
    assert candidates({1: MANY, 2: MANY, 3: MANY}, KEYS) == []
    assert 7 in candidates({1: MANY, 2: MANY, 3: MANY, 4: MANY}, KEYS)


def test_texts_with_most_in_common_come_first_and_the_text_itself_is_left_out() -> None:
    holders = {1: [7, 8, 6], 2: [8, 7, 6], 3: [8, 6]}
    assert candidates(holders, KEYS, without=6) == [8, 7]


def test_so_many_are_compared_and_no_more() -> None:
    alike = list(range(MAX_CANDIDATES - 10))
    holders = {100: alike, 1: [*range(1_000, 1_016)], 2: [*range(1_000, 1_016)]}
    found = candidates(holders, KEYS)
    assert len(found) == MAX_CANDIDATES
    assert found[: len(alike)] == alike


def test_key_that_is_full_is_written_for_no_further_text() -> None:
    assert free_of([1, 2], {1: MANY, 2: MANY[:-1]}) == [2]
