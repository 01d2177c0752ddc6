"""Which articles are one cluster: from who has which text, and which texts are alike.

Plain Python. The answer depends on the set alone, never on the order in which it came together.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class SimilarityEdge:
    """Two texts that are alike."""

    one: int
    other: int
    #: words in common
    shared: int
    #: the text that stands inside the other; None: copies of each other
    part: int | None

    @property
    def ends(self) -> tuple[int, int]:
        """The two."""
        return self.one, self.other


def group(texts: Mapping[int, int], edges: Iterable[SimilarityEdge]) -> list[frozenset[int]]:
    """The articles (id -> text) in groups of copies; one that has no copy is in none.

    Copies are joined, and copies of those. A longer article with the text inside joins the
    group of the text that it has most words from; what else it quotes stays apart.
    """
    present = frozenset(texts.values())
    inside = [edge for edge in edges if edge.one in present and edge.other in present]
    roots = roots_of(present, ((edge.one, edge.other) for edge in inside if edge.part is None))
    hosts = _hosts(roots, (edge for edge in inside if edge.part is not None))
    groups: defaultdict[int, set[int]] = defaultdict(set)
    for article, text in texts.items():
        groups[_end(hosts, _root(roots, text))].add(article)
    return [frozenset(ids) for ids in groups.values() if len(ids) > 1]


def roots_of(texts: Iterable[int], pairs: Iterable[Sequence[int]]) -> dict[int, int]:
    """Text -> the smallest of all that hang together with it by these pairs."""
    roots = {text: text for text in texts}
    for one, other in pairs:
        _join(roots, one, other)
    return {text: _root(roots, text) for text in roots}


def _root(roots: dict[int, int], text: int) -> int:
    while roots[text] != text:
        roots[text] = roots[roots[text]]
        text = roots[text]
    return text


def _join(roots: dict[int, int], one: int, other: int) -> None:
    first, second = sorted((_root(roots, one), _root(roots, other)))
    roots[second] = first  # the smallest text names the group, whatever the order


def _hosts(roots: dict[int, int], parts: Iterable[SimilarityEdge]) -> dict[int, int]:
    """Group of longer articles -> the group that it has most of its words from.

    Where only some of a group have a text inside, that is what they added to their own.
    """
    words: defaultdict[tuple[int, int], dict[int, int]] = defaultdict(dict)
    for edge in parts:
        whole = edge.other if edge.part == edge.one else edge.one
        outer, inner = _root(roots, whole), _root(roots, edge.part or 0)
        if outer != inner:
            shared = words[outer, inner].get(whole, 0)
            words[outer, inner][whole] = max(shared, edge.shared)
    sizes = Counter(_root(roots, text) for text in roots)
    best: dict[int, tuple[int, int]] = {}
    for (outer, inner), shares in words.items():
        if 2 * len(shares) > sizes[outer]:
            best[outer] = max(best.get(outer, (0, 0)), (max(shares.values()), -inner))
    return {outer: -inner for outer, (_, inner) in best.items()}


def _end(hosts: Mapping[int, int], start: int) -> int:
    """Where the way from longer to shorter ends; a ring ends at its smallest."""
    seen: list[int] = []
    while start in hosts and start not in seen:
        seen.append(start)
        start = hosts[start]
    return min(seen[seen.index(start) :]) if start in seen else start
