"""The drawing of a story: a lane for each site, in time."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from db.queries.graph.stories import Chapter
from terkait.web.pages.timeline import LEFT, MAX_TICKS, RIGHT, WIDTH, timeline

JAKARTA = ZoneInfo("Asia/Jakarta")
NOON = datetime(2026, 8, 20, 12, tzinfo=UTC)


def chapter(published: str | None, site: str = "a.test") -> Chapter:
    return Chapter(
        id=1,
        first_seen=NOON,
        is_asked=False,
        url="https://a.test/1",
        site=site,
        title="x",
        published=published,
        similarity=0.5,
        words=(),
        copy_of=None,
        path=(),
        gone_since=None,
    )


def test_fewer_than_two_times_make_no_drawing() -> None:
    assert timeline([chapter("2026-08-20"), chapter(None), chapter("soon")], JAKARTA) is None


def test_each_site_has_a_lane_in_the_order_of_the_articles() -> None:
    drawn = timeline(
        [chapter("2026-08-20", "b.test"), chapter("2026-08-21", "a.test"), chapter("2026-08-22")],
        JAKARTA,
    )
    assert drawn is not None
    assert [site for site, _ in drawn.lanes] == ["b.test", "a.test"]
    lanes = dict(drawn.lanes)
    assert [dot.y for dot in drawn.dots] == [lanes[dot.chapter.site] for dot in drawn.dots]
    assert all(y < drawn.height for y in lanes.values())


def test_undated_articles_are_counted_and_not_drawn() -> None:
    drawn = timeline([chapter("2026-08-20"), chapter("2026-08-21"), chapter(None)], JAKARTA)
    assert drawn is not None
    assert (drawn.undated, len(drawn.dots)) == (1, 2)


def test_day_alone_and_time_without_offset_are_of_the_readers_zone() -> None:
    drawn = timeline([chapter("2026-08-20T00:00:00+07:00"), chapter("2026-08-20")], JAKARTA)
    assert drawn is not None
    assert drawn.dots[0].x == drawn.dots[1].x


def test_articles_of_one_moment_are_drawn_in_one_place() -> None:
    drawn = timeline([chapter(NOON.isoformat())] * 3, JAKARTA)
    assert drawn is not None
    assert {dot.x for dot in drawn.dots} == {float(LEFT)}


@given(st.lists(st.integers(0, 3_000_000), min_size=2, max_size=40))
def test_later_stands_further_right_and_all_is_within_the_drawing(minutes: list[int]) -> None:
    times = [NOON + timedelta(minutes=count) for count in minutes]
    drawn = timeline([chapter(at.isoformat()) for at in times], JAKARTA)
    assert drawn is not None
    placed = sorted(zip(times, (dot.x for dot in drawn.dots), strict=True))
    assert [x for _, x in placed] == sorted(x for _, x in placed)
    assert all(LEFT <= dot.x <= WIDTH - RIGHT for dot in drawn.dots)
    days = [day for day, _ in drawn.ticks]
    assert 1 <= len(days) <= MAX_TICKS + 1
    assert days == sorted(set(days))
    assert days[0] == min(times).astimezone(JAKARTA).date()
