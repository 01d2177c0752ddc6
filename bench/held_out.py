"""What the link finder finds on sites whose own labels it has not learned, for a scorer to read.

    python bench/held_out.py ../shared/corpus --predictions held.jsonl

For each labelled page the lexicon is cut to the labels that pages of other sites of the corpus
show, so that no label counts that was taken over from the page's own site.
"""

import argparse
import json
import sys
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.related import all_pages, pages
from crawler.links import headings, labels
from crawler.links.finder import find_links, related_links
from crawler.page.document import Document
from crawler.page.urls import site_of


class Table(dict[str, labels.Meaning]):
    """Labels that note which sites show them, and of which only those of other sites are known."""

    def __init__(self, table: dict[str, labels.Meaning]) -> None:
        super().__init__(table)
        self.sites: dict[str, set[str]] = defaultdict(set)
        #: the site whose page is looked at
        self.site = ""
        self.is_cut = False

    def get(self, label: str, default: object = None) -> labels.Meaning | None:  # type: ignore[override]
        """The meaning of a label."""
        meaning = super().get(label)
        if meaning is None or (self.is_cut and not self.sites[label] - {self.site}):
            return None
        if not self.is_cut:
            self.sites[label].add(self.site)
        return meaning


def main() -> None:
    """Look which sites show which labels, then find the links of each labelled page."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--predictions", type=Path, required=True)
    options = parser.parse_args()
    tables = [Table(getattr(labels, name)) for name in ("_WHOLE", "_OPENING", "_CLOSING")]
    labels._WHOLE, labels._OPENING, labels._CLOSING = tables

    def begin(url: str, *, is_cut: bool) -> None:
        labels._said_by.cache_clear()
        for table in tables:
            table.site, table.is_cut = site_of(url), is_cut

    near, headings.MAX_GAP_CHARS = headings.MAX_GAP_CHARS, sys.maxsize
    for _, page in all_pages(options.corpus):
        if not page.url:
            continue
        begin(page.url, is_cut=False)
        find_links(Document(page))  # a label is shown wherever it stands, far from links too
    headings.MAX_GAP_CHARS = near
    rows = []
    for page_id, page in pages(options.corpus):
        begin(page.url, is_cut=True)
        links = [asdict(link) for link in related_links(Document(page))]
        rows.append(json.dumps({"id": page_id, "related": links}, default=str))
    options.predictions.write_text("\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
