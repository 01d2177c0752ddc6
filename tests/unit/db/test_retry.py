"""A transaction is done again while the database is away; a bug is not."""

import pytest

import db.sql.retry
from db.sql.retry import WAITS_SECONDS, patiently
from db.terms.errors import DatabaseUnreachable, DiskFull, TransactionConflict


class Work:
    """Fails with these errors, one a try, then succeeds."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.tries = 0

    def __call__(self) -> int:
        self.tries += 1
        if self.errors:
            raise self.errors.pop(0)
        return self.tries


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits, which take no time."""
    waits: list[float] = []
    monkeypatch.setattr(db.sql.retry.time, "sleep", waits.append)
    return waits


def test_what_passes_is_waited_for(waits: list[float]) -> None:
    assert patiently(Work(DatabaseUnreachable("away"), TransactionConflict("locked"))) == 3
    assert [wait // 0.05 for wait in waits] == [1, pytest.approx(4, abs=2)]


def test_the_last_try_says_why(waits: list[float]) -> None:
    work = Work(*[DatabaseUnreachable("away")] * 99)
    with pytest.raises(DatabaseUnreachable, match="away"):
        patiently(work)
    assert work.tries == len(WAITS_SECONDS) + 1
    assert all(
        wait <= taken <= 1.5 * wait for wait, taken in zip(WAITS_SECONDS, waits, strict=True)
    )


@pytest.mark.parametrize("error", [DiskFull("full"), KeyError("a bug")])
def test_what_does_not_pass_is_not_done_again(error: Exception, waits: list[float]) -> None:
    work = Work(error)
    with pytest.raises(type(error)):
        patiently(work)
    assert (work.tries, waits) == (1, [])
