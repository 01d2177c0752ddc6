"""Clusters follow from the set of likenesses, whatever the order."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from db.duplicates.components import SimilarityEdge, group

ALONE = {n: n for n in range(1, 7)}


def like(one: int, other: int, part: int | None = None, shared: int = 100) -> SimilarityEdge:
    return SimilarityEdge(one=one, other=other, shared=shared, part=part)


def test_copies_of_copies_are_one_group_and_the_rest_in_none() -> None:
    assert group(ALONE, [like(1, 2), like(2, 3)]) == [frozenset({1, 2, 3})]


def test_articles_with_one_text_are_a_group_without_any_likeness() -> None:
    assert group({1: 7, 2: 7, 3: 8}, []) == [frozenset({1, 2})]


def test_longer_article_joins_what_it_has_most_from_and_nothing_else() -> None:
    edges = [like(1, 3, part=1, shared=90), like(2, 3, part=2, shared=80), like(2, 4)]
    assert set(group(ALONE, edges)) == {frozenset({1, 3}), frozenset({2, 4})}


def test_copies_of_the_longer_article_go_along() -> None:
    edges = [like(1, 3, part=1), like(1, 4, part=1), like(3, 4)]
    assert group(ALONE, edges) == [frozenset({1, 3, 4})]


def test_text_that_one_copy_took_up_does_not_join_the_others() -> None:
    edges = [like(2, 3), like(3, 4), like(1, 4, part=1), like(1, 5)]
    assert set(group(ALONE, edges)) == {frozenset({2, 3, 4}), frozenset({1, 5})}


def test_texts_that_nobody_has_any_more_join_nothing() -> None:
    assert group({1: 1, 3: 3}, [like(1, 2), like(2, 3)]) == []


def test_any_order_of_likenesses_gives_the_same() -> None:
    edges = [like(1, 2), like(2, 5, part=2), like(3, 5, part=3, shared=99), like(3, 4)]
    found = {frozenset(group(ALONE, order)) for order in permutations(edges)}
    assert found == {frozenset({frozenset({1, 2, 5}), frozenset({3, 4})})}


edges = st.builds(
    like, st.integers(1, 6), st.integers(1, 6), st.none() | st.integers(1, 6), st.integers(1, 3)
).filter(lambda e: e.one < e.other and e.part in (None, e.one, e.other))


@given(st.lists(edges, max_size=12, unique_by=lambda e: (e.one, e.other)), st.randoms())
def test_groups_never_overlap_and_never_depend_on_order(
    some: list[SimilarityEdge], dice: object
) -> None:
    found = group(ALONE, some)
    assert sum(map(len, found)) == len(frozenset().union(*found))
    shuffled = [*some]
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    assert set(group(ALONE, shuffled)) == set(found)
