"""Trains the model that weighs the evidence on links; writes crawler/links/judge.json.

    python bench/train_links.py FOLDER... [--folds 8] [--repeats 2]

Each FOLDER has ``related.jsonl`` (pages with every link to an article labelled), ``articles.jsonl``
(their addresses and files) and the gzipped pages. ``link_labels.jsonl`` says of further pages of a
folder which links are followed (what it does not name is not). With ``--folds`` no model is
written: each page is judged by one that has not seen its site (registered domain), and the table
says, for each folder, what is found. Links labelled unsure count neither way. Needs the ``bench``
group.
"""

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from catboost import CatBoostClassifier
from train_body import SITE, as_data, write

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.related import page_of, rows_of
from crawler.decision_trees import Floats, Trees, trees_of
from crawler.errors import BadURL
from crawler.links.finder import table_of
from crawler.links.judge import least_of, together
from crawler.links.link_features import COLUMNS
from crawler.links.page_view import view_of
from crawler.links.rules import LinkEvidence, by_own_words, refused
from crawler.page.article_addresses import identity_of_canonical
from crawler.page.document import Document
from crawler.page.urls import canonical
from db.terms.link_kinds import FOLLOWABLE

MODEL = Path(__file__).parent.parent / "crawler" / "links" / "judge.json"
#: pages of the folders that were labelled for this training alone: addresses by kind
FURTHER = Path(__file__).with_name("link_labels.jsonl")
#: more of these never counts against a link, or never for it
MONOTONE = {"said by any": 1, "box said by label": 1, "box said by class": 1, "said by tracking": 1,
            "said by own words": 1, "strength": 1, "box own words share": 1, "is offer": -1,
            "box foot": -1, "box popular": -1}  # fmt: skip
SETTINGS = {"iterations": 400, "depth": 5, "learning_rate": 0.07, "rsm": 0.3, "l2_leaf_reg": 10,
            "border_count": 32, "verbose": 0, "thread_count": 2, "allow_writing_files": False,
            "monotone_constraints": [MONOTONE.get(name, 0) for name in COLUMNS]}  # fmt: skip
#: of a link that stands in several places, those count that seem to be the reason for its label
NEAR_BEST = 0.15


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One labelled page."""

    folder: str
    site: str
    #: label by identity; without those that are unsure
    kinds: dict[str, str]
    unsure: frozenset[str]
    #: of each link found
    keys: tuple[str, ...]
    table: Floats
    box_of: npt.NDArray[np.int64]
    #: what it plainly is, whatever the evidence: followed, or not
    plain: tuple[bool | None, ...]

    def labels(self) -> Floats:
        return np.array([self.kinds.get(key) in FOLLOWABLE for key in self.keys], dtype=float)

    def found(self, chances: Floats) -> set[str]:
        """The identities of what is followed."""
        drawn = together(chances, self.box_of)
        return {
            key
            for key, plain, is_likely in zip(
                self.keys, self.plain, drawn >= least_of(self.table), strict=True
            )
            if (is_likely if plain is None else plain)
        }


def samples(folder: Path) -> Iterator[Sample]:
    by_id = {row["id"]: row for row in rows_of(folder / "articles.jsonl")}
    truth = list(rows_of(folder / "related.jsonl"))
    given = {row["id"] for row in truth}
    for row in (*truth, *further(folder, by_id)):
        page = page_of(folder, by_id[row["id"]])
        view = view_of(Document(page), None)
        if view is None or not len(view.targets):
            continue
        table = table_of(view)
        kinds, unsure = labels_of(row)
        yield Sample(
            folder=folder.name if row["id"] in given else f"{folder.name}, further",
            site=SITE(page.url).top_domain_under_public_suffix,
            kinds=kinds,
            unsure=unsure,
            keys=tuple(address.key for address in table.addresses),
            table=table.rows,
            box_of=table.box_of,
            plain=tuple(map(plainly, table.links)),
        )


def further(folder: Path, by_id: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The pages of a folder that its own truth leaves out, in the form of its truth."""
    for row in rows_of(FURTHER):
        if row["folder"] == folder.name:
            links = [
                {"url": url, "kind": kind, "unsure": kind == "unsure"}
                for kind in (*FOLLOWABLE, "unsure")
                for url in row.get(kind, ())
            ]
            yield {"id": row["id"], "url": by_id[row["id"]]["url"], "links": links}


