"""Trains the content finder's model on labelled pages and writes workers/parsing/body/body.json.

    python bench/train_body.py CORPUS [CORPUS ...] [--folds 5 --predictions FILE]

CORPUS is a folder with ``articles.jsonl`` (``html``, ``url``, ``crawl_date``, ``body`` ...);
pages whose ``body`` is not known are left out.
With ``--folds`` no model is written: each page is judged by one that has not seen its site, and
FILE has the texts kept, as JSON lines for the corpus's scorer.  Needs the ``bench`` group.
"""

import argparse
import gzip
import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import tldextract
from catboost import CatBoostClassifier

from crawler.decision_trees import trees_of
from crawler.page.document import Document
from crawler.page.items import FetchedPage
from workers.parsing.body.body import body_of
from workers.parsing.body.outline import TextOutline
from workers.parsing.body.outline_builder import outline_of
from workers.parsing.body.text_features import Claims, Floats, features
from workers.parsing.fields.writers.credits import unframed
from workers.parsing.reader import claims_of

PACKAGE = Path(__file__).parent.parent / "workers" / "parsing"
SETTINGS = {"iterations": 150, "depth": 6, "learning_rate": 0.1, "rsm": 0.3, "l2_leaf_reg": 6,
            "border_count": 32, "random_seed": 0, "verbose": 0, "thread_count": 2,
            "allow_writing_files": False}  # fmt: skip
