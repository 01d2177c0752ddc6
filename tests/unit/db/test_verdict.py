"""How a run went, and why."""

import pytest

from db.runs.verdict import Facts, judge


def night(**facts: object) -> tuple[str, str]:
    verdict, cause = judge(Facts(is_scheduled=True, **facts))  # type: ignore[arg-type]
    return verdict, cause or ""


@pytest.mark.parametrize(
    "facts",
    [
        {"read": 9, "stored": 9},
        {"unchanged": 9},
        {"lists": 1},
        {},
        {"read": 9, "stored": 8, "failed": 2, "reasons": {"http 404": 2}},
    ],
    ids=["articles", "unchanged", "nothing new", "nothing due", "some failed"],
)
def test_night_that_went_well_is_ok(facts: dict[str, object]) -> None:
    assert night(**facts) == ("ok", "")


def test_site_that_shuts_us_out_is_blocked() -> None:
    reasons = {"block page: Cloudflare": 8, "timeout": 1}
    verdict, cause = night(read=2, stored=2, failed=9, reasons=reasons)
    assert verdict == "blocked"
    assert "Cloudflare" in cause


def test_site_that_does_not_answer_is_dead() -> None:
    assert night(failed=3, reasons={"unknown host": 3})[0] == "unreachable"
    assert night(is_refused=True)[0] == "unreachable"


def test_articles_that_are_none_any_more_mean_a_new_layout() -> None:
    verdict, cause = night(read=20, stored=1, earlier_share=0.9)
    assert verdict == "degraded"
    assert cause.startswith("layout changed")
    assert night(read=20, stored=1)[0] == "ok"


def test_dead_feed_degrades_the_night_and_is_named() -> None:
    dead = (("https://a.test/feed", "http 404"),)
    verdict, cause = night(read=3, stored=3, lists=1, lost_lists=dead)
    assert verdict == "degraded"
    assert cause == "feed unreachable: https://a.test/feed (http 404)"


def test_more_failures_than_pages_degrade() -> None:
    verdict, cause = night(read=1, stored=1, failed=5, reasons={"timeout": 4, "http 500": 1})
    assert (verdict, "timeout" in cause) == ("degraded", True)


@pytest.mark.parametrize(
    "reason",
    [
        "its reader died on it",
        "its spider died on it",
        "spider error: KeyError",
        "no end within 10 s",
    ],
)
def test_page_that_the_program_cannot_read_degrades(reason: str) -> None:
    verdict, cause = night(read=9, stored=8, failed=1, reasons={reason: 1})
    assert (verdict, cause) == ("degraded", f"not read: 1 page ({reason})")


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        (Facts(is_scheduled=False, read=3), "empty"),
        (Facts(is_scheduled=False, failed=1, reasons={"timeout": 1}), "failed"),
        (Facts(is_scheduled=False), "nothing due"),
        (Facts(is_scheduled=False, failed=3, reasons={"http 403": 3}), "blocked"),
    ],
)
def test_manual_run_has_words_of_its_own(facts: Facts, verdict: str) -> None:
    assert judge(facts)[0] == verdict


def test_night_on_which_no_list_and_no_page_came_is_dead() -> None:
    dead = (("https://a.test/feed", "robots"),)
    reasons = {"robots": 3}
    assert night(lost_lists=dead, reasons=reasons) == ("unreachable", "robots (3 of 3 failures)")
