"""What storing several articles in one transaction writes once, at the end, for all of them.

Rows that all readers of a site or a run write come last and in one order, so that readers wait
for each other shortly and never in a circle. The index of words takes many articles for little
more than one: SQLite writes it out whenever another statement comes in between.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Set
from typing import Any, cast

from sqlalchemy import Table, bindparam, update
from sqlalchemy.orm import Session

from db.articles import repeated_lines, word_index
from db.articles.word_index import Words
from db.frontier import page_state, visit_log
from db.frontier.pending import count_in_run
from db.models import Page
from db.terms.states import VisitOutcome, Why

_PAGES = cast(Table, Page.__table__)
_LEAD_REDIRECTS = (
    update(_PAGES)
    .where(_PAGES.c.alias_of_id == bindparam("page"))
    .values(article_id=bindparam("article"))
)


class BatchEnd:
    """Collects it; ``write_pages`` where a later article may depend on it, ``write`` at the end."""

    def __init__(self) -> None:
        self._done: list[Mapping[str, Any]] = []
        #: of words that came in place of texts
        self.digests: set[bytes] = set()
        #: addresses that lead to an article by ``identity.known_forms``; None: not known
        self.known_forms: Set[str] | None = None
        self._visits: list[Mapping[str, Any]] = []
        self._led: list[dict[str, int]] = []
        self._words: dict[int, Words] = {}
        self._lines: dict[str, list[Mapping[bytes, str]]] = defaultdict(list)
        self._counts: dict[int, Counter[str]] = defaultdict(Counter)

    def end_page(self, row: Mapping[str, Any]) -> None:
        """A page is done: its id, and the columns that tell so."""
        self._done.append(row)

    def end_visit(
        self,
        page_id: int,
        outcome: VisitOutcome,
        *,
        why: Why | None = None,
        digest: bytes | None = None,
    ) -> None:
        """What the visit came to that brought a page."""
        if digest is not None:
            self.digests.add(digest)
        self._visits.append(visit_log.ended(page_id, outcome, why=why, digest=digest))

    def lead_redirects(self, page_id: int, article_id: int) -> None:
        """Every address that redirects to the page leads to the article."""
        self._led.append({"page": page_id, "article": article_id})

    def index(self, words: Words) -> None:
        """An article is to be found by these words."""
        self._words[words.article_id] = words

    def learn(self, site: str, lines: Mapping[bytes, str]) -> None:
        """An article of the site has these lines."""
        self._lines[site].append(lines)

    def count(self, run_id: int | None, counts: Mapping[str, int]) -> None:
        """Something is to be counted in the run."""
        if run_id is not None:
            self._counts[run_id].update(counts)

    def write_pages(self, session: Session) -> None:
        """Write what is known of the pages so far."""
        if self._led:
            session.connection().execute(_LEAD_REDIRECTS, self._led)
        page_state.to_done(session, self._done)
        visit_log.end_all(session, self._visits)
        self._led, self._done, self._visits = [], [], []

    def write(self, session: Session) -> None:
        """Write all of it."""
        self.write_pages(session)
        word_index.index(session, self._words.values())
        for site, articles in sorted(self._lines.items()):
            repeated_lines.learn(session, site, articles)
        for run_id, counts in sorted(self._counts.items()):
            count_in_run(session, run_id, counts)