SHINGLE = 4  # words
SITE = tldextract.TLDExtract(suffix_list_urls=())  # the list that comes with it, no network
# a word, or a character of a script without spaces
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]+")
OPTIONAL_WEIGHT = 0.1  # of texts that the truth leaves to the reader, such as a standfirst
ALIKE = 0.8  # share of words from which a text is one of these
MAX_WEIGHT = 0.5  # of one text among all of its page
MIN_WEIGHT = 0.002


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One labelled page."""

    id: str
    site: str
    table: Floats
    #: share of each text that stands in the truth
    labels: Floats
    #: what errors on each text cost
    weights: Floats
    outline: TextOutline
    claims: Claims


def pages(corpora: Iterable[Path]) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Each labelled page of each folder, with the folder."""
    for corpus in corpora:
        with (corpus / "articles.jsonl").open(encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                yield corpus, row


def document(corpus: Path, row: dict[str, Any]) -> Document:
    when = datetime.fromisoformat(row["crawl_date"]) if row.get("crawl_date") else None
    fetched_at = when.replace(tzinfo=when.tzinfo or UTC) if when else datetime.now(UTC)
    body = gzip.decompress((corpus / row["html"]).read_bytes())
    return Document(FetchedPage(url=row["url"] or "", body=body, fetched_at=fetched_at))


def site_of(row: dict[str, Any]) -> str:
    """The site of a page; a page whose address nobody knows is one by itself."""
    return SITE(row["url"] or "").top_domain_under_public_suffix or row["id"]


def words(text: str) -> list[str]:
    invisible = dict.fromkeys((0xAD, 0x200B, 0x2060, 0xFEFF))
    return _WORD.findall(text.translate(invisible))


def labels(truth: str, texts: Sequence[str], heads: Collection[int] = ()) -> Floats:
    """For each text the share of its shingles in the truth; short texts count near long ones.

    ``heads``: places of headlines, which stand in the truth only where nothing else is there.
    """
    wanted = words(truth)
    known = {n: Counter(tuple(wanted[i : i + n]) for i in range(len(wanted) - n + 1))
             for n in range(1, SHINGLE + 1)}  # fmt: skip
    found = np.zeros(len(texts))
    used: Counter[tuple[str, ...]] = Counter()
    for place in sorted(range(len(texts)), key=lambda place: place in heads):
        own = words(text := texts[place])
        size = min(SHINGLE, len(own))
        if not own:
            continue
        shingles = Counter(tuple(own[i : i + size]) for i in range(len(own) - size + 1))
        hits = sum(min(n, max(0, known[size][s] - used[s])) for s, n in shingles.items())
        found[place] = hits / shingles.total()
        if found[place] >= 0.5 and size == SHINGLE:
            used.update(shingles)
    long = {i for i, text in enumerate(texts) if found[i] >= 0.5 and len(text) > 40}
    for place, text in enumerate(texts):
        if len(words(text)) < SHINGLE and not any(j in long for j in range(place - 6, place + 7)):
            found[place] = 0.0
    return found


def samples(corpora: Iterable[Path]) -> Iterator[Sample]:
    for corpus, row in pages(corpora):
        if row.get("body") is None:
            continue
        page = document(corpus, row)
        outline = outline_of(page.tree)
        if not outline.blocks:
            continue
        claims = claims_of(page, outline)
        table, places = features(outline, claims)
        if not len(places):
            continue
        texts = [block.text for block in outline.blocks]
        heads = {block.index for block in outline.blocks if block.tag == "h1"}
        truth = labels(row["body"], texts, heads)[places]
        texts = [texts[place] for place in places]
        optional = [row["paragraphs"][i] for i in row.get("optional") or ()]
        yield Sample(
            id=row["id"],
            site=site_of(row),
            table=table.astype(np.float32),
            labels=truth,
            weights=weights(texts, truth, optional),
            outline=outline,
            claims=claims,
        )


def weights(texts: Sequence[str], truth: Floats, optional: Sequence[str]) -> Floats:
    """Each page counts alike, each text by its share of the page's true words."""
    sizes = np.array([len(words(text)) for text in texts], dtype=float)
    true = max(sizes[truth >= 0.5].sum(), 50.0)
    found = np.minimum(sizes / true, MAX_WEIGHT) + MIN_WEIGHT
    found[[any(alike(text, other) for other in optional) for text in texts]] *= OPTIONAL_WEIGHT
    return np.asarray(found)


def alike(text: str, other: str) -> bool:
    own, others = set(words(text.lower())), set(words(other.lower()))
    return len(own & others) > ALIKE * max(len(own), len(others), 1)


def trained(chosen: Sequence[Sample]) -> CatBoostClassifier:
    weight = np.concatenate([s.weights for s in chosen])
    return CatBoostClassifier(**SETTINGS).fit(
        np.vstack([s.table for s in chosen]),
        np.concatenate([s.labels >= 0.5 for s in chosen]).astype(int),
        sample_weight=weight / weight.mean(),
    )


def held_out(everything: Sequence[Sample], folds: int) -> Iterator[dict[str, Any]]:
    """What a model keeps of each page that has not seen its site."""
    fold = fold_of((s.site for s in everything), folds)
    for number in range(folds):
        finder = trees_of(**as_data(trained([s for s in everything if fold[s.site] != number])))
        for one in everything:
            if fold[one.site] == number:
                kept = body_of(one.outline, one.claims, finder).paragraphs
                paragraphs = unframed(kept).paragraphs
                yield {"id": one.id, "body": "\n\n".join(paragraphs), "paragraphs": paragraphs}


def fold_of(sites: Iterable[str], folds: int) -> dict[str, int]:
    """Site -> the number of its fold."""
    return {site: place % folds for place, site in enumerate(sorted(set(sites)))}


def as_data(model: CatBoostClassifier) -> dict[str, Any]:
    """The trees as the program reads them."""
    with TemporaryDirectory() as folder:
        whole = Path(folder) / "model.json"
        model.save_model(str(whole), format="json")
        data = json.loads(whole.read_text())
    grown = data["oblivious_trees"]
    depth = max(len(t["splits"]) for t in grown)
    columns, borders, leaves = [], [], []
    for tree in grown:
        missing = depth - len(tree["splits"])
        columns.append([s["float_feature_index"] for s in tree["splits"]] + [0] * missing)
        borders.append([round(s["border"], 5) for s in tree["splits"]] + [1e9] * missing)
        values = [round(v, 5) for v in tree["leaf_values"]]
        leaves.append(values + [0.0] * ((1 << depth) - len(values)))
    scale, bias = data["scale_and_bias"]
    return {"columns": columns, "borders": borders, "bias": bias[0],
            "leaves": [[round(v * scale, 5) for v in tree] for tree in leaves]}  # fmt: skip


def write(model: CatBoostClassifier, out: Path) -> None:
    out.write_text(json.dumps(as_data(model), separators=(",", ":")) + "\n", "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path, nargs="+")
    parser.add_argument("--folds", type=int, default=0)
    parser.add_argument("--predictions", type=Path, default=Path("held-out.jsonl"))
    args = parser.parse_args()
    everything = list(samples(args.corpus))
    if args.folds:
        with args.predictions.open("w", encoding="utf-8") as out:
            out.writelines(json.dumps(row) + "\n" for row in held_out(everything, args.folds))
        return
    write(trained(everything), PACKAGE / "body" / "body.json")


if __name__ == "__main__":
    main()
