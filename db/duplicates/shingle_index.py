"""What texts are looked up by: for each key the texts that have it. No comparing here.

Only texts that an article has now are in the table: what it said before is history, and would
take the places of others at the keys that many have.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from db.sql.dialect import number_list, run

#: a key that so many texts have says nothing more; it is not written for further ones
MAX_TEXTS_OF_KEY = 64
#: texts must share two keys, or that of the whole text, and they must weigh so much; a key that
#: up to so many texts have weighs 1, others less
MIN_WEIGHT, RARE = 1.0, 16
#: texts that are worth a look, those with most in common
MAX_CANDIDATES = 64

#: key -> the texts that have it
Holders = Mapping[int, Sequence[int]]

# One statement for any number of keys, so that both databases keep it prepared, and one row a key:
# what is common has many texts.
TEXTS_OF_KEYS = {
    True: "SELECT k.value AS key, (SELECT group_concat(text_id) FROM bands WHERE key = k.value)"
    " AS texts FROM json_each(:keys) AS k"
    " WHERE EXISTS (SELECT 1 FROM bands WHERE key = k.value)",
    False: "SELECT key, string_agg(CAST(text_id AS text), ',') AS texts FROM bands"
    " WHERE key = ANY(CAST(%(keys)s AS bigint[])) GROUP BY key",
}
_ADD = {
    True: "INSERT OR IGNORE INTO bands (key, text_id)"
    " SELECT value, :text_id FROM json_each(:keys) ORDER BY value",
    False: "INSERT INTO bands (key, text_id) SELECT k, CAST(%(text_id)s AS bigint)"
    " FROM unnest(CAST(%(keys)s AS bigint[])) AS k ORDER BY k ON CONFLICT DO NOTHING",
}
_FORGET = {
    True: "DELETE FROM bands WHERE text_id = :text_id"
    " AND key IN (SELECT value FROM json_each(:keys))",
    False: "DELETE FROM bands WHERE text_id = CAST(%(text_id)s AS bigint)"
    " AND key = ANY(CAST(%(keys)s AS bigint[]))",
}


def look_up(session: Session, keys: Sequence[int]) -> Holders:
    """The texts that have these keys."""
    rows = _run(session, TEXTS_OF_KEYS, keys) if keys else ()
    return {key: ids_in(texts) for key, texts in rows if texts}


def ids_in(texts: str) -> list[int]:
    """The texts of a key as ``TEXTS_OF_KEYS`` gives them."""
    return [*map(int, texts.split(","))]


def free_of(keys: Sequence[int], holders: Holders) -> list[int]:
    """The keys that are still written for a further text."""
    return [key for key in keys if len(holders.get(key, ())) < MAX_TEXTS_OF_KEY]


def write(session: Session, keys: Sequence[int], text_id: int) -> None:
    """Let the text be found by these keys from here on."""
    if keys:
        _run(session, _ADD, keys, text_id=text_id)


def forget(session: Session, keys: Sequence[int], text_id: int) -> None:
    """Let the text not be found any more."""
    if keys:
        _run(session, _FORGET, keys, text_id=text_id)


def has_keys(session: Session, text_id: int, keys: Sequence[int]) -> bool:
    """Whether the text can be looked up by its first key, that of the whole text."""
    return not keys or text_id in look_up(session, keys[:1]).get(keys[0], ())


def _run(
    session: Session, statements: Mapping[bool, str], keys: Sequence[int], **values: Any
) -> list[tuple[Any, ...]]:
    return run(session, statements, values | {"keys": number_list(session, keys)})


def candidates(holders: Holders, keys: Sequence[int], *, without: int | None = None) -> list[int]:
    """The texts that share enough of these keys, those with the most first.

    ``keys``: of the whole text first, as ``workers.dedup.fingerprint.keys_of`` gives them;
    ``without``: the text itself.
    """
    if not holders:
        return []
    same = set(holders.get(keys[0], ()))
    # of some hundred texts few have two of the keys; the others are not looked at one by one
    seen: set[int] = set()
    several = set(same)
    for texts in holders.values():
        several |= seen.intersection(texts)
        seen.update(texts)
    counts: Counter[int] = Counter()
    weights = dict.fromkeys(several, 0.0)
    for texts in holders.values() if several else ():
        weight = min(1.0, RARE / len(texts))
        for other in several.intersection(texts):
            counts[other] += 1
            weights[other] += weight
    enough = [other for other in several if other in same or weights[other] >= MIN_WEIGHT]
    enough.sort(key=lambda other: (other not in same, -counts[other], -weights[other], other))
    return [other for other in enough if other != without][:MAX_CANDIDATES]