def plainly(link: LinkEvidence) -> bool | None:
    """Whether a link is followed by what it says itself; None where evidence is weighed."""
    if refused(link):
        return False
    return True if by_own_words(link) else None


def labels_of(row: dict[str, Any]) -> tuple[dict[str, str], frozenset[str]]:
    kinds, unsure = {}, set()
    for link in row["links"]:
        try:
            key = identity_of_canonical(canonical(link["url"], row["url"]))
        except BadURL:
            continue
        if link.get("unsure"):
            unsure.add(key)
        else:
            kinds[key] = link["kind"]
    return kinds, frozenset(unsure - kinds.keys())


def weights(sample: Sample, chances: Floats | None) -> Floats:
    """Pages count alike but for a root of their links; of an address only the places that fit."""
    found = np.full(len(sample.keys), len(sample.keys) ** -0.5)
    found[[key in sample.unsure for key in sample.keys]] = 0.0
    found[[verdict is not None for verdict in sample.plain]] *= 0.2
    if chances is not None:
        places = defaultdict(list)
        for number, key in enumerate(sample.keys):
            if sample.kinds.get(key) in FOLLOWABLE:
                places[key].append(number)
        for numbers in places.values():
            best = max(chances[numbers])
            found[[n for n in numbers if chances[n] < best - NEAR_BEST]] = 0.0
    return found


def trained(chosen: Sequence[Sample], chances: dict[int, Floats], seed: int) -> CatBoostClassifier:
    weight = np.concatenate([weights(one, chances.get(id(one))) for one in chosen])
    return CatBoostClassifier(**SETTINGS, random_seed=seed).fit(
        np.vstack([one.table for one in chosen]),
        np.concatenate([one.labels() for one in chosen]),
        sample_weight=weight / weight.mean(),
    )


def ensemble(model: CatBoostClassifier) -> Trees:
    return trees_of(**as_data(model))


def held_out(
    everything: Sequence[Sample], folds: int, seed: int, before: dict[int, Floats]
) -> dict[int, Floats]:
    """The chances of each page's links by a model that has not seen its site."""
    sites = sorted({one.site for one in everything})
    order = np.random.default_rng(seed).permutation(len(sites))
    fold = {site: int(place) % folds for site, place in zip(sites, order, strict=True)}
    chances = {}
    for number in range(folds):
        judge = ensemble(
            trained([one for one in everything if fold[one.site] != number], before, seed)
        )
        for one in everything:
            if fold[one.site] == number:
                chances[id(one)] = judge.probabilities(one.table)
    return chances


def report(everything: Sequence[Sample], chances: dict[int, Floats]) -> Iterator[str]:
    """For each folder precision, recall, F1 and recall by kind."""
    for folder in dict.fromkeys(one.folder for one in everything):
        count: Counter[str] = Counter()
        for one in everything:
            if one.folder != folder:
                continue
            wanted = {key for key, kind in one.kinds.items() if kind in FOLLOWABLE}
            found = one.found(chances[id(one)])
            count["right"] += len(found & wanted)
            count["wrong"] += len(found - wanted - one.unsure)
            count["missed"] += len(wanted - found)
            for key in wanted:
                count[f"all {one.kinds[key]}"] += 1
                count[f"got {one.kinds[key]}"] += key in found
        precision = count["right"] / max(1, count["right"] + count["wrong"])
        recall = count["right"] / max(1, count["right"] + count["missed"])
        kinds = "  ".join(
            f"{kind} {count[f'got {kind}'] / max(1, count[f'all {kind}']):.2f}"
            for kind in FOLLOWABLE
        )
        total = 2 * precision * recall / max(1e-9, precision + recall)
        yield f"{folder:12} P {precision:.3f}  R {recall:.3f}  F1 {total:.3f}   recall: {kinds}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--folds", type=int, default=0)
    parser.add_argument("--repeats", type=int, default=1)
    args = parser.parse_args()
    everything = [one for folder in args.folders for one in samples(folder)]
    before = held_out(everything, args.folds or 6, 0, {})
    if not args.folds:
        write(trained(everything, before, 0), MODEL)
        return
    for seed in range(args.repeats):
        chances = held_out(everything, args.folds, seed, before)
        sys.stdout.write("\n".join(report(everything, chances)) + "\n")


if __name__ == "__main__":
    main()
