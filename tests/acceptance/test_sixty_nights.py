"""Sixty nights on a site of all weathers: what the database says is what truly happened."""

import json
import subprocess
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.terminal import environment
from tests.sixty_nights import WEATHER

NIGHTS = 60
VERDICTS = {
    "": ("ok",), "slow": ("ok",), "shell": ("degraded",), "soft error": ("degraded",),
    "no boxes": ("degraded",), "robots closed": ("unreachable",), "down": ("unreachable",),
    "blocked": ("blocked",),
}  # fmt: skip


@dataclass
class Truth:
    """An article as its site showed it."""

    first: int
    version: int
    texts: list[str]
    url: str
    missing: int = 0
    has_boxes: bool = True


@dataclass
class Diary:
    """What must be said of each visit and each article, told from what was served."""

    outcomes: dict[tuple[str, int], str] = field(default_factory=dict)
    articles: dict[int, Truth] = field(default_factory=dict)
    _was_read: set[str] = field(default_factory=set)
    _moved: set[int] = field(default_factory=set)
    #: pages that came as shells, before their articles were known, and in what weather
    _shells: set[tuple[str, str]] = field(default_factory=set)

    def take(self, url: str, served: dict[str, Any]) -> None:
        """One answer, in the order of time."""
        night, number = served["night"], served["number"]
        if (url, night) not in self.outcomes:  # a failure is tried again
            self.outcomes[url, night] = self._outcome(url, night, number, served)

    def _outcome(self, url: str, night: int, number: int, served: dict[str, Any]) -> str:
        known = self.articles.get(number)
        kind = served["kind"]
        if kind == "shell" and url not in self._was_read:
            is_same = (url, served["weather"]) in self._shells
            self._shells.add((url, served["weather"]))
            return "unchanged" if is_same else "no article"
        if kind == "shell":
            return "unreadable"
        if kind == "gone" and known:
            known.missing += 1
        if kind == "moved":
            self._moved.add(number)
        if kind != "article":
            return {"gone": "missing", "moved": "redirected"}.get(kind, "failed")
        marker = f"penanda{number}x{served['version']}"
        if known is None:
            self._was_read.add(url)
            self.articles[number] = Truth(night, served["version"], [marker], url)
            self.articles[number].has_boxes = served["has_boxes"]
            return "new"
        is_unlinked = "/warta/" in url and number not in self._moved and url not in self._was_read
        self._was_read.add(url)
        known.url, known.missing, known.has_boxes = url, 0, served["has_boxes"]
        if is_unlinked:  # nobody could know yet that its old address leads here
            return "new"
        if known.version == served["version"]:
            return "unchanged"
        known.version = served["version"]
        known.texts.append(marker)
        return "changed"


def diary_of(told: dict[str, Any]) -> Diary:
    diary = Diary()
    answers = [(one["night"], "/warta/" in url, url, one)
               for url, page in told["diary"].items() for one in page]  # fmt: skip
    for _, _, url, one in sorted(answers, key=lambda answer: answer[:3]):
        diary.take(url, one)
    return diary


@pytest.fixture
def told(database_url: str, tmp_path: Path) -> dict[str, Any]:
    """What the nights' program prints."""
    settings = environment(
        TERKAIT_DATABASE_URL=database_url, TERKAIT_DATA=str(tmp_path), TERKAIT_DELAY_SECONDS="0",
        TERKAIT_ALLOW_PRIVATE="127.0.0.0/8", TERKAIT_MIN_FREE_BYTES="0",
        TERKAIT_TIMEOUT_SECONDS="10", SCRAPY_SETTINGS_MODULE="crawler.settings",
    )  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "tests.sixty_nights", database_url, str(NIGHTS)],
        cwd=Path(__file__).parents[2], env=settings, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)  # type: ignore[no-any-return]


@pytest.mark.timeout(600)
def test_database_says_what_truly_happened(told: dict[str, Any]) -> None:
    diary = diary_of(told)
    assert told["trespasses"] == []
    assert told["copies"] == []
    assert told["clusters"] == 0
    assert wrong_visits(told, diary) == []
    assert wrong_nights(told, diary) == []
    assert wrong_articles(told, diary) == []


def wrong_visits(told: dict[str, Any], diary: Diary) -> list[Any]:
    """Visits whose outcome is another than what was served, and answers without a visit."""
    said = {
        (url, run - 1): outcome
        for url, run, outcome, _ in told["visits"]
        if "/kabar-" in url and outcome not in ("refused", "not asked")
    }
    closed = {n for n, weather in WEATHER.items() if weather == "robots closed"}
    wrong = [
        (key, said.get(key), diary.outcomes.get(key))
        for key in sorted(said.keys() | diary.outcomes.keys())
        if said.get(key) != diary.outcomes.get(key)
    ]
    return wrong + [key for key in said if key[1] in closed]


def wrong_nights(told: dict[str, Any], diary: Diary) -> list[Any]:
    """Runs whose counts or verdict are not the night's."""
    truth: dict[int, Counter[str]] = defaultdict(Counter)
    for (_, night), outcome in diary.outcomes.items():
        truth[night][outcome] += 1
    wrong: list[Any] = []
    for night, run in enumerate(told["nights"]):
        counts = tuple(truth[night][name] for name in ("new", "changed", "unreadable"))
        said = (run["new_articles"], run["new_revisions"], run["unreadable"])
        if said != counts or run["verdict"] not in VERDICTS[WEATHER.get(night, "")]:
            wrong.append((night, WEATHER.get(night), run, counts))
    return wrong


def wrong_articles(told: dict[str, Any], diary: Diary) -> list[Any]:
    """Articles that are stored otherwise than they were shown."""
    bodies: dict[int, list[str]] = defaultdict(list)
    for article_id, body in told["versions"]:
        bodies[article_id].append(body)
    stored = {record["url"]: record for record in told["articles"]}
    wrong: list[Any] = []
    if len(stored) != len(diary.articles):
        wrong.append(("articles", len(stored), len(diary.articles)))
    for number, truth in sorted(diary.articles.items()):
        record = stored.get(truth.url)
        if record is None:
            wrong.append((number, "not stored at", truth.url))
            continue
        texts = bodies[record["id"]]
        shown = [marker in body for marker, body in zip(truth.texts, texts, strict=False)]
        facts = {
            "versions": (len(texts), len(truth.texts)),
            "texts": (shown, [True] * len(truth.texts)),
            "first run": (record["first_run"] - 1, truth.first),
            "run": (record["run"] - 1, truth.first),
            "gone": (record["id"] in told["gone"], truth.missing >= 2),
            "links": (any(link["is_there"] for link in record["related"]),
                      truth.has_boxes and bool(record["related"])),
        }  # fmt: skip
        wrong += [(number, name, *pair) for name, pair in facts.items() if pair[0] != pair[1]]
    return wrong
