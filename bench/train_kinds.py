"""Trains the model that tells articles from other pages; writes workers/parsing/kinds.json.

    python bench/train_kinds.py CORPUS [CORPUS ...] [--folds 5]

The pages of CORPUS need ``page_type`` where they are no articles; pages with neither that nor a
``body`` are left out.  The text of each page is
found by a content finder that has not seen its site, as it is with pages to come.  With
``--folds`` no model is written: each page is judged by one that has not seen its site, unless
the page declares what it is.  Needs the ``bench`` group.
"""

import argparse
from functools import cached_property
from pathlib import Path

import numpy as np
from catboost import CatBoostClassifier
from train_body import (
    PACKAGE,
    SETTINGS,
    Floats,
    as_data,
    document,
    fold_of,
    pages,
    samples,
    site_of,
    trained,
    write,
)

from crawler.page.decision_trees import Trees, trees_of
from crawler.page.document import Document
from workers.parsing.body.body import Body, body_of
from workers.parsing.candidates import best
from workers.parsing.kinds import is_refused, page_signs, told_reason
from workers.parsing.reading import Reading, visible

KINDS = SETTINGS | {"iterations": 300, "depth": 4, "learning_rate": 0.04, "l2_leaf_reg": 3,
                    "rsm": 0.1}  # fmt: skip
NEWS_WEIGHT = 2.0  # refusing a news page is worse than keeping another
MIXED = {"wcxb", "wcxb-other"}  # the groups of pages of all sorts
BODY_FOLDS = 5  # of the content finders


def finders(corpora: list[Path], fold: dict[str, int]) -> list[Trees]:
    """For each fold a content finder that was trained on the other sites."""
    known = list(samples(corpora))
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
    title = visible(page.titles)
    return page_signs(page.document, page.outline, page.body, title, credits=credits_of(page))


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
            said = told_reason(page.document, page.outline, page.body, visible(page.titles),
                               credits=credits)  # fmt: skip
            chance = model.predict_proba(x[place : place + 1])[0, 1]
            found = is_refused(chance, credits) if said is None else bool(said)
            right[place] = found == other[place]
    return right


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path, nargs="+")
    parser.add_argument("--folds", type=int, default=0)
    args = parser.parse_args()
    known = [
        (corpus, row) for corpus, row in pages(args.corpus)
        if row.get("page_type") or row.get("body") is not None
    ]  # fmt: skip
    rows = [row for _, row in known]
    fold = fold_of(map(site_of, rows), BODY_FOLDS)
    found = finders(args.corpus, fold)
    read = [HeldOut(document(corpus, row), found[fold[site_of(row)]]) for corpus, row in known]
    x = np.array([signs(page) for page in read])
    other = np.array([(row.get("page_type") or "article") != "article" for row in rows])
    groups = [row["id"].split("/")[0] for row in rows]
    weight = np.where([g in MIXED for g in groups], 1.0, NEWS_WEIGHT)
    if args.folds:
        folds = fold_of(map(site_of, rows), args.folds)
        at = np.array([folds[site_of(row)] for row in rows])
        right = held_out(read, x, other, weight, at)
        for wanted in [*({g} for g in dict.fromkeys(groups)), MIXED]:
            share = np.mean([r for r, g in zip(right, groups, strict=True) if g in wanted])
            print(f"{', '.join(sorted(wanted))}: right on sites not seen {share:.3f}")  # noqa: T201
        return
    write(CatBoostClassifier(**KINDS).fit(x, other, sample_weight=weight), PACKAGE / "kinds.json")


if __name__ == "__main__":
    main()
