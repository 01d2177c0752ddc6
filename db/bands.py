"""What texts are looked up by: for each key the texts that have it. No comparing here."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import cast

from sqlalchemy import Table, bindparam, func, select
from sqlalchemy.orm import Session

from db.dialect import chunks, insert_into
from db.models import Band

#: the table itself: the way over the class takes longer than the look-up
_BANDS = cast(Table, Band.__table__)
_WITH_KEYS = select(_BANDS.c.key, _BANDS.c.text_id).where(
    _BANDS.c.key.in_(bindparam("keys", expanding=True))
)
#: a key that so many texts have says nothing more; it is not written for further ones
MAX_TEXTS_OF_KEY = 64
#: keys that two texts must share, the one of the whole text excepted ...
MIN_SHARED = 2
#: ... and what these must weigh; a key that up to so many texts have weighs 1, others less
MIN_WEIGHT, RARE = 1.0, 16
#: texts that are worth comparing, those with most in common
MAX_CANDIDATES = 16


def look_up(session: Session, keys: Sequence[int], text_id: int) -> list[int]:
    """The texts that share enough of these keys, those with the most first; writes the keys.

    ``keys``: of the whole text first, as ``workers.dedup.keys_of`` gives them.
    """
    known: dict[int, list[int]] = {}
    for some in chunks(keys):
        for key, other in session.execute(_WITH_KEYS, {"keys": some}):
            known.setdefault(key, []).append(other)
    rows = [
        {"key": key, "text_id": text_id}
        for key in keys
        if len(known.get(key, ())) < MAX_TEXTS_OF_KEY
    ]
    if rows:
        session.execute(insert_into(session, _BANDS).on_conflict_do_nothing(), rows)
    return _best(known, keys, text_id)


def _best(known: dict[int, list[int]], keys: Sequence[int], text_id: int) -> list[int]:
    same = set(known.get(keys[0], ())) - {text_id} if keys else set()
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


def has_keys(session: Session, text_id: int, keys: Sequence[int]) -> bool:
    """Whether the text can be looked up by its first key, that of the whole text."""
    if not keys:
        return True
    found = select(func.count()).where(Band.key == keys[0], Band.text_id == text_id)
    return bool(session.scalar(found))
