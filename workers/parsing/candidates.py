"""What a field may be: each value that a page offers, and where it stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldCandidate(Generic[T]):
    """One value that a page offers for a field.

    Who looks for a field gives its candidates one by one, the best first: reading takes the
    first and asks for no other, explaining takes them all.
    """

    value: T
    #: where it stands, e.g. "json-ld" or "date line"
    where: str
    #: why it has this place among the others, or "" where its source alone decides
    why: str = ""


def best(candidates: Iterable[FieldCandidate[T]]) -> FieldCandidate[T] | None:
    """The first, which is the chosen one; None where there is none."""
    return next(iter(candidates), None)
