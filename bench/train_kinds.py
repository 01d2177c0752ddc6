"""Trains the model that tells articles from other pages; writes workers/parsing/kinds.json.

    python bench/train_kinds.py CORPUS [--folds 5]

The pages of CORPUS need ``page_type`` where they are no articles.  With ``--folds`` each page
is also judged by a model that has not seen its site.  Needs the ``bench`` group.
"""

import argparse
import json
from collections import defaultdict
from pathlib import Path

import numpy as np
from catboost import CatBoostClassifier
from train_body import PACKAGE, SETTINGS, SITE, document, write

from workers.parsing.content import body_of
from workers.parsing.kinds import REFUSE, page_signs
from workers.parsing.outline import outline_of
from workers.parsing.reader import claims_of, title_of

KINDS = SETTINGS | {"iterations": 300, "depth": 4, "learning_rate": 0.05, "l2_leaf_reg": 5,
                    "rsm": 0.5}  # fmt: skip
NEWS_WEIGHT = 3.0  # refusing a news page is worse than keeping another


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--folds", type=int, default=0)
    args = parser.parse_args()
    rows = [json.loads(line) for line in (args.corpus / "articles.jsonl").open(encoding="utf-8")]
    table, sites = [], []
    for row in rows:
        page = document(args.corpus, row)
        outline = outline_of(page.tree)
        body = body_of(outline, claims_of(page, outline))
        table.append(page_signs(page, outline, body, title_of(page, outline)))
        sites.append(SITE(row["url"]).top_domain_under_public_suffix)
    x = np.array(table)
    other = np.array([row.get("page_type", "article") != "article" for row in rows])
    groups = [row["id"].split("/")[0] for row in rows]
    weight = np.where([g in ("wcxb", "wcxb-other") for g in groups], 1.0, NEWS_WEIGHT)
    if args.folds:
        fold = {site: n % args.folds for n, site in enumerate(sorted(set(sites)))}
        at = np.array([fold[site] for site in sites])
        right: dict[str, list[bool]] = defaultdict(list)
        for number in range(args.folds):
            seen = at != number
            model = CatBoostClassifier(**KINDS).fit(
                x[seen], other[seen], sample_weight=weight[seen]
            )
            for place in np.flatnonzero(~seen):
                chance = model.predict_proba(x[place : place + 1])[0, 1]
                right[groups[place]].append(bool((chance >= REFUSE) == other[place]))
        for group, values in right.items():
            print(f"{group}: right on sites not seen {np.mean(values):.3f}")  # noqa: T201
    write(CatBoostClassifier(**KINDS).fit(x, other, sample_weight=weight), PACKAGE / "kinds.json")


if __name__ == "__main__":
    main()
