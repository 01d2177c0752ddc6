"""Trains the models that tell articles from other pages, for workers/parsing.

They are kinds.json, of signs of the page, and kind_words.json, of words of headline and address.

    python bench/train_kinds.py CORPUS [CORPUS ...] [--folds 5]

The pages of CORPUS need ``page_type`` where they are no articles; pages with neither that nor a
``body`` are left out.  The text of each page is
found by a content finder that has not seen its site, as it is with pages to come.  With
``--folds`` no model is written: each page is judged by one that has not seen its site, unless
the page declares what it is.  Needs the ``bench`` group.
"""

import argparse
import html
import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from catboost import CatBoostClassifier
from scipy.optimize import minimize
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

from crawler.decision_trees import Trees, trees_of
from crawler.page.document import Document
from crawler.page.items import FetchedPage
from workers.parsing.body.body import Body, body_of
from workers.parsing.candidates import best
from workers.parsing.kind_words import ENOUGH, PageWords, WordWeights, page_words
from workers.parsing.kinds import is_refused, page_signs, told_reason, with_odds
from workers.parsing.reading import Reading, visible

KINDS = SETTINGS | {"iterations": 300, "depth": 4, "learning_rate": 0.04, "l2_leaf_reg": 3,
                    "rsm": 0.1}  # fmt: skip
NEWS_WEIGHT = 2.0  # refusing a news page is worse than keeping another
MIXED = {"wcxb", "wcxb-other"}  # the groups of pages of all sorts
BARE = (3, 5, 8, 30)  # paragraphs of articles without a page around them
BARE_WEIGHT = 0.5
WORD_SHRINKAGE = 1 / 0.3  # how strongly the weights of words are held near zero
MIN_PAGES = 3  # that have a word which gets a weight
NEWS_WORDS = 0.5  # weight of news pages, which name their sections in their addresses
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


def bare(row: dict[str, Any]) -> Document:
    """The news article without the page around it, as printed pages and readers show it."""
    paragraphs = [line for line in row["body"].split("\n") if line.strip()]
    title = row.get("title") or " ".join(paragraphs[0].split()[:9])
    count = BARE[len(row["body"]) % len(BARE)]
    texts = "".join(f"<p>{html.escape(text)}</p>" for text in paragraphs[:count])
    page = f"<title>{html.escape(title)}</title><h1>{html.escape(title)}</h1>{texts}"
    when = datetime.now(UTC)
    return Document(FetchedPage(url=row["url"] or "", body=page.encode(), fetched_at=when))


def is_news(row: dict[str, Any]) -> bool:
    return row["id"].split("/")[0] not in MIXED


def signs(page: Reading) -> Floats:
    return page_signs(page.document, page.outline, page.body, visible(page.titles))


def credits_of(page: Reading) -> int:
    return bool(best(page.published())) + bool(best(page.authors()))


def words_of(page: Reading) -> PageWords:
    return page_words(visible(page.titles), page.document.page.url)


def fitted(words: Sequence[PageWords], other: Floats, news: Floats) -> WordWeights:
    """Weights of a logistic regression on which words a page has.

    News pages count by half, and once more by their headlines alone, as pages that nothing is
    known of.
    """
    titles = [p for p, is_news in zip(words, news, strict=True) if is_news]
    words = [*words, *(PageWords(title=p.title, address=frozenset()) for p in titles)]
    weight = np.append(np.where(news, NEWS_WORDS, 1.0), np.full(len(titles), BARE_WEIGHT))
    other = np.append(other, np.zeros(len(titles)))
    keys = [[("title", w) for w in p.title] + [("address", w) for w in p.address] for p in words]
    counts = Counter(key for page in keys for key in page)
    columns = {key: n for n, key in enumerate(sorted(k for k in counts if counts[k] >= MIN_PAGES))}
    table = np.zeros((len(words), len(columns) + 1))
    for row, page in enumerate(keys):
        places = [columns[key] for key in page if key in columns]
        table[row, places] = 1.0
        table[row, -1] = min(len(places) / ENOUGH, 1.0)

    def loss(values: Floats) -> tuple[float, Floats]:
        odds, small = table @ values, values.copy()
        small[-1] = 0.0
        cost = weight @ (np.logaddexp(0.0, odds) - other * odds)
        slope = table.T @ (weight * (1 / (1 + np.exp(-odds)) - other))
        return cost + WORD_SHRINKAGE / 2 * small @ small, slope + WORD_SHRINKAGE * small

    values = minimize(loss, np.zeros(len(columns) + 1), jac=True, method="L-BFGS-B").x
    sides: dict[str, dict[str, float]] = {"title": {}, "address": {}}
    for (side, word), column in columns.items():
        if value := round(float(values[column]), 2):
            sides[side][word] = value
    return WordWeights(bias=round(float(values[-1]), 3), **sides)


def held_out(pages: list[Reading], x: Floats, other: Floats, weight: Floats, at: Floats) -> Floats:
    """For each page whether it is judged right by models that have not seen its site."""
    right = np.zeros(len(pages), dtype=bool)
    words, news = [words_of(page) for page in pages], weight > 1
    for number in set(at.tolist()):
        seen = at != number
        model = CatBoostClassifier(**KINDS).fit(x[seen], other[seen], sample_weight=weight[seen])
        known = [w for w, s in zip(words, seen, strict=True) if s]
        weights = fitted(known, other[seen].astype(float), news[seen])
        for place in np.flatnonzero(~seen).tolist():
            page = pages[place]
            credits = credits_of(page)
            said = told_reason(page.document, page.outline, page.body, visible(page.titles),
                               credits=credits)  # fmt: skip
            chance = model.predict_proba(x[place : place + 1])[0, 1]
            chance = with_odds(chance, weights.odds(words[place]))
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
    plain = [HeldOut(bare(row), found[fold[site_of(row)]]) for row in rows if is_news(row)]
    other = np.array([(row.get("page_type") or "article") != "article" for row in rows])
    groups = [row["id"].split("/")[0] for row in rows]
    weight = np.where([is_news(row) for row in rows], NEWS_WEIGHT, 1.0)
    if args.folds:
        folds = fold_of(map(site_of, rows), args.folds)
        at = np.array([folds[site_of(row)] for row in rows])
        right = held_out(read, x, other, weight, at)
        for wanted in [*({g} for g in dict.fromkeys(groups)), MIXED]:
            share = np.mean([r for r, g in zip(right, groups, strict=True) if g in wanted])
            print(f"{', '.join(sorted(wanted))}: right on sites not seen {share:.3f}")  # noqa: T201
        return
    weights = fitted([words_of(page) for page in read], other.astype(float), weight > 1)
    sides = {"bias": weights.bias, "title": weights.title, "address": weights.address}
    out = json.dumps(sides, ensure_ascii=False, separators=(",", ":"))
    (PACKAGE / "kind_words.json").write_text(f"{out}\n", "utf-8")
    x = np.vstack([x, [signs(page) for page in plain]])
    other = np.append(other, np.zeros(len(plain), dtype=bool))
    weight = np.append(weight, np.full(len(plain), BARE_WEIGHT))
    write(CatBoostClassifier(**KINDS).fit(x, other, sample_weight=weight), PACKAGE / "kinds.json")


if __name__ == "__main__":
    main()
