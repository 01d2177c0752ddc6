"""Trains the model that tells articles from other pages; writes workers/parsing/kinds.json.

    python bench/train_kinds.py CORPUS [--folds 5]

The pages of CORPUS need ``page_type`` where they are no articles.  The text of each page is
found by a content finder that has not seen its site, as it is with pages to come.  With
``--folds`` no model is written: each page is judged by one that has not seen its site.  Needs
the ``bench`` group.
"""

import argparse
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from catboost import CatBoostClassifier
from train_body import (
    PACKAGE,
    SETTINGS,
    SITE,
    Floats,
    as_data,
    document,
    fold_of,
    samples,
    trained,
    write,
)

from workers.parsing.content import body_of
from workers.parsing.kinds import REFUSE, page_signs
from workers.parsing.outline import outline_of
from workers.parsing.reader import claims_of, title_of
from workers.parsing.trees import Trees, trees_of

KINDS = SETTINGS | {"iterations": 500, "depth": 4, "learning_rate": 0.04, "l2_leaf_reg": 3,
                    "rsm": 0.25}  # fmt: skip
NEWS_WEIGHT = 2.0  # refusing a news page is worse than keeping another
BODY_FOLDS = 5  # of the content finders


def site_of(row: dict[str, Any]) -> str:
    return SITE(row["url"]).top_domain_under_public_suffix


def finders(corpus: Path, fold: dict[str, int]) -> list[Trees]:
    """For each fold a content finder that was trained on the other sites."""
    known = list(samples(corpus))
    return [
        trees_of(**as_data(trained([s for s in known if fold[s.site] != number])))
        for number in range(BODY_FOLDS)
    ]


def signs(corpus: Path, row: dict[str, Any], finder: Trees) -> Floats:
    page = document(corpus, row)
    outline = outline_of(page.tree)
    body = body_of(outline, claims_of(page, outline), finder)
    return page_signs(page, outline, body, title_of(page, outline))


def report(x: Floats, other: Floats, weight: Floats, at: Floats, groups: list[str]) -> None:
    """Prints the share of pages judged right by models that have not seen their sites."""
    right: dict[str, list[bool]] = defaultdict(list)
    for number in set(at.tolist()):
        seen = at != number
        model = CatBoostClassifier(**KINDS).fit(x[seen], other[seen], sample_weight=weight[seen])
        for place in np.flatnonzero(~seen).tolist():
            chance = model.predict_proba(x[place : place + 1])[0, 1]
            right[groups[place]].append(bool((chance >= REFUSE) == other[place]))
    for group, values in right.items():
        print(f"{group}: right on sites not seen {np.mean(values):.3f}")  # noqa: T201


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--folds", type=int, default=0)
    args = parser.parse_args()
    rows = [json.loads(line) for line in (args.corpus / "articles.jsonl").open(encoding="utf-8")]
    fold = fold_of(map(site_of, rows), BODY_FOLDS)
    found = finders(args.corpus, fold)
    x = np.array([signs(args.corpus, row, found[fold[site_of(row)]]) for row in rows])
    other = np.array([row.get("page_type", "article") != "article" for row in rows])
    groups = [row["id"].split("/")[0] for row in rows]
    weight = np.where([g in ("wcxb", "wcxb-other") for g in groups], 1.0, NEWS_WEIGHT)
    if args.folds:
        folds = fold_of(map(site_of, rows), args.folds)
        report(x, other, weight, np.array([folds[site_of(row)] for row in rows]), groups)
        return
    write(CatBoostClassifier(**KINDS).fit(x, other, sample_weight=weight), PACKAGE / "kinds.json")


if __name__ == "__main__":
    main()
