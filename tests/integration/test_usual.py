"""A night is told beside what is usual for its site. On both databases."""

import pytest
from sqlalchemy.orm import Session

from db.runs.report import list_runs, newest_by_site, report
from tests.rows import add_run


def add_nights(session: Session, *links: int, site: str = "a") -> None:
    for count in links:
        add_run(session, kind="nightly", site=site, new_articles=10, links=count, stored=30)


@pytest.mark.parametrize(("links", "is_said"), [(20, True), (30, False)])
def test_drop_by_half_is_said(session: Session, links: int, is_said: bool) -> None:
    add_nights(session, 48, 50, 900, 50, links)
    add_nights(session, 5, 5, 5, 5, site="b")
    line = newest_by_site(session)["a"]
    assert line.usual is not None
    assert (line.usual.runs, line.usual.links, line.usual.unchanged) == (4, 50, 20)
    said = f"only {links} links in boxes where 50 are usual"
    assert line.drops == ((said,) if is_said else ())
    assert report(session, line.id).run == line


def test_medians_are_of_the_seven_runs_before(session: Session) -> None:
    add_nights(session, *[1000] * 5, *[10] * 7, 10)
    usual = newest_by_site(session)["a"].usual
    assert usual is not None
    assert (usual.runs, usual.links) == (7, 10)


def test_first_nights_and_manual_runs_have_nothing_beside_them(session: Session) -> None:
    add_nights(session, 50, 50, 1)
    add_run(session, links=1)
    assert [line.usual for line in list_runs(session)][:2] == [None, None]
    assert all(not line.drops for line in list_runs(session))
