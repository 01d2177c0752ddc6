"""What texts are looked up by: for each key the texts that have it. No comparing here.

Only texts that an article has now are in the table: what it said before is history, and would
take the places of others at the keys that many have.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from db.dialect import is_sqlite

#: a key that so many texts have says nothing more; it is not written for further ones
MAX_TEXTS_OF_KEY = 64
#: keys that two texts must share, the one of the whole text excepted ...
MIN_SHARED = 2
#: ... and what these must weigh; a key that up to so many texts have weighs 1, others less
MIN_WEIGHT, RARE = 1.0, 16
#: texts that are worth a look, those with most in common
MAX_CANDIDATES = 64

# One statement for any number of keys, so that both databases keep it prepared; the order of the
# join is said to SQLite, which otherwise reads the whole table while that is small.
_FIND = {
    True: text(
        "SELECT b.key, b.text_id FROM json_each(:keys) AS k CROSS JOIN bands AS b"
        " ON b.key = k.value"
    ),
    False: text("SELECT key, text_id FROM bands WHERE key = ANY(CAST(:keys AS bigint[]))"),
}
_ADD = {
    True: text(
        "INSERT OR IGNORE INTO bands (key, text_id)"
        " SELECT value, :text_id FROM json_each(:keys) ORDER BY value"
    ),
    False: text(
        "INSERT INTO bands (key, text_id) SELECT k, :text_id"
        " FROM unnest(CAST(:keys AS bigint[])) AS k ORDER BY k ON CONFLICT DO NOTHING"
    ),
}
_FORGET = {
    True: text(
        "DELETE FROM bands WHERE text_id = :text_id AND key IN (SELECT value FROM json_each(:keys))"
    ),
    False: text(
        "DELETE FROM bands WHERE text_id = :text_id AND key = ANY(CAST(:keys AS bigint[]))"
    ),
}


def look_up(session: Session, keys: Sequence[int], text_id: int) -> list[int]:
    """The texts that share enough of these keys, those with the most first; writes the keys.

    ``keys``: of the whole text first, as ``workers.dedup.keys_of`` gives them.
    """
    if not keys:
        return []
    known: dict[int, list[int]] = {}
    for key, other in _run(session, _FIND, keys):
        known.setdefault(key, []).append(other)
    free = [key for key in keys if len(known.get(key, ())) < MAX_TEXTS_OF_KEY]
    if free:
        _run(session, _ADD, free, text_id=text_id)
    return _best(known, keys, text_id)


def forget(session: Session, keys: Sequence[int], text_id: int) -> None:
    """Let the text not be found any more."""
    if keys:
        _run(session, _FORGET, keys, text_id=text_id)


def has_keys(session: Session, text_id: int, keys: Sequence[int]) -> bool:
    """Whether the text can be looked up by its first key, that of the whole text."""
    return not keys or any(other == text_id for _, other in _run(session, _FIND, keys[:1]))


def _run(
    session: Session, statements: Mapping[bool, TextClause], keys: Sequence[int], **values: Any
) -> Any:
    on_sqlite = is_sqlite(session)
    values["keys"] = json.dumps(keys) if on_sqlite else list(keys)
    return session.connection().execute(statements[on_sqlite], values)


def _best(known: dict[int, list[int]], keys: Sequence[int], text_id: int) -> list[int]:
    same = set(known.get(keys[0], ()))
    counts: Counter[int] = Counter()
    weights: defaultdict[int, float] = defaultdict(float)
    for others in known.values():
        weight = min(1.0, RARE / len(others))
        for other in others:
            counts[other] += 1
            weights[other] += weight
    enough = [
        other
        for other, count in counts.items()
        if other in same or (count >= MIN_SHARED and weights[other] >= MIN_WEIGHT)
    ]
    enough.sort(key=lambda other: (other not in same, -counts[other], -weights[other], other))
    return [other for other in enough if other != text_id][:MAX_CANDIDATES]
