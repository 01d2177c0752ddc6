"""Says how far a copy is, and how long the rest may take."""

from collections import deque
from collections.abc import Callable, Mapping
from statistics import median
from time import monotonic

#: microseconds of the processor that a row takes to come, and to be compared, as they were measured
#: (docs/performance.md); others take as long as a short row
_BRING = {"texts": 70, "articles": 85, "archive": 55, "pages": 25, "revisions": 25, "links": 26,
          "visits": 15, "bands": 4}  # fmt: skip
_COMPARE = {"texts": 23, "articles": 41, "archive": 26, "pages": 22, "revisions": 21, "links": 13,
            "visits": 14, "bands": 4}  # fmt: skip
_SHORT_ROW = 20
#: an article's words, and the same in PostgreSQL's index; a row in all other indexes
_WORDS, _WORDS_INDEXED, _INDEXED = 800, 300, 2
#: seconds between two lines
_PAUSE = 15.0
#: so many lines back the pace is looked at: the median, which one halt (a laptop that slept) leaves
_RECENT_LINES = 9


class CopyProgress:
    """Counts what is done of all that is to be done."""

    def __init__(self, say: Callable[[str], None], rows: Mapping[str, int]) -> None:
        """``rows``: of each table of the source."""
        self._say = say
        self._rows = rows
        self._work = sum(
            count * (self._bring(name) + self._compare(name)) for name, count in rows.items()
        )
        self._work += _WORDS * rows.get("articles", 0) + self._indexes()
        self._done = 0.0
        self._said_at, self._said_share = monotonic(), 0.0
        #: seconds that all would take at the pace between two lines
        self._paces: deque[float] = deque(maxlen=_RECENT_LINES)
        self._name, self._total, self._each, self._of_step = "", 0, 0.0, 0

    def bring(self, table: str) -> None:
        """The rows of a table come now."""
        self._begin(table, self._rows[table], self._bring(table))

    def index_words(self) -> None:
        """The words of articles come now."""
        self._begin("index of words", self._rows["articles"], _WORDS)

    def make_indexes(self, number: int, of: int) -> None:
        """An index, a reference or a trigger is made now."""
        if number == 1:
            self._begin("indexes and references", of, self._indexes() / of)
        else:
            self.add(1)

    def compare(self) -> None:
        """Both sides are compared now."""
        mean = sum(count * self._compare(name) for name, count in self._rows.items())
        rows = sum(self._rows.values())
        self._begin("comparing", rows, mean / max(rows, 1))

    def add(self, count: int) -> None:
        """So many more are done."""
        self._of_step += count
        now = monotonic()
        if now - self._said_at >= _PAUSE:
            share = self._share()
            if share > self._said_share:
                self._paces.append((now - self._said_at) / (share - self._said_share))
            self._said_at, self._said_share = now, share
            self._say(
                f"{self._name}: {self._of_step:,} of {self._total:,}; {share:.0%} of all"
                f", {self._left()}"
            )

    def say(self, step: str) -> None:
        """What comes is short, or its length is not known."""
        self._say(step)

    def _begin(self, name: str, total: int, each: float) -> None:
        self._done += self._total * self._each
        if total:
            self._say(f"{name} ({total:,})")
        self._name, self._total, self._each, self._of_step = name, total, each, 0

    def _share(self) -> float:
        done = self._done + min(self._of_step, self._total) * self._each
        return min(done / self._work, 1.0) if self._work else 1.0

    def _left(self) -> str:
        pace = median(self._paces) if self._paces else 0.0
        minutes = pace * (1 - self._share()) / 60
        return f"some {minutes:.0f} minutes left" if minutes >= 2 else "less than two minutes left"

    def _indexes(self) -> int:
        return _INDEXED * sum(self._rows.values()) + _WORDS_INDEXED * self._rows.get("articles", 0)

    @staticmethod
    def _bring(table: str) -> int:
        return _BRING.get(table, _SHORT_ROW)

    @staticmethod
    def _compare(table: str) -> int:
        return _COMPARE.get(table, _SHORT_ROW)
