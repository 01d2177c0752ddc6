"""Trains the model that tells articles from other pages; writes workers/parsing/kinds.json.

    python bench/train_kinds.py CORPUS [--folds 5]

The pages of CORPUS need ``page_type`` where they are no articles.  The text of each page is
found by a content finder that has not seen its site, as it is with pages to come.  With
``--folds`` no model is written: each page is judged by one that has not seen its site, unless
the page declares what it is.  Needs the ``bench`` group.
"""

import argparse
import json
from functools import cached_property
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

from crawler.page.decision_trees import Trees, trees_of
from crawler.page.document import Document
from workers.parsing.body.body import Body, body_of
from workers.parsing.candidates import best
from workers.parsing.kinds import declared_reason, is_refused, page_signs
from workers.parsing.reading import Reading, visible

KINDS = SETTINGS | {"iterations": 300, "depth": 4, "learning_rate": 0.04, "l2_leaf_reg": 3,
                    "rsm": 0.1}  # fmt: skip
NEWS_WEIGHT = 2.0  # refusing a news page is worse than keeping another
MIXED = {"wcxb", "wcxb-other"}  # the groups of pages of all sorts
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


class HeldOut(Reading):
    """A page read by another content finder than the program's, without a profile."""

    def __init__(self, page: Document, finder: Trees) -> None:
        super().__init__(page, None)
        self.finder = finder

    @cached_property
    def body(self) -> Body:
        """What the given content finder takes for the article's text."""
        return body_of(self.outline, self.claims, self.finder)


def signs(page: Reading) -> Floats:
    return page_signs(page.document, page.outline, page.body, visible(page.titles))


def credits_of(page: Reading) -> int:
    return bool(best(page.published())) + bool(best(page.authors()))


def held_out(pages: list[Reading], x: Floats, other: Floats, weight: Floats, at: Floats) -> Floats:
    """For each page whether it is judged right by a model that has not seen its site."""
    right = np.zeros(len(pages), dtype=bool)
    for number in set(at.tolist()):
        seen = at != number
        model = CatBoostClassifier(**KINDS).fit(x[seen], other[seen], sample_weight=weight[seen])
        for place in np.flatnonzero(~seen).tolist():
            page = pages[place]
            credits = credits_of(page)
            said = declared_reason(page.document, page.body, credits=credits)
            chance = model.predict_proba(x[place : place + 1])[0, 1]
            found = is_refused(chance, credits) if said is None else bool(said)
            right[place] = found == other[place]
    return right


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--folds", type=int, default=0)
    args = parser.parse_args()
    rows = [json.loads(line) for line in (args.corpus / "articles.jsonl").open(encoding="utf-8")]
    fold = fold_of(map(site_of, rows), BODY_FOLDS)
    found = finders(args.corpus, fold)
    pages = [HeldOut(document(args.corpus, row), found[fold[site_of(row)]]) for row in rows]
    x = np.array([signs(page) for page in pages])
    other = np.array([row.get("page_type", "article") != "article" for row in rows])
    groups = [row["id"].split("/")[0] for row in rows]
    weight = np.where([g in MIXED for g in groups], 1.0, NEWS_WEIGHT)
    if args.folds:
        folds = fold_of(map(site_of, rows), args.folds)
        at = np.array([folds[site_of(row)] for row in rows])
        right = held_out(pages, x, other, weight, at)
        for wanted in [*({g} for g in dict.fromkeys(groups)), MIXED]:
            share = np.mean([r for r, g in zip(right, groups, strict=True) if g in wanted])
            print(f"{', '.join(sorted(wanted))}: right on sites not seen {share:.3f}")  # noqa: T201
        return
    write(CatBoostClassifier(**KINDS).fit(x, other, sample_weight=weight), PACKAGE / "kinds.json")


if __name__ == "__main__":
    main()
