"""Measures copies on pairs made from the bodies of a corpus: recall, precision, any order.

    python bench/dedup.py ../shared/corpus [--seed 1] [--orders 3] [--halves]

The folder holds articles.jsonl. Positive pairs are a body and what an editor makes of it: another
dateline, byline and credit, paragraphs dropped or moved, 5 to 20 % of the words changed, a part
of a longer article. Negative pairs are different bodies, those of one site and language first,
and texts of one template with other data.
"""

import argparse
import json
import random
import sys
import time
import zlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parent.parent))

from sqlalchemy import select

from bench.support.dedup_texts import HARD, Text, corpus, embedded, templates, variants
from crawler.page.urls import address_of
from db.articles.store import ArticleDraft, hold_all, store
from db.models import Article
from db.sql import schema
from db.sql.session import Database
from db.sql.types import utc_now
from workers.dedup.comparer import COMPARER
from workers.dedup.fingerprint import core_words, keys_of
from workers.dedup.similarity import common_in_order, likeness

#: "at least 70 % of the words in common, in order"
COMMON = 0.7


@lru_cache(maxsize=4_096)
def _keys(paragraphs: tuple[str, ...]) -> tuple[int, ...]:
    return keys_of(paragraphs)


def is_found(one: Text, other: Text) -> bool:
    """Whether the look-up leads from one to the other and the texts bear it out."""
    mine, others = _keys(one.paragraphs), _keys(other.paragraphs)
    if not mine or not others:
        return False
    shared = len({*mine} & {*others})
    if mine[0] != others[0] and shared < 2:
        return False
    return likeness(one.body, other.body) is not None


def common(one: Text, other: Text) -> float:
    """Words in common in order, of the longer text; of the part where it is embedded."""
    words, others = sorted((core_words(one.paragraphs), core_words(other.paragraphs)), key=len)
    whole = words if other.kind == embedded.__name__ else others
    return common_in_order(words, others) / len(whole)


def strangers(texts: Sequence[Text], dice: random.Random, most: int) -> list[tuple[Text, Text]]:
    """Pairs of different texts: of one site, of one language, of one template."""
    near, far = [], []
    for place, one in enumerate(texts):
        for other in texts[place + 1 :]:
            if one.language == other.language:
                (near if one.site == other.site else far).append((one, other))
    dice.shuffle(far)
    return near + far[: max(0, most - len(near))]


def measure(texts: list[Text], dice: random.Random, verbose: bool) -> dict[str, object]:
    """Recall by edit and precision over all pairs."""
    hits: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for one, other in variants(texts, dice):
        if other.kind == HARD or common(one, other) >= COMMON:
            asked[other.kind] += 1
            hits[other.kind] += (found := is_found(one, other))
            if verbose and not found:
                shared = len({*_keys(one.paragraphs)} & {*_keys(other.paragraphs)})
                sys.stderr.write(f"missed {other.kind} of {one.group}: {shared} keys shared\n")
    negatives = strangers(texts + templates(dice), dice, 40_000)
    wrong = [pair for pair in negatives if is_found(*pair)]
    for one, other in wrong if verbose else ():
        sys.stderr.write(f"taken for copies: {one.group} and {other.group}\n")
    made = [pair for pair in negatives if pair[0].kind == pair[1].kind == "template"]
    found = hits.total()
    return {
        "positive_pairs": asked.total(),
        "recall": round(found / asked.total(), 4),
        "recall_by_edit": {kind: round(hits[kind] / asked[kind], 4) for kind in sorted(asked)},
        "negative_pairs": len(negatives),
        "of_one_template": len(made),
        "false": len(wrong),
        "false_by_template": dict(
            Counter(one.group.split()[0] for one, _ in wrong if one.kind == "template")
        ),
        "precision": round(found / (found + len(wrong)), 4),
    }


def groups(texts: Sequence[Text], url: str) -> set[frozenset[str]]:
    """Store the texts in this order; the clusters as sets of their names."""
    database = Database(url)
    schema.upgrade(database)
    now = utc_now()
    for text in texts:
        address = name_of(text)
        with database.write() as session:
            draft = read_of(text, address, now)
            hold_all(session, [draft])
            store(session, draft, COMPARER)
    with database.read() as session:
        rows = session.execute(select(Article.url, Article.cluster_id)).all()
    database.close()
    members: defaultdict[int, set[str]] = defaultdict(set)
    for row in rows:
        if row.cluster_id is not None:
            members[row.cluster_id].add(row.url)
    return {frozenset(group) for group in members.values()}


def name_of(text: Text) -> str:
    """An address for the text, the same in each order."""
    return f"https://x.test/{text.group}/{text.kind}".replace(" ", "-")


def read_of(text: Text, url: str, now: object) -> ArticleDraft:
    """The text as a worker would have read it."""
    return ArticleDraft(
        url=url, addresses=(address_of(url),),
        site=text.site, body=text.body, keys=keys_of(text.paragraphs),
        words=len(text.body.split()), archive_id=1, is_own=True, run_id=None, depth=0,
        fetched_at=now,  # type: ignore[arg-type]
        fields={
            "title": None, "authors": [], "published": None, "published_at": None, "modified": None,
            "language": text.language, "dateline": None, "sources": [], "topics": [],
            "section": None, "image": None, "paywalled": None, "page_type": None, "evidence": {},
        },
    )  # fmt: skip


def is_of_one_text(addresses: frozenset[str]) -> bool:
    """Whether all but those that hold a second text were made from the same."""
    pure = [url for url in addresses if not url.endswith(f"/{embedded.__name__}")]
    return len({url.rpartition("/")[0] for url in pure}) < 2


def any_order(texts: Sequence[Text], dice: random.Random, orders: int) -> dict[str, object]:
    """Whether the same clusters come out of each order, and how long one text takes."""
    found, times = [], []
    for _ in range(orders):
        shuffled = [*texts]
        dice.shuffle(shuffled)
        with TemporaryDirectory() as folder:
            start = time.perf_counter()
            found.append(groups(shuffled, f"sqlite:///{folder}/test.db"))
            times.append((time.perf_counter() - start) / len(texts))
    return {
        "orders": orders,
        "texts": len(texts),
        "clusters": len(found[0]),
        "of_one_text": sum(is_of_one_text(some) for some in found[0]),
        "same_in_any_order": all(one == found[0] for one in found),
        "milliseconds_a_text": round(min(times) * 1_000, 2),
    }


def main() -> None:
    """Print one line of JSON for the pairs and one for the orders."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--orders", type=int, default=3)
    parser.add_argument("--halves", action="store_true", help="two halves of the sites by turns")
    parser.add_argument("--verbose", action="store_true", help="name the pairs that are wrong")
    options = parser.parse_args()
    dice = random.Random(options.seed)
    texts = list(corpus(options.corpus))
    for half in (0, 1) if options.halves else ():
        some = [text for text in texts if zlib.crc32(text.site.encode()) % 2 == half]
        sys.stdout.write(json.dumps({"half": half} | measure(some, dice, options.verbose)) + "\n")
    if not options.halves:
        sys.stdout.write(json.dumps(measure(texts, dice, options.verbose)) + "\n")
    if options.orders:
        some = list(variants(texts[::4], dice))
        every = {name_of(text): text for pair in some for text in pair} | {
            name_of(text): text for text in templates(dice)
        }
        report = any_order(list(every.values()), dice, options.orders)
        sys.stdout.write(json.dumps(report) + "\n")


if __name__ == "__main__":
    main()
