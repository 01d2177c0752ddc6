"""A parsed article as a draft of rows: its addresses, times and fingerprint."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.archiving.bodies import ArchivedBody
from db.frontier.pending import ArchivedCopy, PendingPage
from db.terms.article_fields import FIELDS
from workers.dedup.fingerprint import MIN_WORDS
from workers.ingest.drafting import fingerprint, instant, make_draft
from workers.parsing.article import ParsedArticle

NOON = datetime(2026, 8, 20, 12, tzinfo=UTC)
ASKED, ANSWERED = "https://a.test/amp/1", "https://m.a.test/1"
OWN = "https://a.test/read/1"


def pending(*, run_id: int | None = 3, copy_run: int | None = None) -> PendingPage:
    copy = ArchivedCopy(
        id=5, url=ANSWERED, status=200, headers={}, fetched_at=NOON,
        body=ArchivedBody(), run_id=copy_run,
    )  # fmt: skip
    return PendingPage(page_id=1, url=ASKED, run_id=run_id, depth=2, copy=copy)


def test_article_is_known_by_each_address_that_leads_to_it_its_own_first() -> None:
    draft = make_draft(pending(), ParsedArticle(url=OWN, title="Banjir"))
    assert [address.url for address in draft.addresses] == [OWN, ANSWERED, ASKED]
    assert (draft.url, draft.site) == (OWN, "a.test")


def test_address_is_named_once() -> None:
    draft = make_draft(pending(), ParsedArticle(url=ANSWERED))
    assert [address.url for address in draft.addresses] == [ANSWERED, ASKED]


def test_page_decides_only_where_it_answered_at_the_articles_own_address() -> None:
    assert not make_draft(pending(), ParsedArticle(url=OWN)).is_own
    assert make_draft(pending(), ParsedArticle(url=ANSWERED)).is_own


def test_address_that_is_none_gives_way_to_the_one_that_answered() -> None:
    assert make_draft(pending(), ParsedArticle(url="mailto:x@a.test")).url == ANSWERED


def test_run_that_fetched_the_copy_counts_before_the_pages_own() -> None:
    article = ParsedArticle(url=OWN)
    assert make_draft(pending(copy_run=9), article).run_id == 9
    assert make_draft(pending(), article).run_id == 3
    assert make_draft(pending(run_id=None), article).run_id is None


def test_draft_has_every_field_that_the_page_gave() -> None:
    article = ParsedArticle(
        url=OWN, title="Banjir", authors=("Rani",), published="2026-08-20", paragraphs=("a", "b")
    )
    draft = make_draft(pending(), article)
    assert set(FIELDS) <= set(draft.fields)
    assert draft.fields["authors"] == ["Rani"]
    assert draft.fields["published_at"] == datetime(2026, 8, 20, tzinfo=UTC)
    assert (draft.body, draft.depth, draft.fetched_at) == ("a\n\nb", 2, NOON)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-08-20T19:00:00+07:00", NOON),
        ("2026-08-20T12:00:00", NOON),
        ("2026-08-20", NOON.replace(hour=0)),
        (None, None),
        ("kemarin", None),
        ("0001-01-01T00:00:00+14:00", None),
    ],
)
def test_time_is_a_moment_in_utc_or_none(text: str | None, moment: datetime | None) -> None:
    assert instant(text) == moment


_OFFSETS = st.integers(-23 * 60, 23 * 60)


@given(st.integers(-(10**9), 10**9), _OFFSETS)
def test_written_moment_is_the_same_moment_whatever_its_offset(seconds: int, minutes: int) -> None:
    at = NOON + timedelta(seconds=seconds)
    local = at + timedelta(minutes=minutes)
    sign = "-" if minutes < 0 else "+"
    hours, rest = divmod(abs(minutes), 60)
    text = f"{local:%Y-%m-%dT%H:%M:%S}{sign}{hours:02}:{rest:02}"
    assert instant(text) == at


def test_texts_that_read_the_same_have_the_same_fingerprint() -> None:
    words = [f"kata{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(MIN_WORDS + 20)]
    whole = " ".join(words)
    draft = make_draft(pending(), ParsedArticle(url=OWN, paragraphs=(whole,)))
    shouted = make_draft(pending(), ParsedArticle(url=ASKED, paragraphs=(whole.upper() + "!",)))
    other = make_draft(pending(), ParsedArticle(url=OWN, paragraphs=(" ".join(words[::-1]),)))
    assert fingerprint(draft).keys == fingerprint(shouted).keys
    assert set(fingerprint(draft).keys).isdisjoint(fingerprint(other).keys)
    assert fingerprint(draft).words == len(words)
