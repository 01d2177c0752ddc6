"""How texts are known again: the readers' knowledge in the form that the database takes it."""

from db.duplicates.similar_pairs import Comparer
from workers.dedup.fingerprint import keys_of
from workers.dedup.similarity import likeness


def _keys_of_body(body: str) -> tuple[int, ...]:
    return keys_of(body.split("\n\n"))


COMPARER = Comparer(keys=_keys_of_body, likeness=likeness)
